"""The claim of a found copy whose manifest was found again: opened from it, transcoded by somebody unknown.

The copy's own bytes carry the manifest that was found, as its parent; the library notes there that it does
not bind them. What we say is signed by us: how it was found, and what no longer holds.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import Any

from provenance.labels import ACTIONS, CLAIM_VERSION, OPENED, PARENT, RECOVERY, SOFT_BINDING
from provenance.schema import validate_part


@dataclass(frozen=True)
class Recovery:
    """What is said of a recovered copy.

    `manifest` is the id of the manifest that was found, `found` the SHA-256 of the copy as it came, `shown`
    which part of it shows the tile, such as ``40 %``, `unbound` what of the manifest does not bind it. `mark`
    is (algorithm, value) of the watermark that was read, None where it was not the watermark that told.
    """

    asset_id: str
    title: str
    mime: str
    manifest: str
    found: str
    verdict: str
    p_value: str
    signals: tuple[str, ...]
    shown: str
    unbound: tuple[str, ...]
    mark: tuple[str, bytes] | None
    recovered_at: str


def build_recovery(facts: Recovery) -> dict[str, Any]:
    """The claim, as `ClaimSigner.sign_recovered` takes it. Raises ClaimError, which names the field."""
    told = _told(facts)
    validate_part(RECOVERY, told)
    assertions = [_assertion(ACTIONS, _actions(facts)), _assertion(RECOVERY, told)]
    if facts.mark is not None:
        alg, value = facts.mark
        block = {"scope": {}, "value": base64.b64encode(value).decode()}
        binding = {"alg": alg, "blocks": [block]}
        validate_part(SOFT_BINDING, binding)
        assertions.insert(1, _assertion(SOFT_BINDING, binding))
    title = f"{facts.title} (recovered copy)"[:500]
    return {
        "manifest": {
            "claim_generator_info": [{"name": "Selvage", "version": CLAIM_VERSION}],
            "title": title,
            "format": facts.mime,
            "ingredients": [],
            "assertions": assertions,
        },
        "resources": {},
        "parent": {
            "title": facts.title,
            "format": facts.mime,
            "relationship": "parentOf",
            "label": PARENT,
        },
    }


def _assertion(label: str, data: dict[str, Any]) -> dict[str, Any]:
    return {"label": label, "created": True, "data": data}


def _actions(facts: Recovery) -> dict[str, Any]:
    """What is known: not all, because nobody knows what was done to the copy on its way."""
    opened = {"action": OPENED, "when": facts.recovered_at, "parameters": {"ingredientIds": [PARENT]}}
    transcoded = {
        "action": "c2pa.transcoded",
        "description": "Written anew by somebody unknown before it was found; its manifest was lost.",
    }
    return {"actions": [opened, transcoded], "allActionsIncluded": False}


def _told(facts: Recovery) -> dict[str, Any]:
    return {
        "version": 1,
        "assetId": facts.asset_id,
        "manifest": facts.manifest,
        "found": facts.found,
        "verdict": facts.verdict,
        "pValue": facts.p_value,
        "signals": list(facts.signals),
        "shown": facts.shown,
        "unbound": list(facts.unbound),
    }
