"""The claim says what the facts say, and refuses what our schemas refuse, naming the field."""

from __future__ import annotations

import base64
import copy
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from provenance import ClaimInput, build_claim, validate_claim
from provenance.errors import ClaimError

ODRL = {
    "@context": ["http://www.w3.org/ns/odrl.jsonld", {"dc": "http://purl.org/dc/terms/"}],
    "@type": "Offer",
    "uid": "urn:selvage:policy:1",
    "permission": [{"action": "reproduce"}],
}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


def assertion(claim: dict[str, Any], label: str) -> dict[str, Any]:
    (found,) = [each for each in claim["manifest"]["assertions"] if each["label"] == label]
    return dict(found["data"])


def labels(claim: dict[str, Any]) -> list[str]:
    return [each["label"] for each in claim["manifest"]["assertions"]]


def test_same_facts_same_claim(facts: ClaimInput) -> None:
    assert build_claim(facts) == build_claim(facts)


def test_the_minimal_claim_has_the_six_required_assertions(facts: ClaimInput) -> None:
    assert labels(build_claim(facts)) == [
        "c2pa.actions.v2",
        "c2pa.soft-binding",
        "cawg.training-mining",
        "c2pa.ai-disclosure",
        "org.selvage.asset",
        "org.selvage.influences",
    ]


def test_every_assertion_is_the_signers_own_word(facts: ClaimInput) -> None:
    full = replace(facts, licence=ODRL, registration="eip155:1/erc721:0xAb/1", fingerprint=("org.x.y", b"1"))
    assertions = build_claim(full)["manifest"]["assertions"]
    assert len(assertions) == 9
    assert all(each["created"] is True for each in assertions)


def test_the_mark_is_a_soft_binding_over_the_whole_image(facts: ClaimInput) -> None:
    binding = assertion(build_claim(facts), "c2pa.soft-binding")
    assert binding["alg"] == "org.selvage.torus.1"
    assert base64.b64decode(binding["blocks"][0]["value"]) == b"\x01\x02\x03\x04"
    assert binding["blocks"][0]["scope"] == {}


def test_model_recipe_and_prompt_are_inputs_of_the_creation(facts: ClaimInput) -> None:
    claim = build_claim(facts)
    created, marked = assertion(claim, "c2pa.actions.v2")["actions"]
    assert created["parameters"]["ingredientIds"] == ["model", "recipe", "prompt"]
    assert created["digitalSourceType"].endswith("/trainedAlgorithmicMedia")
    assert marked["action"] == "c2pa.watermarked.bound"
    assert claim["resources"] == {"recipe.json": '{"seed":7}', "prompt.txt": "fern lattice"}


def test_without_a_prompt_there_is_no_prompt_ingredient(facts: ClaimInput) -> None:
    claim = build_claim(replace(facts, prompt=""))
    assert [each["label"] for each in claim["manifest"]["ingredients"]] == ["model", "recipe"]


def test_the_disclosure_names_the_weights_by_digest(facts: ClaimInput) -> None:
    disclosure = assertion(build_claim(facts), "c2pa.ai-disclosure")
    expected = f"pkg:generic/Selvage%20Separations@1.0?checksum=sha256:{'ab' * 32}"
    assert disclosure["modelIdentifier"] == expected
    assert disclosure["contentProfile"] == {"humanOversightLevel": "prompt_guided"}


def test_licence_and_registration_are_carried_as_given(facts: ClaimInput) -> None:
    caip19 = "eip155:31337/erc721:0xABC123DEF4567890ABCDEF1234567890ABCDEF12/42"
    claim = build_claim(replace(facts, licence=ODRL, registration=caip19))
    assert assertion(claim, "org.selvage.odrl") == ODRL
    assert assertion(claim, "org.selvage.registration") == {"version": 1, "asset": caip19}


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(recipe=st.dictionaries(st.text(), JSON, min_size=1, max_size=4), prompt=st.text(min_size=1))
def test_any_json_recipe_survives(facts: ClaimInput, recipe: dict[str, Any], prompt: str) -> None:
    resources = build_claim(replace(facts, recipe=recipe, prompt=prompt))["resources"]
    assert json.loads(resources["recipe.json"]) == recipe
    assert resources["prompt.txt"] == prompt


USES = {"cawg.data_mining", "cawg.ai_inference", "cawg.ai_training", "cawg.ai_generative_training"}


def rules(**changed: dict[str, str]) -> dict[str, dict[str, str]]:
    return {use: changed.get(use.removeprefix("cawg."), {"use": "allowed"}) for use in USES}


