"""Briefs, uses and sightings in plain data."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from ledger.domain.assets import CollectionBrief
from ledger.domain.brief_text import (
    brief_to_dict,
    parse_brief,
    parse_sighting,
    parse_use,
    sighting_to_dict,
    use_to_dict,
)
from ledger.domain.errors import BriefError, UseError
from ledger.domain.use import Action, Use, described


def brief(**changes: Any) -> dict[str, Any]:
    return {
        "name": "Spring",
        "prompts": ["large floral, scattered"],
        "palettes": [["#F4EFE6", "#1b2a49"]],
        "count": 12,
        "size": 512,
        "seed": 7,
        **changes,
    }


def use(**changes: Any) -> dict[str, Any]:
    return {
        "action": "reproduce",
        "product": "wallpaper",
        "territory": "GB",
        "units": 10,
        "on": "2026-06-15",
        **changes,
    }


def test_a_brief_is_read_and_written() -> None:
    read = parse_brief(brief())
    assert read.palettes == (("#f4efe6", "#1b2a49"),)
    assert read.generator == "embedded"
    assert parse_brief(brief_to_dict(read)) == read
    assert parse_brief(brief(generator="archive")).generator == "archive"


def test_takes_are_written_where_there_are_several() -> None:
    read = parse_brief(brief(takes=4))
    assert (read.takes, parse_brief(brief()).takes) == (4, 1)
    assert brief_to_dict(read)["takes"] == 4
    assert parse_brief(brief_to_dict(read)) == read
    assert "takes" not in brief_to_dict(parse_brief(brief(takes=1)))


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"name": " "}, "name", "not blank"),
        ({"prompts": []}, "prompts", "a list of 0"),
        ({"prompts": "floral"}, "prompts", "not a list"),
        ({"prompts": [3]}, "prompts[0]", "not text"),
        ({"prompts": ["x" * 301]}, "prompts[0]", "301 characters"),
        ({"prompts": ["floral"] * 10_000}, "prompts", "a list of 10000"),
        ({"palettes": []}, "palettes", "a list of 0"),
        ({"palettes": [["#ffffff"]]}, "palettes[0]", "2 to 6 different inks"),
        ({"palettes": [["#ffffff", "#FFFFFF"]]}, "palettes[0]", "2 to 6 different inks"),
        ({"palettes": [["#ffffff"] * 7]}, "palettes[0]", "a list of 7"),
        ({"palettes": [["#ffffff", "#000000"], ["navy", "#000000"]]}, "palettes[1][0]", "not an ink"),
        ({"count": 0}, "count", "out of range"),
        ({"count": 10_001}, "count", "out of range"),
        ({"count": "12"}, "count", "not a whole number"),
        ({"size": 20_000}, "size", "out of range"),
        ({"size": 500}, "size", "multiple of 64"),
        ({"seed": -1}, "seed", "out of range"),
        ({"generator": "embeded"}, "generator", "did you mean embedded?"),
        ({"takes": 0}, "takes", "out of range"),
        ({"takes": 17}, "takes", "out of range"),
        ({"takes": 2, "generator": "archive"}, "takes", "not by archive"),
        ({"takes": 2, "made_for": {"party": "mill", "territory": "GB"}}, "takes", "go not with made_for"),
        ({"takes": 2, "recipe": "0f" * 16}, "takes", "go not with recipe"),
        ({"prompt": "floral"}, "prompt", "did you mean prompts?"),
    ],
)
def test_refuses_a_brief_naming_the_field(change: dict[str, Any], field: str, words: str) -> None:
    with pytest.raises(BriefError) as caught:
        parse_brief(brief(**change))
    assert (caught.value.field, words in caught.value.problem) == (field, True), str(caught.value)


@pytest.mark.parametrize("name", sorted(brief()))
def test_a_brief_misses_a_field(name: str) -> None:
    data = brief()
    del data[name]
    with pytest.raises(BriefError, match="is missing") as caught:
        parse_brief(data)
    assert caught.value.field == name


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": ""}, "name"),
        ({"prompts": ()}, "prompts"),
        ({"palettes": ()}, "palettes"),
        ({"palettes": (("#ffffff",),)}, "palettes[0]"),
        ({"palettes": (("#ffffff", "#FFFFFF"),)}, "palettes[0][1]"),
        ({"count": 0}, "count"),
        ({"size": 127}, "size"),
        ({"size": 200}, "size"),
        ({"seed": 2**60}, "seed"),
        ({"generator": "none"}, "generator"),
    ],
)
def test_the_brief_itself_refuses_what_cannot_be_planned(change: dict[str, Any], field: str) -> None:
    sound = {
        "name": "x",
        "prompts": ("floral",),
        "palettes": (("#ffffff", "#000000"),),
        "count": 1,
        "size": 128,
        "seed": 0,
    }
    with pytest.raises(BriefError) as caught:
        CollectionBrief(**{**sound, **change})
    assert caught.value.field == field


def test_a_use_is_read_and_written() -> None:
    read = parse_use(use(channel="web"))
    assert read == Use(Action.REPRODUCE, "wallpaper", "GB", 10, date(2026, 6, 15), "web")
    assert parse_use(use_to_dict(read)) == read


@given(data=st.data())
def test_uses_round_trip(strategies: SimpleNamespace, data: st.DataObject) -> None:
    drawn = data.draw(strategies.uses)
    assert parse_use(use_to_dict(drawn)) == drawn


def test_yaml_spoils_the_word_on_and_it_is_read_all_the_same() -> None:
    text = "action: display\nproduct: wallpaper\nterritory: GB\non: 2026-06-15\n"
    data = yaml.safe_load(text)
    assert True in data
    assert parse_use(data).on == date(2026, 6, 15)


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"action": "print"}, "action", "use one of"),
        ({"action": None}, "action", "not known"),
        ({"product": "Wall Paper"}, "product", "lower-case"),
        ({"territory": "UK"}, "territory", "write GB"),
        ({"territory": "EU"}, "territory", "each country"),
        ({"territory": 44}, "territory", "not text"),
        ({"units": 0}, "units", "at least 1"),
        ({"units": -5}, "units", "out of range"),
        ({"units": 10**13}, "units", "out of range"),
        ({"units": "5"}, "units", "not a whole number"),
        ({"action": "display"}, "units", "makes no pieces"),
        ({"on": "tomorrow"}, "on", "2026-01-31"),
        ({"on": {"from": "2026-01-31"}}, "on.to", "missing"),
        ({"on": {"from": "2026-01-31", "to": "2026-01-30"}}, "on", "swap them"),
        ({"on": {"from": "2026-01-31", "until": "2026-02-01"}}, "on.until", "not a known field"),
        ({"on": {"from": "2026-01-31", "to": "soon"}}, "on.to", "not a date"),
        ({"channel": "TV!"}, "channel", "lower-case"),
        ({"channel": "onlin"}, "channel", "did you mean online?"),
        ({"industry": "fashon"}, "industry", "did you mean fashion?"),
        ({"revenue": "5.00"}, "revenue", "has no currency; write it behind, one of TUSD, USD, EUR, GBP, ETH"),
        ({"revenue": 5}, "revenue", "has no currency"),
        ({"channel": 5}, "channel", "not text"),
        ({"unit": 5}, "unit", "did you mean units?"),
    ],
)
def test_refuses_a_use_naming_the_field(change: dict[str, Any], field: str, words: str) -> None:
    with pytest.raises(UseError) as caught:
        parse_use(use(**change))
    assert (caught.value.field, words in caught.value.problem) == (field, True), str(caught.value)
    with pytest.raises(UseError) as nested:
        parse_sighting({"seller": "corner-shop", "use": use(**change)})
    assert nested.value.field == f"use.{field}"


def test_what_is_not_on_a_product_needs_none() -> None:
    drawn = parse_use({"action": "redraw", "territory": "GB", "on": "2026-01-31", "generations": 5})
    assert (drawn.product, drawn.generations) == ("any", 5)
    assert described(drawn) == "redraw, 5 generations, GB, 2026-01-31"
    said = {"industry": "home", "channel": "online", "colourway": "rose", "modifications": ["crop"]}
    told = parse_use({**use(), **said, "revenue": "5 EUR"})
    assert "channel online, industry home, colourway rose, with crop" in described(told)
    assert use_to_dict(told) == {**use_to_dict(told), **said, "revenue": "5.00 EUR"}
    assert parse_use({**use(), "modifications": []}).modifications == frozenset()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"modifications": ["burn"]}, "modifications[0]"),
        ({"modifications": ["crop", "crop"]}, "modifications[1]"),
        ({"generations": 5}, "generations"),
        ({"depth": 1}, "depth"),
        ({"depth": 65}, "depth"),
        ({"attribution": " "}, "attribution"),
        ({"revenue": 1.5}, "revenue"),
        ({"action": "redraw", "units": 0}, "generations"),
        ({"action": "sublicense", "units": 0}, "depth"),
    ],
)
def test_refuses_what_a_use_cannot_have(change: dict[str, Any], field: str) -> None:
    with pytest.raises(UseError) as caught:
        parse_use({**use(), **change})
    assert caught.value.field == field


@pytest.mark.parametrize("change", [{"modifications": frozenset({"burn"})}, {"attribution": "a\nb"}])
def test_the_use_itself_refuses(make: SimpleNamespace, change: dict[str, Any]) -> None:
    with pytest.raises(UseError):
        make.use(**change)


def test_a_use_knows_its_own_limits() -> None:
    with pytest.raises(UseError, match="whole number of pieces"):
        Use(Action.REPRODUCE, "wallpaper", "GB", -1, date(2026, 6, 15))


def test_a_sighting_is_read_and_written() -> None:
    read = parse_sighting({"seller": "corner-shop", "use": use()})
    assert read.seller == "corner-shop"
    assert parse_sighting(sighting_to_dict(read)) == read


def test_what_was_kept_is_read_though_it_names_a_channel_that_is_none_of_ours() -> None:
    kept = use(channel="shop", industry="bakery")
    assert parse_use(kept, kept=True).channel == "shop"
    assert parse_sighting({"seller": "corner-shop", "use": kept}, kept=True).use.industry == "bakery"
    for name in ("channel", "industry"):
        with pytest.raises(UseError, match="is not known"):
            parse_use(use(**{name: kept[name]}))


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"use": {}}, "seller"),
        ({"seller": "corner-shop"}, "use"),
        ({"seller": "Corner Shop", "use": {}}, "seller"),
        ({"seller": "corner-shop", "use": {}}, "use.action"),
        ({"seller": "corner-shop", "use": "display"}, "use"),
        ({"seler": "corner-shop"}, "seler"),
        ([], "sighting"),
    ],
)
def test_refuses_a_sighting_naming_the_field(data: Any, field: str) -> None:
    with pytest.raises(UseError) as caught:
        parse_sighting(data)
    assert caught.value.field == field
