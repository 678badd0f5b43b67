"""Checks a claim against our own JSON Schemas, which are stricter than the C2PA library.

The library signs claims that other verifiers reject or read differently: unknown source types, a use that
is neither allowed nor refused, a constraint without its terms. Here they fail before a signature exists.
The schemas are in ``provenance/schemas``, one per assertion label and ``claim.json`` around them.
"""

from __future__ import annotations

import functools
import hashlib
import importlib.resources
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from provenance.assertions import licence_digest
from provenance.errors import ClaimError
from provenance.influences import from_entry, labelled
from provenance.labels import (
    ACTIONS,
    AI_DISCLOSURE,
    ASSET,
    CONFIRMATION,
    DIGITAL_CREATION,
    DRAWN,
    INFLUENCES,
    LICENCE,
    METADATA,
    OPENED,
    PARENT,
    REGISTRATION,
    SOFT_BINDING,
    TRAINED_MEDIA,
    TRAINING_MINING,
    WATERMARKED,
)

REQUIRED = (ACTIONS, TRAINING_MINING, ASSET)
BY_A_MODEL = (AI_DISCLOSURE, INFLUENCES)  # both, or that a person drew it
LABELS = (*REQUIRED, *BY_A_MODEL, SOFT_BINDING, DRAWN, LICENCE, METADATA, REGISTRATION, CONFIRMATION)
_LONGEST_PROBLEM = 240
# Made or opened, decided on by people (1), changed, watermarked, put into another format.
_ORDER = {
    **{"c2pa.created": 0, OPENED: 0, "c2pa.color_adjustments": 2, "c2pa.resized": 2},
    **{WATERMARKED: 3, "c2pa.transcoded": 4},
}


def validate_claim(claim: Mapping[str, Any]) -> None:
    """Raise ClaimError, naming the field, unless `claim` follows every schema and its parts agree."""
    _check_text(claim)
    _check("claim", claim, "")
    assertions: list[dict[str, Any]] = claim["manifest"]["assertions"]
    counts = Counter(each["label"] for each in assertions)
    for label in (*REQUIRED, *(() if counts[DRAWN] else BY_A_MODEL)):
        if not counts[label]:
            raise ClaimError(label, "assertion is missing; build the claim with build_claim")
    for assertion in assertions:
        label = assertion["label"]
        if label not in LABELS:
            raise ClaimError(label, f"unknown assertion; known are {', '.join(LABELS)}")
        if counts[label] > 1 and label != SOFT_BINDING:
            raise ClaimError(label, "appears twice; keep one")
        _check(label, assertion["data"], label)
    _check_references(claim)


def validate_part(label: str, data: Mapping[str, Any]) -> None:
    """Raise ClaimError unless the data of one assertion follows its schema."""
    _check_text(data)
    _check(label, data, label)


def _check_text(claim: Mapping[str, Any]) -> None:
    # What Python can hold and UTF-8 JSON cannot: half of a surrogate pair, not-a-number, objects.
    try:
        json.dumps(claim, ensure_ascii=False, allow_nan=False).encode("utf-8")
    except (TypeError, ValueError) as error:
        raise ClaimError("claim", f"cannot be written as JSON ({_short(str(error))})") from error


def _check_references(claim: Mapping[str, Any]) -> None:
    manifest = claim["manifest"]
    data = {each["label"]: each["data"] for each in manifest["assertions"]}
    parent = [claim["parent"]] if "parent" in claim else []
    inputs = [*manifest["ingredients"], *claim.get("inputs", [])]
    ingredients = {each["label"] for each in (*inputs, *parent)}
    actions = [each["action"] for each in data[ACTIONS]["actions"]]
    _check_order(actions)
    opened = OPENED in actions
    if opened != bool(parent):
        raise ClaimError("parent", f"goes with the action {OPENED}, and that one with a parent; give both")
    for action in data[ACTIONS]["actions"]:
        wanted = action.get("parameters", {}).get("ingredientIds", [])
        _known(f"{ACTIONS}/{action['action']}/ingredientIds", wanted, ingredients, "ingredient")
    files = [each["data"]["identifier"] for each in manifest["ingredients"] if "data" in each]
    _known("manifest/ingredients", files, claim["resources"], "resource")
    _known("resources", claim["resources"], files, "ingredient")
    bindings = [each["data"]["alg"] for each in manifest["assertions"] if each["label"] == SOFT_BINDING]
    if len(set(bindings)) < len(bindings):
        raise ClaimError(
            f"{SOFT_BINDING}/alg", "appears twice; mark and fingerprint need their own algorithms"
        )
    if (WATERMARKED in actions) is not ("mark" in data[ASSET]):
        raise ClaimError(f"{ASSET}/mark", f"goes with the action {WATERMARKED}; give both or neither")
    _check_origin(data, ingredients)
    _check_confirmation(data)
    named = [data[ASSET][key] for key in ("mark", "fingerprint") if key in data[ASSET]]
    _known(ASSET, named, bindings, SOFT_BINDING)
    if INFLUENCES in data:
        _check_influences(data[INFLUENCES]["influences"], inputs, claim["resources"])
    said = data[ASSET].get("licenceSha256")
    if said != (licence_digest(data[LICENCE]) if LICENCE in data else None):
        raise ClaimError(f"{ASSET}/licenceSha256", f"is not the digest of {LICENCE}; build it anew")


