"""From facts about a tile to a C2PA claim, without clock, randomness or I/O."""

from __future__ import annotations

import base64
import json
import urllib.parse
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from provenance.errors import ClaimError
from provenance.labels import (
    ACTIONS,
    AI_DISCLOSURE,
    ASSET,
    EDITED,
    HUMAN_ACTIONS,
    HUMAN_EDITS,
    LICENCE,
    OPENED,
    PARENT,
    PROMPT_FILE,
    RECIPE_FILE,
    REGISTRATION,
    SOFT_BINDING,
    TRAINED_MEDIA,
    TRAINING_MINING,
    WATERMARKED,
)
from provenance.schema import validate_claim

CLAIM_VERSION = "1"
MODEL_TYPE = "c2pa.types.model.pytorch"
PROMPT_TYPE = "c2pa.types.generator.prompt"


@dataclass(frozen=True)
class HumanAction:
    """What a person did: `what` of `provenance.labels.HUMAN_ACTIONS`, `when` in RFC 3339, `by` a name."""

    what: str
    when: str
    by: str
    why: str = ""


@dataclass(frozen=True)
class ClaimInput:
    """Facts the claim states about one asset.

    `mark` and `fingerprint` are (algorithm name in reverse-DNS, value). `training_mining` maps each of
    ``cawg.data_mining``, ``cawg.ai_inference``, ``cawg.ai_training`` and ``cawg.ai_generative_training`` to
    ``{"use": "allowed" | "notAllowed" | "constrained", "constraint_info": str}``; the information is
    required exactly when constrained. `licence` is an ODRL 2.2 policy in JSON-LD, `registration` a CAIP-19
    asset identifier, `created_at` an RFC 3339 time in UTC ending in ``Z``, `model_sha256` the weights'
    digest in lower-case hex. `human_oversight` is ``fully_autonomous``, ``prompt_guided`` or
    ``human_validated`` (C2PA 2.4, AI disclosure). `parent` is (title, media type) of the signed file that
    this one was made from; the signer is handed its bytes. `human` is what people did since, with a parent
    only. `edited` is what was done to the parent, ``c2pa.color_adjustments`` or ``c2pa.resized``.
    """

    asset_id: str
    title: str
    mime: str
    mark: tuple[str, bytes]
    generator_name: str
    generator_version: str
    model_sha256: str
    recipe: Mapping[str, Any]
    prompt: str
    training_mining: Mapping[str, Mapping[str, str]]
    created_at: str
    studio: str
    fingerprint: tuple[str, bytes] | None = None
    licence: Mapping[str, Any] | None = None
    registration: str | None = None
    human_oversight: str = "prompt_guided"
    parent: tuple[str, str] | None = None
    human: tuple[HumanAction, ...] = ()
    edited: str | None = None


def build_claim(facts: ClaimInput) -> dict[str, Any]:
    """The claim for one asset: ``{"manifest": <C2PA manifest definition>, "resources": {name: text}}``.

    With a parent it has ``"parent"`` too, the ingredient that the signer adds with the parent's own manifest.
    Same facts, same claim. It has passed `provenance.schema.validate_claim`; raises ClaimError, which
    names the field. Sources: C2PA specification 2.4; CAWG Training and Data Mining assertion 1.1.
    """
    _check_text("prompt", facts.prompt)
    resources = {RECIPE_FILE: _canonical_json("recipe", facts.recipe)}
    if facts.prompt:
        resources[PROMPT_FILE] = facts.prompt
    claim: dict[str, Any] = {"manifest": _manifest(facts), "resources": resources}
    if facts.parent is not None:
        claim["parent"] = _parent(*facts.parent)
    validate_claim(claim)
    return claim


def _manifest(facts: ClaimInput) -> dict[str, Any]:
    ingredients = [_model(facts), _attachment("recipe", RECIPE_FILE, "application/json")]
    if facts.prompt:
        ingredients.append(_attachment("prompt", PROMPT_FILE, "text/plain", PROMPT_TYPE))
    return {
        "claim_generator_info": [{"name": "Selvage", "version": CLAIM_VERSION}],
        "title": facts.title,
        "format": facts.mime,
        "ingredients": ingredients,
        "assertions": _assertions(facts, [each["label"] for each in ingredients]),
    }


def _assertions(facts: ClaimInput, ingredient_ids: list[str]) -> list[dict[str, Any]]:
    bindings = [facts.mark] + ([facts.fingerprint] if facts.fingerprint else [])
    assertions = [
        _assertion(ACTIONS, _actions(facts, ingredient_ids)),
        *(_assertion(SOFT_BINDING, _soft_binding(*binding)) for binding in bindings),
        _assertion(TRAINING_MINING, {"entries": _plain(facts.training_mining)}),
        _assertion(AI_DISCLOSURE, _disclosure(facts)),
        _assertion(ASSET, _asset(facts)),
    ]
    if facts.licence is not None:
        _canonical_json("licence", facts.licence)
        assertions.append({**_assertion(LICENCE, _plain(facts.licence)), "kind": "Json"})
    if facts.registration is not None:
        assertions.append(_assertion(REGISTRATION, {"version": 1, "asset": facts.registration}))
    return assertions


