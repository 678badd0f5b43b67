"""May this party use this tile so? The answer, and for `pay` the offer that would make it a yes."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from ledger.context import Ledger
from ledger.domain import rights as rules
from ledger.domain.brief_text import use_to_dict
from ledger.domain.canonical import digest
from ledger.domain.decision import Decision, Proposal, Reading
from ledger.domain.errors import OrderError
from ledger.domain.ids import AssetId, OfferId, PartyId, derive
from ledger.domain.licence import Book, Offer
from ledger.domain.money_text import format_money
from ledger.domain.terms import Terms
from ledger.domain.use import Use
from ledger.store import Tx, assets, books, entries, orders, parties, rights
from ledger.store.assets import Face

Answer = tuple[Decision, Offer | None]


@dataclass(frozen=True)
class Decided:
    """Decisions on several uses, in their order, from one read of the book, whose last entry is `entry`.

    Each answers for itself: what one of the uses would take, the others do not leave out.
    """

    tile: Face
    terms: Terms
    book: Book
    entry: tuple[int, str]
    answers: tuple[Answer, ...]


def decide(
    ledger: Ledger, asset: AssetId, licensee: PartyId, use: Use, reading: Reading = Reading.LENIENT
) -> Answer:
    """The decision with its reasons. An offer is kept for `pay`: asking the same again finds the same offer,
    and one that was paid for and not granted yet, however long ago.

    Raises UnknownError for an asset or party that is not there, and OrderError before the collection is
    registered.
    """
    return decide_each(ledger, asset, licensee, (use,), reading).answers[0]


def decide_each(
    ledger: Ledger, asset: AssetId, licensee: PartyId, uses: Sequence[Use], reading: Reading = Reading.LENIENT
) -> Decided:
    """`decide` for each of several uses of one tile by one party."""
    with ledger.store.reading() as tx:
        entry = entries.head(tx)
        tile = _registered(tx, asset, licensee)
        book = books.bearing(tx, asset, licensee, uses, tile.terms, ledger.today())
        made = [
            rules.decide(tile.terms, book, use, ledger.today(), licensee, reading=reading) for use in uses
        ]
        offers = _offers(ledger, tx, asset, licensee, tuple(zip(uses, made, strict=True)))
    kept = _keep(ledger, offers) if offers else {}
    answers = tuple((decision, kept.get(number)) for number, decision in enumerate(made))
    return Decided(tile, tile.terms, book, entry, answers)


def in_force(
    tx: Tx, asset: AssetId, licensee: PartyId, on: date, uses: Collection[Use]
) -> tuple[Terms, Book]:
    """The terms of a registered tile and what of its book bears on `uses`, with the orders standing `on`."""
    terms = _registered(tx, asset, licensee).terms
    return terms, books.bearing(tx, asset, licensee, uses, terms, on)


def _registered(tx: Tx, asset: AssetId, licensee: PartyId) -> Face:
    tile = assets.face(tx, asset)
    parties.require(tx, licensee)
    if not tile.registered:
        raise OrderError(f"collection {tile.collection} is not registered yet; register it first")
    return tile


def _offers(
    ledger: Ledger,
    tx: Tx,
    asset: AssetId,
    licensee: PartyId,
    decided: Sequence[tuple[Use, Decision]],
) -> dict[int, tuple[Offer, bool]]:
    """The offer of each that is to be paid, by its place, and whether it is kept already."""
    if all(decision.proposal is None for _, decision in decided):
        return {}
    held = books.held_by(tx, asset, licensee)
    found: dict[int, tuple[Offer, bool]] = {}
    for number, (use, decision) in enumerate(decided):
        if decision.proposal is not None:
            offer = _offer(ledger, asset, licensee, use, held, decision.proposal)
            known = _paid_for(tx, offer, ledger.today()) or rights.find_offer(tx, offer.id)
            found[number] = (known or offer, known is not None)
    return found


def _offer(
    ledger: Ledger, asset: AssetId, licensee: PartyId, use: Use, held: int, proposal: Proposal
) -> Offer:
    # A licence that ran out can be bought again for the same use, so those already held count. An offer that
    # is no longer good is not found again: its last day is in its name.
    what = (digest(use_to_dict(use)), proposal.terms_hash, held, proposal.valid_until.isoformat())
    name = OfferId(derive("offer", ledger.id, asset, licensee, *what))
    return Offer(name, asset, licensee, use, proposal.terms_hash, proposal.price, ledger.now())


def _paid_for(tx: Tx, wanted: Offer, on: date) -> Offer | None:
    """An offer of the same that was paid for and not granted: it is taken up before anything is paid again.

    The day of use may be another: under the same terms it is the same licence that is bought.
    """
    paid = (each.offer for each in orders.pending(tx, wanted.asset, on) if each.paid)
    return next((offer for offer in paid if _what(offer) == _what(wanted)), None)


def _what(offer: Offer) -> tuple[AssetId, PartyId, Use, str]:
    return offer.asset, offer.licensee, replace(offer.use, on=date.min), offer.terms_hash


def _keep(ledger: Ledger, offers: Mapping[int, tuple[Offer, bool]]) -> dict[int, Offer]:
    """The offers by their place; those that are new are written down, all together."""
    if all(known for _, known in offers.values()):
        return {number: offer for number, (offer, _) in offers.items()}
    with ledger.store.transaction() as tx:
        return {number: offer if known else _kept(tx, offer) for number, (offer, known) in offers.items()}


def _kept(tx: Tx, offer: Offer) -> Offer:
    known = rights.find_offer(tx, offer.id)
    if known is not None:
        return known
    rights.add_offer(tx, offer)
    body = {
        "asset": offer.asset,
        "licensee": offer.licensee,
        "use": use_to_dict(offer.use),
        "terms": offer.terms_hash,
        "price": format_money(offer.price),
    }
    tx.append("offer-made", offer.id, body, offer.made_at)
    return offer
