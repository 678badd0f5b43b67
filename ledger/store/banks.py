"""What scans leave out: tiles that are not reported, and pictures that are known not to be ours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import func
from sqlmodel import col, desc, select

from ledger.domain.ids import AssetId, CollectionId
from ledger.domain.rulings import Ending, Ruling
from ledger.store.store import Tx
from ledger.store.tables import AssetRow
from ledger.store.text import dump, load
from ledger.store.trade_tables import ExclusionRow, NegativeRow

Row = TypeVar("Row", ExclusionRow, NegativeRow)


@dataclass(frozen=True)
class Exclusion:
    """A tile that scans do not report while the ruling holds."""

    asset: AssetId
    ruling: Ruling


@dataclass(frozen=True)
class Negative:
    """A picture of somebody else's pattern, by the digest of its bytes, with its fingerprint."""

    sha256: str
    name: str
    fingerprint: Mapping[str, Any]
    ruling: Ruling


def exclude(tx: Tx, exclusion: Exclusion) -> None:
    tx.session.add(ExclusionRow(asset=exclusion.asset, **_begun(exclusion.ruling)))
    tx.session.flush()


def include(tx: Tx, exclusion: Exclusion) -> None:
    """Write down that it was taken back."""
    _end(tx, ExclusionRow, exclusion.ruling)


def last_exclusion(tx: Tx, asset: AssetId) -> Exclusion | None:
    """The newest one of a tile, taken back or not."""
    query = select(ExclusionRow).where(ExclusionRow.asset == asset).order_by(desc(col(ExclusionRow.entry)))
    row = tx.session.exec(query.limit(1)).first()
    return _exclusion(row) if row else None


def exclusions(tx: Tx, before: int | None = None, *, ended: bool = False) -> tuple[Exclusion, ...]:
    """Those that hold, or held `before` an entry of the book, oldest first; with `ended`, all there were."""
    rows = tx.session.exec(select(ExclusionRow).order_by(col(ExclusionRow.entry)))
    return tuple(_exclusion(row) for row in rows if ended or _ruling(row).holds(before))


def add_negative(tx: Tx, negative: Negative) -> None:
    prints, begun = dump(negative.fingerprint), _begun(negative.ruling)
    tx.session.add(NegativeRow(sha256=negative.sha256, name=negative.name, fingerprint=prints, **begun))
    tx.session.flush()


def forget_negative(tx: Tx, negative: Negative) -> None:
    """Write down that it was taken back."""
    _end(tx, NegativeRow, negative.ruling)


def last_negative(tx: Tx, sha256: str) -> Negative | None:
    """The newest one of these bytes, taken back or not."""
    query = select(NegativeRow).where(NegativeRow.sha256 == sha256).order_by(desc(col(NegativeRow.entry)))
    row = tx.session.exec(query.limit(1)).first()
    return _negative(row) if row else None


def negatives(tx: Tx, before: int | None = None, *, ended: bool = False) -> tuple[Negative, ...]:
    """Those that hold, or held `before` an entry of the book, oldest first; with `ended`, all there were."""
    rows = tx.session.exec(select(NegativeRow).order_by(col(NegativeRow.entry)))
    return tuple(_negative(row) for row in rows if ended or _ruling(row).holds(before))


def counts(tx: Tx, before: int | None = None) -> tuple[int, int]:
    """How often people ruled about tiles and about negatives, made or taken back; `before` an entry.

    The book only grows, so two equal counts are the same rulings.
    """
    return _count(tx, ExclusionRow, before), _count(tx, NegativeRow, before)


def last_return(tx: Tx, collection: CollectionId) -> tuple[int | None, int | None]:
    """The last entry that took back an exclusion of a collection's tiles, and any negative; None without."""
    tile = select(func.max(col(ExclusionRow.ended))).join(AssetRow, col(AssetRow.id) == ExclusionRow.asset)
    known = select(func.max(col(NegativeRow.ended)))
    included = tx.session.exec(tile.where(AssetRow.collection == collection)).one()
    return included, tx.session.exec(known).one()


def _count(tx: Tx, table: type[Row], before: int | None) -> int:
    number = 0
    for entry in (col(table.entry), col(table.ended)):
        query = select(func.count(entry))
        number += tx.session.exec(query if before is None else query.where(entry < before)).one()
    return number


def _begun(ruling: Ruling) -> dict[str, Any]:
    return {"entry": ruling.entry, "since": ruling.since, "why": ruling.why}


def _end(tx: Tx, table: type[Row], ruling: Ruling) -> None:
    row, ending = tx.session.get_one(table, ruling.entry), ruling.ending
    if ending is not None:
        row.ended, row.ended_at, row.ended_why = ending.entry, ending.at, ending.why
    tx.session.add(row)
    tx.session.flush()


def _ruling(row: ExclusionRow | NegativeRow) -> Ruling:
    ending = None
    if row.ended is not None:
        ending = Ending(row.ended, row.ended_at or "", row.ended_why or "")
    return Ruling(row.entry, row.since, row.why, ending)


def _exclusion(row: ExclusionRow) -> Exclusion:
    return Exclusion(AssetId(row.asset), _ruling(row))


def _negative(row: NegativeRow) -> Negative:
    return Negative(row.sha256, row.name, load(row.fingerprint), _ruling(row))
