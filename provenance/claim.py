"""From facts about a tile to a C2PA claim, without clock, randomness or I/O."""

from __future__ import annotations

import base64
import hashlib
import json
import urllib.parse
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from provenance import influences
from provenance.errors import ClaimError
from provenance.influences import Influence
from provenance.labels import (
    ACTIONS,
    AI_DISCLOSURE,
    ASSET,
    EDITED,
    HUMAN_ACTIONS,
    HUMAN_EDITS,
    INFLUENCES,
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
    `influences` are the adapters, base patterns and style sources, each an input of the creation; model,
    recipe and prompt are derived from the facts. One of kind ``model`` among them adds its rights and
    attribution.
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
    influences: tuple[Influence, ...] = ()


def build_claim(facts: ClaimInput) -> dict[str, Any]:
    """The claim for one asset: ``{"manifest": <C2PA manifest definition>, "resources": {name: text}}``.

    With a parent it has ``"parent"`` too, the ingredient that the signer adds with the parent's own manifest;
    with influences that have a media type ``"inputs"``, which it adds likewise.
    Same facts, same claim. It has passed `provenance.schema.validate_claim`; raises ClaimError, which
    names the field. Sources: C2PA specification 2.4; CAWG Training and Data Mining assertion 1.1.
    """
    _check_text("prompt", facts.prompt)
    resources = {RECIPE_FILE: _canonical_json("recipe", facts.recipe)}
    if facts.prompt:
        resources[PROMPT_FILE] = facts.prompt
    labelled = influences.labelled(_influences(facts, resources))
    claim: dict[str, Any] = {"manifest": _manifest(facts, labelled), "resources": resources}
    pictures = [(label, each) for label, each in labelled.items() if each.mime]
    if pictures:
        claim["inputs"] = [influences.ingredient(label, each) for label, each in pictures]
    if facts.parent is not None:
        claim["parent"] = _parent(*facts.parent)
    validate_claim(claim)
    return claim


def _influences(facts: ClaimInput, resources: Mapping[str, str]) -> list[Influence]:
    """Model, recipe and prompt of the facts, then what the maker brought."""
    told = [each for each in facts.influences if each.kind in influences.OURS]
    if any(each.kind != influences.MODEL or each.sha256 != facts.model_sha256 for each in told):
        raise ClaimError("influences", "name a model, recipe or prompt that is not the one of the facts")
    title = f"{facts.generator_name} {facts.generator_version}"
    models = told or [Influence(influences.MODEL, title, facts.model_sha256)]
    files = {influences.RECIPE: RECIPE_FILE, influences.PROMPT: PROMPT_FILE}
    texts = [
        Influence(kind, kind, hashlib.sha256(resources[file].encode()).hexdigest())
        for kind, file in files.items()
        if file in resources
    ]
    return [*models, *texts, *(each for each in facts.influences if each.kind in influences.GIVEN)]


def _manifest(facts: ClaimInput, labelled: Mapping[str, Influence]) -> dict[str, Any]:
    return {
        "claim_generator_info": [{"name": "Selvage", "version": CLAIM_VERSION}],
        "title": facts.title,
        "format": facts.mime,
        "ingredients": [_ingredient(label, each) for label, each in labelled.items() if not each.mime],
        "assertions": _assertions(facts, labelled),
    }


def _ingredient(label: str, influence: Influence) -> dict[str, Any]:
    if influence.kind == influences.MODEL:
        return _model(influence)
    if influence.kind == influences.RECIPE:
        return _attachment(label, RECIPE_FILE, "application/json")
    if influence.kind == influences.PROMPT:
        return _attachment(label, PROMPT_FILE, "text/plain", PROMPT_TYPE)
    return influences.ingredient(label, influence)


def _assertions(facts: ClaimInput, labelled: Mapping[str, Influence]) -> list[dict[str, Any]]:
    bindings = [facts.mark] + ([facts.fingerprint] if facts.fingerprint else [])
    told = [influences.entry(label, each) for label, each in labelled.items()]
    assertions = [
        _assertion(ACTIONS, _actions(facts, list(labelled))),
        *(_assertion(SOFT_BINDING, _soft_binding(*binding)) for binding in bindings),
        _assertion(TRAINING_MINING, {"entries": _plain(facts.training_mining)}),
        _assertion(AI_DISCLOSURE, _disclosure(facts)),
        _assertion(ASSET, _asset(facts)),
        _assertion(INFLUENCES, {"version": 1, "influences": told}),
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
        "modelType": influences.PYTORCH,
        "modelName": facts.generator_name,
        "modelIdentifier": f"pkg:generic/{name}@{version}?checksum=sha256:{facts.model_sha256}",
        "contentProfile": {"humanOversightLevel": facts.human_oversight},
    }


def _asset(facts: ClaimInput) -> dict[str, Any]:
    asset = {"version": 1, "assetId": facts.asset_id, "studio": facts.studio, "mark": facts.mark[0]}
    if facts.fingerprint is not None:
        asset["fingerprint"] = facts.fingerprint[0]
    return asset


def _model(model: Influence) -> dict[str, Any]:
    return {
        "title": model.title,
        "label": "model",
        "format": "application/octet-stream",
        "relationship": "inputTo",
        "description": f"sha256:{model.sha256}",
        "data_types": [{"type": "c2pa.types.generator"}, {"type": influences.PYTORCH}],
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
