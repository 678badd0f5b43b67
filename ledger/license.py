"""License a tile: the invoice for an offer, and after it is paid, the grant."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from ledger import on_chain, senders, vault, witness
from ledger.chain import NO_INVOICE, ContractRevertError, InvoiceState
from ledger.chain import Licence as ChainLicence
from ledger.chain import Tx as Sent
from ledger.context import Ledger
from ledger.decide import enter, in_force
from ledger.domain import merkle
from ledger.domain.billing import licence_line, make_invoice
from ledger.domain.book import NO_END
from ledger.domain.errors import OrderError
from ledger.domain.ids import InvoiceId, OfferId
from ledger.domain.invoice import Invoice
from ledger.domain.licence import Grant, Offer, licence_id
from ledger.domain.money_text import format_money
from ledger.domain.right_clauses import paid_units, price_of
from ledger.domain.rights import exclusivity_check, valid_until
from ledger.domain.terms import Terms, Transferable, exclusive_scope
from ledger.domain.terms_text import terms_hash
from ledger.domain.use import Action
from ledger.store import Tx, assets, collections, money, open_orders, orders, parties, rights
from ledger.store.books import with_orders
from ledger.store.orders import Pending

if TYPE_CHECKING:
    from ledger.chain import Chain


def invoice(ledger: Ledger, offer: OfferId) -> Invoice:
    """The invoice for an offer, issued in the vault; asked for again it is the same invoice.

    Raises UnknownError, OrderError when the offer no longer stands, and ChainError.
    """
    return vault.issue(ledger, order(ledger, offer).id)


def order(ledger: Ledger, offer: OfferId) -> Invoice:
    """The invoice for an offer, written down and not yet in the vault.

    Raises UnknownError, OrderError when the offer no longer stands, and ChainError.
    """
    _require_room(ledger, offer)
    with ledger.store.transaction() as tx:
        return draw_up(ledger, tx, rights.get_offer(tx, offer))


def draw_up(ledger: Ledger, tx: Tx, offer: Offer) -> Invoice:
    """The invoice of an offer, written down now or before: from now on the offer is an order.

    Writers take turns, so of two orders that exclude each other exactly one is drawn up; it stands in the way
    until its last day to pay. Raises OrderError when the offer no longer stands.
    """
    known = money.of_evidence(tx, offer.id)
    if known is None:
        known = _draw_up(ledger, tx, offer)
        enter(tx, (offer,))
        vault.keep(tx, known)
    return known


def grant(ledger: Ledger, offer: OfferId) -> Grant:
    """The licence for an offer whose invoice is settled, on chain and in the book; granted once.

    Raises UnknownError, OrderError when it is not paid or an exclusive right stands in the way, ChainError.
    What was paid for and can no longer be granted is written down as a refund that is due.
    """
    with ledger.store.reading() as tx:
        known = rights.find_grant(tx, licence_id(offer))
        if known is not None:
            return known
        found, bill = rights.get_offer(tx, offer), money.of_evidence(tx, offer)
    # Not whether they ended since: what was granted on chain before a crash is still written down.
    terms = _grantable(ledger, found, bill)
    if bill is None:  # else it came into the book with its invoice
        with ledger.store.transaction() as tx:
            enter(tx, (found,))
    sent = _sent(ledger, found, terms, bill)
    granted = _grant(ledger, found, terms, bill, sent)
    with ledger.store.transaction() as tx:
        known = rights.find_grant(tx, granted.id)
        if known is not None:
            return known
        witness.record(tx, sent, granted.id)
        rights.add_grant(tx, granted)
        tx.append("licence-granted", granted.id, _body(granted), granted.granted_at)
    return granted


def grant_again(ledger: Ledger, offer: OfferId) -> Sent:
    """The licence of a granted offer on chain, granted there again if its block was taken back.

    Raises UnknownError, OrderError, ChainError.
    """
    with ledger.store.reading() as tx:
        granted, found = rights.get_grant(tx, licence_id(offer)), rights.get_offer(tx, offer)
        bill = money.of_evidence(tx, offer)
    return _grant_on_chain(ledger, found, granted.terms, bill)


def is_free(ledger: Ledger, offer: OfferId) -> bool:
    """Whether an offer costs nothing, so that it is granted without an invoice. Raises UnknownError."""
    with ledger.store.reading() as tx:
        return rights.get_offer(tx, offer).price.minor == 0


def owed(ledger: Ledger) -> tuple[InvoiceId, ...]:
    """Settled invoices with an offer that was not granted yet: the money came, the licence must follow."""
    with ledger.store.reading() as tx:
        return tuple(invoice.id for invoice in money.settled_without_grant(tx))


def standing_terms(ledger: Ledger, tx: Tx, offer: Offer) -> Terms:
    """The terms of an offer if it can still be taken up, else OrderError saying why not."""
    terms = _offered_terms(ledger, tx, offer, _before(ledger, tx, offer))
    end = terms.window.end
    if end and ledger.today() > end:
        raise OrderError(
            f"offer {offer.id} is under terms that ended on {end}; "
            "ask for a decision under terms now in force"
        )
    return terms


def require_payable(ledger: Ledger, tx: Tx, offer: Offer) -> Terms:
    """The last look before money moves for an offer: its terms, else OrderError and nothing is paid.

    It has to be an order (`draw_up`), not granted and not to be refunded, and nothing stands in its way: no
    licence of others, and no order of theirs that is paid or was drawn up before.
    """
    if money.of_evidence(tx, offer.id) is None:
        raise OrderError(f"offer {offer.id} was not taken yet; accept it first, which makes its invoice")
    if rights.find_grant(tx, licence_id(offer.id)) is not None:
        raise OrderError(f"offer {offer.id} was granted already; there is nothing left to pay")
    _require_no_refund(tx, offer.id)
    return standing_terms(ledger, tx, offer)


def refund_due(ledger: Ledger, offer: OfferId, why: str) -> None:
    """Write down, once, that an offer was paid for and can no longer be granted: its money is owed back."""
    with ledger.store.transaction() as tx:
        bill = money.of_evidence(tx, offer)
        if bill is None or bill.settled_tx is None or orders.is_refund_due(tx, offer):
            return
        body = {
            "invoice": bill.id,
            "payer": bill.payer,
            "amount": format_money(bill.total),
            "tx": bill.settled_tx,
            "why": why,
        }
        tx.append(orders.REFUND_DUE, offer, body, ledger.now())
        open_orders.close(tx, offer)


def _require_no_refund(tx: Tx, offer: OfferId) -> None:
    if orders.is_refund_due(tx, offer):
        raise OrderError(
            f"offer {offer} was paid for and could not be granted; its money is owed back, "
            "and the entry refund-due of the book says why"
        )


def _grantable(ledger: Ledger, offer: Offer, bill: Invoice | None) -> Terms:
    """The terms of an offer that may be granted. One that is paid outranks every order."""
    paid = bill is not None and bill.settled_tx is not None
    try:
        with ledger.store.reading() as tx:
            _require_no_refund(tx, offer.id)
            waiting = () if paid else orders.pending(tx, offer.asset, ledger.today())
            others = [each for each in waiting if each.offer.id != offer.id]
            return _offered_terms(ledger, tx, offer, others)
    except OrderError as refused:
        if paid:
            refund_due(ledger, offer.id, str(refused))
        raise


def _before(ledger: Ledger, tx: Tx, offer: Offer) -> tuple[Pending, ...]:
    """The orders that come before this offer: all that stand, if it is none itself yet."""
    waiting = orders.pending(tx, offer.asset, ledger.today())
    own = next((each for each in waiting if each.offer.id == offer.id), None)
    return waiting if own is None else tuple(each for each in waiting if each.outranks(own))


def _offered_terms(ledger: Ledger, tx: Tx, offer: Offer, waiting: Sequence[Pending]) -> Terms:
    """The terms of an offer if they are still in force and no right or order of others is in the way."""
    terms, book = in_force(tx, offer.asset, offer.licensee, ledger.today(), (offer.use,))
    if terms_hash(terms) != offer.terms_hash:
        raise OrderError(f"offer {offer.id} was made under terms since replaced; ask for a new decision")
    standing = with_orders(book, terms, waiting)
    free = exclusivity_check(terms, standing, offer.licensee, min(ledger.today(), offer.use.on))
    if not free.holds:
        raise OrderError(f"offer {offer.id} no longer stands, {free.why}; ask for a new decision")
    _require_only_one(terms, offer, waiting)
    return terms


def _require_only_one(terms: Terms, offer: Offer, waiting: Iterable[Pending]) -> None:
    """Once granted, an exclusive licence that can be handed on is in its own holder's way."""
    if exclusive_scope(terms) is None or not isinstance(terms.transfer, Transferable):
        return
    if any(each.offer.licensee == offer.licensee for each in waiting):
        raise OrderError(
            f"offer {offer.id} no longer stands, {offer.licensee} has ordered an exclusive licence of this "
            "tile that can be handed on, and there can be no second one; pay that order"
        )


