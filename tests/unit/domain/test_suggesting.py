"""Weights follow what happened, and one sale does not rule."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from ledger.domain.errors import BriefError, FieldError
from ledger.domain.suggesting import PRIOR, Drawn, Signal, allotted, read_signals, weigh


def tile(family: str, style: str, **happened: int) -> Drawn:
    return Drawn({"family": family, "style": f"{family} {style}", "palette": "#ffffff #000000"}, happened)


def test_a_rate_is_drawn_towards_that_of_its_kind() -> None:
    tiles = [tile("scallop", "fan", licence=1), tile("scallop", "ringed"), tile("dots", "plain", rejected=1)]
    found = weigh(tiles)
    whole = Fraction(3 - 2, 3)
    family, other = found["family"]
    assert (family.word, family.rate) == ("scallop", (3 + PRIOR * whole) / (2 + PRIOR))
    assert other.rate < whole < family.rate < 1
    best = found["style"][0]
    assert (best.word, best.rate) == ("scallop fan", (3 + PRIOR * family.rate) / (1 + PRIOR))
    assert best.why == f"1 tiles, 1 licence: 3 points, {float(best.rate):.2f} a tile after the prior"
    assert found["era"] == ()


def test_markets_speak_of_what_was_never_drawn_too() -> None:
    spoken = [Signal("family", "wave", 4, "fair"), Signal("style", "wave crest", 1, "fair")]
    found = weigh([tile("dots", "plain")], spoken)
    assert found["family"][0].word == "wave"
    assert found["style"][0].why.startswith("0 tiles, market +1: 1 points")
    assert found["style"][1].why.startswith("1 tiles, nothing yet: 0 points")
    assert weigh([])["family"] == ()


def test_tiles_are_allotted_by_largest_remainder() -> None:
    found = weigh(
        [tile("scallop", "fan", licence=2), tile("dots", "plain"), tile("dots", "ringed", rejected=9)]
    )
    given = allotted(found["style"], 7)
    assert sum(count for _, count in given) == 7
    assert given[0][0].word == "scallop fan"
    even = allotted(weigh([tile("dots", "plain"), tile("dots", "ringed")])["style"], 3)
    assert [count for _, count in even] == [2, 1]
    with pytest.raises(BriefError, match="first brief by hand"):
        allotted((), 3)


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        ({"kind": "family"}, "is not a list"),
        ([{"kind": "mood", "word": "a", "points": 1, "source": "b"}], r"market\[0\].kind"),
        ([{"kind": "family", "word": "a", "points": 101, "source": "b"}], r"market\[0\].points"),
        ([{"kind": "family", "word": "a", "source": "b"}], r"market\[0\].points: is missing"),
    ],
)
def test_a_feed_that_cannot_be_read_is_refused(data: Any, problem: str) -> None:
    with pytest.raises(FieldError, match=problem):
        read_signals(data)


def test_a_feed_is_read() -> None:
    row = {"kind": "family", "word": "wave", "points": -2, "source": "returns"}
    assert read_signals([row]) == (Signal("family", "wave", -2, "returns"),)
