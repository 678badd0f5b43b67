"""The jobs that examine pictures. See `kind.py`."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, TypeVar

from ledger import handing, recover, replay, rescan, scan
from ledger.context import Ledger
from ledger.domain.brief_text import parse_sighting
from ledger.domain.ids import CollectionId, ScanId
from ledger.store import findings
from ledger.workflows.kind import Run, id_of

SCAN_CHUNK = 8
T = TypeVar("T")


def scan_pictures(run: Run, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Examine every picture that was handed in for `scan`, and those in `uploads`, then close it."""
    name = ScanId(id_of(arguments, "scan"))
    for upload in arguments.get("uploads", ()):
        work = partial(_hand_in, run.ledger, name, upload, arguments.get("sightings", {}))
        run.step(f"read {upload['name']}", work, 0, 0)
    waiting, done = run.step("reading the pictures", partial(_unseen, run.ledger, name), 0, 0)
    total = done + len(waiting)
    for start in range(0, len(waiting), SCAN_CHUNK):
        part = waiting[start : start + SCAN_CHUNK]
        at = done + start + len(part)
        run.step(f"examined {at} of {total}", partial(_examine, run.ledger, name, part), at, total)
    return run.step("closed the scan", partial(_close, run.ledger, name), total, total)


def rescan_collection(run: Run, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Look for the tiles of `collection` in everything that was scanned before they were made."""
    collection = CollectionId(id_of(arguments, "collection"))
    opened = run.step("gathered what was seen before", partial(_rescan, run.ledger, collection), 0, 0)
    if opened is None:
        return {"collection": collection, "scan": None, "pictures": 0}
    return {"collection": collection, **scan_pictures(run, {"scan": opened})}


def replay_scan(run: Run, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Examine the pictures of `scan` again, and compare what is found byte for byte."""
    name = ScanId(id_of(arguments, "scan"))
    waiting = run.step("reading the pictures", partial(_examined, run.ledger, name), 0, 0)
    differing: list[dict[str, str]] = []
    for start in range(0, len(waiting), SCAN_CHUNK):
        part = waiting[start : start + SCAN_CHUNK]
        at = start + len(part)
        message = f"replayed {at} of {len(waiting)}"
        differing += run.step(message, partial(_replay, run.ledger, name, part), at, len(waiting))
    return {"scan": name, "pictures": len(waiting), "same": not differing, "differing": differing}


def _hand_in(ledger: Ledger, name: ScanId, upload: Mapping[str, str], sightings: Mapping[str, Any]) -> int:
    seen = {picture: parse_sighting(value, kept=True) for picture, value in sightings.items()}
    data = ledger.blobs.get(upload["sha256"])
    return handing.hand_in(ledger, name, data, name=upload["name"], sightings=seen)


def _unseen(ledger: Ledger, name: ScanId) -> tuple[list[str], int]:
    with ledger.store.reading() as tx:
        findings.get_scan(tx, name)
        pictures = findings.pictures(tx, name)
    waiting = [picture.name for picture in pictures if picture.outcome is None]
    return waiting, len(pictures) - len(waiting)


def _examine(ledger: Ledger, name: ScanId, pictures: Sequence[str]) -> int:
    return sum(_side_by_side(lambda picture: len(scan.examine(ledger, name, picture)), pictures))


def _side_by_side(work: Callable[[str], T], pictures: Sequence[str]) -> list[T]:
    """Pictures on every core: what takes long lets go of the interpreter's lock."""
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return list(pool.map(work, pictures))


def _examined(ledger: Ledger, name: ScanId) -> list[str]:
    return [picture.name for picture in replay.pictures(ledger, name)]


def _replay(ledger: Ledger, name: ScanId, pictures: Sequence[str]) -> list[dict[str, str]]:
    seen = _side_by_side(lambda picture: replay.replay(ledger, name, picture), pictures)
    return [{"picture": each.picture, "why": each.why} for each in seen if not each.same]


def _rescan(ledger: Ledger, collection: CollectionId) -> str | None:
    opened = rescan.rescan(ledger, collection)
    return opened.id if opened else None


def _close(ledger: Ledger, name: ScanId) -> dict[str, Any]:
    scan.close(ledger, name)
    with ledger.store.reading() as tx:
        found, pictures = findings.of_scan(tx, name), findings.pictures(tx, name)
    verdicts: dict[str, int] = {"proven": 0, "likely": 0}
    for finding in found:
        verdicts[finding.verdict.value] += 1
    unreadable = sum(bool((picture.outcome or {}).get("problem")) for picture in pictures)
    held = sum(finding.held is not None for finding in found)
    return {"scan": name, "pictures": len(pictures), "unreadable": unreadable, "held": held, **verdicts}


def recover_picture(run: Run, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Give the picture kept under `sha256` its manifest back."""
    digest = str(arguments["sha256"])
    return run.step("looked for the tile it shows", partial(_recover, run.ledger, digest), 1, 1)


def _recover(ledger: Ledger, digest: str) -> dict[str, Any]:
    made = recover.recover(ledger, ledger.blobs.get(digest))
    ledger.blobs.put(made.data)
    return recover.told(made)
