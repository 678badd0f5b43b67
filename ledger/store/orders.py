"""Licences that are ordered and not granted: their offer is on an invoice that is paid, or can still be."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import bindparam
from sqlmodel import col, or_, select

from ledger.domain.ids import AssetId, InvoiceId, OfferId
from ledger.domain.licence import Grant, Offer, Order, licence_id
from ledger.domain.right_clauses import paid_units
from ledger.domain.terms import Terms
from ledger.domain.use import Action
from ledger.store import rights
from ledger.store.asked import Asked
from ledger.store.kept_tables import OpenOrderRow
from ledger.store.store import Tx
from ledger.store.tables import EntryRow
from ledger.store.trade_tables import InvoiceRow, OfferRow

REFUND_DUE = "refund-due"
_SOME = Asked(select(OpenOrderRow.offer).where(OpenOrderRow.asset == bindparam("asset")).limit(1))


@dataclass(frozen=True)
class Pending:
    """An offer on `invoice`, drawn up at `since`; it stands in the way of others until it lapses."""

    offer: Offer
    invoice: InvoiceId
    since: str
    paid: bool

    def licence(self, terms: Terms) -> Grant:
        """The licence it will be, under the terms it was made under."""
        return Grant(
            id=licence_id(self.offer.id),
            offer=self.offer.id,
            asset=self.offer.asset,
            licensee=self.offer.licensee,
            action=Action(self.offer.use.action),
            terms=terms,
            terms_hash=self.offer.terms_hash,
            granted_at=self.since,
            invoice=self.invoice,
            tx="",
            gas=0,
            units=paid_units(terms, self.offer.use),
        )

    def order(self) -> Order:
        return Order(licence_id(self.offer.id), self.offer.use)

    def outranks(self, other: Pending) -> bool:
        """Whether it comes first: paid before unpaid, then the one that was drawn up first."""
        return (not self.paid, self.since, self.invoice) < (not other.paid, other.since, other.invoice)


def pending(tx: Tx, asset: AssetId, on: date) -> tuple[Pending, ...]:
    """The orders of one tile that stand on the day `on`, oldest first.

    An unpaid one lapses after the last day to pay it. A paid one stands until it is granted or refused.
    """
    if not tx.ask(_SOME, asset=asset):
        return ()
    query = select(OfferRow, InvoiceRow.id, InvoiceRow.made_at, InvoiceRow.settled_tx)
    query = query.join(OpenOrderRow, col(OpenOrderRow.offer) == col(OfferRow.id))
    query = query.join(InvoiceRow, col(InvoiceRow.id) == col(OpenOrderRow.invoice))
    query = query.where(OpenOrderRow.asset == asset)
    payable = or_(col(InvoiceRow.settled_tx).is_not(None), col(InvoiceRow.due_on) >= on.isoformat())
    rows = tx.session.exec(query.where(payable).order_by(col(InvoiceRow.made_at), col(InvoiceRow.id)))
    return tuple(
        Pending(rights.to_offer(row), InvoiceId(invoice), since, paid is not None)
        for row, invoice, since, paid in rows
    )


def is_refund_due(tx: Tx, offer: OfferId) -> bool:
    """Whether it was paid for and can no longer be granted."""
    query = select(EntryRow.sequence).where(EntryRow.subject == offer, EntryRow.kind == REFUND_DUE)
    return tx.session.exec(query.limit(1)).first() is not None
