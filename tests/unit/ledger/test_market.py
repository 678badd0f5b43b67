"""A feed speaks in words that tiles can be asked for, or is refused with the nearest ones."""

from __future__ import annotations

import json

import pytest

from ledger.domain.errors import FieldError
from ledger.market import read

HEAD = "kind,word,points,source\n"


def test_words_are_read_as_weights_have_them() -> None:
    rows = "palette,chalk indigo,5,x\npalette,#F6F3EA #27306b,5,x\n"
    rows += "style,fan scallop,5,x\nstyle,Scallop fan,5,x\n"
    more = "family,Floral,5,x\nera,fifties,5,x\ntheme,Coastal,5,x\ntheme,small washed linen,5,x\n"
    assert [each.word for each in read((HEAD + rows + more).encode())] == [
        *["#f6f3ea #27306b"] * 2,
        *["scallop fan"] * 2,
        *["floral", "fifties", "coastal", "small washed linen"],
    ]


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("palette,foo bar,5,x", "line 2: .*'foo' is no colour we know"),
        ("palette,indgo chalk,5,x", "did you mean indigo"),
        ("palette,indigo,5,x", "line 2: .*2 to 6"),
        ("palette,indigo indigo,5,x", "line 2: .*same ink"),
        ("style,floral orchid,5,x", "line 2: 'floral orchid' is no style that we know; did you mean floral "),
        ("style,scalop fan,5,x", "did you mean scallop fan"),
        ("family,flroal,5,x", "line 2: 'flroal' is no family that we know; did you mean floral"),
        ("family,zzz,5,x", "give one of .*scallop"),
        ("era,fiftees,5,x", "did you mean fifties"),
        ("theme,costal,5,x", "did you mean coastal"),
    ],
)
def test_a_word_that_nobody_draws_is_told_with_file_line_and_the_nearest(row: str, told: str) -> None:
    with pytest.raises(FieldError, match=told) as caught:
        read(f"{HEAD}{row}\n".encode(), "fair.csv")
    assert (caught.value.field, caught.value.problem[:10]) == ("market.word", "'fair.csv'")
    kind, word, points, source = row.split(",")
    plain = {"kind": kind, "word": word, "points": int(points), "source": source}
    with pytest.raises(FieldError) as caught:
        read(json.dumps([plain]).encode())
    assert caught.value.field == "market[0].word"
