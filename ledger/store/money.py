"""Invoices, the evidence they bill, and payouts. The lines of an invoice never change."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlmodel import col, select

from ledger.domain.ids import AssetId, CollectionId, InvoiceId, OfferId, PartyId
from ledger.domain.invoice import Invoice, Line, LineKind, Payout
from ledger.domain.money import Money
from ledger.domain.split import Share, Split
from ledger.errors import UnknownError
from ledger.store import open_orders
from ledger.store.kept_tables import OpenOrderRow
from ledger.store.store import Tx
from ledger.store.text import dump, load, money
from ledger.store.trade_tables import BilledRow, InvoiceRow, PayoutRow

CHUNK = 500


def add(tx: Tx, invoice: Invoice) -> None:
    """Keep an invoice and mark its evidence as billed; ConflictError when some of it was billed before."""
    tx.session.add(
        InvoiceRow(
            id=invoice.id,
            payer=invoice.payer,
            collection=invoice.collection,
            lines=dump([_line_to_dict(line) for line in invoice.lines]),
            total_minor=str(invoice.total.minor),
            currency=invoice.total.currency,
            split=dump([[share.payee, share.bps] for share in invoice.split.shares]),
            due_on=invoice.due_on,
            made_at=invoice.made_at,
        )
    )
    tx.session.flush()
    tx.session.add_all(BilledRow(evidence=line.evidence, invoice=invoice.id) for line in invoice.lines)
    tx.session.flush()
    open_orders.add(tx, invoice)


def find(tx: Tx, invoice: InvoiceId) -> Invoice | None:
    row = tx.session.get(InvoiceRow, invoice)
    return _invoice(row) if row else None


def get(tx: Tx, invoice: InvoiceId) -> Invoice:
    """Raises UnknownError (unknown-invoice)."""
    return _invoice(_row(tx, invoice))


def page(tx: Tx, payer: PartyId | None = None, limit: int = 100, offset: int = 0) -> tuple[Invoice, ...]:
    """Invoices, oldest first."""
    query = select(InvoiceRow).order_by(col(InvoiceRow.made_at), col(InvoiceRow.id))
    if payer is not None:
        query = query.where(InvoiceRow.payer == payer)
    return tuple(_invoice(row) for row in tx.session.exec(query.limit(limit).offset(offset)))


def open_bills(tx: Tx, payer: PartyId, collection: CollectionId) -> tuple[Invoice, ...]:
    """Unpaid invoices over usage and findings, oldest first; those for offers are paid one by one."""
    query = select(InvoiceRow).where(InvoiceRow.payer == payer, InvoiceRow.collection == collection)
    query = query.where(col(InvoiceRow.settled_tx).is_(None)).order_by(col(InvoiceRow.made_at))
    found = (_invoice(row) for row in tx.session.exec(query))
    return tuple(invoice for invoice in found if not offers_of(invoice))


def settled_without_grant(tx: Tx) -> tuple[Invoice, ...]:
    """Settled invoices that bill an offer which no grant has come of, and whose money is not owed back."""
    query = select(InvoiceRow).join(OpenOrderRow, col(OpenOrderRow.invoice) == col(InvoiceRow.id))
    query = query.where(col(InvoiceRow.settled_tx).is_not(None)).order_by(col(InvoiceRow.made_at))
    return tuple(_invoice(row) for row in tx.session.exec(query))


def issued(tx: Tx, invoice: InvoiceId, tx_hash: str) -> None:
    row = _row(tx, invoice)
    row.issued_tx = tx_hash
    tx.session.add(row)
    tx.session.flush()


def settled(tx: Tx, invoice: InvoiceId, tx_hash: str) -> None:
    row = _row(tx, invoice)
    row.settled_tx = tx_hash
    tx.session.add(row)
    tx.session.flush()


def billed(tx: Tx, evidence: Sequence[str]) -> frozenset[str]:
    """Those of `evidence` that are on an invoice."""
    found: set[str] = set()
    for start in range(0, len(evidence), CHUNK):
        part = evidence[start : start + CHUNK]
        found.update(tx.session.exec(select(BilledRow.evidence).where(col(BilledRow.evidence).in_(part))))
    return frozenset(found)


def charged(tx: Tx, evidence: Sequence[str]) -> dict[str, Money]:
    """What was billed for each of `evidence` that is on an invoice."""
    found: dict[str, Money] = {}
    for start in range(0, len(evidence), CHUNK):
        part = evidence[start : start + CHUNK]
        query = select(InvoiceRow).join(BilledRow, col(BilledRow.invoice) == col(InvoiceRow.id))
        for row in tx.session.exec(query.where(col(BilledRow.evidence).in_(part)).distinct()):
            found.update({line.evidence: line.amount for line in _invoice(row).lines})
    wanted = set(evidence)
    return {name: amount for name, amount in found.items() if name in wanted}


def of_evidence(tx: Tx, evidence: str) -> Invoice | None:
    """The invoice that bills this offer, usage or finding."""
    row = tx.session.get(BilledRow, evidence)
    return get(tx, InvoiceId(row.invoice)) if row else None


def add_payout(tx: Tx, payout: Payout, at: str) -> bool:
    """Keep a payout once, by its transaction; False when it was there."""
    if tx.session.get(PayoutRow, payout.tx) is not None:
        return False
    amount = payout.amount
    tx.session.add(
        PayoutRow(
            tx=payout.tx,
            payee=payout.payee,
            amount_minor=str(amount.minor),
            currency=amount.currency,
            paid_at=at,
        )
    )
    tx.session.flush()
    return True


def payouts(tx: Tx, payee: PartyId | None = None) -> tuple[Payout, ...]:
    """Payouts, oldest first."""
    query = select(PayoutRow).order_by(col(PayoutRow.paid_at), col(PayoutRow.tx))
    if payee is not None:
        query = query.where(PayoutRow.payee == payee)
    return tuple(
        Payout(PartyId(row.payee), money(row.amount_minor, row.currency), row.tx)
        for row in tx.session.exec(query)
    )


def offers_of(invoice: Invoice) -> tuple[OfferId, ...]:
    """The offers an invoice pays for."""
    return tuple(OfferId(line.evidence) for line in invoice.lines if line.kind is LineKind.LICENCE)


def _row(tx: Tx, invoice: InvoiceId) -> InvoiceRow:
    row = tx.session.get(InvoiceRow, invoice)
    if row is None:
        raise UnknownError("invoice", invoice)
    return row


def _line_to_dict(line: Line) -> dict[str, Any]:
    return {
        "kind": line.kind.value,
        "asset": line.asset,
        "text": line.text,
        "quantity": line.quantity,
        "unit_minor": str(line.unit.minor),
        "currency": line.unit.currency,
        "evidence": line.evidence,
    }


def _line(data: dict[str, Any]) -> Line:
    return Line(
        kind=LineKind(data["kind"]),
        asset=AssetId(data["asset"]),
        text=data["text"],
        quantity=data["quantity"],
        unit=money(data["unit_minor"], data["currency"]),
        evidence=data["evidence"],
    )


def _invoice(row: InvoiceRow) -> Invoice:
    return Invoice(
        id=InvoiceId(row.id),
        payer=PartyId(row.payer),
        collection=CollectionId(row.collection),
        lines=tuple(_line(line) for line in load(row.lines)),
        total=money(row.total_minor, row.currency),
        split=Split(tuple(Share(PartyId(payee), bps) for payee, bps in load(row.split))),
        due_on=row.due_on,
        made_at=row.made_at,
        issued_tx=row.issued_tx,
        settled_tx=row.settled_tx,
    )
