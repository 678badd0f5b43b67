"""Contradictions within terms, overlaps with what was granted: each with a use that is judged both ways."""

from __future__ import annotations

from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from ledger.domain.clauses import modification_check, scope_checks, word_check
from ledger.domain.conflicts import MOST, NEWCOMER, conflicts
from ledger.domain.decision import Outcome
from ledger.domain.errors import ContradictionError, TermsError
from ledger.domain.examples import common_use, day_outside, use_in, uses_outside
from ledger.domain.ids import LicenceId
from ledger.domain.licence import Book
from ledger.domain.money import Money
from ledger.domain.overlap import rivals
from ledger.domain.rights import decide
from ledger.domain.terms import (
    AnyColourway,
    AnyModification,
    AnyProduct,
    Ceiling,
    Colourways,
    Countries,
    Exclusive,
    Graduated,
    Included,
    Modifications,
    Priced,
    Products,
    Run,
    Scope,
    Terms,
    Tier,
    Unlimited,
    Window,
    Worldwide,
    WorldwideExcept,
    exclusive_scope,
    licence_scope,
)
from ledger.domain.terms_text import parse_terms

DAY = date(2026, 6, 15)
GB, FR = Countries(frozenset({"GB"})), Countries(frozenset({"FR"}))


def usd(minor: int) -> Money:
    return Money(minor, "USD")


@settings(max_examples=100)
@given(data=st.data())
def test_every_conflict_is_judged_both_ways(strategies: SimpleNamespace, data: st.DataObject) -> None:
    terms, book = data.draw(strategies.terms), data.draw(strategies.books)
    found = conflicts(terms, book, DAY)
    for conflict in found:
        alone = decide(terms, Book(), conflict.example, DAY, NEWCOMER)
        beside = decide(terms, book, conflict.example, DAY, NEWCOMER)
        assert alone.outcome is Outcome.PAY
        assert beside.outcome is Outcome.DENY
        assert "exclusivity" in beside.reason
        assert (alone, beside) == (conflict.alone, conflict.beside)
        assert conflict.licence in conflict.why
        assert {conflict.clause, conflict.other} == {"territory", "exclusive"}
        licence = book.find(conflict.licence)
        assert licence is not None
        assert exclusive_scope(terms) or exclusive_scope(licence.terms)
    assert len(found) <= MOST
    assert bool(found) <= bool(rivals(terms, book, NEWCOMER, DAY))


@settings(max_examples=60)
@given(data=st.data())
def test_without_a_conflict_nobody_new_is_denied_for_exclusivity(
    strategies: SimpleNamespace, data: st.DataObject
) -> None:
    terms, book, use = data.draw(strategies.terms), data.draw(strategies.books), data.draw(strategies.uses)
    assume(use.on >= DAY)
    if not conflicts(terms, book, DAY):
        assert "exclusivity" not in decide(terms, book, use, DAY, NEWCOMER).reason


class TestOverlaps:
    def test_an_exclusive_licence_stands_in_the_way(self, make: SimpleNamespace) -> None:
        held = make.terms(exclusive=Exclusive(territory=GB))
        (found,) = conflicts(make.terms(), Book((make.grant(terms=held),)), DAY)
        assert (found.clause, found.other, found.licence) == ("territory", "exclusive", "licence-1")
        assert "reproduce wallpaper, 1 piece, GB, 2026-06-15 would be offered" in found.why
        assert conflicts(make.terms(territory=FR), Book((make.grant(terms=held),)), DAY) == ()

    def test_exclusive_terms_meet_any_licence(self, make: SimpleNamespace) -> None:
        book = Book((make.grant(terms=make.terms(colourways=Colourways(frozenset({"rose"})))),))
        (found,) = conflicts(make.terms(exclusive=Exclusive()), book, DAY)
        assert (found.clause, found.other) == ("exclusive", "territory")

    def test_by_colourway_exclusives_stand_side_by_side(self, make: SimpleNamespace) -> None:
        def only(name: str) -> Terms:
            colourways = Colourways(frozenset({name}))
            return make.terms(colourways=colourways, exclusive=Exclusive(colourways=colourways))

        book = Book((make.grant(terms=only("rose")),))
        assert conflicts(only("indigo"), book, DAY) == ()
        assert len(conflicts(only("rose"), book, DAY)) == 1

    def test_what_ended_or_begins_later_is_no_conflict(self, make: SimpleNamespace) -> None:
        held = make.terms(exclusive=Exclusive(), window=Window(end=DAY - timedelta(days=1)))
        assert conflicts(make.terms(), Book((make.grant(terms=held),)), DAY) == ()
        ended = make.terms(window=Window(end=DAY - timedelta(days=1)))
        now = make.terms(exclusive=Exclusive())
        assert conflicts(ended, Book((make.grant(terms=now),)), DAY) == ()

    def test_no_more_are_told_than_a_person_reads(self, make: SimpleNamespace) -> None:
        terms = make.terms(exclusive=Exclusive())
        grants = tuple(make.grant(id=LicenceId(f"licence-{i}"), terms=terms) for i in range(MOST + 5))
        assert len(conflicts(make.terms(), Book(grants), DAY)) == MOST


def refused(build: Any) -> ContradictionError:
    with pytest.raises(ContradictionError) as caught:
        build()
    return caught.value


