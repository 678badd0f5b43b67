"""What a colourway may be called, and that its numbers follow from its name."""

from __future__ import annotations

import pytest

from ledger.domain.colourways import colourway_id, colourway_mark, parse_colourway
from ledger.domain.errors import FieldError
from ledger.domain.ids import AssetId

TILE = AssetId("ab" * 16)


def test_a_trade_word_names_a_colourway() -> None:
    assert parse_colourway("name", "indigo-night") == "indigo-night"


@pytest.mark.parametrize("word", ["", "original", "any", "Indigo", "a b", "x" * 42, "1st"])
def test_other_words_do_not(word: str) -> None:
    with pytest.raises(FieldError, match="name:"):
        parse_colourway("name", word)


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
