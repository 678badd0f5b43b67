"""What a sublicence may give of the licence above it, and what of a run is left to give."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from ledger.domain.errors import OrderError, TermsError
from ledger.domain.ids import LicenceId, PartyId
from ledger.domain.licence import Book, GrantState
from ledger.domain.money import Money
from ledger.domain.rights import covers
from ledger.domain.sublicence import narrowed, require_left, require_open
from ledger.domain.terms import (
    AnyColourway,
    AnyModification,
    Countries,
    Exclusive,
    Flat,
    Graduated,
    Modifications,
    NoModification,
    NonExclusive,
    NoRoyalty,
    NoSublicensing,
    PerUnit,
    Products,
    Run,
    Sublicensing,
    Tier,
    Unlimited,
    Volume,
    Window,
)

SOUTH, PRESS = PartyId("south-mill"), PartyId("press")
YEAR = Window(date(2026, 1, 1), date(2026, 12, 31))


def parent(make: SimpleNamespace, **terms: Any) -> Any:
    scope = {
        "territory": Countries(frozenset({"GB", "FR"})),
        "products": Products(frozenset({"cushion", "wallpaper"})),
        "window": YEAR,
        "sublicensing": Sublicensing(2),
    }
    return make.grant(terms=make.terms(**{**scope, **terms}))


def child(make: SimpleNamespace, above: Any, number: int = 2, **gives: Any) -> Any:
    terms = narrowed(above, {"run": 300, **gives})
    name = LicenceId(f"licence-{number}")
    return make.grant(id=name, licensee=SOUTH, terms=terms, parent=above.id, offer=None)


class TestWhatIsGiven:
    def test_what_is_not_said_is_as_above_and_costs_nothing(self, make: SimpleNamespace) -> None:
        above = parent(make, exclusive=Exclusive(), royalty=PerUnit(Money(5, "USD")), advance=Money(9, "USD"))
        terms = narrowed(above, {"territory": "GB", "run": 300})
        assert terms.territory == Countries(frozenset({"GB"}))
        assert (terms.products, terms.window) == (above.terms.products, YEAR)
        assert (terms.run, terms.sublicensing) == (Run(300), NoSublicensing())
        assert (terms.exclusive, terms.price) == (NonExclusive(), Flat(Money(0, "USD")))
        assert (terms.royalty, terms.advance) == (above.terms.royalty, None)

    @pytest.mark.parametrize(
        ("clause", "gives"),
        [
            ("territory", {"territory": ["GB", "DE"]}),
            ("territory", {"territory": "worldwide"}),
            ("products", {"products": "curtain"}),
            ("products", {"products": "any"}),
            ("colourways", {"colourways": "rose"}),
            ("modification", {"modification": "crop"}),
            ("dates", {"dates": {"end": "2027-01-01"}}),
            ("dates", {"dates": {"start": "2025-12-31"}}),
            ("sublicensing", {"sublicensing": {"depth": 2}}),
            ("run", {"run": "unlimited"}),
            ("run.overage", {"run": {"units": 5, "overage": "1 USD"}}),
            ("dates", {"dates": {"start": "2027-06-01"}}),
            ("exclusive", {"exclusive": True}),
            ("price", {"price": 5}),
        ],
    )
    def test_nothing_beyond(self, make: SimpleNamespace, clause: str, gives: dict[str, Any]) -> None:
        with pytest.raises(TermsError) as refused:
            narrowed(parent(make), {"run": 300, **gives})
        assert refused.value.field == clause

    def test_a_run_has_to_be_said_where_there_is_one(self, make: SimpleNamespace) -> None:
        with pytest.raises(TermsError, match="say how many pieces"):
            narrowed(parent(make), {})
        assert narrowed(parent(make, run=Unlimited()), {}).run == Unlimited()
        open_ended = parent(make, window=Window(), run=Unlimited())
        assert narrowed(open_ended, {"dates": {"start": "2026-03-01"}}).window.end is None
        assert narrowed(open_ended, {"run": {"units": 5, "overage": "1 USD"}}).run.units == 5

    def test_modifications_and_colourways_are_parts_of_what_is_above(self, make: SimpleNamespace) -> None:
        crop = Modifications(frozenset({"crop"}))
        for whole, part in ((AnyModification(), "crop"), (crop, "crop"), (crop, "none")):
            above = parent(make, modification=whole, colourways=AnyColourway())
            given = narrowed(above, {"run": 1, "modification": part, "colourways": "rose"})
            assert given.modification in (crop, NoModification())
        above = parent(make, modification=crop, colourways=AnyColourway())
        with pytest.raises(TermsError, match="modification"):
            narrowed(above, {"run": 1, "modification": "any"})

    def test_tiers_past_the_run_are_left_out(self, make: SimpleNamespace) -> None:
        def tiers(kind: Any, *rates: int) -> Any:
            ends = (100, 400, None)
            return kind(tuple(Tier(e, Money(r, "USD")) for e, r in zip(ends, rates, strict=True)))

        def royalty(run: Any, whole: Any) -> Any:
            return narrowed(parent(make, run=Unlimited(), royalty=whole), {"run": run}).royalty

        whole = tiers(Graduated, 3, 2, 1)
        assert royalty(401, whole) == royalty("unlimited", whole) == whole
        assert royalty(400, whole).tiers == (whole.tiers[0], Tier(None, Money(2, "USD")))
        assert royalty(100, whole) == PerUnit(Money(3, "USD"))
        assert royalty(400, tiers(Volume, 0, 0, 1)) == NoRoyalty()


class TestWhatCanBeGiven:
    def test_everything_above_has_to_allow_it(self, make: SimpleNamespace) -> None:
        above = parent(make)
        first = child(make, above, sublicensing={"depth": 1})
        book = Book((above, first))
        require_open(above, book)
        require_open(first, book)
        second = child(make, first, 3)
        with pytest.raises(OrderError, match="gives 0 levels"):
            require_open(second, Book((*book.grants, second)))
        with pytest.raises(OrderError, match="not in the book"):
            require_open(first, Book((first,)))
        for state in (GrantState.SUSPENDED, GrantState.REVOKED):
            stopped = make.grant(terms=above.terms, state=state)
            with pytest.raises(OrderError, match=state.value):
                require_open(first, Book((stopped, first)))

    def test_pieces_made_and_given_away_are_not_left_to_give(self, make: SimpleNamespace) -> None:
        above = parent(make)
        first = child(make, above)
        book = Book((above, first), (make.usage(above, units=100), make.usage(first, id="u2", units=50)))
        assert (book.units_used(above.id), book.allotted(above.id)) == (150, 250)
        require_left(above, book, 600)
        with pytest.raises(OrderError, match="600 left"):
            require_left(above, book, 601)
        require_left(parent(make, run=Unlimited()), book, 10**9)

    def test_what_was_given_away_is_for_the_sublicensee_alone(self, make: SimpleNamespace) -> None:
        above = parent(make)
        first = child(make, above, run=1000, sublicensing={"depth": 1})
        book = Book((above, first))
        asked = {check.clause: check.holds for check in covers(above, make.use(units=1), book)}
        assert not asked["run"]
        assert all(check.holds for check in covers(first, make.use(units=1000), book))
        # It is not given back.
        ended = Book((above, make.grant(**{**vars(first), "state": GrantState.REVOKED})))
        assert ended.allotted(above.id) == 1000
