"""Collections: their brief, their terms, and where the chain witnesses them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from sqlalchemy import func
from sqlmodel import col, select

from ledger.domain.assets import Collection, CollectionBrief, Registration
from ledger.domain.brief_text import brief_to_dict, parse_brief
from ledger.domain.errors import OrderError
from ledger.domain.ids import CollectionId
from ledger.domain.terms import Terms
from ledger.domain.terms_text import terms_to_dict
from ledger.errors import UnknownError
from ledger.store.store import Tx
from ledger.store.tables import CollectionRow
from ledger.store.text import dump, load, load_optional, read_terms


def add(tx: Tx, collection: Collection, terms: Terms) -> None:
    row = CollectionRow(
        id=collection.id,
        brief=dump(brief_to_dict(collection.brief)),
        terms=dump(terms_to_dict(terms)),
        created_at=collection.created_at,
    )
    tx.session.add(row)
    tx.session.flush()


def find(tx: Tx, collection: CollectionId) -> Collection | None:
    row = tx.session.get(CollectionRow, collection)
    return _from_row(row) if row else None


def get(tx: Tx, collection: CollectionId) -> Collection:
    """Raises UnknownError (unknown-collection)."""
    return _from_row(_row(tx, collection))


def registration(tx: Tx, collection: CollectionId) -> Registration:
    """Where the chain witnesses the collection. Raises UnknownError, OrderError before it is registered."""
    found = get(tx, collection).registration
    if found is None:
        raise OrderError(f"collection {collection} is not registered yet; register it first")
    return found


def terms(tx: Tx, collection: CollectionId) -> Terms:
    """The terms now in force for every tile of the collection. Raises UnknownError."""
    return read_terms(_row(tx, collection).terms)


def every(tx: Tx, limit: int = 100, offset: int = 0) -> tuple[Collection, ...]:
    """Collections, oldest first."""
    query = select(CollectionRow).order_by(col(CollectionRow.created_at), col(CollectionRow.id))
    return tuple(_from_row(row) for row in tx.session.exec(query.limit(limit).offset(offset)))


def published(tx: Tx) -> Iterator[tuple[Collection, Terms]]:
    """Every registered collection, oldest first, with its terms."""
    query = select(CollectionRow).where(col(CollectionRow.registration).is_not(None))
    for row in tx.session.exec(query.order_by(col(CollectionRow.created_at), col(CollectionRow.id))):
        yield _from_row(row), read_terms(row.terms)


def count_published(tx: Tx) -> int:
    """How many collections are registered."""
    query = select(func.count()).where(col(CollectionRow.registration).is_not(None))
    return tx.session.exec(query).one()


def register(tx: Tx, collection: CollectionId, registration: Registration) -> None:
    row = _row(tx, collection)
    row.registration = dump(registration_to_dict(registration))
    tx.session.add(row)
    tx.session.flush()


def registration_to_dict(registration: Registration) -> dict[str, Any]:
    return dict(vars(registration))


@lru_cache(maxsize=256)
def _brief(text: str) -> CollectionBrief:
    return parse_brief(load(text))


def _row(tx: Tx, collection: CollectionId) -> CollectionRow:
    row = tx.session.get(CollectionRow, collection)
    if row is None:
        raise UnknownError("collection", collection)
    return row


def _from_row(row: CollectionRow) -> Collection:
    found: Mapping[str, Any] | None = load_optional(row.registration)
    return Collection(
        id=CollectionId(row.id),
        brief=_brief(row.brief),
        created_at=row.created_at,
        registration=Registration(**found) if found else None,
    )