def _assertion(label: str, data: dict[str, Any]) -> dict[str, Any]:
    # Without "created" the assertion counts as gathered and is not attributed to the signer.
    return {"label": label, "created": True, "data": data}


def _actions(facts: ClaimInput, ingredient_ids: list[str]) -> dict[str, Any]:
    generator = {"name": facts.generator_name, "version": facts.generator_version}
    marked = {
        "action": WATERMARKED,
        "when": facts.created_at,
        "softwareAgent": {"name": facts.mark[0]},
    }
    if facts.parent is not None:
        return {"actions": _from_parent(facts, marked), "allActionsIncluded": True}
    created = {
        "action": "c2pa.created",
        "when": facts.created_at,
        "digitalSourceType": TRAINED_MEDIA,
        "softwareAgent": generator,
        "parameters": {"ingredientIds": ingredient_ids},
    }
    return {"actions": [created, marked], "allActionsIncluded": True}


def _from_parent(facts: ClaimInput, marked: dict[str, Any]) -> list[dict[str, Any]]:
    """How it came from its parent, whose own manifest says how that was made."""
    opened = {"action": OPENED, "when": facts.created_at, "parameters": {"ingredientIds": [PARENT]}}
    transcoded = {"action": "c2pa.transcoded", "when": facts.created_at}
    same_format = facts.parent is not None and facts.parent[1] == facts.mime
    people = [_human(each) for each in facts.human]
    edited = [{"action": facts.edited, "when": facts.created_at}] if facts.edited else []
    done = [opened, *people, *edited, marked]
    return done if same_format else [*done, transcoded]


def _human(made: HumanAction) -> dict[str, Any]:
    if made.what not in HUMAN_ACTIONS:
        raise ClaimError("human", f"{made.what!r} is no action of people; use {', '.join(HUMAN_ACTIONS)}")
    said = {"org.selvage.by": made.by, "org.selvage.why": made.why}
    action = {
        "action": HUMAN_ACTIONS[made.what],
        "when": made.when,
        "parameters": {name: text for name, text in said.items() if text},
    }
    return {**action, "digitalSourceType": HUMAN_EDITS} if action["action"] == EDITED else action


def _parent(title: str, mime: str) -> dict[str, Any]:
    return {"title": title, "label": PARENT, "format": mime, "relationship": "parentOf"}


def _soft_binding(algorithm: str, value: bytes) -> dict[str, Any]:
    # The empty scope says that the value covers the whole asset.
    return {"alg": algorithm, "blocks": [{"scope": {}, "value": base64.b64encode(value).decode("ascii")}]}


def _disclosure(facts: ClaimInput) -> dict[str, Any]:
    name = urllib.parse.quote(facts.generator_name, safe="")
    version = urllib.parse.quote(facts.generator_version, safe="")
    return {
        "modelType": MODEL_TYPE,
        "modelName": facts.generator_name,
        "modelIdentifier": f"pkg:generic/{name}@{version}?checksum=sha256:{facts.model_sha256}",
        "contentProfile": {"humanOversightLevel": facts.human_oversight},
    }


def _asset(facts: ClaimInput) -> dict[str, Any]:
    asset = {"version": 1, "assetId": facts.asset_id, "studio": facts.studio, "mark": facts.mark[0]}
    if facts.fingerprint is not None:
        asset["fingerprint"] = facts.fingerprint[0]
    return asset


def _model(facts: ClaimInput) -> dict[str, Any]:
    return {
        "title": f"{facts.generator_name} {facts.generator_version}",
        "label": "model",
        "format": "application/octet-stream",
        "relationship": "inputTo",
        "description": f"sha256:{facts.model_sha256}",
        "data_types": [{"type": "c2pa.types.generator"}, {"type": MODEL_TYPE}],
    }


def _attachment(label: str, file: str, mime: str, data_type: str | None = None) -> dict[str, Any]:
    data: dict[str, Any] = {"format": mime, "identifier": file}
    ingredient = {"title": label, "label": label, "format": mime, "relationship": "inputTo", "data": data}
    if data_type is not None:
        ingredient["data_types"] = data["data_types"] = [{"type": data_type}]
    return ingredient


def _canonical_json(field: str, value: Mapping[str, Any]) -> str:
    try:
        text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    except (TypeError, ValueError) as error:
        raise ClaimError(field, f"cannot be written as JSON ({error}); use JSON types only") from error
    _check_text(field, text)
    return text


def _check_text(field: str, text: str) -> None:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise ClaimError(
            field, f"cannot be written as UTF-8 ({error.reason}); remove that character"
        ) from error


def _plain(value: Mapping[str, Any]) -> dict[str, Any]:
    return dict(json.loads(_canonical_json("claim", value)))
