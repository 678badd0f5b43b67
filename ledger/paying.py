"""Take a payment that a buyer signed without knowing us (x402), exactly once, and grant what it pays for.

The money goes from the buyer to the till of the offer, from the till to its invoice in the vault. What was
done is read off the chain, so every step can be repeated after a crash: a till that holds the price asks for
no second payment, whatever was signed since.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ledger import license, settle, tills, vault, witness, x402
from ledger.chain import ChainError, InvoiceState, MessageError
from ledger.context import Ledger
from ledger.decide import enter
from ledger.domain.errors import MoneyError, OrderError
from ledger.domain.ids import InvoiceId, LicenceId, OfferId
from ledger.domain.licence import Offer
from ledger.domain.money import Money
from ledger.domain.money_text import format_money
from ledger.errors import PaymentRefusedError
from ledger.store import Tx, entries, money, rights

if TYPE_CHECKING:
    from ledger.chain import Chain, Transfer
    from ledger.chain import Tx as Sent
    from ledger.domain.invoice import Invoice

NATIVE_CODE = "ETH"
NOBODY = "0x" + "00" * 20
RETURNED = "payment-returned"
_EVM = "invalid_exact_evm_payload"


@dataclass(frozen=True)
class Paid:
    """What became of a payment: the licence, and the transfer that brought the money."""

    licence: LicenceId
    invoice: InvoiceId
    transaction: str
    payer: str


def requirement(ledger: Ledger, offer: Offer) -> x402.Requirement | None:
    """What x402 asks for an offer; None where its currency has no ERC-3009 token. Sends nothing.

    An offer that was only told is in the book from here on. Raises ChainError.
    """
    if offer.price.currency == NATIVE_CODE:
        return None
    chain = witness.ready(ledger)
    try:
        asset = witness.currency_address(chain, offer.price.currency)
    except MoneyError:
        return None
    domain = chain.token_domain(asset)
    pay_to = tills.of_offer(ledger, offer.id).address
    _keep(ledger, offer)
    network = f"eip155:{chain.chain_id}"
    name, version = str(domain["name"]), str(domain["version"])
    return x402.Requirement(network, asset, offer.price.minor, pay_to, name, version, offer.id)


def _keep(ledger: Ledger, offer: Offer) -> None:
    """Who knows a till can pay into it without a word to us, and sweeps look into those of the book only."""
    with ledger.store.reading() as tx:
        if rights.offers_named(tx, [offer.id]):
            return
    with ledger.store.transaction() as tx:
        enter(tx, (offer,))


def check(ledger: Ledger, offer: OfferId, message: Mapping[str, Any]) -> Transfer:
    """The transfer in a PaymentPayload, if it would pay for the offer now. Sends nothing.

    Raises PaymentRefusedError, which says what is wrong in the protocol's words, UnknownError, ChainError.
    """
    chain = witness.ready(ledger)
    transfer, wanted = read(ledger, offer, message)
    _require_signed(chain, wanted.asset, transfer)
    _require_in_time(chain, transfer)
    if chain.is_spent(wanted.asset, transfer.payer, transfer.nonce):
        raise PaymentRefusedError(f"{_EVM}_nonce_already_used", "this authorization was used or cancelled")
    if chain.balance(transfer.payer, wanted.asset) < wanted.amount:
        raise PaymentRefusedError("insufficient_funds", f"{transfer.payer} holds less than {wanted.amount}")
    return transfer


def pay(ledger: Ledger, offer: OfferId, message: Mapping[str, Any]) -> Paid:
    """Take the payment of an offer and grant its licence; both once, whatever is sent again.

    Raises PaymentRefusedError and OrderError (nothing was taken, or it was given back), ChainError.
    """
    invoice = collect(ledger, offer, message)
    granted = license.grant(ledger, offer)
    give_back(ledger, offer)
    return _paid(ledger, offer, granted.id, invoice)


def collect(ledger: Ledger, offer: OfferId, message: Mapping[str, Any]) -> Invoice:
    """The invoice of an offer, settled with what its till holds; a payment is relayed if that is too little.

    Raises as `pay`.
    """
    with ledger.store.reading() as tx:
        known = money.of_evidence(tx, offer)
    if known is not None and known.settled_tx is not None:
        return known
    if known is None and not holds_price(ledger, offer):
        check(ledger, offer, message)  # before the offer becomes an order
    try:
        invoice = license.order(ledger, offer)
    except OrderError:
        give_back(ledger, offer)
        raise
    chain = witness.ready(ledger)
    _fill(ledger, chain, offer, invoice, message)
    return _settle(ledger, chain, offer, invoice)


def held(ledger: Ledger, offer: OfferId) -> Money:
    """What the till of an offer holds, however it came there. Raises UnknownError, ChainError."""
    chain, found = witness.ready(ledger), _offer(ledger, offer)
    asset, till = witness.currency_address(chain, found.price.currency), tills.of_offer(ledger, offer)
    return Money(chain.balance(till.address, asset), found.price.currency)


def holds_price(ledger: Ledger, offer: OfferId) -> bool:
    """Whether the till of an offer holds its price. Raises UnknownError, ChainError."""
    return held(ledger, offer).minor >= _offer(ledger, offer).price.minor


def give_back(ledger: Ledger, offer: OfferId) -> tuple[Money, ...]:
    """Send what a till holds beyond its invoice back to whom it came from, the newest first.

    What went back is an entry of the book, also after a crash in between; it is returned, once. What nobody
    sent, because the token was made in the till, stays there. Raises UnknownError, ChainError.
    """
    chain, found = witness.ready(ledger), _offer(ledger, offer)
    asset, till = witness.currency_address(chain, found.price.currency), tills.of_offer(ledger, offer)
    left, told = chain.balance(till.address, asset), list[Money]()
    for arrived in reversed(chain.arrivals(asset, till.address)):
        if left and arrived.payer != NOBODY and not chain.is_given_back(asset, till.address, arrived):
            value = min(left, arrived.value)
            chain.give_back(witness.manager(ledger), till, asset, arrived, value)
            left -= value
        back = chain.returned(asset, till.address, arrived)
        if back is not None:
            amount = Money(back[1], found.price.currency)
            told += [amount] if _write_return(ledger, offer, back[0], arrived.payer, amount) else []
    return tuple(told)


def _write_return(ledger: Ledger, offer: OfferId, sent: Sent, payer: str, amount: Money) -> bool:
    """Write down, once, that money went back."""
    with ledger.store.reading() as tx:
        if _is_written(tx, offer, sent):
            return False
    with ledger.store.transaction() as tx:
        if _is_written(tx, offer, sent):
            return False
        witness.record(tx, sent, offer)
        body = {"payer": payer, "amount": format_money(amount), "tx": sent.hash}
        tx.append(RETURNED, offer, body, ledger.now())
        return True


def _is_written(tx: Tx, offer: OfferId, sent: Sent) -> bool:
    told = (each.body for each in entries.about(tx, [offer]) if each.kind == RETURNED)
    return any(body["tx"] == sent.hash for body in told)


def _fill(ledger: Ledger, chain: Chain, offer: OfferId, invoice: Invoice, message: Mapping[str, Any]) -> None:
    """Have the till hold the price, or know that it was spent on the invoice."""
    forms = (vault.of_payer(ledger, chain, invoice), _through(ledger, chain, invoice))
    if any(chain.invoice_state(form.id) is InvoiceState.SETTLED for form in forms):
        return
    found, holds = _offer(ledger, offer), holds_price(ledger, offer)
    try:
        with ledger.store.reading() as tx:
            license.require_payable(ledger, tx, found)
    except OrderError:
        give_back(ledger, offer)
        raise
    if not holds:
        transfer = check(ledger, offer, message)
        asset = witness.currency_address(chain, found.price.currency)
        sent = chain.relay(witness.manager(ledger), asset, transfer)
        with ledger.store.transaction() as tx:
            witness.record(tx, sent, invoice.id)


def _settle(ledger: Ledger, chain: Chain, offer: OfferId, invoice: Invoice) -> Invoice:
    through, own = _through(ledger, chain, invoice), vault.of_payer(ledger, chain, invoice)
    state = chain.invoice_state(own.id)
    if state is InvoiceState.SETTLED:  # its payer was faster by a signature of their own
        settled = settle.settle(ledger, invoice.id)
        give_back(ledger, offer)
        return settled
    if state is InvoiceState.ISSUED:  # so that it cannot be paid a second time
        chain.cancel(witness.manager(ledger), own)
    vault.issue_as(ledger, chain, invoice.id, through)
    till = tills.of_offer(ledger, offer)
    signed = None
    if chain.invoice_state(through.id) is InvoiceState.ISSUED:
        signed = chain.sign_payment(till, through)
    return settle.settle(ledger, invoice.id, signed)


def _paid(ledger: Ledger, offer: OfferId, licence: LicenceId, invoice: Invoice) -> Paid:
    chain, found = witness.ready(ledger), _offer(ledger, offer)
    asset, till = witness.currency_address(chain, found.price.currency), tills.of_offer(ledger, offer)
    arrived = next(iter(chain.arrivals(asset, till.address)), None)
    if arrived is None:
        return Paid(licence, invoice.id, invoice.settled_tx or "", "")
    return Paid(licence, invoice.id, f"0x{arrived.transaction.hex()}", arrived.payer)


def read(ledger: Ledger, offer: OfferId, message: Mapping[str, Any]) -> tuple[Transfer, x402.Requirement]:
    """The transfer in a PaymentPayload and what is asked, if its fields are that. PaymentRefusedError."""
    found = _offer(ledger, offer)
    wanted = requirement(ledger, found)
    if wanted is None:
        raise PaymentRefusedError("unsupported_scheme", f"{format_money(found.price)} is not paid by x402")
    return x402.read(message, wanted), wanted


def _require_signed(chain: Chain, asset: str, transfer: Transfer) -> None:
    from ledger.chain.transfers import require_signed

    if chain.is_contract(transfer.payer):
        problem = f"{transfer.payer} is a contract; pay from an account with a key"
        raise PaymentRefusedError("unsupported_payer", problem)
    try:
        require_signed(chain.token_domain(asset), transfer)
    except MessageError as error:
        raise PaymentRefusedError(f"{_EVM}_signature", str(error)) from None


def _require_in_time(chain: Chain, transfer: Transfer) -> None:
    now = chain.clock()
    if now >= transfer.valid_before:
        problem = f"validBefore {transfer.valid_before} is over; sign again"
        raise PaymentRefusedError(f"{_EVM}_authorization_valid_before", problem)
    if now <= transfer.valid_after:
        problem = f"validAfter {transfer.valid_after} is not over yet; wait"
        raise PaymentRefusedError(f"{_EVM}_authorization_valid_after", problem)


def _through(ledger: Ledger, chain: Chain, invoice: Invoice) -> Any:
    through = tills.in_vault(ledger, vault.of_payer(ledger, chain, invoice), invoice)
    if through is None:
        raise ChainError(f"invoice {invoice.id} is not for one offer; pay it by its payment request")
    return through


def _offer(ledger: Ledger, offer: OfferId) -> Offer:
    with ledger.store.reading() as tx:
        return rights.get_offer(tx, offer)
