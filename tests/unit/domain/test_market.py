"""A market feed is read from CSV or JSON, and each mistake is told by its line and field."""

from __future__ import annotations

import pytest

from ledger.domain.errors import FieldError
from ledger.domain.market import MAX_BYTES, read_feed
from ledger.domain.suggesting import MAX_SIGNALS, Signal

HEAD = "kind,word,points,source\n"
WAVE = Signal("family", "wave", 4, "fair, March")


@pytest.mark.parametrize(
    "text",
    [
        HEAD + 'family,wave,4,"fair, March"\n',
        "\ufeff" + HEAD + '\nfamily,wave,+4,"fair, March"\n,,,\n',
        'Word, Source ,KIND,points\r\nwave,"fair, March",family,4\r\n',
        '[{"kind": "family", "word": "wave", "points": 4, "source": "fair, March"}]',
    ],
)
def test_the_same_is_said_in_csv_and_json(text: str) -> None:
    assert read_feed(text.encode()) == (WAVE,)


@pytest.mark.parametrize(
    ("text", "field", "told"),
    [
        (HEAD + "family,wave,4,x\nfamily,dots,many,x\n", "market.points", "line 3: 'many'"),
        (HEAD + "family,wave,4,x\n\nfamliy,dots,1,x\n", "market.kind", "line 4: "),
        (HEAD + "family,wave,101,x\n", "market.points", "line 2: "),
        (HEAD + "family,wave,4,\n", "market.source", "line 2: "),
        (HEAD + "family,wave,4,fair, March\n", "market", "line 2: has 5 fields and the header 4"),
        (HEAD + 'family,"wave"s,4,x\n', "market", "line 2: is no CSV"),
        (HEAD + "family,wave,1,x\n" * (MAX_SIGNALS + 1), "market", f"line {MAX_SIGNALS + 2}: give at most"),
        ("kind,word,source\n", "market", "line 1: the columns are kind, word, points, source"),
        ("", "market", "line 1: .* this has nothing"),
        (HEAD, "market", "no line under its header"),
        ('[{"kind": "family"', "market", "line 1, column"),
        ("[" * 200_000, "market", "is no JSON"),
        ('[{"kind": "family", "word": "wave", "points": "4", "source": "x"}]', "market[0].points", "'4'"),
        ("{}", "market", "is not a list"),
    ],
)
def test_each_mistake_has_its_line_and_field(text: str, field: str, told: str) -> None:
    with pytest.raises(FieldError, match=told) as caught:
        read_feed(text.encode())
    assert caught.value.field == field


def test_bytes_that_are_no_text_and_too_many_are_refused() -> None:
    with pytest.raises(FieldError, match="not UTF-8"):
        read_feed(b"kind,\xff")
    with pytest.raises(FieldError, match="at most"):
        read_feed(b"x" * (MAX_BYTES + 1))
