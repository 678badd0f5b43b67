"""A payment that the book has and the chain lost, with blocks that were taken back: made again, or not good.

What was sent from the ledger's account comes back by itself with the next transaction (docs/chain.md); so an
authorization that is still good pays again, and nobody pays twice. Where it no longer is, the licence is
suspended until its till holds the price again.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ledger import license, paying, standing, tills, vault, witness
from ledger.chain import ContractRevertError, InvoiceState
from ledger.context import Ledger
from ledger.domain.errors import OrderError
from ledger.domain.ids import OfferId, derive
from ledger.domain.invoice import Invoice
from ledger.domain.licence import Grant, GrantState, licence_id
from ledger.errors import PaymentRefusedError, UnknownError
from ledger.store import entries, money, operations, rights

if TYPE_CHECKING:
    from ledger.chain import Chain
    from ledger.chain import Tx as Sent

WHY = "the block of its payment was taken back"
AGAIN = "invoice-settled-again"


def is_gone(ledger: Ledger, offer: OfferId) -> bool:
    """Whether the book has an offer as paid and the vault does not. Raises UnknownError, ChainError."""
    with ledger.store.reading() as tx:
        bill = money.of_evidence(tx, offer)
    if bill is None or bill.settled_tx is None:
        return False
    return _state(ledger, witness.ready(ledger), bill) is not InvoiceState.SETTLED


def gone(ledger: Ledger) -> tuple[OfferId, ...]:
    """All offers of which `is_gone` says so, the oldest first; the chain is asked once. ChainError."""
    with ledger.store.reading() as tx:
        paid = [each for each in money.page(tx, limit=1 << 40) if each.settled_tx and money.offers_of(each)]
    settled = witness.ready(ledger).settled_invoices() if paid else frozenset[bytes]()
    chain = witness.ready(ledger) if paid else None
    lost = [each for each in paid if chain and not settled & _ids(ledger, chain, each)]
    return tuple(offer for each in lost for offer in money.offers_of(each))


def restore(ledger: Ledger, offer: OfferId) -> Grant:
    """Have the chain hold again what the book has of a licence that was paid through its till.

    The licence is returned as it is then: in force, or suspended because its payment cannot be had again.
    Raises UnknownError for an offer that was not granted, ChainError.
    """
    with ledger.store.reading() as tx:
        grant, bill = rights.get_grant(tx, licence_id(offer)), money.of_evidence(tx, offer)
    if bill is None or not is_gone(ledger, offer):
        return grant
    try:
        _pay_again(ledger, offer, bill)
    except (PaymentRefusedError, OrderError, ContractRevertError) as lost:
        return standing.suspend(ledger, grant.id, f"{WHY}: {lost}"[: standing.MAX_WHY])
    with ledger.store.reading() as tx:
        told = [each for each in entries.about(tx, [grant.id]) if each.kind == "licence-suspended"]
        state = rights.get_grant(tx, grant.id).state
    if state is GrantState.SUSPENDED and str(told[-1].body["why"]).startswith(WHY):
        return standing.resume(ledger, grant.id, "its payment was made again")
    return grant


def _pay_again(ledger: Ledger, offer: OfferId, bill: Invoice) -> None:
    chain, account = witness.ready(ledger), witness.manager(ledger)
    through = tills.in_vault(ledger, vault.of_payer(ledger, chain, bill), bill)
    if through is None:
        raise OrderError(f"invoice {bill.id} was not paid through a till")
    if not paying.holds_price(ledger, offer):
        transfer = paying.check(ledger, offer, _stored(ledger, offer))
        chain.relay(account, through.currency, transfer)
    if chain.invoice_state(through.id) is not InvoiceState.SETTLED:
        chain.issue(account, through)
        signed = chain.sign_payment(tills.of_offer(ledger, offer), through)
        sent = chain.settle_with_authorization(account, through, signed)
    else:
        sent = chain.settle(account, through)  # sends nothing: it finds the transaction that paid
    _write(ledger, bill, sent)
    granted = license.grant_again(ledger, offer)
    with ledger.store.transaction() as tx:
        witness.record(tx, granted, licence_id(offer))


def _write(ledger: Ledger, bill: Invoice, sent: Sent) -> None:
    with ledger.store.transaction() as tx:
        witness.record(tx, sent, bill.id)
        before = money.get(tx, bill.id).settled_tx
        if before != sent.hash:  # the very same bytes may have been mined again
            money.settled(tx, bill.id, sent.hash)
            tx.append(AGAIN, bill.id, {"tx": sent.hash, "instead": before}, ledger.now())


def _stored(ledger: Ledger, offer: OfferId) -> Mapping[str, Any]:
    """The payment that was taken for an offer. PaymentRefusedError where it came past us."""
    try:
        with ledger.store.reading() as tx:
            found = operations.get(tx, derive("operation", ledger.id, "x402", offer))
    except UnknownError:
        raise PaymentRefusedError("invalid_payload", "nobody sent us an authorization") from None
    return dict(found.arguments["payment"])


def _state(ledger: Ledger, chain: Chain, bill: Invoice) -> InvoiceState:
    return chain.invoice_state(vault.in_vault(ledger, chain, bill).id)


def _ids(ledger: Ledger, chain: Chain, bill: Invoice) -> set[bytes]:
    """The ids that an invoice may have in the vault."""
    own = vault.of_payer(ledger, chain, bill)
    through = tills.in_vault(ledger, own, bill)
    return {own.id} | ({through.id} if through else set())
