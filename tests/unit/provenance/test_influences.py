"""What a tile came from: each an ingredient and an entry of our own assertion, or refused by field."""

from __future__ import annotations

import copy
import hashlib
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from provenance import ClaimInput, Influence, build_claim, validate_claim
from provenance.errors import ClaimError
from provenance.reading import influences_of

ADAPTER = Influence("adapter", "Bloom", "a1" * 32, "CC-BY-4.0", "Ana Lee", "0.35")
SOURCE = Influence("style-source", "Quilt, 1880", "b2" * 32, "public domain", "A museum", through="a1" * 32)
BASE = Influence(
    "base-pattern", "Fern 03", "c3" * 32, "urn:selvage:terms:x", "Studio 7", "0.6", "00ff" * 8, "image/png"
)

RECIPE = Influence(
    "recipe-source", "Tide 01", "d4" * 32, "licence 7", "Studio 7", "1", "00aa" * 8, "image/png"
)


def told(claim: dict[str, Any]) -> list[dict[str, str]]:
    (found,) = [
        each["data"] for each in claim["manifest"]["assertions"] if each["label"] == "org.selvage.influences"
    ]
    return list(found["influences"])


def created(claim: dict[str, Any]) -> list[str]:
    return list(claim["manifest"]["assertions"][0]["data"]["actions"][0]["parameters"]["ingredientIds"])


def test_model_recipe_and_prompt_are_derived_with_their_digests(facts: ClaimInput) -> None:
    model, recipe, prompt = told(build_claim(facts))
    assert (model["ingredient"], model["sha256"], model["weight"]) == ("model", facts.model_sha256, "1")
    assert recipe["sha256"] == hashlib.sha256(b'{"seed":7}').hexdigest()
    assert prompt["sha256"] == hashlib.sha256(b"fern lattice").hexdigest()


def test_what_the_maker_brought_is_an_input_of_the_creation(facts: ClaimInput) -> None:
    claim = build_claim(replace(facts, influences=(ADAPTER, SOURCE, BASE, RECIPE)))
    every = ["adapter-1", "style-source-1", "base-pattern-1", "recipe-source-1"]
    assert created(claim)[3:] == every
    adapter, source = claim["manifest"]["ingredients"][3:]
    assert adapter["data_types"] == [{"type": "c2pa.types.model.pytorch"}]
    assert source["description"] == f"sha256:{'b2' * 32}"
    base, drawn_by = claim["inputs"]
    assert (drawn_by["label"], drawn_by["title"]) == ("recipe-source-1", "Tide 01")
    assert (base["label"], base["format"]) == ("base-pattern-1", "image/png")
    assert told(claim)[3]["rights"] == "CC-BY-4.0"
    assert told(claim)[4]["through"] == ADAPTER.sha256
    assert told(claim)[5]["assetId"] == "00ff" * 8


def test_what_is_told_is_read_again(facts: ClaimInput) -> None:
    claim = build_claim(replace(facts, influences=(ADAPTER, SOURCE, BASE)))
    data = {each["label"]: each["data"] for each in claim["manifest"]["assertions"]}
    assert influences_of(data)[3:] == (ADAPTER, SOURCE, replace(BASE, mime=None))
    assert influences_of({}) == ()


def test_a_model_may_say_whose_it_is(facts: ClaimInput) -> None:
    model = Influence("model", "Separations", facts.model_sha256, "our own", "Studio 7")
    claim = build_claim(replace(facts, influences=(model,)))
    assert told(claim)[0]["attribution"] == "Studio 7"
    assert claim["manifest"]["ingredients"][0]["title"] == "Separations"


@pytest.mark.parametrize("kind", ["model", "recipe", "prompt"])
def test_another_model_recipe_or_prompt_is_refused(facts: ClaimInput, kind: str) -> None:
    with pytest.raises(ClaimError, match="not the one of the facts"):
        build_claim(replace(facts, influences=(Influence(kind, "x", "d4" * 32),)))


def test_to_and_from_a_mapping() -> None:
    for each in (ADAPTER, SOURCE, BASE):
        assert Influence.from_dict(each.to_dict()) == each


