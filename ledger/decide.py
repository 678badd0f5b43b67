"""May this party use this tile so? The answer, and for `pay` the offer that would make it a yes."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
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
from ledger.store import Tx, assets, books, collections, orders, parties, rights


def decide(
    ledger: Ledger, asset: AssetId, licensee: PartyId, use: Use, reading: Reading = Reading.LENIENT
) -> tuple[Decision, Offer | None]:
    """The decision with its reasons. An offer is kept for `pay`: asking the same again finds the same offer,
    and one that was paid for and not granted yet, however long ago.

    Raises UnknownError for an asset or party that is not there, and OrderError before the collection is
    registered.
    """
    with ledger.store.reading() as tx:
        terms, book = in_force(tx, asset, licensee, ledger.today(), (use,))
        decision = rules.decide(terms, book, use, ledger.today(), licensee, reading=reading)
        if decision.proposal is None:
            return decision, None
        held = books.held_by(tx, asset, licensee)
        offer = _offer(ledger, asset, licensee, use, held, decision.proposal)
        known = _paid_for(tx, offer, ledger.today()) or rights.find_offer(tx, offer.id)
    return decision, known or _keep(ledger, offer)


def in_force(
    tx: Tx, asset: AssetId, licensee: PartyId, on: date, uses: Collection[Use]
) -> tuple[Terms, Book]:
    """The terms of a registered tile and what of its book bears on `uses`, with the orders standing `on`."""
    tile = assets.get(tx, asset)
    parties.get(tx, licensee)
    if collections.get(tx, tile.collection).registration is None:
        raise OrderError(f"collection {tile.collection} is not registered yet; register it first")
    terms = collections.terms(tx, tile.collection)
    return terms, books.bearing(tx, asset, licensee, uses, terms, on)


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


def _keep(ledger: Ledger, offer: Offer) -> Offer:
    with ledger.store.transaction() as tx:
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