def _require_room(ledger: Ledger, offer: OfferId) -> None:
    """Before money is asked for: on chain, a revoked licence's dates count as long as they would have."""
    with ledger.store.reading() as tx:
        found = rights.get_offer(tx, offer)
        if money.of_evidence(tx, offer) is not None:
            return
        terms = standing_terms(ledger, tx, found)
        collection = collections.get(tx, assets.get(tx, found.asset).collection)
    if collection.registration is None:
        return
    chain = witness.ready(ledger)
    blocked = _blocked_until(ledger, chain, found, terms)
    if blocked is not None:
        day = datetime.fromtimestamp(blocked, UTC).date() if blocked < NO_END else "further notice"
        raise OrderError(f"offer {offer} no longer stands, the chain keeps its scope until {day}")


def _draw_up(ledger: Ledger, tx: Tx, offer: Offer) -> Invoice:
    terms = standing_terms(ledger, tx, offer)
    last = valid_until(date.fromisoformat(offer.made_at[:10]))
    if ledger.today() > last:
        raise OrderError(f"offer {offer.id} was good until {last}; ask for a new decision")
    collection = assets.get(tx, offer.asset).collection
    return make_invoice(
        ledger.id,
        offer.licensee,
        collection,
        [licence_line(offer)],
        terms.split,
        made_at=ledger.now(),
        due_on=vault.due_on(ledger),
    )


