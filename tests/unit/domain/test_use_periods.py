"""A use of several days is permitted where each of them is, and is one use of one licence."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.domain.decision import Decision, Outcome
from ledger.domain.errors import UseError
from ledger.domain.ids import LicenceId, PartyId
from ledger.domain.licence import Book
from ledger.domain.rights import covers
from ledger.domain.rights import decide as decide_on
from ledger.domain.terms import Run, Terms, Window
from ledger.domain.use import Use, described, undated
from ledger.domain.use_text import days_said, parse_use, parse_uses, use_to_dict


def decide(terms: Terms, book: Book, use: Use, licensee: PartyId, *, starts: date | None = None) -> Decision:
    """Asked on the day of use, unless a licence bought now would begin earlier."""
    return decide_on(terms, book, use, starts or use.on, licensee)


NORTH = PartyId("north-mill")


@settings(max_examples=60)
@given(data=st.data(), length=st.integers(2, 5))
def test_a_period_is_permitted_where_each_of_its_days_is(
    strategies: SimpleNamespace, data: st.DataObject, length: int
) -> None:
    terms, use, book = (data.draw(drawn) for drawn in (strategies.terms, strategies.uses, strategies.books))
    held = data.draw(st.sampled_from([*book.grants, *book.grants, None])) if book.grants else None
    # Where one licence follows another, no day of both is covered by one.
    book = Book((held,) if held else (), book.usages)
    party = held.licensee if held else NORTH
    edges = [
        day for each in (terms, held.terms if held else terms) for day in (each.window.start, each.window.end)
    ]
    first = data.draw(st.sampled_from([use.on, *(day for day in edges if day)]))
    days = [first + timedelta(days=number - 2) for number in range(length)]
    asked = decide(terms, book, replace(use, on=days[0], until=days[-1]), party, starts=days[0])
    each = [decide(terms, book, replace(use, on=day, until=None), party, starts=days[0]) for day in days]
    permitted = all(day.outcome is Outcome.PERMIT for day in each)
    # Some days by the licence, and others because the terms leave them free: that is not one permission.
    one = len({day.licence for day in each}) == 1
    assert permitted if asked.outcome is Outcome.PERMIT else not (permitted and one)
    if asked.outcome is Outcome.PAY:
        assert all(day.outcome is not Outcome.DENY for day in each)


def test_a_period_is_one_use_of_one_licence(make: SimpleNamespace) -> None:
    first, last, later = date(2026, 1, 1), date(2026, 3, 31), date(2026, 6, 30)
    one = make.grant(terms=make.terms(window=Window(first, last), run=Run(500)))
    two = make.grant(id=LicenceId("licence-2"), terms=make.terms(window=Window(date(2026, 4, 1), later)))
    within = make.use(on=first, until=last, units=500)
    assert decide(make.terms(), Book((one,)), within, NORTH).licence == one.id
    past = make.use(on=first, until=later)
    assert decide(make.terms(), Book((one, two)), past, NORTH).outcome is Outcome.PAY
    dates = {check.clause: check for check in covers(one, past, Book((one,)))}["dates"]
    assert dates.why == "2026-01-01 to 2026-06-30 reaches past the dates: from 2026-01-01 until 2026-03-31"
    assert undated(past) == undated(make.use(on=later))
    assert past.last == later
    assert described(past).endswith("2026-01-01 to 2026-06-30")
    with pytest.raises(UseError, match="is no period"):
        make.use(on=later, until=first)


def test_a_use_says_its_days(make: SimpleNamespace) -> None:
    day, period = make.use(on=date(2026, 1, 1)), make.use(on=date(2026, 1, 1), until=date(2026, 3, 31))
    assert use_to_dict(day)["on"] == "2026-01-01"
    assert use_to_dict(period)["on"] == {"from": "2026-01-01", "to": "2026-03-31"}
    assert parse_use(use_to_dict(period)) == period
    same = {"from": "2026-01-01", "to": "2026-01-01"}
    assert parse_use({**use_to_dict(day), "on": same}) == day
    assert days_said(None, "a", "b", "today") == {"from": "a", "to": "b"}
    assert (days_said("a", None, None, "today"), days_said(None, None, None, "today")) == ("a", "today")
    with pytest.raises(UseError, match="give one of the two"):
        days_said("a", "b", None, "today")


def test_several_uses_are_read_in_their_order(make: SimpleNamespace) -> None:
    uses = (make.use(), make.use(units=7))
    assert parse_uses([use_to_dict(use) for use in uses]) == uses
    with pytest.raises(UseError, match="1 to 200"):
        parse_uses([])
