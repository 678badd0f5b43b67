"""Provenance engine: C2PA claims that say who made a tile, with what, and on which terms.

The order of use is ``Pki.create`` once, then per asset ``build_claim`` (pure), ``ClaimSigner.sign``
and, by anybody who holds the two root certificates, ``verify``. Invariants:

* a claim reaches the signer only after it passed the JSON Schemas in ``provenance/schemas``;
* ``verify`` returns a `Credential` only for a trusted signature over exactly these bytes, else it raises;
* no function here reads a clock except through an argument that has a default.

Names are loaded on first use, so that ``import provenance`` stays cheap.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from provenance.claim import ClaimInput as ClaimInput
    from provenance.claim import Drawn as Drawn
    from provenance.claim import HumanAction as HumanAction
    from provenance.claim import build_claim as build_claim
    from provenance.credential import Credential as Credential
    from provenance.influences import Influence as Influence
    from provenance.pki import Pki as Pki
    from provenance.schema import validate_claim as validate_claim
    from provenance.signer import ClaimSigner as ClaimSigner
    from provenance.statements import StatementSigner as StatementSigner
    from provenance.timestamp import TimeStampAuthority as TimeStampAuthority
    from provenance.timestamp_server import serve_tsa as serve_tsa
    from provenance.trust import Trust as Trust
    from provenance.verification import verify as verify

_HOME = {
    "ClaimInput": "claim",
    "ClaimSigner": "signer",
    "Credential": "credential",
    "Drawn": "claim",
    "HumanAction": "claim",
    "Influence": "influences",
    "Pki": "pki",
    "StatementSigner": "statements",
    "TimeStampAuthority": "timestamp",
    "Trust": "trust",
    "build_claim": "claim",
    "serve_tsa": "timestamp_server",
    "validate_claim": "schema",
    "verify": "verification",
}

__all__ = [
    "ClaimInput",
    "ClaimSigner",
    "Credential",
    "Drawn",
    "HumanAction",
    "Influence",
    "Pki",
    "StatementSigner",
    "TimeStampAuthority",
    "Trust",
    "build_claim",
    "serve_tsa",
    "validate_claim",
    "verify",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_HOME[name]}"), name)
