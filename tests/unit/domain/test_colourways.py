"""What a colourway may be called, and that its numbers follow from its name."""

from __future__ import annotations

import pytest

from ledger.domain.colourways import (
    check_ink_names,
    colourway_id,
    colourway_mark,
    parse_colourway,
    with_nearest,
)
from ledger.domain.decision import Check, Decision, Outcome
from ledger.domain.errors import FieldError
from ledger.domain.ids import AssetId

TILE = AssetId("ab" * 16)


def test_a_trade_word_names_a_colourway() -> None:
    assert parse_colourway("name", "indigo-night") == "indigo-night"


@pytest.mark.parametrize("word", ["", "original", "any", "Indigo", "a b", "x" * 42, "1st"])
def test_other_words_do_not(word: str) -> None:
    with pytest.raises(FieldError, match="name:"):
        parse_colourway("name", word)


def test_inks_are_called_each_by_a_name_of_its_own_or_not_at_all() -> None:
    assert check_ink_names((), 2) == ()
    assert check_ink_names([" Paper", "PANTONE 19-3933 TCX"], 2) == ("Paper", "PANTONE 19-3933 TCX")
    for names in (("Paper",), ("Paper", "paper "), ("a", "b", "c"), ("", "b"), ("x" * 61, "b")):
        with pytest.raises(FieldError, match="ink_names"):
            check_ink_names(names, 2)


def test_numbers_follow_from_names() -> None:
    indigo, rose = (colourway_id(TILE, word) for word in ("indigo", "rose"))
    assert indigo != rose
    assert colourway_id(TILE, "indigo") == indigo
    marks = {
        colourway_mark("ledger", indigo),
        colourway_mark("ledger", indigo, 1),
        colourway_mark("ledger", rose),
    }
    assert len(marks) == 3
    assert all(0 < mark < 2**48 for mark in marks)


def decided(outcome: Outcome, *, holds: bool) -> Decision:
    return Decision(outcome, "colourway: none", (Check("run", True, ""), Check("colourway", holds, "")))


@pytest.mark.parametrize(
    ("word", "hint"),
    [("indgo", "did you mean indigo?"), ("x", "use one of indigo, original"), ("orignal", "mean original?")],
)
def test_a_denial_of_a_colourway_that_is_not_there_names_those_that_are(word: str, hint: str) -> None:
    told = with_nearest(decided(Outcome.DENY, holds=False), word, lambda: ["indigo"])
    assert told.reason.startswith(f"colourway: none; this tile has no colourway {word}, ")
    assert told.reason.endswith(hint)


@pytest.mark.parametrize(
    ("outcome", "holds", "word"),
    [
        (Outcome.DENY, False, "indigo"),
        (Outcome.DENY, False, "original"),
        (Outcome.DENY, False, "any"),
        (Outcome.DENY, True, "indgo"),
        (Outcome.PAY, False, "indgo"),
    ],
)
def test_every_other_decision_stays(outcome: Outcome, holds: bool, word: str) -> None:
    made = decided(outcome, holds=holds)
    assert with_nearest(made, word, lambda: ["indigo"]) == made
