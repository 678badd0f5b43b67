"""Pay back what was paid for and could not be granted, once, to the account that it came from.

The vault has shared the price among the payees, who own it; so the refund is money of the ledger's account.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ledger import paying, tills, vault, witness
from ledger.chain import InsufficientFundsError
from ledger.context import Ledger
from ledger.domain.errors import OrderError
from ledger.domain.ids import OfferId
from ledger.domain.invoice import Invoice
from ledger.domain.money import Money
from ledger.domain.money_text import format_money
from ledger.store import Tx, entries, money, orders

if TYPE_CHECKING:
    from ledger.chain import Chain
    from ledger.chain import Tx as Sent

PAID = "refund-paid"


@dataclass(frozen=True)
class Refund:
    """`amount` went back to the accounts `to`, each by a transaction of `sent`."""

    offer: OfferId
    amount: str
    to: tuple[str, ...]
    sent: tuple[str, ...]


def due(ledger: Ledger) -> tuple[OfferId, ...]:
    """The offers whose money is owed back and was not paid back yet, the oldest first."""
    with ledger.store.reading() as tx:
        paid = {each.subject for each in entries.of_kind(tx, PAID)}
        owed = [each.subject for each in entries.of_kind(tx, orders.REFUND_DUE)]
    return tuple(OfferId(offer) for offer in dict.fromkeys(owed) if offer not in paid)


def refund(ledger: Ledger, offer: OfferId) -> Refund:
    """Pay back the money of an offer; one that was paid back is returned as it is.

    Raises UnknownError, OrderError where nothing is owed, InsufficientFundsError, ChainError.
    """
    with ledger.store.reading() as tx:
        known, bill = _known(tx, offer), _owed(tx, offer)
    if known is not None:
        return known
    chain = witness.ready(ledger)
    shares = _shares(ledger, chain, offer, bill)
    _require_funds(ledger, chain, bill, sum(shares.values()))
    sent = [_send(ledger, chain, offer, bill, payee, value) for payee, value in shares.items()]
    hashes = tuple(each.hash for each in sent)
    paid = Refund(offer, format_money(bill.total), tuple(shares), hashes)
    with ledger.store.transaction() as tx:
        for each in sent:
            witness.record(tx, each, offer)
        if _known(tx, offer) is None:
            body = {"amount": paid.amount, "to": list(paid.to), "tx": list(paid.sent)}
            tx.append(PAID, offer, {**body, "invoice": bill.id}, ledger.now())
    return paid


def _known(tx: Tx, offer: OfferId) -> Refund | None:
    for each in entries.about(tx, [offer]):
        if each.kind == PAID:
            return Refund(offer, each.body["amount"], tuple(each.body["to"]), tuple(each.body["tx"]))
    return None


def _owed(tx: Tx, offer: OfferId) -> Invoice:
    bill = money.of_evidence(tx, offer)
    if bill is None or not orders.is_refund_due(tx, offer):
        raise OrderError(f"offer {offer}: no money of it is owed back; selvage refund all lists what is")
    if bill.total.currency == paying.NATIVE_CODE:
        raise OrderError(f"offer {offer} was paid in {paying.NATIVE_CODE}, which cannot be sent once only")
    return bill


def _shares(ledger: Ledger, chain: Chain, offer: OfferId, bill: Invoice) -> dict[str, int]:
    """Who paid how much: through the till the accounts that filled it, else the payer of the invoice."""
    issued = vault.in_vault(ledger, chain, bill)
    till = tills.of_offer(ledger, offer).address
    if issued.payer != till:
        return {issued.payer: bill.total.minor}
    left, shares = bill.total.minor, dict[str, int]()
    for arrived in chain.arrivals(issued.currency, till):
        value = min(left, arrived.value)
        if value and not chain.is_given_back(issued.currency, till, arrived):
            shares[arrived.payer] = shares.get(arrived.payer, 0) + value
            left -= value
    return shares


def _require_funds(ledger: Ledger, chain: Chain, bill: Invoice, wanted: int) -> None:
    account = witness.manager(ledger).address
    held = chain.balance(account, witness.currency_address(chain, bill.total.currency))
    if held < wanted:
        lacking = Money(wanted - held, bill.total.currency)
        raise InsufficientFundsError(
            f"the ledger's account {account} lacks {format_money(lacking)} for the refund of "
            f"invoice {bill.id}; send it there and run the same again"
        )


def _send(ledger: Ledger, chain: Chain, offer: OfferId, bill: Invoice, payee: str, value: int) -> Sent:
    asset = witness.currency_address(chain, bill.total.currency)
    return chain.refund(witness.manager(ledger), asset, payee, value, f"{offer}:{payee}".encode())
