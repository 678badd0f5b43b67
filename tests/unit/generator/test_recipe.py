"""A recipe is checked, repeatable and free of floats on the wire."""

from __future__ import annotations

import json
from typing import Any

import pytest

from generator import BriefError, Recipe
from generator.recipe import KEPT

BEFORE_KEEP = "f0d97a75c676c9fd8d499cd1b4fcec303e1f06ccc9ca3677a03dbe11d4120304"  # of a recipe with a base


def test_it_survives_json(recipe: Recipe) -> None:
    assert Recipe.from_dict(json.loads(json.dumps(recipe.to_dict()))) == recipe


def test_its_json_holds_no_float(recipe: Recipe) -> None:
    assert not [value for value in recipe.to_dict().values() if isinstance(value, float)]
    assert recipe.to_dict()["guidance"] == "2.5"


def test_its_digest_is_of_the_canonical_json(recipe: Recipe) -> None:
    rfc8785 = pytest.importorskip("rfc8785")
    import hashlib

    assert recipe.digest() == hashlib.sha256(rfc8785.dumps(recipe.to_dict())).hexdigest()


def test_every_field_decides_the_digest(recipe: Recipe, changed: Any) -> None:
    others = [
        changed(prompt="dots"),
        changed(palette=("#f6ecd6", "#17274f", "#c8553e")),
        changed(seed=8),
        changed(size=192),
        changed(steps=15),
        changed(guidance=2.6),
        changed(generator="archive"),
        changed(weights="cd" * 32),
    ]
    assert len({recipe.digest(), *(other.digest() for other in others)}) == 9


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("prompt", ""),
        ("prompt", "  "),
        ("prompt", "dots " * 100),
        ("prompt", "dots\nand\x00"),
        ("prompt", 5),
        ("palette", ("#ffffff",)),
        ("palette", ("#ffffff", "#ffffff")),
        ("palette", ("#ffffff", "black")),
        ("palette", ("#FFFFFF", "#000000")),
        ("palette", tuple(f"#00000{k}" for k in range(7))),
        ("seed", -1),
        ("seed", 2**53),
        ("seed", True),
        ("size", 100),
        ("size", 130),
        ("size", 4096),
        ("steps", 101),
        ("guidance", 2.55),
        ("guidance", float("nan")),
        ("guidance", 3),
        ("generator", "oracle"),
        ("weights", "abc"),
        ("version", 2),
    ],
)
def test_an_unusable_field_is_named(changed: Any, field: str, value: object) -> None:
    with pytest.raises(BriefError) as caught:
        changed(**{field: value})
    assert caught.value.field == field
    assert str(caught.value).startswith(f"{field}: ")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"seed": None}, "seed"),
        ({"guidance": 2.5}, "guidance"),
        ({"guidance": "much"}, "guidance"),
        ({"guidance": "NaN"}, "guidance"),
        ({"palette": "#ffffff"}, "palette"),
        ({"palette": [1, 2]}, "palette"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_a_foreign_mapping_is_refused(recipe: Recipe, change: dict[str, object], field: str) -> None:
    with pytest.raises(BriefError) as caught:
        Recipe.from_dict(recipe.to_dict() | change)
    assert caught.value.field == field


def test_a_missing_field_is_named(recipe: Recipe) -> None:
    values = recipe.to_dict()
    del values["size"]
    with pytest.raises(BriefError, match=r"^size: is missing"):
        Recipe.from_dict(values)


def test_what_is_no_mapping_is_refused() -> None:
    with pytest.raises(BriefError, match=r"^recipe: "):
        Recipe.from_dict(["prompt"])  # type: ignore[arg-type]  # the point of the test


def test_a_palette_is_replaced_ink_for_ink(recipe: Recipe) -> None:
    other = recipe.with_palette(["#000000", "#FFFFFF", "#ff0000"])
    assert other.palette == ("#000000", "#ffffff", "#ff0000")
    with pytest.raises(BriefError, match="give 3"):
        recipe.with_palette(["#000000", "#ffffff"])


def test_what_it_is_drawn_with_is_in_it_only_where_there_is_something(recipe: Recipe, changed: Any) -> None:
    assert not {"base", "influences"} & recipe.to_dict().keys()
    adapter = {"kind": "adapter", "title": "hand", "sha256": "ab" * 32, "weight": "0.8"}
    base = {"separations": "cd" * 32, "strength": "0.4", "units": 2}
    drawn = Recipe.from_dict({**recipe.to_dict(), "influences": [adapter], "base": base})
    assert drawn.adapter == ("ab" * 32, 0.8)
    assert Recipe.from_dict(json.loads(json.dumps(drawn.to_dict()))) == drawn
    assert drawn.digest() != recipe.digest()
    assert recipe.adapter is None
    with pytest.raises(BriefError, match="in no style"):
        changed(generator="archive", influences=(adapter,))


def test_what_is_kept_of_a_base_is_in_it_only_where_something_is(recipe: Recipe) -> None:
    base = {"separations": "cd" * 32, "strength": "0.4", "units": 2}
    whole = Recipe.from_dict({**recipe.to_dict(), "base": base})
    assert whole.to_dict()["base"] == base
    assert whole.digest() == BEFORE_KEEP
    parts = [Recipe.from_dict({**recipe.to_dict(), "base": {**base, "keep": part}}) for part in KEPT]
    assert [Recipe.from_dict(json.loads(json.dumps(each.to_dict()))) for each in parts] == parts
    assert [each.to_dict()["base"]["keep"] for each in parts] == ["ground", "motif"]
    assert len({each.digest() for each in (whole, *parts)}) == 3


@pytest.mark.parametrize(
    "values",
    [
        {"influences": 5},
        {"influences": [{"title": "no kind"}]},
        {"influences": [{"kind": "adapter", "sha256": "short"}]},
        {"influences": [{"kind": "adapter", "sha256": "ab" * 32, "weight": "0"}]},
        {"influences": [{"kind": "adapter", "sha256": "ab" * 32, "weight": 0.5}]},
        {"influences": [{"kind": "adapter", "sha256": "ab" * 32}] * 2},
        {"influences": [{"kind": "style-source", "sha256": "ab" * 32}] * 201},
        {"base": "a tile"},
        {"base": {"separations": "cd" * 32, "strength": "1.5", "units": 1}},
        {"base": {"separations": "cd", "strength": "0.5", "units": 1}},
        {"base": {"separations": "cd" * 32, "strength": "0.5", "units": 9}},
        {"base": {"separations": "cd" * 32, "strength": "0.5", "units": 1, "keep": "both"}},
        {"base": {"separations": "cd" * 32, "strength": "0.5", "units": 1, "kept": "motif"}},
        {"base": {"separations": "cd" * 32, "strength": "0.5", "keep": "motif"}},
    ],
)
def test_what_it_cannot_be_drawn_with_is_refused(recipe: Recipe, values: dict[str, Any]) -> None:
    with pytest.raises(BriefError):
        Recipe.from_dict({**recipe.to_dict(), **values})
