"""May this party use this tile so? The answer, and for `pay` the offer that would make it a yes."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import Enum, auto
from typing import Any

from ledger.context import Ledger
from ledger.domain import rights as rules
from ledger.domain.brief_text import use_to_dict
from ledger.domain.canonical import digest
from ledger.domain.colourways import with_nearest
from ledger.domain.copies import Copy
from ledger.domain.decision import Decision, Proposal, Reading
from ledger.domain.errors import OrderError
from ledger.domain.ids import AssetId, LicenceId, OfferId, PartyId, derive
from ledger.domain.licence import Book, Offer, licence_id
from ledger.domain.money_text import format_money
from ledger.domain.terms import Terms
from ledger.domain.use import Use, undated
from ledger.store import Tx, assets, books, colourways, copies, entries, orders, parties, quotes, rights
from ledger.store.assets import Face
from ledger.store.orders import Pending

Answer = tuple[Decision, Offer | None]


@dataclass(frozen=True)
class Decided:
    """Decisions on several uses, in their order, from one read of the book, whose last entry is `entry`.

    Each answers for itself: what one of the uses would take, the others do not leave out. `copies` are of the
    licences that permit.
    """

    tile: Face
    terms: Terms
    book: Book
    entry: tuple[int, str]
    answers: tuple[Answer, ...]
    copies: Mapping[LicenceId, Copy] = field(default_factory=dict)


@dataclass(frozen=True)
class Draft:
    """What was decided, before its offers are written down.

    At the places `unkept` are those that are not in the book; of these, at `untold`, those never told before.
    """

    decided: Decided
    unkept: frozenset[int]
    untold: frozenset[int]


def decide(
    ledger: Ledger, asset: AssetId, licensee: PartyId, use: Use, reading: Reading = Reading.LENIENT
) -> Answer:
    """The decision with its reasons. An offer is kept for `pay`: asking the same again finds the same offer,
    and one that was paid for and not granted yet, however long ago. `tell` keeps none.

    Raises UnknownError for an asset or party that is not there, and OrderError before the collection is
    registered.
    """
    return decide_each(ledger, asset, licensee, (use,), reading).answers[0]


def decide_each(
    ledger: Ledger, asset: AssetId, licensee: PartyId, uses: Sequence[Use], reading: Reading = Reading.LENIENT
) -> Decided:
    """`decide` for each of several uses of one tile by one party."""
    return keep(ledger, draft(ledger, asset, licensee, uses, reading))


def draft(
    ledger: Ledger, asset: AssetId, licensee: PartyId, uses: Sequence[Use], reading: Reading = Reading.LENIENT
) -> Draft:
    """The first half of `decide_each`, which only reads; `keep` is the second, or `tell`."""
    with ledger.store.reading() as tx:
        return drafted(ledger, tx, asset, licensee, uses, reading)


def drafted(
    ledger: Ledger, tx: Tx, asset: AssetId, licensee: PartyId, uses: Sequence[Use], reading: Reading
) -> Draft:
    """`draft` in a view that was opened before, for who had something else to read in it."""
    entry, today = entries.head(tx), ledger.today()
    tile = _registered(tx, asset, licensee)
    waiting = orders.pending(tx, asset, today)
    book = books.bearing(tx, asset, licensee, uses, tile.terms, today, waiting)
    made = [
        with_nearest(
            rules.decide(tile.terms, book, use, today, licensee, reading=reading),
            use.colourway,
            lambda: (each.word for each in colourways.of_asset(tx, asset)),
        )
        for use in uses
    ]
    asker = _Asker(ledger, tx, asset, licensee, waiting)
    offers = _offers(asker, tuple(zip(uses, made, strict=True)))
    found = {each.licence: copies.find(tx, each.licence) for each in made if each.licence}
    answers = tuple(
        (each, offers[number][0] if number in offers else None) for number, each in enumerate(made)
    )
    kept = {licence: copy for licence, copy in found.items() if copy is not None}
    decided = Decided(tile, tile.terms, book, entry, answers, kept)
    return Draft(decided, _where(offers, Told.QUOTED, Told.NEVER), _where(offers, Told.NEVER))


def keep(ledger: Ledger, draft: Draft) -> Decided:
    """The decisions of a draft, its offers written into the book, all together: they are there for good."""
    return _written(draft.decided, draft.unkept, lambda offers: ledger.store.together(_keep_all, offers))


def tell(ledger: Ledger, draft: Draft) -> Decided:
    """The decisions of a draft, its new offers noted: they can be taken, and are in the book from then on.

    What is noted waits for no disk; an offer lost with the power is told again to who asks again.
    """
    return _written(draft.decided, draft.untold, lambda offers: ledger.store.note(_noting(ledger, offers)))


def tell_at_once(ledger: Ledger, draft: Draft) -> Decided | None:
    """`tell`, or None where that would have to wait for somebody else's writing."""
    if not draft.untold:
        return draft.decided
    offers = [offer for place in sorted(draft.untold) if (offer := draft.decided.answers[place][1])]
    kept = ledger.store.note_at_once(_noting(ledger, offers))
    return None if kept is None else _written(draft.decided, draft.untold, lambda _: kept)


