"""Offers that are on an invoice and came to no end yet: neither granted nor refused."""

from __future__ import annotations

from ledger.domain.ids import OfferId
from ledger.domain.invoice import Invoice, LineKind
from ledger.store.kept_tables import OpenOrderRow
from ledger.store.store import Tx


def add(tx: Tx, invoice: Invoice) -> None:
    """Keep the offers that an invoice is for."""
    bought = (line for line in invoice.lines if line.kind is LineKind.LICENCE)
    tx.session.add_all(
        OpenOrderRow(offer=line.evidence, invoice=invoice.id, asset=line.asset) for line in bought
    )
    tx.session.flush()


def close(tx: Tx, offer: OfferId) -> None:
    """An offer was granted, or its money is owed back."""
    row = tx.session.get(OpenOrderRow, offer)
    if row is not None:
        tx.session.delete(row)
        tx.session.flush()
