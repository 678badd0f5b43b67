"""The index of scopes finds what looking at every one of them finds."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace

from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.domain.scope_index import MOST_KEYS, ScopeIndex
from ledger.domain.terms import (
    AS_MADE,
    AnyProduct,
    Countries,
    Products,
    Scope,
    Window,
    WorldwideExcept,
    licence_scope,
)
from ledger.domain.territories import GROUPS, bits_of, first_of, named

DAY = date(2026, 6, 15)


@settings(max_examples=60)
@given(data=st.data())
def test_it_finds_what_looking_at_all_finds(strategies: SimpleNamespace, data: st.DataObject) -> None:
    scopes = [licence_scope(terms) for terms in data.draw(st.lists(strategies.terms, max_size=5))]
    index = ScopeIndex((scope, i) for i, scope in enumerate(scopes))
    asked = licence_scope(data.draw(strategies.terms))
    expected = {
        i
        for i, scope in enumerate(scopes)
        if scope.meets(asked) and (scope.window.end is None or scope.window.end >= DAY)
    }
    assert set(index.meeting(asked, DAY)) == expected


def test_wide_scopes_are_kept_once() -> None:
    wide = Scope(Countries(GROUPS["EU"]), AnyProduct(), Window(), AS_MADE)
    assert len(GROUPS["EU"]) > MOST_KEYS
    narrow = Scope(Countries(frozenset({"FR"})), Products(frozenset({"wallpaper"})), Window(), AS_MADE)
    index = ScopeIndex([(wide, "wide"), (narrow, "narrow")])
    assert set(index.meeting(narrow, DAY)) == {"wide", "narrow"}
    assert set(index.meeting(wide, DAY)) == {"wide", "narrow"}
    elsewhere = Scope(Countries(frozenset({"US", "CA"})), narrow.products, Window(), AS_MADE)
    assert list(index.meeting(elsewhere, DAY)) == []
    busy = ScopeIndex((narrow, i) for i in range(3))
    cushions = Products(frozenset({"cushion"}))
    assert list(busy.meeting(Scope(narrow.territory, cushions, Window(), AS_MADE), DAY)) == []


def test_sets_of_countries() -> None:
    assert first_of(bits_of(frozenset({"GB", "FR"}))) == "FR"
    assert named({"DE", "AT", "CH"}) == "DACH"
    assert named({"DE"}) is None
    assert not WorldwideExcept(frozenset({"FR"})).bits & bits_of(frozenset({"FR"}))


@settings(max_examples=60)
@given(data=st.data())
def test_the_last_that_it_finds_is_the_last_of_all(strategies: SimpleNamespace, data: st.DataObject) -> None:
    scopes = [licence_scope(terms) for terms in data.draw(st.lists(strategies.terms, max_size=6))]
    index = ScopeIndex((scope, i) for i, scope in enumerate(scopes))
    asked, left_out = licence_scope(data.draw(strategies.terms)), data.draw(st.sets(st.integers(0, 5)))
    allowed = set(index.meeting(asked, DAY)) - left_out
    expected = max(allowed, key=lambda i: (scopes[i].window.end or date.max, -i), default=None)
    assert index.last_meeting(asked, DAY, lambda i: i not in left_out) == expected


def test_what_ends_before_the_best_so_far_is_not_looked_at() -> None:
    def until(year: int, territory: Countries | WorldwideExcept) -> Scope:
        return Scope(territory, AnyProduct(), Window(end=date(year, 1, 1)), AS_MADE)

    france, abroad = Countries(frozenset({"FR"})), WorldwideExcept(frozenset({"US"}))
    index = ScopeIndex(
        [(until(2028, france), "best"), (until(2029, abroad), "void"), (until(2027, abroad), "late")]
    )
    asked = Scope(france, AnyProduct(), Window(), AS_MADE)
    assert index.last_meeting(asked, DAY, lambda thing: thing != "void") == "best"
