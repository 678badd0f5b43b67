"""Pictures from the wild."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import click

from api.cli.context import ledger, read_mapping
from api.cli.exits import Exit
from api.cli.frame import Output, json_option
from api.cli.work import run_operation
from api.errors import InputError

if TYPE_CHECKING:
    from ledger.context import Ledger
    from ledger.domain.finding import Sighting
    from ledger.domain.ids import ScanId


@click.command()
@click.argument("path")
@click.option("--sightings", "sightings_file", help="File: picture name to {seller, use}, where it is known.")
@click.option(
    "--key", help="Names this scan, so that running it again looks nothing up twice; default its content."
)
@json_option
def scan(output: Output, path: str, sightings_file: str | None, key: str | None) -> int:
    """Look for our tiles in a picture or in a folder of them. Exit code 1 when there are none.

    With --json: one line for each picture, with its findings.
    """
    from ledger import scan as scanning

    opened = ledger()
    sightings = _sightings(sightings_file)
    name = key or _content_key(opened, path, sightings)
    opened_scan = scanning.open_scan(opened, name, label=path)
    unreadable = _hand_in(opened, opened_scan.id, path, sightings)
    run_operation(opened, "scan", {"scan": opened_scan.id}, opened_scan.id)
    rows = [*_rows(opened, opened_scan.id), *unreadable]
    for row in rows:
        output.result(row, _text(row))
    if any(row["problem"] for row in rows):
        return Exit.USAGE
    return Exit.YES if any(row["findings"] for row in rows) else Exit.NO


def _sightings(file: str | None) -> dict[str, Sighting]:
    from ledger.domain.brief_text import parse_sighting
    from ledger.domain.errors import FieldError

    found = {}
    for name, value in (read_mapping(file, "sightings") if file else {}).items():
        try:
            found[str(name)] = parse_sighting(value)
        except FieldError as error:
            field = f"sightings.{name}.{error.field}"
            raise InputError(f"{field}: {error.problem}", field=field) from error
    return found


def _content_key(opened: Ledger, path: str, sightings: Mapping[str, Sighting]) -> str:
    """A name from the pictures, what is known of them, and the number of tiles they are held against."""
    from forensics import iterate_pictures
    from ledger.domain.brief_text import sighting_to_dict
    from ledger.store import assets

    with opened.store.reading() as tx:
        hasher = hashlib.sha256(str(assets.count_made(tx)).encode())
    for name, data in iterate_pictures(path):
        known = json.dumps(sighting_to_dict(sightings[name]), sort_keys=True) if name in sightings else ""
        content = hashlib.sha256(data).hexdigest() if isinstance(data, bytes) else "unreadable"
        hasher.update(f"{len(name)}:{name}{content}{len(known)}:{known}".encode("utf-8", "surrogateescape"))
    return hasher.hexdigest()


def _hand_in(
    opened: Ledger, scan_id: ScanId, path: str, sightings: Mapping[str, Sighting]
) -> list[dict[str, Any]]:
    """Keep every picture for the scan; the rows of those that cannot be read."""
    from forensics import iterate_pictures
    from ledger.scan import add_picture

    problems, names = [], set()
    for name, data in iterate_pictures(path):
        names.add(name)
        if isinstance(data, bytes):
            add_picture(opened, scan_id, name, data, sightings.get(name))
        else:
            problem = {"code": data.code, "message": str(data)}
            problems.append({**_row(name, {}), "problem": problem})
    strangers = sorted(set(sightings) - names)
    if strangers:
        raise InputError(
            f"sightings.{strangers[0]}: no picture has this name", field=f"sightings.{strangers[0]}"
        )
    return problems


def _rows(opened: Ledger, scan_id: ScanId) -> Iterator[dict[str, Any]]:
    from api.views.evidence import FindingView
    from ledger.store import findings

    with opened.store.reading() as tx:
        for picture in findings.pictures(tx, scan_id):
            found = [FindingView.of(each).to_json() for each in findings.of_scan(tx, scan_id, picture.name)]
            yield {**_row(picture.name, picture.outcome or {}), "scan": scan_id, "findings": found}


def _row(name: str, outcome: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "file": name,
        "asset": outcome.get("asset"),
        "mark_id": outcome.get("mark"),
        "verdict": outcome.get("verdict", "none"),
        "p_value": float(outcome.get("p_value", 1)),
        "seconds": float(outcome.get("seconds", 0)),
        "problem": outcome.get("problem"),
        "findings": [],
    }


def _text(row: dict[str, Any]) -> str:
    if row["problem"]:
        return f"{row['file']}: {row['problem']['code']}: {row['problem']['message']}"
    if not row["findings"]:
        return f"{row['file']}: nothing of ours ({row['seconds']:.1f} s)"
    finding = row["findings"][0]
    seller = f" by {finding['sighting']['seller']}" if finding["sighting"] else ""
    what = f"{row['verdict']} {row['asset']} (p = {row['p_value']:.1e})"
    return f"{row['file']}: {what}, {finding['standing']}{seller}"


@click.command()
@click.argument("collection")
@json_option
def rescan(output: Output, collection: str) -> int:
    """Look for the tiles of COLLECTION in everything scanned before they were made. Exit code 1: nothing.

    Pictures in which a tile was proven are left out, and a collection is looked for again once.
    """
    from api.cli import names

    opened = ledger()
    name = names.collection(opened, collection)
    found = run_operation(opened, "rescan", {"collection": name}, name)
    if found["scan"] is None:
        output.result(found, "no picture was scanned before this collection was made")
        return Exit.NO
    text = f"{found['pictures']} pictures: {found['proven']} proven, {found['likely']} likely"
    output.result(found, f"{text} (scan {found['scan']})")
    return Exit.YES if found["proven"] or found["likely"] else Exit.NO


@click.command()
@click.argument("scan_name", metavar="SCAN")
@json_option
def replay(output: Output, scan_name: str) -> int:
    """Examine the pictures of SCAN again, against the register as it stood then. Exit code 1: it differs.

    What was measured must be the same to the byte; nothing is changed.
    """
    from api.cli import names

    opened = ledger()
    name = names.scan(opened, scan_name)
    key = f"{name} {opened.now()}"
    found = run_operation(opened, "replay", {"scan": name}, key)
    lines = [f"{each['picture']}: {each['why']}" for each in found["differing"]]
    verdict = "the same, byte for byte" if found["same"] else f"{len(lines)} differ"
    output.result(found, "\n".join([*lines, f"{found['pictures']} pictures examined again: {verdict}"]))
    return Exit.YES if found["same"] else Exit.NO
