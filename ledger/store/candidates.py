"""Made tiles with what a rule about each of them asks: a few columns, a part of the register at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select as columns
from sqlmodel import col, select

from ledger.domain.assets import Draft
from ledger.domain.ids import AssetId, CollectionId, MarkId, PartyId
from ledger.store.assets import CHUNK, Face
from ledger.store.store import Tx
from ledger.store.tables import AssetRow, CollectionRow
from ledger.store.text import load, read_terms
from ledger.store.trade_tables import GrantRow

_TILE = [
    col(each)
    for each in (
        AssetRow.id,
        AssetRow.collection,
        AssetRow.index,
        AssetRow.mark,
        AssetRow.recipe,
        AssetRow.sha256,
        AssetRow.choice,
        AssetRow.entry,
    )
]


@dataclass(frozen=True)
class Candidate:
    """A made tile, the name of its collection, and what people said of it: selected, rejected or nothing."""

    draft: Draft
    face: Face
    name: str
    choice: str | None


def walk(tx: Tx, licensee: PartyId | None = None) -> Iterator[Candidate]:
    """Every made tile in the order of the book; with `licensee` those that it holds any licence of."""
    query: Any = columns(*_TILE).order_by(col(AssetRow.entry)).limit(CHUNK)
    if licensee is not None:
        held = select(GrantRow.asset).where(GrantRow.licensee == licensee)
        query = query.where(col(AssetRow.id).in_(held))
    after, heads = 0, dict[str, Any]()
    while True:
        rows: Sequence[Any] = tx.session.exec(query.where(col(AssetRow.entry) > after)).all()
        heads |= _heads(tx, sorted({row.collection for row in rows} - heads.keys()))
        for row in rows:
            yield _candidate(row, heads[row.collection])
        if len(rows) < CHUNK:
            return
        after = rows[-1].entry


def _heads(tx: Tx, collections: Sequence[str]) -> dict[str, Any]:
    """(name, terms, whether it is registered) of each of at most CHUNK collections."""
    parts = (CollectionRow.id, CollectionRow.brief, CollectionRow.terms, CollectionRow.registration)
    query: Any = columns(*map(col, parts)).where(col(CollectionRow.id).in_(collections))
    return {
        row.id: (str(load(row.brief)["name"]), read_terms(row.terms), row.registration is not None)
        for row in tx.session.exec(query)
    }


def _candidate(row: Any, head: Any) -> Candidate:
    name, terms, registered = head
    asset, collection, mark = AssetId(row.id), CollectionId(row.collection), MarkId(row.mark)
    draft = Draft(asset, collection, row.index, mark, load(row.recipe))
    return Candidate(draft, Face(asset, collection, row.sha256, mark, terms, registered), name, row.choice)
