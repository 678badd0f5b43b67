"""Scans, the pictures handed in for them, and what was found."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlmodel import col, select

from ledger.domain.brief_text import parse_sighting, sighting_to_dict
from ledger.domain.finding import Finding, Sighting, Standing, Verdict
from ledger.domain.ids import AssetId, CollectionId, FindingId, LicenceId, MarkId, PartyId, ScanId
from ledger.errors import UnknownError
from ledger.store.store import Tx
from ledger.store.tables import AssetRow
from ledger.store.text import dump, load, load_optional
from ledger.store.trade_tables import FindingRow, PictureRow, ScanRow


@dataclass(frozen=True)
class Scan:
    """One sweep over pictures; `closed_at` is None until all of them were examined.

    `entry` is the sequence in the book at which it was opened: the register as it stood then is searched.
    """

    id: ScanId
    label: str
    opened_at: str
    closed_at: str | None = None
    entry: int | None = None


@dataclass(frozen=True)
class Picture:
    """One picture of a scan. `outcome` says what examination made of it: verdict, p_value, ...

    `dpi` is its resolution in dots per inch as a decimal string, where it is known.
    """

    scan: ScanId
    name: str
    sha256: str
    sighting: Sighting | None = None
    outcome: Mapping[str, Any] | None = None
    dpi: str | None = None


def open_scan(tx: Tx, scan: Scan) -> None:
    tx.session.add(ScanRow(**vars(scan)))
    tx.session.flush()


def find_scan(tx: Tx, scan: ScanId) -> Scan | None:
    row = tx.session.get(ScanRow, scan)
    return _scan(row) if row else None


def get_scan(tx: Tx, scan: ScanId) -> Scan:
    """Raises UnknownError (unknown-scan)."""
    found = find_scan(tx, scan)
    if found is None:
        raise UnknownError("scan", scan)
    return found


def scans(tx: Tx, limit: int = 100, offset: int = 0) -> tuple[Scan, ...]:
    query = select(ScanRow).order_by(col(ScanRow.opened_at), col(ScanRow.id)).limit(limit).offset(offset)
    return tuple(map(_scan, tx.session.exec(query)))


def close_scan(tx: Tx, scan: ScanId, at: str) -> None:
    row = tx.session.get(ScanRow, scan)
    if row is None:
        raise UnknownError("scan", scan)
    row.closed_at = at
    tx.session.add(row)
    tx.session.flush()


def add_picture(tx: Tx, picture: Picture) -> None:
    tx.session.add(
        PictureRow(
            scan=picture.scan,
            name=picture.name,
            sha256=picture.sha256,
            sighting=dump(sighting_to_dict(picture.sighting)) if picture.sighting else None,
            dpi=picture.dpi,
        )
    )
    tx.session.flush()


def find_picture(tx: Tx, scan: ScanId, name: str) -> Picture | None:
    row = tx.session.get(PictureRow, (scan, name))
    return _picture(row) if row else None


def pictures(tx: Tx, scan: ScanId) -> tuple[Picture, ...]:
    """The pictures of a scan by name."""
    query = select(PictureRow).where(PictureRow.scan == scan).order_by(col(PictureRow.name))
    return tuple(_picture(row) for row in tx.session.exec(query))


def seen_before(tx: Tx, entry: int) -> Iterator[Picture]:
    """The pictures of scans that were opened before an entry of the book, oldest scan first."""
    query = select(PictureRow).join(ScanRow, col(ScanRow.id) == col(PictureRow.scan))
    query = query.where(col(ScanRow.entry) < entry).order_by(col(ScanRow.entry), col(PictureRow.name))
    yield from map(_picture, tx.session.exec(query))


def set_outcome(tx: Tx, scan: ScanId, name: str, outcome: Mapping[str, Any]) -> None:
    row = tx.session.get(PictureRow, (scan, name))
    if row is None:
        raise UnknownError("picture", name)
    row.outcome = dump(outcome)
    tx.session.add(row)
    tx.session.flush()


def add(tx: Tx, finding: Finding) -> None:
    tx.session.add(
        FindingRow(
            id=finding.id,
            scan=finding.scan,
            picture=finding.picture,
            picture_sha256=finding.picture_sha256,
            asset=finding.asset,
            mark=finding.mark,
            verdict=finding.verdict.value,
            p_value=finding.p_value,
            evidence=dump(finding.evidence),
            sighting=dump(sighting_to_dict(finding.sighting)) if finding.sighting else None,
            seller=finding.sighting.seller if finding.sighting else None,
            standing=finding.standing.value,
            licence=finding.licence,
            judged_at=finding.judged_at,
            copy_licence=finding.copy,
            held=finding.held,
        )
    )
    tx.session.flush()


def set_held(tx: Tx, why: Mapping[FindingId, str | None]) -> None:
    """Hold findings, each with its reason, or release those given None."""
    for finding, reason in why.items():
        row = tx.session.get(FindingRow, finding)
        if row is None:
            raise UnknownError("finding", finding)
        row.held = reason
        tx.session.add(row)
    tx.session.flush()


def find(tx: Tx, finding: FindingId) -> Finding | None:
    row = tx.session.get(FindingRow, finding)
    return _finding(row) if row else None


def get(tx: Tx, finding: FindingId) -> Finding:
    """Raises UnknownError (unknown-finding)."""
    found = find(tx, finding)
    if found is None:
        raise UnknownError("finding", finding)
    return found


def of_scan(tx: Tx, scan: ScanId, picture: str | None = None) -> tuple[Finding, ...]:
    """The findings of a scan, of one picture or of all, by picture."""
    query = select(FindingRow).where(FindingRow.scan == scan)
    if picture is not None:
        query = query.where(FindingRow.picture == picture)
    query = query.order_by(col(FindingRow.picture), col(FindingRow.id))
    return tuple(_finding(row) for row in tx.session.exec(query))


def page(tx: Tx, seller: PartyId | None = None, limit: int = 100, offset: int = 0) -> tuple[Finding, ...]:
    """Findings, oldest first; `seller` keeps those that name this party."""
    query = select(FindingRow).order_by(col(FindingRow.judged_at), col(FindingRow.id))
    if seller is not None:
        query = query.where(FindingRow.seller == seller)
    return tuple(_finding(row) for row in tx.session.exec(query.limit(limit).offset(offset)))


def held(tx: Tx, scan: ScanId | None = None) -> tuple[Finding, ...]:
    """Findings that wait for somebody to look, of one scan or of all."""
    query = select(FindingRow).where(col(FindingRow.held).is_not(None)).order_by(col(FindingRow.id))
    if scan is not None:
        query = query.where(FindingRow.scan == scan)
    return tuple(_finding(row) for row in tx.session.exec(query))


def of_collection(tx: Tx, collection: CollectionId, seller: PartyId) -> tuple[Finding, ...]:
    """Everything that closed scans found of a collection with this seller."""
    query = select(FindingRow).join(AssetRow, col(AssetRow.id) == col(FindingRow.asset))
    query = query.join(ScanRow, col(ScanRow.id) == col(FindingRow.scan))
    query = query.where(AssetRow.collection == collection, FindingRow.seller == seller)
    query = query.where(col(ScanRow.closed_at).is_not(None))
    return tuple(_finding(row) for row in tx.session.exec(query.order_by(col(FindingRow.id))))


def _scan(row: ScanRow) -> Scan:
    return Scan(ScanId(row.id), row.label, row.opened_at, row.closed_at, row.entry)


def _picture(row: PictureRow) -> Picture:
    seen = load_optional(row.sighting)
    return Picture(
        scan=ScanId(row.scan),
        name=row.name,
        sha256=row.sha256,
        sighting=parse_sighting(seen, kept=True) if seen else None,
        outcome=load_optional(row.outcome),
        dpi=row.dpi,
    )


def _finding(row: FindingRow) -> Finding:
    seen = load_optional(row.sighting)
    return Finding(
        id=FindingId(row.id),
        scan=ScanId(row.scan),
        picture=row.picture,
        picture_sha256=row.picture_sha256,
        asset=AssetId(row.asset),
        mark=MarkId(row.mark) if row.mark is not None else None,
        verdict=Verdict(row.verdict),
        p_value=row.p_value,
        evidence=load(row.evidence),
        sighting=parse_sighting(seen, kept=True) if seen else None,
        standing=Standing(row.standing),
        licence=LicenceId(row.licence) if row.licence else None,
        judged_at=row.judged_at,
        copy=LicenceId(row.copy_licence) if row.copy_licence else None,
        held=row.held,
    )
