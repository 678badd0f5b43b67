"""Critiques by tile."""

from __future__ import annotations

from typing import Any

from sqlmodel import col, select

from ledger.domain.critiques import Critique, Point
from ledger.domain.ids import AssetId, CollectionId
from ledger.store.store import Tx
from ledger.store.studio_tables import CritiqueRow
from ledger.store.tables import AssetRow, CollectionRow
from ledger.store.text import dump, load


def keep(tx: Tx, critique: Critique, at: str) -> None:
    """Keep it in place of the one before."""
    row = tx.session.get(CritiqueRow, critique.asset) or CritiqueRow(
        asset=critique.asset, version="", checks="", seen="", agreement="", embedding=b"", made_at=""
    )
    row.version, row.agreement, row.embedding = critique.version, critique.agreement, critique.embedding
    row.checks, row.seen = dump([vars(each) for each in critique.points]), dump(critique.seen)
    row.critic, row.finish, row.made_at = critique.critic, critique.finish, at
    tx.session.add(row)
    tx.session.flush()


def look_again(tx: Tx, asset: AssetId, critic: str, embedding: bytes) -> None:
    """Put the embedding of another critic in the place of the one before; what was judged stays."""
    row = tx.session.get(CritiqueRow, asset)
    if row is not None:
        row.critic, row.embedding = critic, embedding
        tx.session.add(row)
        tx.session.flush()


def find(tx: Tx, asset: AssetId) -> Critique | None:
    row = tx.session.get(CritiqueRow, asset)
    return _critique(row) if row else None


def of_collection(tx: Tx, collection: CollectionId, critic: str) -> dict[AssetId, Critique]:
    """Those of a collection's tiles that this critic made, by tile."""
    query = select(CritiqueRow).join(AssetRow, col(AssetRow.id) == col(CritiqueRow.asset))
    asked = query.where(AssetRow.collection == collection, CritiqueRow.critic == critic)
    rows = tx.session.exec(asked.order_by(col(AssetRow.index)))
    return {AssetId(row.asset): _critique(row) for row in rows}


def of_house(tx: Tx, but: CollectionId, critic: str) -> list[bytes]:
    """This critic's embeddings of the registered tiles of all collections `but` one."""
    query = _of_house(select(CritiqueRow.embedding), but).where(CritiqueRow.critic == critic)
    return list(tx.session.exec(query))


def of_another_critic(tx: Tx, but: CollectionId, critic: str) -> list[AssetId]:
    """The same tiles that only another critic has looked at."""
    query = _of_house(select(CritiqueRow.asset), but).where(CritiqueRow.critic != critic)
    return list(map(AssetId, tx.session.exec(query)))


def _of_house(query: Any, but: CollectionId) -> Any:
    return (
        query.join(AssetRow, col(AssetRow.id) == col(CritiqueRow.asset))
        .join(CollectionRow, col(CollectionRow.id) == col(AssetRow.collection))
        .where(col(CollectionRow.registration).is_not(None), col(CollectionRow.id) != but)
        .order_by(col(AssetRow.id))
    )


def _critique(row: CritiqueRow) -> Critique:
    points = tuple(Point(**each) for each in load(row.checks))
    return Critique(
        asset=AssetId(row.asset),
        version=row.version,
        points=points,
        seen=load(row.seen),
        agreement=row.agreement,
        embedding=row.embedding,
        critic=row.critic,
        finish=row.finish,
    )