class TestContradictions:
    @pytest.mark.parametrize(
        ("side", "changes"),
        [
            ("territory", {"territory": GB, "exclusive": Exclusive(territory=FR)}),
            ("territory", {"territory": GB, "exclusive": Exclusive(territory=Worldwide())}),
            ("territory", {"territory": WorldwideExcept(frozenset({"FR"})), "exclusive": Exclusive(FR)}),
            (
                "products",
                {
                    "products": Products(frozenset({"wallpaper"})),
                    "exclusive": Exclusive(products=AnyProduct()),
                },
            ),
            ("dates", {"window": Window(end=DAY), "exclusive": Exclusive(window=Window())}),
            ("dates", {"window": Window(start=DAY), "exclusive": Exclusive(window=Window(date(2026, 1, 1)))}),
            ("colourways", {"exclusive": Exclusive(colourways=Colourways(frozenset({"rose"})))}),
        ],
    )
    def test_an_exclusivity_past_the_licence_is_shown_by_a_use_outside_it(
        self, make: SimpleNamespace, side: str, changes: dict[str, Any]
    ) -> None:
        error = refused(lambda: make.terms(**changes))
        assert (error.field, error.other) == (f"exclusive.{side}", side)
        licence = make.terms(**{**changes, "exclusive": make.terms().exclusive})
        failing = {check.clause for check in scope_checks(licence, error.example) if not check.holds}
        assert failing == {side.removesuffix("s") if side != "dates" else side}

    def test_recolouring_needs_every_colourway(self, make: SimpleNamespace) -> None:
        for modification in (AnyModification(), Modifications(frozenset({"recolour", "crop"}))):
            error = refused(lambda given=modification: make.terms(modification=given))
            assert (error.field, error.other) == ("modification", "colourways")
            assert modification_check(modification, error.example).holds
            assert not word_check("colourway", make.terms().colourways, error.example.colourway).holds
            assert make.terms(modification=modification, colourways=AnyColourway())

    def test_tiers_past_the_run(self, make: SimpleNamespace) -> None:
        tiers = Graduated((Tier(1000, usd(5)), Tier(None, usd(4))))
        error = refused(lambda: make.terms(royalty=tiers, run=Run(1000)))
        assert (error.field, error.other, error.example.units) == ("royalty", "run", 1001)
        without = make.terms(run=Run(1000))
        assert decide(without, Book(), error.example, DAY, NEWCOMER).outcome is Outcome.DENY
        assert make.terms(royalty=tiers, run=Run(1001))
        assert make.terms(royalty=tiers, run=Unlimited())

    def test_selling_outright(self, make: SimpleNamespace) -> None:
        error = refused(lambda: make.terms(exclusive=Exclusive(), run=Unlimited()))
        assert (error.field, error.other) == ("exclusive", "run")
        assert make.terms(exclusive=Exclusive(window=Window(end=DAY)), run=Unlimited())

    def test_a_contradiction_read_from_text_keeps_its_example(self) -> None:
        data = {"preset": "standard", "split": {"a": "100 %"}, "modification": "any"}
        assert refused(lambda: parse_terms(data)).example.modifications == {"recolour"}

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"advance": usd(5)}, "advance"),
            ({"guarantee": usd(5)}, "minimum_guarantee"),
            ({"revenue": Ceiling(usd(5))}, "revenue"),
            ({"derivatives": Priced(usd(5), usd(1))}, "derivatives"),
            ({"style": Priced(usd(5), generations=7)}, "style"),
        ],
    )
    def test_what_cannot_be_meant_alone(
        self, make: SimpleNamespace, changes: dict[str, Any], field: str
    ) -> None:
        with pytest.raises(TermsError) as caught:
            make.terms(**changes)
        assert caught.value.field == field
        assert make.terms(derivatives=Included())


class TestExamples:
    @settings(max_examples=60)
    @given(data=st.data())
    def test_a_common_use_is_in_both(self, strategies: SimpleNamespace, data: st.DataObject) -> None:
        a, b = (licence_scope(data.draw(strategies.terms)) for _ in range(2))
        use = common_use(a, b)
        assert (use is not None) == a.meets(b)
        if use is not None:
            for scope in (a, b):
                assert inside(scope, use)
        after = common_use(a, b, DAY)
        assert after is None or after.on >= DAY

    @settings(max_examples=60)
    @given(data=st.data())
    def test_a_use_outside_is_in_one_alone(self, strategies: SimpleNamespace, data: st.DataObject) -> None:
        a, b = (licence_scope(data.draw(strategies.terms)) for _ in range(2))
        assert inside(a, use_in(a))
        found = uses_outside(a, b)
        for _, use in found:
            assert inside(a, use)
            assert not inside(b, use)
        if not found:
            assert inside(b, use_in(a))

    def test_the_ends_of_time(self) -> None:
        first, last = Window(start=date.min), Window(end=date.max)
        assert day_outside(Window(), first) is None
        assert day_outside(Window(), last) is None
        assert day_outside(Window(end=DAY), Window(start=DAY)) == DAY - timedelta(days=1)


def inside(scope: Scope, use: Any) -> bool:
    return (
        scope.territory.holds(use.territory)
        and scope.products.holds(use.product)
        and scope.window.holds(use.on)
        and scope.colourways.holds(use.colourway)
    )
