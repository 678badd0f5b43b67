"""What a brief may say of styles, and that it is kept as it was said."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ledger.domain.assets import MAX_SEED
from ledger.domain.brief_text import brief_to_dict, parse_brief
from ledger.domain.errors import BriefError, FieldError
from ledger.domain.styles import (
    KEPT,
    MAX_STEPS,
    MAX_STYLE_SEED,
    BaseUse,
    MadeFor,
    Source,
    Style,
    StyleUse,
    parse_name,
    parse_share,
    parse_style,
    style_id,
)

TILE = "ab" * 16


def test_no_seed_of_a_style_leaves_what_follows_from_it() -> None:
    assert MAX_STYLE_SEED * 1_000_003 + MAX_STEPS < 2**64  # torch's generators
    assert MAX_STYLE_SEED <= MAX_SEED  # the specimen's brief


BRIEF: dict[str, Any] = {
    **{"name": "Low tide", "prompts": ["dots"], "palettes": [["#ffffff", "#000000"]]},
    **{"count": 1, "size": 256, "seed": 1},
}


def test_a_brief_says_what_it_is_drawn_in_over_and_for() -> None:
    said = {
        "style": "harbour-hand:0.80",
        "base": {"asset": TILE, "strength": 0.4},
        "recipe": TILE,
        "made_for": {"party": "north-mill", "territory": "gb"},
    }
    brief = parse_brief({**BRIEF, **said})
    assert brief.style == StyleUse("harbour-hand", "0.8")
    assert brief.base == BaseUse(TILE, "0.4")  # type: ignore[arg-type]
    assert brief.recipe == TILE
    assert brief.made_for == MadeFor("north-mill", "GB")  # type: ignore[arg-type]
    kept = brief_to_dict(brief)
    assert (kept["style"], kept["recipe"]) == ("harbour-hand:0.8", TILE)
    assert parse_brief(kept) == brief
    assert not {"style", "base", "recipe", "made_for"} & brief_to_dict(parse_brief(BRIEF)).keys()


@pytest.mark.parametrize("part", KEPT)
def test_a_brief_says_what_is_kept_of_a_base(part: str) -> None:
    base = {"asset": TILE, "strength": "0.4"}
    brief = parse_brief({**BRIEF, "base": {**base, "keep": part}})
    assert brief.base == BaseUse(TILE, "0.4", part)  # type: ignore[arg-type]
    kept = brief_to_dict(brief)
    assert kept["base"] == {**base, "keep": part}
    assert parse_brief(kept) == brief
    assert brief_to_dict(parse_brief({**BRIEF, "base": base}))["base"] == base


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        ({"style": "Harbour"}, "style: 'Harbour' is no name of a style"),
        ({"style": "hand:2"}, "style: '2' is out of range"),
        ({"style": "hand:0.00"}, "style: '0.00' is out of range"),
        ({"base": {"asset": TILE}}, "base.strength: is missing"),
        ({"base": {"asset": "x", "strength": "1"}}, "base.asset: 'x' is not an id"),
        ({"base": {"asset": TILE, "strength": "no"}}, "base.strength: 'no' is out of range"),
        ({"base": {"asset": TILE, "strength": "1", "keep": "both"}}, "base.keep: 'both' is not known"),
        ({"recipe": "x"}, "recipe: 'x' is not an id"),
        ({"made_for": {"party": "A B", "territory": "GB"}}, "made_for.party: 'A B' is not a party id"),
        ({"made_for": {"party": "a"}}, "made_for.territory: is missing"),
        ({"style": "hand", "generator": "archive"}, "style: the generator archive draws in no style"),
        ({"base": {"asset": TILE, "strength": "1"}, "generator": "archive"}, "base: the generator archive"),
    ],
)
def test_what_cannot_be_meant_is_refused(said: dict[str, Any], problem: str) -> None:
    with pytest.raises(BriefError, match=problem):
        parse_brief({**BRIEF, **said})


@pytest.mark.parametrize(
    ("text", "short"), [("0.8", "0.8"), (".85", "0.85"), ("1.00", "1"), ("1", "1"), ("0.10", "0.1")]
)
def test_a_share_has_one_form(text: str, short: str) -> None:
    assert parse_share("weight", text) == short


def test_names() -> None:
    assert str(parse_style("style", "hand")) == "hand"
    assert str(parse_style("style", "hand:0.5")) == "hand:0.5"
    assert style_id("ledger", "hand") != style_id("ledger", "other")
    with pytest.raises(FieldError, match="style"):
        parse_name("style", "")


@pytest.mark.parametrize(
    ("made_for", "specimen", "known"),
    [(None, None, [None]), (None, TILE, [None, "mill", "other"]), ("mill", None, [None, "mill"])],
)
def test_a_style_is_known_to_whom_it_concerns(made_for: Any, specimen: Any, known: list[Any]) -> None:
    numbers = ("ab" * 32, "cd" * 32, 8, 1, 0, (), "", "0.1", "0.2", "0.3", "ef" * 32, "2026-01-01")
    style = Style("id", "hand", made_for, *numbers, specimen)
    assert [party for party in (None, "mill", "other") if style.known_to(party)] == known  # type: ignore[arg-type]
    assert style.brought is None
    for file, brought in (("ab" * 32, True), ("12" * 32, False)):
        only = Source("a.safetensors", file, "", 0, 0, 0, "ours", "Mara")
        assert (replace(style, sources=(only,)).brought == only) is brought
