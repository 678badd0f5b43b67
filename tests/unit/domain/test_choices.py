"""Decisions of people are read from the book and added up."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ledger.domain.choices import (
    Choice,
    Decided,
    adds_a_reason,
    body_of,
    check_who,
    contribution,
    decided,
    standing,
    vouched,
)
from ledger.domain.entries import Entry, append
from ledger.domain.errors import FieldError

DECIDED = [
    *[("selected", ""), ("selected", "ours"), ("selected", ""), ("arranged", "first")],
    *[("rejected", "dull"), ("selected", ""), ("selected", "ours"), ("retouched", "")],
]


def entry(number: int, kind: str, **body: object) -> Entry:
    return append(None, kind, "a" * 32, f"2026-06-0{number}T00:00:00Z", body)


def test_decisions_are_read_from_entries() -> None:
    made = decided(
        [
            entry(1, "asset-made", sha256="x"),
            entry(2, "tile-selected", by="Ann", why="bold"),
            entry(3, "tile-arranged", by="Ann", place=2),
            entry(4, "tile-retouched", by="Jo", changed="0.0100", sha256="y", was="x"),
        ]
    )
    assert [(one.choice, one.by, one.why, one.place, one.changed) for one in made] == [
        (Choice.SELECTED, "Ann", "bold", None, None),
        (Choice.ARRANGED, "Ann", "", 2, None),
        (Choice.RETOUCHED, "Jo", "", None, "0.0100"),
    ]
    assert body_of(made[1]) == {"by": "Ann", "place": 2}


def test_the_last_decision_stands_until_the_tile_is_another_picture() -> None:
    kept, away, changed = (
        entry(n, f"tile-{what}", by="Ann") for n, what in enumerate(("selected", "rejected", "retouched"), 1)
    )
    assert standing([]) is None
    assert standing([entry(1, "asset-made", sha256="x")]) is None
    found = standing([kept, away])
    assert found is not None
    assert found.choice is Choice.REJECTED
    assert standing([kept, changed]) is None


def test_a_reason_vouches_for_the_picture_it_was_given_for() -> None:
    told = [
        Decided(Choice(what), "Ann", "2026-06-02T00:00:00Z", why, protected=("ab",)) for what, why in DECIDED
    ]
    holds = [sorted(vouched(told[:end])) for end in range(len(told) + 1)]
    assert holds == [[], [], ["ab"], ["ab"], ["ab"], [], [], ["ab"], []]
    once, plain = told[1], replace(told[1], why="")
    assert not adds_a_reason(told[:1], plain)
    assert adds_a_reason(told[:1], once)
    assert not adds_a_reason(told[:2], once)
    assert not adds_a_reason(told[:4], once)
    assert adds_a_reason(told[:6], once)
    assert adds_a_reason(told, once)


def test_a_reason_stands_for_the_pictures_that_were_protected_when_it_was_given() -> None:
    early = Decided(Choice.SELECTED, "Ann", "2026-06-02T00:00:00Z", "ours")
    late = replace(early, protected=("ab", "cd"))
    assert vouched([early]) == frozenset()
    assert adds_a_reason([early], late)
    assert vouched([early, late, early]) == {"ab", "cd"}
    assert not adds_a_reason([early, late], replace(early, protected=("cd",)))
    (read,) = decided([entry(1, "tile-selected", **body_of(late))])
    assert (read.protected, body_of(early)) == (("ab", "cd"), {"by": "Ann", "why": "ours"})


def test_contributions_are_added_up() -> None:
    ann = Decided(Choice.SELECTED, "Ann", "2026-06-02T00:00:00Z", "")
    jo = Decided(Choice.REJECTED, "Jo", "2026-06-01T00:00:00Z", "dull")
    found = contribution([(ann,), (), (jo, ann)])
    assert (found.tiles, found.touched, found.counts) == (3, 2, {"rejected": 1, "selected": 2})
    assert (found.people, found.first, found.last) == (("Jo", "Ann"), jo.at, ann.at)
    none = contribution([()])
    assert (none.touched, none.people, none.first, none.last) == (0, (), None, None)


@pytest.mark.parametrize(
    ("by", "why", "field"),
    [
        ("", "", "by"),
        ("x" * 121, "", "by"),
        ("a\nb", "", "by"),
        ("Ann", "x" * 501, "why"),
        ("Ann", "\x07", "why"),
    ],
)
def test_a_decision_needs_a_name(by: str, why: str, field: str) -> None:
    check_who("Ann Okafor", "because")
    check_who("Ann Okafor", "")
    with pytest.raises(FieldError) as caught:
        check_who(by, why)
    assert caught.value.field == field
