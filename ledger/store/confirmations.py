"""Which tiles were told what a collection's entry says: entries about the tiles, held against that entry."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import exists, func
from sqlalchemy.orm import aliased
from sqlmodel import col, or_, select

from ledger.domain.entries import Entry
from ledger.domain.ids import CollectionId
from ledger.store.assets import REJECTED
from ledger.store.store import Tx, to_entry
from ledger.store.tables import AssetRow, EntryRow


def told(tx: Tx, kind: str, collection: CollectionId, after: int) -> tuple[Entry, ...]:
    """The entries of `kind` about tiles of a collection, after sequence `after`, in order."""
    query = (
        select(EntryRow)
        .join(AssetRow, col(AssetRow.id) == col(EntryRow.subject))
        .where(AssetRow.collection == collection, EntryRow.kind == kind, col(EntryRow.sequence) > after)
        .order_by(col(EntryRow.sequence))
    )
    return tuple(to_entry(row) for row in tx.session.exec(query))


def untold(tx: Tx, kind: str, since: str, among: Sequence[CollectionId]) -> frozenset[CollectionId]:
    """Those of `among` with a made and kept tile that has no `kind` after the collection's last `since`."""
    said = aliased(EntryRow)
    last = (
        select(func.max(said.sequence))
        .where(said.subject == AssetRow.collection, said.kind == since)
        .correlate(AssetRow)
        .scalar_subquery()
    )
    answered = exists().where(
        col(EntryRow.subject) == AssetRow.id, col(EntryRow.kind) == kind, col(EntryRow.sequence) > last
    )
    query = select(AssetRow.collection).where(
        col(AssetRow.collection).in_(among),
        col(AssetRow.sha256).is_not(None),
        or_(col(AssetRow.choice).is_(None), col(AssetRow.choice) != REJECTED),
        ~answered,
    )
    return frozenset(CollectionId(each) for each in tx.session.exec(query.distinct()))
