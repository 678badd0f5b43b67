"""Orders that a manager signs offline, and that a buyer completes at the desk: money and grant at once.

The file that is signed names chain, desk, tile and use. What the contract does not know, the use, is bound to
the signature by the salt. A completion is found again by order and buyer, so that nobody pays twice.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from ledger import on_chain, signers, witness
from ledger.chain import Licence as ChainLicence
from ledger.chain import MessageError, Order, SignedOrder, Split, order_from_dict, order_to_dict
from ledger.context import Ledger
from ledger.decide import in_force
from ledger.domain.brief_text import parse_use, use_to_dict
from ledger.domain.canonical import digest
from ledger.domain.errors import FieldError, OrderError
from ledger.domain.ids import AssetId, CollectionId, LicenceId, PartyId, derive, parse_id
from ledger.domain.licence import Book, Grant
from ledger.domain.money import Money
from ledger.domain.money_text import format_money
from ledger.domain.right_clauses import paid_units, price_of
from ledger.domain.rights import exclusivity_check, offer_checks
from ledger.domain.terms import Terms
from ledger.domain.terms_text import terms_hash
from ledger.domain.use import Use
from ledger.errors import KeyMissingError
from ledger.store import Tx, assets, books, collections, entries, parties, rights

if TYPE_CHECKING:
    from eth_account.signers.base import BaseAccount

    from ledger.chain import Chain
    from ledger.chain import Tx as Sent

FORMAT = "selvage-order/1"
OPENED = "desk-opened"
ANYBODY = PartyId("-")  # no party is called so, because a party id begins with a letter or a digit
MOST_DAYS = 366
MOST_COUNT = 1_000
_MEMBERS = frozenset({"format", "chain_id", "desk", "asset", "use", "nonce", "order"})


@dataclass(frozen=True)
class Offline:
    """What signing needs to know of the chain, from the last `open_desk` of a collection."""

    chain_id: int
    desk: str
    epoch: int
    products: int
    currency: str


def open_desk(ledger: Ledger, collection: CollectionId) -> Offline:
    """Let the desk grant licences that we sign, and keep what signing for a collection needs to know.

    Raises UnknownError, OrderError before the collection is registered, MoneyError and ChainError.
    """
    with ledger.store.reading() as tx:
        collections.registration(tx, collection)
        terms, before = collections.terms(tx, collection), _opened(tx, collection)
    chain, manager = witness.ready(ledger), witness.manager(ledger)
    sent = chain.open_desk(manager)
    found = Offline(
        chain.chain_id,
        chain.deployment["OrderDesk"],
        chain.order_epoch(manager.address),
        on_chain.products(ledger, chain, terms.products),
        witness.currency_address(chain, terms.currency),
    )
    if found != before:
        with ledger.store.transaction() as tx:
            if sent is not None:
                witness.record(tx, sent, f"desk of {manager.address}")
            body = {**vars(found), "epoch": str(found.epoch), "products": str(found.products)}
            tx.append(OPENED, collection, body, ledger.now())
    return found


def sign(
    ledger: Ledger,
    asset: AssetId,
    use: Use,
    *,
    licensee: PartyId | None = None,
    price: Money | None = None,
    days: int = 30,
    count: int = 1,
) -> dict[str, Any]:
    """An order for a licence of `asset` bought for `use`, signed: the file for the buyer. Asks no chain.

    `licensee` None is whoever completes it; `price` None is what the terms say; good for `days`, for `count`
    licences. Raises UnknownError, FieldError, OrderError where the terms do not give it, where a right of
    somebody else is in the way, and before `open_desk`.
    """
    _check_numbers(days, count)
    with ledger.store.reading() as tx:
        tile = assets.get(tx, asset)
        address = parties.get(tx, licensee).address if licensee else None
        known, terms = _opened(tx, tile.collection), collections.terms(tx, tile.collection)
        if known is None:
            raise OrderError(f"the desk is not open for {tile.collection}; run selvage order open first")
        _require_offered(ledger, tx, asset, licensee or ANYBODY, terms, use)
        order = _order(tx, asset, use, known, address)
    cost = price_of(terms, use) if price is None else price
    if cost.currency != terms.currency:
        raise FieldError("price", f"in {cost.currency}; these terms are in {terms.currency}")
    nonce = secrets.token_hex(16)
    closes = int((ledger.clock() + timedelta(days=days)).timestamp())
    salt = bytes.fromhex(_salt(use, nonce))
    whole = Order(**order, price=cost.minor, closes=closes, salt=salt, count=count, epoch=known.epoch)
    return _signed(ledger, known, asset, use, nonce, whole)


def complete(ledger: Ledger, file: Mapping[str, Any], licensee: PartyId) -> Grant:
    """Buy the licence of a signed order for `licensee`, with its own money: in one transaction, once.

    Sent again by the same party it is the same licence, and nothing is paid. Raises FieldError and
    MessageError for a file that is not what was signed, for another chain, or over; OrderError where it was
    completed by somebody else, withdrawn, or cannot be granted; KeyMissingError, InsufficientFundsError and
    ChainError. Until the money and the licence go together, nothing is charged.
    """
    chain = witness.ready(ledger)
    wanted = _wanted(ledger, chain, file, licensee)
    index, already = chain.purchase(wanted.order, wanted.address)
    licence = chain.ordered(wanted.order, wanted.address, index)
    name = LicenceId(derive("signed-order", licence.reference.hex()))
    with ledger.store.reading() as tx:
        known = rights.find_grant(tx, name)
        _, proof = on_chain.leaf_and_proof(tx, wanted.asset)
    if known is not None:
        return known
    account: BaseAccount = witness.manager(ledger)  # sends nothing where it was completed already
    if not already:
        _require_completable(ledger, chain, wanted, index)
        account = _buyer(ledger, chain, wanted)
    licence, sent = chain.complete_order(account, wanted.signed, wanted.address, proof, index=index)
    return _keep(ledger, _granted(ledger, name, wanted, licence, sent), sent, wanted)


@dataclass(frozen=True)
class _Wanted:
    """An order that was read from its file, who wants to complete it, and the terms it is under."""

    asset: AssetId
    use: Use
    signed: SignedOrder
    licensee: PartyId
    address: str
    terms: Terms
    book: Book

    @property
    def order(self) -> Order:
        return self.signed.order


def _wanted(ledger: Ledger, chain: Chain, file: Mapping[str, Any], licensee: PartyId) -> _Wanted:
    asset, use, signed = _parsed(file)
    if file["chain_id"] != chain.chain_id:
        raise MessageError("chain_id", f"the order is for chain {file['chain_id']}, this is {chain.chain_id}")
    if file["desk"] != chain.deployment["OrderDesk"]:
        raise MessageError("desk", "the order is for another desk; ask for one for the desk of this ledger")
    with ledger.store.reading() as tx:
        address = parties.get(tx, licensee).address
        terms, book = in_force(tx, asset, licensee, ledger.today(), (use,))
        leaf, _ = on_chain.leaf_and_proof(tx, asset)
    licence = signed.order.licence
    if (licence.leaf, licence.terms_hash) != (leaf, bytes.fromhex(terms_hash(terms))):
        raise OrderError("the order is for another tile, or under terms since replaced; ask for a new one")
    return _Wanted(asset, use, signed, licensee, address, terms, book)


def _opened(tx: Tx, collection: CollectionId) -> Offline | None:
    told = [each.body for each in entries.about(tx, [collection]) if each.kind == OPENED]
    if not told:
        return None
    last = told[-1]
    numbers = (int(last["epoch"]), int(last["products"]))
    return Offline(int(last["chain_id"]), str(last["desk"]), *numbers, str(last["currency"]))


def _check_numbers(days: int, count: int) -> None:
    for name, value, most in (("days", days, MOST_DAYS), ("count", count, MOST_COUNT)):
        if type(value) is not int or not 1 <= value <= most:
            raise FieldError(name, f"{value!r} is not 1 to {most}")


def _require_offered(
    ledger: Ledger, tx: Tx, asset: AssetId, licensee: PartyId, terms: Terms, use: Use
) -> None:
    refused = [check for check in offer_checks(terms, use) if not check.holds]
    end = terms.window.end
    if end and ledger.today() > end:
        raise OrderError(f"dates: these terms ended on {end}")
    book = books.bearing(tx, asset, licensee, (use,), terms, ledger.today())
    free = exclusivity_check(terms, book, licensee, min(ledger.today(), use.on))
    refused += [] if free.holds else [free]
    if refused:
        raise OrderError("; ".join(f"{check.clause}: {check.why}" for check in refused))


def _order(tx: Tx, asset: AssetId, use: Use, known: Offline, address: str | None) -> dict[str, Any]:
    from ledger.chain.order_text import placeholder

    tile = assets.get(tx, asset)
    terms = collections.terms(tx, tile.collection)
    payees = tuple(parties.get(tx, share.payee).address for share in terms.split.shares)
    licence = ChainLicence(
        reference=bytes(32),
        collection_id=int(collections.registration(tx, tile.collection).token),
        leaf=on_chain.leaf_and_proof(tx, asset)[0],
        licensee=address or placeholder(),
        **on_chain.scope(terms, use, known.products),
    )
    split = Split(payees, tuple(share.bps for share in terms.split.shares))
    return {"licence": licence, "currency": known.currency, "split": split, "anybody": address is None}


def _signed(
    ledger: Ledger, known: Offline, asset: AssetId, use: Use, nonce: str, order: Order
) -> dict[str, Any]:
    from ledger.chain.orders import sign as sign_order

    signed = sign_order(witness.manager(ledger), order, known.chain_id, known.desk)
    return {
        "format": FORMAT,
        "chain_id": known.chain_id,
        "desk": known.desk,
        "asset": asset,
        "use": use_to_dict(use),
        "nonce": nonce,
        "order": order_to_dict(signed),
    }


def _parsed(file: Mapping[str, Any]) -> tuple[AssetId, Use, SignedOrder]:
    if not isinstance(file, Mapping) or set(file) != _MEMBERS or file["format"] != FORMAT:
        raise FieldError("order", f"is not a file of {FORMAT}; give the file that selvage order sign wrote")
    asset = AssetId(parse_id("asset", str(file["asset"])))
    use, nonce = parse_use(file["use"], kept=True), parse_id("nonce", str(file["nonce"]))
    signed = order_from_dict(file["order"])
    if signed.order.salt.hex() != _salt(use, nonce):
        raise MessageError("use", "is not the use that was signed")
    return asset, use, signed


def _require_completable(ledger: Ledger, chain: Chain, wanted: _Wanted, index: int) -> None:
    order = wanted.order
    if not order.anybody and order.licence.licensee != wanted.address:
        raise OrderError(f"the order is for {order.licence.licensee}; {wanted.licensee} is {wanted.address}")
    if index >= order.count:
        raise OrderError("the order was completed already, by somebody else; ask for a new one")
    if order.epoch != chain.order_epoch(witness.manager(ledger).address):
        raise OrderError("the order was withdrawn; ask for a new one")
    starts = min(ledger.today(), wanted.use.on)
    free = exclusivity_check(wanted.terms, wanted.book, wanted.licensee, starts)
    if not free.holds:
        raise OrderError(f"the order no longer stands, {free.why}")


def _buyer(ledger: Ledger, chain: Chain, wanted: _Wanted) -> BaseAccount:
    if signers.own_account(ledger, wanted.licensee, wanted.address) is None:
        raise KeyMissingError(
            f"the key of {wanted.licensee} is not kept here; complete the order at the desk from "
            f"{wanted.address}, then complete it here, which finds it"
        )
    return signers.acting_for(ledger, chain, wanted.licensee)


def _granted(ledger: Ledger, name: LicenceId, wanted: _Wanted, licence: ChainLicence, sent: Sent) -> Grant:
    return Grant(
        id=name,
        offer=None,
        asset=wanted.asset,
        licensee=wanted.licensee,
        action=wanted.use.action,
        terms=wanted.terms,
        terms_hash=terms_hash(wanted.terms),
        granted_at=ledger.now(),
        invoice=None,
        tx=sent.hash,
        gas=sent.gas,
        units=paid_units(wanted.terms, wanted.use),
        reference=licence.reference.hex(),
    )


def _keep(ledger: Ledger, granted: Grant, sent: Sent, wanted: _Wanted) -> Grant:
    body = {
        "asset": granted.asset,
        "licensee": granted.licensee,
        "use": use_to_dict(wanted.use),
        "price": format_money(Money(wanted.order.price, wanted.terms.currency)),
        "terms": granted.terms_hash,
        "tx": granted.tx,
    }
    with ledger.store.transaction() as tx:
        known = rights.find_grant(tx, granted.id)
        if known is not None:
            return known
        witness.record(tx, sent, granted.id)
        rights.add_grant(tx, granted)
        tx.append("order-completed", granted.id, body, granted.granted_at)
    return granted


def _salt(use: Use, nonce: str) -> str:
    return digest({"use": use_to_dict(use), "nonce": nonce})
