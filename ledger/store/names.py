"""Ids by how they begin, for people who type them."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum

from sqlalchemy.orm import Mapped
from sqlmodel import col, select

from ledger.domain.brief_text import parse_brief
from ledger.domain.ids import CollectionId
from ledger.store.kept_tables import QuoteRow
from ledger.store.store import Tx
from ledger.store.tables import AssetRow, CollectionRow, OperationRow
from ledger.store.text import load
from ledger.store.token_tables import LicenceTokenRow
from ledger.store.trade_tables import FindingRow, GrantRow, InvoiceRow, OfferRow, ScanRow


class Named(Enum):
    """What has an id of 32 hex digits; the value is the word errors use for it."""

    COLLECTION = "collection"
    ASSET = "asset"
    OFFER = "offer"
    LICENCE = "licence"
    INVOICE = "invoice"
    OPERATION = "operation"
    SCAN = "scan"
    FINDING = "finding"
    TOKEN = "token"  # noqa: S105 -- a word


_IDS: dict[Named, Sequence[Mapped[str]]] = {
    Named.COLLECTION: (col(CollectionRow.id),),
    Named.ASSET: (col(AssetRow.id),),
    Named.OFFER: (col(OfferRow.id), col(QuoteRow.id)),
    Named.LICENCE: (col(GrantRow.id),),
    Named.INVOICE: (col(InvoiceRow.id),),
    Named.OPERATION: (col(OperationRow.id),),
    Named.SCAN: (col(ScanRow.id),),
    Named.FINDING: (col(FindingRow.id),),
    Named.TOKEN: (col(LicenceTokenRow.id),),
}


def beginning_with(tx: Tx, kind: Named, digits: str, limit: int) -> tuple[str, ...]:
    """Up to `limit` ids that begin with `digits`, which are lower-case hex digits."""
    found: set[str] = set()
    for known in _IDS[kind]:
        query = select(known).where(known.startswith(digits)).order_by(known)
        found.update(tx.session.exec(query.limit(limit)))
    return tuple(sorted(found)[:limit])


def collection_names(tx: Tx) -> dict[CollectionId, str]:
    """The name in the brief of every collection, oldest first."""
    query = select(CollectionRow.id, CollectionRow.brief).order_by(col(CollectionRow.created_at))
    return {CollectionId(id): parse_brief(load(brief)).name for id, brief in tx.session.exec(query)}