BAD_FACTS: list[tuple[dict[str, Any], str]] = [
    ({"training_mining": rules(ai_training={"use": "constrained"})}, "cawg.ai_training"),
    (
        {"training_mining": rules(ai_training={"use": "constrained", "constraint_info": ""})},
        "constraint_info",
    ),
    ({"training_mining": rules(ai_training={"use": "allowed", "constraint_info": "x"})}, "constraint_info"),
    ({"training_mining": rules(data_mining={"use": "maybe"})}, "cawg.data_mining/use"),
    ({"training_mining": {}}, "cawg.training-mining/entries"),
    ({"mime": "image/gif"}, "manifest/format"),
    ({"title": ""}, "manifest/title"),
    ({"title": "x" * 501}, "manifest/title"),
    ({"created_at": "yesterday"}, "when"),
    ({"created_at": "2026-11-21T03:00:00+01:00"}, "when"),
    ({"created_at": "2026-11-21T03:00:00Z\n"}, "when"),
    ({"mark": ("torus", b"1")}, "c2pa.soft-binding/alg"),
    ({"mark": ("org.selvage.torus.1", b"")}, "c2pa.soft-binding/blocks/0/value"),
    ({"fingerprint": ("org.selvage.torus.1", b"2")}, "fingerprint"),
    ({"model_sha256": "AB" * 32}, "influences/sha256"),
    ({"model_sha256": "ab"}, "influences/sha256"),
    ({"generator_name": ""}, "softwareAgent/name"),
    ({"human_oversight": "lots"}, "humanOversightLevel"),
    ({"asset_id": ""}, "org.selvage.asset/assetId"),
    ({"asset_id": "two words"}, "org.selvage.asset/assetId"),
    ({"studio": ""}, "org.selvage.asset/studio"),
    ({"registration": "0xabc/42"}, "org.selvage.registration/asset"),
    ({"registration": "eip155:1/erc721:0xabc"}, "org.selvage.registration/asset"),
    ({"licence": {"@type": "Offer"}}, "org.selvage.odrl"),
    ({"licence": {**ODRL, "permission": []}}, "org.selvage.odrl/permission"),
    ({"licence": {**ODRL, "@type": "Gift"}}, "org.selvage.odrl/@type"),
    ({"licence": {**ODRL, "x": object()}}, "licence"),
    ({"recipe": {"seed": float("nan")}}, "recipe"),
    ({"recipe": {"seed": object()}}, "recipe"),
    ({"recipe": {"note": "\ud800"}}, "recipe"),
    ({"prompt": "\ud800"}, "prompt"),
]


@pytest.mark.parametrize(("changes", "field"), BAD_FACTS)
def test_bad_facts_are_refused_by_field(facts: ClaimInput, changes: dict[str, Any], field: str) -> None:
    with pytest.raises(ClaimError) as caught:
        build_claim(replace(facts, **changes))
    assert field in f"{caught.value.field} {caught.value}"
    assert len(str(caught.value)) < 500


def first_action(claim: dict[str, Any]) -> dict[str, Any]:
    action: dict[str, Any] = claim["manifest"]["assertions"][0]["data"]["actions"][0]
    return action


def drop_soft_bindings(claim: dict[str, Any]) -> None:
    kept = [each for each in claim["manifest"]["assertions"] if each["label"] != "c2pa.soft-binding"]
    claim["manifest"]["assertions"] = kept


TAMPERINGS: list[tuple[str, Callable[[dict[str, Any]], Any]]] = [
    ("digitalSourceType", lambda c: first_action(c).update(digitalSourceType="http://nope/x")),
    ("digitalSourceType", lambda c: first_action(c).pop("digitalSourceType")),
    ("actions", lambda c: first_action(c).update(action="c2pa.nosuch")),
    ("c2pa.soft-binding", drop_soft_bindings),
    ("c2pa.actions.v2", lambda c: c["manifest"]["assertions"].pop(0)),
    (
        "c2pa.foo",
        lambda c: c["manifest"]["assertions"].append({"label": "c2pa.foo", "created": True, "data": {}}),
    ),
    ("twice", lambda c: c["manifest"]["assertions"].append(c["manifest"]["assertions"][-1])),
    ("created", lambda c: c["manifest"]["assertions"][0].update(created=False)),
    ("relationship", lambda c: c["manifest"]["ingredients"][0].update(relationship="parentOf")),
    ("ingredientIds", lambda c: c["manifest"]["ingredients"].pop()),
    ("resource", lambda c: c["resources"].pop("prompt.txt")),
    ("resources", lambda c: c["resources"].update({"../key": "x"})),
    ("recipe.json", lambda c: c["resources"].pop("recipe.json")),
    ("licenceSha256", lambda c: c["manifest"]["assertions"][4]["data"].update(licenceSha256="ab" * 32)),
    ("org.selvage.asset/mark", lambda c: c["manifest"]["assertions"][4]["data"].pop("mark")),
    ("manifest", lambda c: c.pop("manifest")),
    ("manifest", lambda c: c["manifest"].update(claim_version=1)),
    ("cannot be written as JSON", lambda c: c["manifest"].update(title="half a \ud800 pair")),
    ("cannot be written as JSON", lambda c: c["resources"].update({"recipe.json": float("nan")})),
]


@pytest.mark.parametrize(("field", "tamper"), TAMPERINGS)
def test_a_tampered_claim_is_refused(
    facts: ClaimInput, field: str, tamper: Callable[[dict[str, Any]], Any]
) -> None:
    claim = copy.deepcopy(build_claim(facts))
    validate_claim(claim)
    tamper(claim)
    with pytest.raises(ClaimError, match=field):
        validate_claim(claim)


@pytest.mark.parametrize("claim", [{}, {"manifest": {}, "resources": {}}, [], None, "claim"])
def test_what_is_no_claim_is_refused(claim: Any) -> None:
    with pytest.raises(ClaimError):
        validate_claim(claim)


def test_a_resource_no_ingredient_points_to_is_refused(facts: ClaimInput) -> None:
    claim = build_claim(replace(facts, prompt=""))
    claim["resources"]["prompt.txt"] = "smuggled"
    with pytest.raises(ClaimError, match="resources"):
        validate_claim(claim)
