"""What scans leave out: tiles that are not reported, and pictures that are known not to be ours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func
from sqlmodel import col, select

from ledger.domain.ids import AssetId
from ledger.store.store import Tx
from ledger.store.text import dump, load
from ledger.store.trade_tables import ExclusionRow, NegativeRow


@dataclass(frozen=True)
class Exclusion:
    """A tile that scans do not report, and why."""

    asset: AssetId
    why: str
    since: str


@dataclass(frozen=True)
class Negative:
    """A picture of somebody else's pattern, by the digest of its bytes, with its fingerprint."""

    sha256: str
    name: str
    fingerprint: Mapping[str, Any]
    why: str
    since: str


def exclude(tx: Tx, exclusion: Exclusion, entry: int) -> None:
    tx.session.add(ExclusionRow(**vars(exclusion), entry=entry))
    tx.session.flush()


def find_exclusion(tx: Tx, asset: AssetId) -> Exclusion | None:
    row = tx.session.get(ExclusionRow, asset)
    return _exclusion(row) if row else None


def exclusions(tx: Tx, before: int | None = None) -> tuple[Exclusion, ...]:
    """Oldest first; `before` an entry of the book."""
    query = select(ExclusionRow).order_by(col(ExclusionRow.entry))
    query = query if before is None else query.where(col(ExclusionRow.entry) < before)
    return tuple(map(_exclusion, tx.session.exec(query)))


def add_negative(tx: Tx, negative: Negative, entry: int) -> None:
    facts = {**vars(negative), "fingerprint": dump(negative.fingerprint)}
    tx.session.add(NegativeRow(**facts, entry=entry))
    tx.session.flush()


def find_negative(tx: Tx, sha256: str) -> Negative | None:
    row = tx.session.get(NegativeRow, sha256)
    return _negative(row) if row else None


def negatives(tx: Tx, before: int | None = None) -> tuple[Negative, ...]:
    """Oldest first; `before` an entry of the book."""
    query = select(NegativeRow).order_by(col(NegativeRow.entry))
    query = query if before is None else query.where(col(NegativeRow.entry) < before)
    return tuple(map(_negative, tx.session.exec(query)))


def counts(tx: Tx, before: int | None = None) -> tuple[int, int]:
    """How many exclusions and negatives there are; `before` an entry of the book."""
    excluded = select(func.count(col(ExclusionRow.entry)))
    known = select(func.count(col(NegativeRow.entry)))
    if before is not None:
        excluded = excluded.where(col(ExclusionRow.entry) < before)
        known = known.where(col(NegativeRow.entry) < before)
    return tx.session.exec(excluded).one(), tx.session.exec(known).one()


def _exclusion(row: ExclusionRow) -> Exclusion:
    return Exclusion(AssetId(row.asset), row.why, row.since)


def _negative(row: NegativeRow) -> Negative:
    return Negative(row.sha256, row.name, load(row.fingerprint), row.why, row.since)
