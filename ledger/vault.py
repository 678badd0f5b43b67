"""Invoices between the book and the vault: drawn up once, issued once, described alike to both."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING

from ledger import tills, witness
from ledger.chain import Invoice as VaultInvoice
from ledger.chain import InvoiceState
from ledger.chain import Split as VaultSplit
from ledger.context import Ledger
from ledger.domain.canonical import digest
from ledger.domain.ids import InvoiceId
from ledger.domain.invoice import Invoice, content
from ledger.domain.money_text import format_money
from ledger.store import Tx, money, parties

if TYPE_CHECKING:
    from ledger.chain import Chain

DAYS_TO_PAY = 30


def due_on(ledger: Ledger) -> str:
    return (ledger.today() + timedelta(days=DAYS_TO_PAY)).isoformat()


def keep(tx: Tx, invoice: Invoice) -> None:
    """Write an invoice that was just drawn up, with its entry; its evidence is billed from now on."""
    money.add(tx, invoice)
    body = {
        "payer": invoice.payer,
        "collection": invoice.collection,
        "total": format_money(invoice.total),
        "evidence": [line.evidence for line in invoice.lines],
        "due_on": invoice.due_on,
        "content": digest(content(invoice)),
    }
    tx.append("invoice-drawn-up", invoice.id, body, invoice.made_at)


def issue(ledger: Ledger, invoice: InvoiceId) -> Invoice:
    """Bring an invoice to the vault; one that is there already is returned as it is. Raises ChainError."""
    with ledger.store.reading() as tx:
        found = money.get(tx, invoice)
    if found.issued_tx is not None:
        return found
    chain = witness.ready(ledger)
    return issue_as(ledger, chain, invoice, in_vault(ledger, chain, found))


def issue_as(ledger: Ledger, chain: Chain, invoice: InvoiceId, as_issued: VaultInvoice) -> Invoice:
    """Bring an invoice to the vault in one of the forms it may have there. Raises ChainError."""
    sent = chain.issue(witness.manager(ledger), as_issued)
    with ledger.store.transaction() as tx:
        witness.record(tx, sent, invoice)
        if money.get(tx, invoice).issued_tx != sent.hash:
            money.issued(tx, invoice, sent.hash)
            tx.append("invoice-issued", invoice, {"tx": sent.hash}, ledger.now())
        return money.get(tx, invoice)


def in_vault(ledger: Ledger, chain: Chain, invoice: Invoice) -> VaultInvoice:
    """The invoice as the vault knows it. UnknownError when payer or payee is no party.

    One that is paid through a till (ledger/tills.py) is in the vault with the till as its payer.
    """
    own = of_payer(ledger, chain, invoice)
    through = tills.in_vault(ledger, own, invoice)
    taken = through is not None and chain.invoice_state(through.id) is not InvoiceState.NONE
    return through if through is not None and taken else own


def of_payer(ledger: Ledger, chain: Chain, invoice: Invoice) -> VaultInvoice:
    """The invoice as its payer pays it by a signature of their own."""
    with ledger.store.reading() as tx:
        payer = parties.get(tx, invoice.payer).address
        payees = tuple(parties.get(tx, share.payee).address for share in invoice.split.shares)
    return VaultInvoice(
        reference=witness.word(invoice.id),
        issuer=witness.manager(ledger).address,
        payer=payer,
        amount=invoice.total.minor,
        currency=witness.currency_address(chain, invoice.total.currency),
        due=_end_of(invoice.due_on),
        split=VaultSplit(payees, tuple(share.bps for share in invoice.split.shares)),
    )


def _end_of(day: str) -> int:
    return int(datetime.combine(datetime.fromisoformat(day), time.max, UTC).timestamp())
