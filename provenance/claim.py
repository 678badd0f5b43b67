"""From facts about a tile to a C2PA claim, without clock, randomness or I/O."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from provenance import influences
from provenance.actions import actions
from provenance.assertions import assertion, assertions
from provenance.confirmation import Confirmation
from provenance.errors import ClaimError
from provenance.influences import Influence
from provenance.labels import ACTIONS, CLAIM_VERSION, PARENT, PROMPT_FILE, RECIPE_FILE
from provenance.schema import validate_claim
from provenance.texts import canonical_json, check_text

PROMPT_TYPE = "c2pa.types.generator.prompt"


@dataclass(frozen=True)
class HumanAction:
    """What a person did: `what` of `provenance.labels.HUMAN_ACTIONS`, `when` in RFC 3339, `by` a name."""

    what: str
    when: str
    by: str
    why: str = ""


@dataclass(frozen=True)
class Drawn:
    """A tile that a person drew: `by` whom, the digest of the file they drew, and who certified that.

    `statement` is the certifier's signed statement (a compact JWS) over that digest and that person.
    """

    by: str
    file_sha256: str
    certifier: str
    statement: str

    def to_dict(self) -> dict[str, str]:
        """As ``org.selvage.drawn`` holds it."""
        file = {"fileSha256": self.file_sha256, "certifiedBy": self.certifier}
        return {"by": self.by, **file, "statement": self.statement}


@dataclass(frozen=True)
class ClaimInput:
    """Facts the claim states about one asset.

    `mark` and `fingerprint` are (algorithm name in reverse-DNS, value), `iscc` the value of ``io.iscc.v0``;
    a file made from a parent may carry no mark. `training_mining` maps each of
    ``cawg.data_mining``, ``cawg.ai_inference``, ``cawg.ai_training`` and ``cawg.ai_generative_training`` to
    ``{"use": "allowed" | "notAllowed" | "constrained", "constraint_info": str}``; the information is
    required exactly when constrained. `licence` is an ODRL 2.2 policy in JSON-LD, `registration` a CAIP-19
    asset identifier, `created_at` an RFC 3339 time in UTC ending in ``Z``, `model_sha256` the weights'
    digest in lower-case hex. `human_oversight` is ``fully_autonomous``, ``prompt_guided`` or
    ``human_validated`` (C2PA 2.4, AI disclosure). `parent` is (title, media type) of the signed file that
    this one was made from; the signer is handed its bytes. `human` is what people did since, with a parent
    only. `edited` is what was done to the parent, ``c2pa.color_adjustments`` or ``c2pa.resized``.
    `influences` are the adapters, base patterns, style and recipe sources, each an input of the creation;
    model, recipe and prompt are derived from the facts. One of kind ``model`` among them adds its rights and
    attribution. `metadata` is IPTC, PLUS and Dublin Core in JSON-LD. `drawn` is given for what a person drew:
    then the generator, model, recipe and prompt are not used, and there are no influences. `confirmation` is
    the transaction of the registration, of a file that is signed after it was confirmed and not kept.
    """

    asset_id: str
    title: str
    mime: str
    mark: tuple[str, bytes] | None
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
    iscc: bytes | None = None
    metadata: Mapping[str, Any] | None = None
    drawn: Drawn | None = None
    confirmation: Confirmation | None = None


def build_claim(facts: ClaimInput) -> dict[str, Any]:
    """The claim for one asset: ``{"manifest": <C2PA manifest definition>, "resources": {name: text}}``.

    With a parent it has ``"parent"`` too, the ingredient that the signer adds with the parent's own manifest;
    with influences that have a media type ``"inputs"``, which it adds likewise.
    Same facts, same claim. It has passed `provenance.schema.validate_claim`; raises ClaimError, which
    names the field. Sources: C2PA specification 2.4; CAWG Training and Data Mining assertion 1.1.
    """
    resources = _resources(facts)
    labelled = influences.labelled(_influences(facts, resources))
    claim: dict[str, Any] = {"manifest": _manifest(facts, labelled), "resources": resources}
    pictures = [(label, each) for label, each in labelled.items() if each.mime]
    if pictures:
        claim["inputs"] = [influences.ingredient(label, each) for label, each in pictures]
    if facts.parent is not None:
        claim["parent"] = _parent(*facts.parent)
    validate_claim(claim)
    return claim


def _resources(facts: ClaimInput) -> dict[str, str]:
    check_text("prompt", facts.prompt)
    if facts.drawn is not None:
        return {}
    prompt = {PROMPT_FILE: facts.prompt} if facts.prompt else {}
    return {RECIPE_FILE: canonical_json("recipe", facts.recipe), **prompt}


def _influences(facts: ClaimInput, resources: Mapping[str, str]) -> list[Influence]:
    """Model, recipe and prompt of the facts, then what the maker brought."""
    if facts.drawn is not None:
        if facts.influences:
            raise ClaimError("influences", "shape what a model makes; a drawn tile has none")
        return []
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
        "assertions": [
            assertion(ACTIONS, actions(facts, list(labelled))),
            *assertions(facts, labelled),
        ],
    }


def _ingredient(label: str, influence: Influence) -> dict[str, Any]:
    if influence.kind == influences.MODEL:
        return _model(influence)
    if influence.kind == influences.RECIPE:
        return _attachment(label, RECIPE_FILE, "application/json")
    if influence.kind == influences.PROMPT:
        return _attachment(label, PROMPT_FILE, "text/plain", PROMPT_TYPE)
    return influences.ingredient(label, influence)


def _parent(title: str, mime: str) -> dict[str, Any]:
    return {"title": title, "label": PARENT, "format": mime, "relationship": "parentOf"}


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
