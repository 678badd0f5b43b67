"""Settle invoices: what to sign, relaying the signature, and paying out shares."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ledger import vault, witness
from ledger.chain import ContractRevertError, InsufficientFundsError, InvoiceState, load_or_create_account
from ledger.context import Ledger
from ledger.domain.errors import OrderError
from ledger.domain.ids import InvoiceId, PartyId
from ledger.domain.invoice import Invoice, Payout
from ledger.domain.licence import licence_id
from ledger.domain.money import Money
from ledger.domain.money_text import format_money
from ledger.errors import KeyMissingError
from ledger.license import require_payable
from ledger.store import money, parties, rights

if TYPE_CHECKING:
    from ledger.chain import Authorization, Chain
    from ledger.chain import Tx as Sent
    from ledger.chain.types import Invoice as Issued

TYPICAL = "TUSD"


@dataclass(frozen=True)
class PaymentRequest:
    """What the payer signs (EIP-712 typed data, ERC-3009) to pay an invoice without needing gas."""

    invoice: InvoiceId
    amount: Money
    currency: str
    vault: str
    nonce: str
    typed_data: Mapping[str, Any]


def request(ledger: Ledger, invoice: InvoiceId) -> PaymentRequest:
    """The message to sign for an issued, unpaid invoice. Raises UnknownError, OrderError, ChainError."""
    found = _payable(ledger, invoice)
    chain = witness.ready(ledger)
    as_issued = _signable(ledger, chain, found)
    return PaymentRequest(
        invoice=found.id,
        amount=found.total,
        currency=as_issued.currency,
        vault=chain.deployment["RoyaltyVault"],
        nonce=f"0x{chain.payment_nonce(as_issued).hex()}",
        typed_data=chain.payment_message(as_issued),
    )


def sign(ledger: Ledger, invoice: InvoiceId) -> Authorization:
    """The payer's signature, by their devnet key. KeyMissingError when that is not on this machine."""
    found = _payable(ledger, invoice)
    with ledger.store.reading() as tx:
        payer = parties.get(tx, found.payer)
    if not (ledger.keys / f"{payer.id}.key").exists():
        raise KeyMissingError(f"the key of {payer.id} is not kept here; sign the payment request yourself")
    account = load_or_create_account(ledger.keys, payer.id)
    if account.address != payer.address:
        raise KeyMissingError(f"the key kept here is not that of {payer.address}; sign the request yourself")
    chain = witness.ready(ledger)
    return chain.sign_payment(account, _signable(ledger, chain, found))


def settle(ledger: Ledger, invoice: InvoiceId, authorization: Authorization | None = None) -> Invoice:
    """Relay a payer's signature; a settled invoice is returned as it is, nobody pays twice.

    Without a signature, an invoice that its payer settled in the vault themselves is written down as settled.
    Raises UnknownError, OrderError when what is paid for can no longer be had (before money moves), and
    ChainError for a signature that is not the payer's, too little money, or an unreachable chain.
    """
    with ledger.store.reading() as tx:
        found = money.get(tx, invoice)
    if found.settled_tx is not None:
        return found
    if found.issued_tx is None:
        found = vault.issue(ledger, invoice)
    sent = _pay(ledger, witness.ready(ledger), found, authorization)
    with ledger.store.transaction() as tx:
        witness.record(tx, sent, invoice)
        if money.get(tx, invoice).settled_tx is None:
            money.settled(tx, invoice, sent.hash)
            body = {"tx": sent.hash, "total": format_money(found.total)}
            tx.append("invoice-settled", invoice, body, ledger.now())
        return money.get(tx, invoice)


def credit(ledger: Ledger, payee: PartyId, currency: str = TYPICAL) -> Money:
    """What a payee could withdraw now."""
    with ledger.store.reading() as tx:
        address = parties.get(tx, payee).address
    chain = witness.ready(ledger)
    return Money(chain.credit(witness.currency_address(chain, currency), address), currency)


def withdraw(ledger: Ledger, payee: PartyId, currency: str = TYPICAL) -> Payout | None:
    """Pay out all that a payee has in the vault; None when there is nothing new.

    A withdrawal that was mined but not written down, as a crash leaves it, is found and written down. Raises
    UnknownError, MoneyError, ChainError.
    """
    with ledger.store.reading() as tx:
        address = parties.get(tx, payee).address
    chain = witness.ready(ledger)
    try:
        sent = chain.withdraw(witness.manager(ledger), witness.currency_address(chain, currency), address)
    except ContractRevertError as error:
        if error.name == "NothingToWithdraw":
            return None
        raise
    payout = Payout(payee, Money(int(sent.event["amount"]), currency), sent.hash)
    with ledger.store.transaction() as tx:
        if not money.add_payout(tx, payout, ledger.now()):
            return None
        witness.record(tx, sent, payee)
        tx.append("paid-out", payee, {"amount": format_money(payout.amount), "tx": sent.hash}, ledger.now())
    return payout


def _signable(ledger: Ledger, chain: Chain, invoice: Invoice) -> Issued:
    found = vault.in_vault(ledger, chain, invoice)
    if found != vault.of_payer(ledger, chain, invoice):
        raise OrderError(f"invoice {invoice.id} is being paid through its till; ask for the file again")
    return found


def _payable(ledger: Ledger, invoice: InvoiceId) -> Invoice:
    with ledger.store.reading() as tx:
        found = money.get(tx, invoice)
    if found.settled_tx is not None:
        raise OrderError(f"invoice {invoice} is settled already; there is nothing left to pay")
    if found.issued_tx is None:
        raise OrderError(f"invoice {invoice} is not in the vault yet; run the same bill or license again")
    return found


def _pay(ledger: Ledger, chain: Chain, invoice: Invoice, authorization: Authorization | None) -> Sent:
    as_issued, account = vault.in_vault(ledger, chain, invoice), witness.manager(ledger)
    if chain.invoice_state(as_issued.id) is InvoiceState.SETTLED:
        return chain.settle(account, as_issued)  # sends nothing: it finds the transaction that paid
    if authorization is None:
        raise OrderError(f"invoice {invoice.id} is not paid; sign its payment request and send the signature")
    _check_still_to_be_had(ledger, invoice)
    _check_funds(chain, as_issued, invoice)
    return chain.settle_with_authorization(account, as_issued, authorization)


def _check_funds(chain: Chain, as_issued: Issued, invoice: Invoice) -> None:
    """Say in money what the token contract would refuse in minor units."""
    held = Money(chain.balance(as_issued.payer, as_issued.currency), invoice.total.currency)
    if held.minor < invoice.total.minor:
        raise InsufficientFundsError(
            f"payer: {invoice.payer} holds {format_money(held)}, invoice {invoice.id} is over "
            f"{format_money(invoice.total)}; send what is missing to {as_issued.payer}, on a devnet with "
            f"selvage party fund {invoice.payer} '{format_money(invoice.total)}'"
        )


def _check_still_to_be_had(ledger: Ledger, invoice: Invoice) -> None:
    with ledger.store.reading() as tx:
        for offer in money.offers_of(invoice):
            if rights.find_grant(tx, licence_id(offer)) is None:
                require_payable(ledger, tx, rights.get_offer(tx, offer))