def _check_origin(data: Mapping[str, Any], ingredients: set[str]) -> None:
    """A tile was made by a model, with its model and recipe; or drawn by a person, with neither."""
    source = data[ACTIONS]["actions"][0].get("digitalSourceType")
    if DRAWN in data:
        if any(label in data for label in BY_A_MODEL) or ingredients - {PARENT}:
            raise ClaimError(DRAWN, "says that a person drew it; it has no model, recipe or prompt then")
        if source not in (None, DIGITAL_CREATION):
            raise ClaimError(f"{ACTIONS}/digitalSourceType", f"is not {DIGITAL_CREATION}")
    elif source not in (None, TRAINED_MEDIA) or not {"model", "recipe"} <= ingredients:
        raise ClaimError(f"{ACTIONS}/ingredientIds", "lack the model or the recipe; name both")


def _check_confirmation(data: Mapping[str, Any]) -> None:
    """What is confirmed is the registration that the claim names."""
    said = data.get(CONFIRMATION)
    if said is not None:
        registry = f"{said['chain']}/erc721:{said['contract']}/"
        if not data.get(REGISTRATION, {"asset": ""})["asset"].startswith(registry):
            raise ClaimError(f"{CONFIRMATION}/contract", f"is not where {REGISTRATION} says; give that one")


def _check_influences(
    told: list[dict[str, str]], inputs: list[dict[str, Any]], resources: Mapping[str, str]
) -> None:
    """One entry for each input, under its label, with its digest."""
    found = labelled([from_entry(each) for each in told])
    if list(found) != [each["ingredient"] for each in told] or set(found) != {e["label"] for e in inputs}:
        raise ClaimError(f"{INFLUENCES}/influences", "are not the inputs; name each once, under its label")
    for each in inputs:
        text = resources[each["data"]["identifier"]] if "data" in each else None
        digest = each["description"] if text is None else _described(text)
        if digest != f"sha256:{found[each['label']].sha256}":
            raise ClaimError(f"{INFLUENCES}/{each['label']}/sha256", "is not the digest of that input")


def _described(text: str) -> str:
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"


def _check_order(actions: list[str]) -> None:
    """People decide first, then it is changed once at most, marked once, and written anew once at most."""
    places = [_ORDER.get(action, 1) for action in actions]
    opened = actions[0] == OPENED  # what was made from a marked file may be marked again
    once = places.count(0) == 1 and all(places.count(n) <= 1 for n in (2, 3, 4))
    once = once and (opened or 3 in places)
    if places != sorted(places) or not once:
        raise ClaimError(ACTIONS, f"stand in another order: {', '.join(actions)}; see provenance/claim.py")


def _known(field: str, names: Iterable[str], known: Iterable[str], kind: str) -> None:
    missing = sorted(set(names) - set(known))
    if missing:
        raise ClaimError(field, f"{missing[0]!r} has no {kind} of that name; add it or drop the reference")


def _check(name: str, value: Any, field: str) -> None:
    from jsonschema.exceptions import best_match

    error = best_match(_validator(name).iter_errors(value))
    if error is not None:
        path = "/".join([field, *map(str, error.absolute_path)]).strip("/")
        raise ClaimError(path or name, f"{_short(error.message)}; see provenance/schemas/{name}.json")


@functools.cache
def _validator(name: str) -> Any:
    import jsonschema

    text = importlib.resources.files("provenance").joinpath(f"schemas/{name}.json").read_text("utf-8")
    document = json.loads(text)
    jsonschema.Draft202012Validator.check_schema(document)
    return jsonschema.Draft202012Validator(document)


def _short(message: str) -> str:
    return message if len(message) <= _LONGEST_PROBLEM else message[:_LONGEST_PROBLEM] + "..."