def _sent(ledger: Ledger, offer: Offer, terms: Terms, bill: Invoice | None) -> Sent:
    """The grant on chain. Where the chain keeps the scope for somebody else, the money is owed back."""
    try:
        return _grant_on_chain(ledger, offer, terms, bill)
    except ContractRevertError as refused:
        chain = witness.ready(ledger)
        if _blocked_until(ledger, chain, offer, terms) is not None:
            refund_due(ledger, offer.id, str(refused))
        raise


def _blocked_until(ledger: Ledger, chain: Chain, offer: Offer, terms: Terms) -> int | None:
    """Until when (Unix seconds) the chain keeps the scope of an offer, or of its exclusivity, for others."""
    licence, _ = _on_chain(ledger, chain, offer, terms, NO_INVOICE)
    guard = on_chain.guard(ledger, chain, licence, terms)
    blocked = (chain.blocked_until(each) for each in (licence, guard) if each is not None)
    return next((until for until in blocked if until is not None), None)


def _grant_on_chain(ledger: Ledger, offer: Offer, terms: Terms, bill: Invoice | None) -> Sent:
    chain = witness.ready(ledger)
    paid = NO_INVOICE
    if bill is not None:
        paid = vault.in_vault(ledger, chain, bill).id
        if chain.invoice_state(paid) is not InvoiceState.SETTLED:
            raise OrderError(f"invoice {bill.id} is not settled yet; pay it first")
    elif price_of(terms, offer.use).minor:
        raise OrderError(f"offer {offer.id} has a price; have it invoiced and pay it first")
    licence, proof = _on_chain(ledger, chain, offer, terms, paid)
    guard, account = on_chain.guard(ledger, chain, licence, terms), senders.sender(ledger, offer.asset)
    # The guard comes first: where somebody is in the way of one of the two, neither is granted.
    if guard is not None and chain.blocked_until(licence) is None:
        _record(ledger, chain.grant(account, guard, proof), offer)
    return chain.grant(account, licence, proof)


def _record(ledger: Ledger, sent: Sent, offer: Offer) -> None:
    with ledger.store.transaction() as tx:
        witness.record(tx, sent, licence_id(offer.id))


def _on_chain(
    ledger: Ledger, chain: Chain, offer: Offer, terms: Terms, paid: bytes
) -> tuple[ChainLicence, merkle.Proof]:
    with ledger.store.reading() as tx:
        registration = collections.registration(tx, assets.get(tx, offer.asset).collection)
        leaf, proof = on_chain.leaf_and_proof(tx, offer.asset)
        licensee = parties.get(tx, offer.licensee).address
    licence = ChainLicence(
        reference=witness.word(licence_id(offer.id)),
        collection_id=int(registration.token),
        leaf=leaf,
        licensee=licensee,
        **on_chain.scope(terms, offer.use, on_chain.products(ledger, chain, terms.products)),
        invoice_id=paid,
    )
    return licence, proof


def _grant(ledger: Ledger, offer: Offer, terms: Terms, bill: Invoice | None, sent: Sent) -> Grant:
    return Grant(
        id=licence_id(offer.id),
        offer=offer.id,
        asset=offer.asset,
        licensee=offer.licensee,
        action=Action(offer.use.action),
        terms=terms,
        terms_hash=offer.terms_hash,
        granted_at=ledger.now(),
        invoice=bill.id if bill else None,
        tx=sent.hash,
        gas=sent.gas,
        units=paid_units(terms, offer.use),
    )


def _body(granted: Grant) -> dict[str, object]:
    return {
        "offer": granted.offer,
        "asset": granted.asset,
        "licensee": granted.licensee,
        "action": granted.action.value,
        "terms": granted.terms_hash,
        "invoice": granted.invoice,
        "tx": granted.tx,
    }
