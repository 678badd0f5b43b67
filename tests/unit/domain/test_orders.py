"""Licences that are ordered: they give nothing yet, and stand in the way of others."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ledger.domain.decision import Outcome
from ledger.domain.ids import LicenceId, OfferId, PartyId
from ledger.domain.licence import Book, Order, Used, licence_id
from ledger.domain.overlap import rivals
from ledger.domain.rights import decide
from ledger.domain.terms import Exclusive, Sublicensing


def test_an_offer_becomes_one_licence() -> None:
    assert licence_id(OfferId("a" * 32)) == licence_id(OfferId("a" * 32)) != licence_id(OfferId("b" * 32))


def test_an_order_of_an_exclusive_licence_shuts_out_others_and_permits_nothing(make: Any) -> None:
    terms = make.terms(exclusive=Exclusive())
    ordered = make.grant(terms=terms)
    book = Book(pending=(ordered,))
    use = make.use()
    own, other = (decide(terms, book, use, use.on, party) for party in (ordered.licensee, PartyId("another")))
    assert (own.outcome, other.outcome) == (Outcome.PAY, Outcome.DENY)
    assert "somebody else has ordered an exclusive licence" in other.reason
    assert rivals(terms, book, PartyId("another"), use.on) == (ordered,)
    held = decide(terms, Book((ordered,)), use, use.on, PartyId("another"))
    assert "somebody else holds an exclusive licence" in held.reason


def test_what_is_ordered_below_a_licence_counts_for_its_caps(make: Any) -> None:
    above = make.grant(terms=make.terms(sublicensing=Sublicensing(1)))
    below = replace(above, id=LicenceId("below"), parent=above.id, licensee=PartyId("another"))
    use = make.use(units=400)
    book = Book((above,), orders=(Order(below.id, use),), pending=(below,))
    assert book.used(above.id) == book.used(below.id) == Used(units=400)
    assert book.is_pending(below)
    assert not book.is_pending(above)
