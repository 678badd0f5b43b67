"""Briefs in trade words: laid out in order, kept with their words, refused by field."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from ledger.domain.assets import BriefWords
from ledger.domain.brief_text import brief_to_dict, parse_brief
from ledger.domain.errors import BriefError
from ledger.domain.trade_brief import THEMES, theme_in, themed

ROOT = Path(__file__).parents[3]
NIGHT, SAND = ("#17274f", "#f6ecd6"), ("#f6ecd6", "#17274f", "#c8553d")


def brief(**changes: Any) -> dict[str, Any]:
    whole = {
        "name": "Seaside",
        "themes": ["coastal", "large bold"],
        "motifs": ["daisy floral", "scallop"],
        "colourways": {"night": ["#17274F", "#f6ecd6"], "sand": list(SAND)},
        "per": 3,
        "size": 512,
        "seed": 7,
        **changes,
    }
    return {name: value for name, value in whole.items() if value is not None}


def test_every_theme_is_put_on_every_motif_in_every_colourway() -> None:
    read = parse_brief(brief())
    assert read.prompts == (
        "daisy floral, coastal: medium sparse half-drop",
        "scallop, coastal: medium sparse half-drop",
        "daisy floral, large bold",
        "scallop, large bold",
    )
    assert read.palettes == (NIGHT, SAND)
    assert read.count == 2 * 2 * 2 * 3
    words = BriefWords(("coastal", "large bold"), ("daisy floral", "scallop"), ("night", "sand"), 3)
    assert read.words == words


def test_each_prompt_is_drawn_in_each_palette_as_often_as_asked() -> None:
    read = parse_brief(brief(per=2))
    dealt = [
        (read.prompts[i % 4], read.palettes[i // 4 % 2]) for i in range(read.count)
    ]  # as ledger.briefing deals
    assert {dealt.count(pair) for pair in dealt} == {2}


@pytest.mark.parametrize("changes", [{}, {"themes": None}, {"per": None}, {"generator": "archive"}])
def test_what_was_read_is_written_and_read_again(changes: dict[str, Any]) -> None:
    read = parse_brief(brief(**changes))
    written = brief_to_dict(read)
    assert parse_brief(written) == read
    assert brief_to_dict(replace(read, words=None)) == {k: v for k, v in written.items() if k != "words"}


@pytest.mark.parametrize("worded", [True, False])
def test_inks_are_written_by_name(worded: bool) -> None:
    inks = [["Chalk-White", "#17274F"]]
    flat = {"name": "x", "prompts": ["dots"], "palettes": inks, "count": 1, "size": 512, "seed": 0}
    data = brief(colourways={"night": inks[0]}) if worded else flat
    assert parse_brief(data, {"chalk white": "#f6ecd6"}).palettes == (("#f6ecd6", "#17274f"),)


@pytest.mark.parametrize(
    ("ink", "words"),
    [("chalc white", "did you mean chalk white?"), ("kettle", "nor one"), ("#f6ecd", "not an ink")],
)
def test_an_ink_nobody_knows_is_answered_with_the_nearest(ink: str, words: str) -> None:
    with pytest.raises(BriefError, match=words):
        parse_brief(brief(colourways={"night": [ink, "#000000"]}), {"chalk white": "#f6ecd6"})


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"motifs": None}, "motifs", "is missing"),
        ({"colourways": None}, "colourways", "is missing"),
        ({"motifs": []}, "motifs", "a list of 0"),
        ({"motifs": [" "]}, "motifs[0]", "not blank"),
        ({"motifs": ["floral " * 10_000]}, "motifs[0]", "70000 characters"),
        ({"motifs": ["floral", "floral"]}, "motifs", "stands there twice"),
        ({"themes": ["folk", "folk"]}, "themes", "stands there twice"),
        ({"themes": ["x" * 121]}, "themes[0]", "121 characters"),
        ({"motifs": ["x" * 290]}, "motifs", "shorten it to 300"),
        ({"motifs": [f"floral {n}" for n in range(400)]}, "motifs", "at most 500"),
        ({"per": 0}, "per", "out of range"),
        ({"per": 5_000}, "per", "makes 40000 tiles"),
        ({"colourways": {}}, "colourways", "a mapping of 0"),
        ({"colourways": {3: ["#000000", "#ffffff"]}}, "colourways", "not text"),
        ({"colourways": {"night": ["#000000", "#000000"]}}, "palettes[0]", "different inks"),
        ({"colourways": {"night": "navy"}}, "colourways.night", "not a list"),
        ({"colourways": ["night"]}, "colourways", "not a mapping of names"),
        ({"prompts": ["floral"]}, "prompts", "the one or the other"),
        ({"count": 3}, "count", "the one or the other"),
        ({"words": {}}, "words", "the one or the other"),
        ({"theme": ["folk"]}, "theme", "did you mean themes?"),
    ],
)
def test_refuses_naming_the_field(change: dict[str, Any], field: str, words: str) -> None:
    with pytest.raises(BriefError) as caught:
        parse_brief(brief(**change))
    assert (caught.value.field, words in caught.value.problem) == (field, True), str(caught.value)


@pytest.mark.parametrize(
    ("change", "field"), [({"per": 2}, "words"), ({"motifs": []}, "words.motifs"), ({"new": 1}, "words.new")]
)
def test_words_that_do_not_fit_what_is_drawn_are_refused(change: dict[str, Any], field: str) -> None:
    written = brief_to_dict(parse_brief(brief()))
    with pytest.raises(BriefError) as caught:
        parse_brief({**written, "words": {**written["words"], **change}})
    assert caught.value.field == field


def test_the_page_tells_the_themes_that_there_are() -> None:
    page = (ROOT / "docs" / "briefs.md").read_text()
    table = dict(re.findall(r"^\| ([a-z]+) \| (.+) \|$", page, re.MULTILINE))
    table.pop("theme")
    assert {name: asks.replace(", ", " ") for name, asks in table.items()} == THEMES


def test_the_page_shows_the_example() -> None:
    example = yaml.safe_load((ROOT / "examples" / "seaside.yaml").read_text())
    example.pop("terms")
    assert parse_brief(example).count == 12
    shown = re.search(r"## In trade words\n\n((?:    .*\n)+)", (ROOT / "docs" / "briefs.md").read_text())
    assert shown is not None
    assert yaml.safe_load(shown[1]).items() <= example.items()


def test_the_theme_of_a_prompt_is_told_again() -> None:
    for theme in THEMES:
        assert theme_in(themed("daisy floral", theme)) == theme
    assert theme_in("daisy floral, coastal") is None
    assert theme_in(themed("daisy floral", None)) is None
