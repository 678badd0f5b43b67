"""Scan pictures from the wild: what is it (forensics), was it allowed (the book), and so: a finding."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ledger.context import Ledger
from ledger.domain.finding import Finding, Sighting, Verdict
from ledger.domain.ids import AssetId, MarkId, ScanId, derive
from ledger.domain.judging import Match, judge
from ledger.errors import ConflictError, UnknownError
from ledger.evidence import evidence_to_dict, written
from ledger.store import Tx, assets, collections, findings, rights
from ledger.store.findings import Picture, Scan

if TYPE_CHECKING:
    from forensics import Index, Reference, Report
    from ledger.domain.assets import Asset

Seen = tuple[str, bytes, Sighting | None]


def open_scan(ledger: Ledger, key: str, pictures: Sequence[Seen] = (), label: str = "") -> Scan:
    """Open a scan and hand in its pictures (name, bytes, who was seen with it); `key` opens one scan once.

    Raises ConflictError when two pictures of one name differ, and StorageError.
    """
    name = ScanId(derive("scan", ledger.id, key))
    with ledger.store.transaction() as tx:
        scan = findings.find_scan(tx, name)
        if scan is None:
            scan = Scan(name, label, ledger.now())
            findings.open_scan(tx, scan)
            tx.append("scan-opened", name, {"label": label}, scan.opened_at)
    for picture, data, sighting in pictures:
        add_picture(ledger, name, picture, data, sighting)
    return scan


def add_picture(
    ledger: Ledger, scan: ScanId, name: str, data: bytes, sighting: Sighting | None = None
) -> Picture:
    """Hand in one picture; the same again changes nothing. UnknownError, ConflictError, StorageError."""
    picture = Picture(scan, name, ledger.blobs.put(data), sighting)
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


def scan_picture(
    ledger: Ledger, scan: ScanId, name: str, data: bytes, sighting: Sighting | None = None
) -> tuple[Finding, ...]:
    """Hand in one picture and examine it."""
    add_picture(ledger, scan, name, data, sighting)
    return examine(ledger, scan, name)


def examine(ledger: Ledger, scan: ScanId, name: str) -> tuple[Finding, ...]:
    """Examine a picture that was handed in, once; the findings it gave.

    A picture that cannot be read has an outcome that says so and no findings. Raises UnknownError and
    StorageError.
    """
    with ledger.store.reading() as tx:
        picture = findings.find_picture(tx, scan, name)
        if picture is None:
            raise UnknownError("picture", name, "hand it in first")
        if picture.outcome is not None:
            return findings.of_scan(tx, scan, name)
    matches, outcome = _look(ledger, picture)
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
        body = {"pictures": len(pictures), "digest": _digest(pictures)}
        findings.close_scan(tx, scan, ledger.now())
        tx.append("scan-closed", scan, body, ledger.now())
        return findings.get_scan(tx, scan)


def register_index(ledger: Ledger) -> Index:
    """Every made tile, ready to be searched; kept until another tile is made."""
    with ledger.store.reading() as tx:
        version = (ledger.id, assets.count_made(tx))
    return ledger.engines.index(version, lambda: _build(ledger))


def _build(ledger: Ledger) -> Index:
    from forensics import BruteForceIndex

    with ledger.store.reading() as tx:
        return BruteForceIndex([_reference(ledger, asset) for asset in assets.walk(tx)])


def _reference(ledger: Ledger, asset: Asset) -> Reference:
    from forensics import Fingerprint, Reference, decode_image

    name = asset.signed.sha256
    return Reference(
        asset_id=asset.id,
        mark_id=int(asset.mark),
        fingerprint=Fingerprint.from_dict(asset.fingerprint),
        tile=lambda: decode_image(ledger.blobs.get(name)),
    )


def _look(ledger: Ledger, picture: Picture) -> tuple[tuple[Match, ...], dict[str, Any]]:
    """What forensics makes of a picture: matches worth judging, and the outcome for the record."""
    from forensics import PictureError, decode_image
    from forensics import examine as look

    data = ledger.blobs.get(picture.sha256)
    try:
        pixels = decode_image(data)
    except PictureError as error:
        return (), _unreadable(error.code, str(error))
    engines = ledger.engines
    report = look(pixels, register_index(ledger), engines.watermarker, engines.scan_seconds)
    return _matches(picture, report), _outcome(report)


def _unreadable(code: str, message: str) -> dict[str, Any]:
    problem = {"code": code, "message": message}
    return {
        "verdict": "none",
        "asset": None,
        "mark": None,
        "p_value": "1",
        "seconds": "0",
        "problem": problem,
    }


def _outcome(report: Report) -> dict[str, Any]:
    best = report.best()
    mark = best.mark_id if best else None
    return {
        "verdict": report.verdict.value,
        "asset": report.asset_id,
        "mark": None if mark is None else f"{mark:012x}",
        "p_value": written(report.p_value),
        "seconds": written(report.seconds),
        "problem": None,
    }


def _matches(picture: Picture, report: Report) -> tuple[Match, ...]:
    """The asset the evidence speaks for most; none when the mark is of a tile this ledger does not hold."""
    best = report.best()
    if best is None or best.asset_id is None:
        return ()
    marks = [each.mark_id for each in report.evidence if each.asset_id == best.asset_id and each.mark_id]
    match = Match(
        picture=picture.name,
        picture_sha256=picture.sha256,
        asset=AssetId(best.asset_id),
        mark=MarkId(marks[0]) if marks else None,
        verdict=Verdict(report.verdict.value),
        p_value=written(report.p_value),
        evidence=evidence_to_dict(report, best.asset_id),
    )
    return (match,)


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
    }
    tx.append("use-found", finding.id, body, finding.judged_at)


def _digest(pictures: Sequence[Picture]) -> str:
    return hashlib.sha256("".join(picture.sha256 for picture in pictures).encode()).hexdigest()
