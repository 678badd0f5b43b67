"""Scan pictures from the wild: what is it (forensics), was it allowed (the book), and so: a finding."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from ledger.context import Ledger
from ledger.domain.canonical import digest
from ledger.domain.finding import Finding, Sighting
from ledger.domain.ids import ScanId, derive
from ledger.domain.judging import Match, judge, measured
from ledger.domain.quarantine import flooded
from ledger.errors import ConflictError, UnknownError
from ledger.searching import look, register, unreadable
from ledger.store import Tx, assets, collections, findings, rights
from ledger.store.findings import Picture, Scan

Seen = tuple[str, bytes, Sighting | None]
NO_BYTES = ""  # in place of a digest, for a file that gave no picture


def open_scan(ledger: Ledger, key: str, pictures: Sequence[Seen] = (), label: str = "") -> Scan:
    """Open a scan and hand in its pictures (name, bytes, who was seen with it); `key` opens one scan once.

    Raises ConflictError when two pictures of one name differ, and StorageError.
    """
    name = ScanId(derive("scan", ledger.id, key))
    with ledger.store.transaction() as tx:
        scan = findings.find_scan(tx, name)
        if scan is None:
            at = ledger.now()
            entry = tx.append("scan-opened", name, {"label": label}, at)
            scan = Scan(name, label, at, entry=entry.sequence)
            findings.open_scan(tx, scan)
    for picture, data, sighting in pictures:
        add_picture(ledger, name, picture, data, sighting)
    return scan


def add_picture(
    ledger: Ledger,
    scan: ScanId,
    name: str,
    data: bytes,
    sighting: Sighting | None = None,
    dpi: float | None = None,
) -> Picture:
    """Hand in one picture; the same again changes nothing. UnknownError, ConflictError, StorageError."""
    resolution = None if dpi is None else f"{dpi:g}"
    picture = Picture(scan, name, ledger.blobs.put(data), sighting, dpi=resolution)
    with ledger.store.transaction() as tx:
        opened, known = findings.get_scan(tx, scan), findings.find_picture(tx, scan, name)
        if known is not None:
            if (known.sha256, known.sighting) != (picture.sha256, sighting):
                raise ConflictError("picture", f"{name!r} was handed in before with other content; rename it")
            return known
        if opened.closed_at is not None:
            raise ConflictError("scan", f"scan {scan} is closed; open a new one for more pictures")
        findings.add_picture(tx, picture)
    return picture


def add_unreadable(ledger: Ledger, scan: ScanId, name: str, code: str, message: str) -> None:
    """Write down that a file of the scan gave no picture, and why. UnknownError, ConflictError."""
    with ledger.store.transaction() as tx:
        if findings.find_picture(tx, scan, name) is not None:
            return
        if findings.get_scan(tx, scan).closed_at is not None:
            raise ConflictError("scan", f"scan {scan} is closed; open a new one for more pictures")
        findings.add_picture(tx, Picture(scan, name, NO_BYTES))
        findings.set_outcome(tx, scan, name, {**unreadable(code, message), "findings": []})


def names(ledger: Ledger, scan: ScanId) -> frozenset[str]:
    """The names that were handed in for a scan so far. UnknownError."""
    with ledger.store.reading() as tx:
        findings.get_scan(tx, scan)
        return frozenset(picture.name for picture in findings.pictures(tx, scan))


def examine(ledger: Ledger, scan: ScanId, name: str) -> tuple[Finding, ...]:
    """Examine a picture that was handed in, once; the findings it gave.

    A picture that cannot be read has an outcome that says so and no findings. Raises UnknownError and
    StorageError.
    """
    with ledger.store.reading() as tx:
        picture, opened = findings.find_picture(tx, scan, name), findings.get_scan(tx, scan)
        if picture is None:
            raise UnknownError("picture", name, "hand it in first")
        if picture.outcome is not None:
            return findings.of_scan(tx, scan, name)
    matches, outcome = look(ledger, picture, register(ledger, opened.entry))
    with ledger.store.transaction() as tx:
        found = tuple(_judged(ledger, tx, picture, match) for match in matches)
        for finding in found:
            _keep(tx, finding)
        findings.set_outcome(tx, scan, name, {**outcome, "findings": [finding.id for finding in found]})
    return found


def close(ledger: Ledger, scan: ScanId) -> Scan:
    """Close a scan whose pictures were all examined; a closed one is returned as it is."""
    with ledger.store.transaction() as tx:
        found = findings.get_scan(tx, scan)
        if found.closed_at is not None:
            return found
        pictures = findings.pictures(tx, scan)
        waiting = sum(picture.outcome is None for picture in pictures)
        if waiting:
            raise ConflictError(
                "scan", f"{waiting} pictures of scan {scan} wait to be examined; scan them first"
            )
        seen = findings.of_scan(tx, scan)
        held = flooded(seen)
        findings.set_held(tx, held)
        body = {
            "pictures": len(pictures),
            "digest": _digest(pictures),
            "findings": findings_digest(seen),
            "held": len(held),
        }
        findings.close_scan(tx, scan, ledger.now())
        tx.append("scan-closed", scan, body, ledger.now())
        return findings.get_scan(tx, scan)


def _judged(ledger: Ledger, tx: Tx, picture: Picture, match: Match) -> Finding:
    terms = collections.terms(tx, assets.get(tx, match.asset).collection)
    return judge(picture.scan, match, picture.sighting, terms, rights.book(tx, match.asset), ledger.now())


def _keep(tx: Tx, finding: Finding) -> None:
    if findings.find(tx, finding.id) is not None:
        return
    findings.add(tx, finding)
    body: Mapping[str, Any] = {
        "scan": finding.scan,
        "picture": finding.picture_sha256,
        "asset": finding.asset,
        "verdict": finding.verdict.value,
        "standing": finding.standing.value,
        "p_value": finding.p_value,
        "measured": digest(measured(finding)),
    }
    tx.append("use-found", finding.id, body, finding.judged_at)


def findings_digest(found: Sequence[Finding]) -> str:
    """SHA-256 over what was measured, in the order of the findings' ids: the same for the same evidence."""
    return digest([measured(finding) for finding in sorted(found, key=lambda each: each.id)])


def _digest(pictures: Sequence[Picture]) -> str:
    return hashlib.sha256("".join(picture.sha256 for picture in pictures).encode()).hexdigest()