def _written(
    decided: Decided, places: frozenset[int], write: Callable[[Sequence[Offer]], Sequence[Offer]]
) -> Decided:
    """`decided` with the offers at some places as they were written."""
    if not places:
        return decided
    ordered = sorted(places)
    offers = [offer for place in ordered if (offer := decided.answers[place][1]) is not None]
    kept = dict(zip(ordered, write(offers), strict=True))
    answers = ((decision, kept.get(place, offer)) for place, (decision, offer) in enumerate(decided.answers))
    return replace(decided, answers=tuple(answers))


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


@dataclass(frozen=True)
class _Asker:
    """Who asks about which tile, in one read of the book; `waiting` are the orders of the tile."""

    ledger: Ledger
    tx: Tx
    asset: AssetId
    licensee: PartyId
    waiting: Sequence[Pending]


class Told(Enum):
    """Where an offer is before it is answered."""

    KEPT = auto()  # in the book
    QUOTED = auto()  # told to somebody before
    NEVER = auto()


def _where(offers: Mapping[int, tuple[Offer, Told]], *those: Told) -> frozenset[int]:
    return frozenset(place for place, (_, told) in offers.items() if told in those)


def _offers(asker: _Asker, decided: Sequence[tuple[Use, Decision]]) -> dict[int, tuple[Offer, Told]]:
    """The offer of each that is to be paid, by its place, and where it is."""
    if all(decision.proposal is None for _, decision in decided):
        return {}
    held = books.held_by(asker.tx, asker.asset, asker.licensee)
    return {
        number: _offer(asker, use, held, decision.proposal)
        for number, (use, decision) in enumerate(decided)
        if decision.proposal is not None
    }


def _offer(asker: _Asker, use: Use, held: int, proposal: Proposal) -> tuple[Offer, Told]:
    offer = _named(asker, use, held, proposal)
    paid = _paid_for(asker.waiting, offer)
    if paid is not None:
        return paid, Told.KEPT
    known = rights.find_told(asker.tx, offer.id)
    # A licence that was handed on is held no more, and its offer is not one to be had again.
    while known is not None and known[1] and rights.find_grant(asker.tx, licence_id(offer.id)) is not None:
        held += 1
        offer = _named(asker, use, held, proposal)
        known = rights.find_told(asker.tx, offer.id)
    if known is None:
        return offer, Told.NEVER
    return known[0], Told.KEPT if known[1] else Told.QUOTED


def _named(asker: _Asker, use: Use, held: int, proposal: Proposal) -> Offer:
    # A licence that ran out can be bought again for the same use, so those already held count. An offer that
    # is no longer good is not found again: its last day is in its name.
    what = (digest(use_to_dict(use)), proposal.terms_hash, held, proposal.valid_until.isoformat())
    name = OfferId(derive("offer", asker.ledger.id, asker.asset, asker.licensee, *what))
    asked = (asker.asset, asker.licensee, use, proposal.terms_hash, proposal.price)
    return Offer(name, *asked, asker.ledger.now())


def _paid_for(waiting: Sequence[Pending], wanted: Offer) -> Offer | None:
    """An offer of the same that was paid for and not granted: it is taken up before anything is paid again.

    The day of use may be another: under the same terms it is the same licence that is bought.
    """
    paid = (each.offer for each in waiting if each.paid)
    return next((offer for offer in paid if _what(offer) == _what(wanted)), None)


def _what(offer: Offer) -> tuple[AssetId, PartyId, Use, str]:
    return offer.asset, offer.licensee, undated(offer.use), offer.terms_hash


def _keep_all(tx: Tx, several: Sequence[Sequence[Offer]]) -> list[list[Offer]]:
    """The offers of several askers, as they are kept: one of the same name that was there before stays."""
    asked = {offer.id: offer for offers in reversed(several) for offer in offers}
    kept = asked | enter(tx, tuple(asked.values()))
    return [[kept[offer.id] for offer in offers] for offers in several]


def enter(tx: Tx, offers: Sequence[Offer]) -> dict[OfferId, Offer]:
    """Write offers into the book that are not there; those that were are given as they are there."""
    known = rights.offers_named(tx, sorted({offer.id for offer in offers}))
    new = [offer for offer in offers if offer.id not in known]
    rights.add_offers(tx, new)
    tx.append_each(("offer-made", offer.id, _entry(offer), offer.made_at) for offer in new)
    for offer in new:
        quotes.drop(tx, offer.id)
    return known


def _noting(ledger: Ledger, offers: Sequence[Offer]) -> Callable[[Tx], list[Offer]]:
    """Note offers, each as it was told first."""

    def work(tx: Tx) -> list[Offer]:
        quotes.forget(tx, ledger.today())
        return [offer if quotes.note(tx, offer) else rights.get_offer(tx, offer.id) for offer in offers]

    return work


def _entry(offer: Offer) -> dict[str, Any]:
    return {
        "asset": offer.asset,
        "licensee": offer.licensee,
        "use": use_to_dict(offer.use),
        "terms": offer.terms_hash,
        "price": format_money(offer.price),
    }