BAD: list[tuple[dict[str, Any], str]] = [
    ({"kind": "mood"}, "influences/kind"),
    ({"title": ""}, "influences/title"),
    ({"title": "two\nlines"}, "influences/title"),
    ({"title": "x" * 501}, "influences/title"),
    ({"title": 7}, "influences/title"),
    ({"sha256": "A1" * 32}, "influences/sha256"),
    ({"sha256": None}, "influences/sha256"),
    ({"through": "a"}, "influences/through"),
    ({"rights": ""}, "influences/rights"),
    ({"attribution": ""}, "influences/attribution"),
    ({"weight": "0"}, "influences/weight"),
    ({"weight": "0.0"}, "influences/weight"),
    ({"weight": "1.5"}, "influences/weight"),
    ({"weight": "0.50"}, "influences/weight"),
    ({"weight": 0.5}, "influences/weight"),
    ({"asset_id": "two words"}, "influences/asset_id"),
    ({"mime": "image/png"}, "influences/mime"),
    ({"kind": "style-source", "mime": "image/gif"}, "influences/mime"),
    ({"colour": "red"}, "influences/colour"),
]


@pytest.mark.parametrize(("changes", "field"), BAD)
def test_a_bad_influence_is_refused_by_field(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(ClaimError) as caught:
        Influence.from_dict({**ADAPTER.to_dict(), **changes})
    assert caught.value.field == field


@pytest.mark.parametrize("values", [[], None, "adapter", {"kind": "adapter"}])
def test_what_is_no_influence_is_refused(values: Any) -> None:
    with pytest.raises(ClaimError, match="influences"):
        Influence.from_dict(values)


ROUND = replace(SOURCE, sha256="a2" * 32, through="a3" * 32)


@pytest.mark.parametrize(
    ("found", "problem"),
    [
        ((ADAPTER, ADAPTER), "twice"),
        ((SOURCE,), "names no influence"),
        ((ROUND, replace(ROUND, sha256="a3" * 32, through="a2" * 32)), "goes round"),
        ((replace(SOURCE, through=SOURCE.sha256),), "goes round"),
        (tuple(replace(ADAPTER, sha256=f"{n:064x}") for n in range(65)), "more than 64"),
    ],
)
def test_a_graph_that_does_not_hold_is_refused(
    facts: ClaimInput, found: tuple[Influence, ...], problem: str
) -> None:
    with pytest.raises(ClaimError, match=problem):
        build_claim(replace(facts, influences=found))


TAMPERINGS: list[tuple[str, Callable[[dict[str, Any]], Any]]] = [
    ("are not the inputs", lambda c: told(c) and data_of(c)["influences"].pop()),
    ("are not the inputs", lambda c: told(c)[0].update(ingredient="adapter-2")),
    ("model/sha256", lambda c: told(c)[0].update(sha256="e5" * 32)),
    ("prompt/sha256", lambda c: c["resources"].update({"prompt.txt": "another"})),
    ("adapter-1/sha256", lambda c: told(c)[3].update(sha256="e5" * 32)),
    ("org.selvage.influences", lambda c: told(c)[3].pop("rights")),
    ("data_types", lambda c: c["manifest"]["ingredients"][3].pop("data_types")),
    ("org.selvage.influences", lambda c: c["manifest"]["assertions"].remove(assertion_of(c))),
    ("ingredientIds", lambda c: created_of(c).append("adapter-9")),
]


def assertion_of(claim: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = next(
        each for each in claim["manifest"]["assertions"] if each["label"] == "org.selvage.influences"
    )
    return found


def data_of(claim: dict[str, Any]) -> dict[str, Any]:
    data: dict[str, Any] = assertion_of(claim)["data"]
    return data


def created_of(claim: dict[str, Any]) -> list[str]:
    found: list[str] = claim["manifest"]["assertions"][0]["data"]["actions"][0]["parameters"]["ingredientIds"]
    return found


@pytest.mark.parametrize(("field", "tamper"), TAMPERINGS)
def test_influences_that_disagree_with_the_inputs_are_refused(
    facts: ClaimInput, field: str, tamper: Callable[[dict[str, Any]], Any]
) -> None:
    claim = copy.deepcopy(build_claim(replace(facts, influences=(ADAPTER,))))
    validate_claim(claim)
    tamper(claim)
    with pytest.raises(ClaimError, match=field):
        validate_claim(claim)
