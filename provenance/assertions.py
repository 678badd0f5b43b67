"""The assertions of a claim beside its actions, each from the facts it states."""

from __future__ import annotations

import base64
import hashlib
import urllib.parse
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from provenance import influences
from provenance.influences import Influence
from provenance.labels import (
    AI_DISCLOSURE,
    ASSET,
    CONFIRMATION,
    DRAWN,
    INFLUENCES,
    ISCC,
    LICENCE,
    METADATA,
    REGISTRATION,
    SOFT_BINDING,
    TRAINING_MINING,
)
from provenance.texts import canonical_json, plain

if TYPE_CHECKING:
    from provenance.claim import ClaimInput


def assertions(facts: ClaimInput, labelled: Mapping[str, Influence]) -> list[dict[str, Any]]:
    """Every assertion but the actions, in the order they are written."""
    found = [*(assertion(SOFT_BINDING, _soft_binding(*each)) for each in bindings(facts))]
    found.append(assertion(TRAINING_MINING, {"entries": plain(facts.training_mining)}))
    if facts.drawn is None:
        found.append(assertion(AI_DISCLOSURE, _disclosure(facts)))
    else:
        found.append(assertion(DRAWN, {"version": 1, **facts.drawn.to_dict()}))
    found.append(assertion(ASSET, _asset(facts)))
    if labelled:
        told = [influences.entry(label, each) for label, each in labelled.items()]
        found.append(assertion(INFLUENCES, {"version": 1, "influences": told}))
    if facts.licence is not None:
        found.append({**assertion(LICENCE, plain(facts.licence)), "kind": "Json"})
    if facts.metadata is not None:
        found.append({**assertion(METADATA, plain(facts.metadata)), "kind": "Json"})
    if facts.registration is not None:
        found.append(assertion(REGISTRATION, {"version": 1, "asset": facts.registration}))
    if facts.confirmation is not None:
        found.append(assertion(CONFIRMATION, facts.confirmation.to_dict()))
    return found


def assertion(label: str, data: dict[str, Any]) -> dict[str, Any]:
    """The signer's own word: without "created" an assertion counts as gathered from others."""
    return {"label": label, "created": True, "data": data}


def bindings(facts: ClaimInput) -> list[tuple[str, bytes]]:
    """Algorithm and value of each soft binding: mark, fingerprint, ISCC."""
    given = [facts.mark, facts.fingerprint, (ISCC, facts.iscc) if facts.iscc else None]
    return [each for each in given if each is not None]


def licence_digest(licence: Mapping[str, Any]) -> str:
    """SHA-256 (hex) of a policy in canonical form: sorted keys, no spaces, UTF-8."""
    return hashlib.sha256(canonical_json("licence", licence).encode()).hexdigest()


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
    asset: dict[str, Any] = {"version": 1, "assetId": facts.asset_id, "studio": facts.studio}
    if facts.mark is not None:
        asset["mark"] = facts.mark[0]
    if facts.fingerprint is not None:
        asset["fingerprint"] = facts.fingerprint[0]
    if facts.licence is not None:
        asset["licenceSha256"] = licence_digest(facts.licence)
    return asset
