"""What the C2PA library found wrong with whom a claim names, told from what is wrong with the claim.

Source: CAWG Identity Assertion 1.2, section 7 (validation). The library lists the failures of every identity
assertion in a file as those of its active manifest, also of one in a stranger's picture below.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from provenance.errors import WrongIdentityError
from provenance.identity import LABEL
from provenance.reading import updated_label

_CODES = (LABEL, "cawg.x509.", "cawg.ica.")
_WORDS = {
    "cawg.x509.signature.mismatch": "it is signed for another claim, or was altered",
    "cawg.x509.credential.untrusted": "no root vouches for its certificate",
    "cawg.x509.signature.outside_validity": "its certificate was not valid",
    "cawg.identity.hard_binding_missing": "it is bound to no file",
    "cawg.identity.assertion.mismatch": "it is of another file",
}


def claim_failures(
    reader: Any, results: Mapping[str, Any], ignored: frozenset[str] = frozenset()
) -> set[str]:
    """The failing status codes of a claim but for the `ignored`, without those of strangers' identities.

    Raises WrongIdentityError where nothing is wrong but who the claim names, or the one that it updates. Whom
    a stranger's manifest below names is the stranger's affair.
    """
    told = results.get("activeManifest", {}).get("failure", [])
    named = [each for each in told if _of_identity(each)]
    claim = {each["code"] for each in told} - {each["code"] for each in named} - ignored
    wrong = sorted({each["code"] for each in named if _is_own(reader, each)})
    if wrong and not claim:
        words = ", ".join(f"{code}: {_WORDS[code]}" if code in _WORDS else code for code in wrong)
        raise WrongIdentityError(
            f"manifest: the claim is trusted, but not who it names ({words}); do not rely on it",
            {"state": reader.get_validation_state(), "failures": wrong},
        )
    return claim | set(wrong)


def _of_identity(told: Mapping[str, Any]) -> bool:
    return told["code"].startswith(_CODES) and f"/{LABEL}" in told.get("url", "")


def _is_own(reader: Any, told: Mapping[str, Any]) -> bool:
    active = reader.get_active_manifest()
    own = (active["label"], updated_label(active))
    place = told["url"].partition("=")[2]
    return not place.startswith("/") or any(f"/c2pa/{label}/" in place for label in own)
