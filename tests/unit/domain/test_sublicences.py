"""Sublicences, and licences that are suspended or revoked."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any

from ledger.domain.decision import Outcome
from ledger.domain.ids import LicenceId, PartyId
from ledger.domain.licence import Book, GrantState
from ledger.domain.rights import covers, decide
from ledger.domain.terms import (
    Colourways,
    Exclusive,
    Run,
    Sublicensing,
)
from ledger.domain.use import Action

NORTH, SOUTH = PartyId("north-mill"), PartyId("south-mill")
DAY = date(2026, 6, 15)


def ask(terms: Any, book: Book, use: Any, licensee: PartyId = NORTH, at: date = DAY, **more: Any) -> Any:
    return decide(terms, book, use, at, licensee, **more)


def failing(checks: Any) -> dict[str, str]:
    return {check.clause: check.why for check in checks if not check.holds}


class TestSublicences:
    def tree(self, make: SimpleNamespace, depth: int, **parent: Any) -> Book:
        terms = make.terms(sublicensing=Sublicensing(depth), **parent)
        owner = make.grant(terms=terms)
        maker = make.grant(id=LicenceId("licence-2"), licensee=SOUTH, terms=terms, parent=owner.id, units=300)
        below = make.grant(id=LicenceId("licence-3"), licensee=PartyId("press"), terms=terms, parent=maker.id)
        return Book((owner, maker, below))

    def test_pieces_count_all_the_way_up(self, make: SimpleNamespace) -> None:
        book = self.tree(make, 2)
        used = Book(book.grants, (make.usage(book.grants[2], units=250),))
        assert [used.units_used(grant.id) for grant in book.grants] == [250, 250, 250]
        assert not failing(covers(book.grants[2], make.use(units=50), used))
        assert list(failing(covers(book.grants[2], make.use(units=51), used))) == ["run"]

    def test_depth(self, make: SimpleNamespace) -> None:
        deep, flat = self.tree(make, 2), self.tree(make, 1)
        assert not failing(covers(deep.grants[2], make.use(), deep))
        assert list(failing(covers(flat.grants[2], make.use(), flat))) == ["sublicensing"]
        wish = make.use(action=Action.SUBLICENSE, depth=1)
        assert not failing(covers(deep.grants[1], wish, deep))
        assert "sublicensing" in failing(covers(deep.grants[2], wish, deep))
        offered = ask(deep.grants[0].terms, Book(), make.use(action=Action.SUBLICENSE, depth=3))
        assert offered.changes == ("at most 2 levels",)
        assert ask(make.terms(), Book(), wish).outcome is Outcome.DENY

    def test_what_stops_the_owner_stops_everybody_below(self, make: SimpleNamespace) -> None:
        book = self.tree(make, 2)
        for state in (GrantState.SUSPENDED, GrantState.REVOKED):
            stopped = Book((make.grant(terms=book.grants[0].terms, state=state), *book.grants[1:]))
            for grant in stopped.grants:
                assert "state" in failing(covers(grant, make.use(), stopped))

    def test_a_parent_that_is_missing_or_a_circle_covers_nothing(self, make: SimpleNamespace) -> None:
        orphan = make.grant(parent=LicenceId("gone"))
        assert "parent" in failing(covers(orphan, make.use(), Book((orphan,))))
        circle = make.grant(parent=LicenceId("licence-1"))
        book = Book((circle,), (make.usage(circle, units=5),))
        assert "parent" in failing(covers(circle, make.use(), book))
        assert book.units_used(circle.id) == 5
        lost = Book((), (make.usage(circle, units=5),))
        assert lost.units_used(circle.id) == 5

    def test_sublicences_of_ones_own_are_no_rivals(self, make: SimpleNamespace) -> None:
        book = self.tree(make, 2, exclusive=Exclusive())
        terms = make.terms(exclusive=Exclusive(), run=Run(5000))
        assert ask(terms, book, make.use(units=2000)).outcome is Outcome.PAY
        assert ask(terms, book, make.use(units=2000), PartyId("other")).outcome is Outcome.DENY

    def test_a_revoked_exclusive_shuts_out_nobody_and_a_suspended_one_still_does(
        self, make: SimpleNamespace
    ) -> None:
        for state, outcome in ((GrantState.REVOKED, Outcome.PAY), (GrantState.SUSPENDED, Outcome.DENY)):
            held = make.grant(terms=make.terms(exclusive=Exclusive()), state=state)
            assert ask(make.terms(), Book((held,)), make.use(), SOUTH).outcome is outcome

    def test_colourways_keep_exclusives_apart(self, make: SimpleNamespace) -> None:
        rose = Colourways(frozenset({"rose"}))
        held = make.grant(terms=make.terms(colourways=rose, exclusive=Exclusive(colourways=rose)))
        assert ask(make.terms(), Book((held,)), make.use(), SOUTH).outcome is Outcome.PAY
        assert ask(make.terms(colourways=rose), Book((held,)), make.use(colourway="rose"), SOUTH).changes
