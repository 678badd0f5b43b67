"""Decides whether bytes carry a claim that we trust, and reads it.

The C2PA library calls a manifest from an unknown signer "Valid", so its verdict alone proves nothing about
who signed; only "Trusted" passes here, and only by the root meant for claims.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Mapping
from typing import Any

from provenance import runtime
from provenance.credential import Credential
from provenance.errors import (
    BrokenBindingError,
    NoManifestError,
    NotTrustedError,
    UnreadableAssetError,
    UntrustedTimeError,
)
from provenance.identity import named_actor
from provenance.identity_verdict import claim_failures
from provenance.media import check_mime
from provenance.reading import read_credential, updated_by
from provenance.revocation import read_list, require_not_revoked
from provenance.trust import Trust

_TRUSTED, _VALID = "Trusted", "Valid"
_SIGNER_TRUSTED = "signingCredential.trusted"
# C2PA 2.4 section 15.2: the status codes that say "these are not the bytes that were signed".
BINDING_FAILURES = frozenset(
    {
        "assertion.dataHash.mismatch",
        "assertion.dataHash.malformed",
        "assertion.boxesHash.mismatch",
        "claim.hardBindings.missing",
    }
)


def verify(data: bytes, mime: str, trust: Trust) -> Credential:
    """The credential in `data`, an image of media type `mime`, signed by an identity `trust` vouches for.

    Offline. Raises MediaError, KeyMaterialError (`trust` holds no certificates), or a VerificationError
    with `diagnostics`: NoManifestError, UnreadableAssetError, BrokenBindingError, NotTrustedError,
    UntrustedTimeError, RevokedSignerError, WrongIdentityError, ForeignClaimError.
    """
    return read_credential(read_trusted(data, mime, trust))


def read_trusted(data: bytes, mime: str, trust: Trust) -> Any:
    """The `c2pa.Reader` of a file that `trust` vouches for, whoever wrote its claim. Raises as `verify`."""
    check_mime(data, mime)
    reader = _read(data, mime, trust)
    results = reader.get_validation_results() or {}
    _require_trusted(reader, results, trust)
    require_trusted_time(results)
    require_signer_not_revoked(reader, trust)
    return reader


def require_signer_not_revoked(reader: Any, trust: Trust) -> None:
    """RevokedSignerError where the signer of a claim, whose time is trusted, had been revoked by then."""
    revoked = read_list(trust.crl_pem, trust.root_pem)
    if revoked:
        active = reader.get_active_manifest()
        for manifest in (active, updated_by(reader, active)):
            if manifest is not None:
                signature = manifest["signature_info"]
                at = dt.datetime.fromisoformat(signature["time"])
                require_not_revoked(int(signature["cert_serial_number"]), at, revoked)
                actor = named_actor(manifest)
                if actor is not None:  # the claim's time-stamp is over its identity assertion too
                    require_not_revoked(actor.serial, at, revoked)


def _read(data: bytes, mime: str, trust: Trust) -> Any:
    import c2pa

    try:
        reader = c2pa.Reader.try_create(mime, io.BytesIO(data), context=runtime.context(trust))
    except c2pa.C2paError as error:
        raise UnreadableAssetError(f"data: cannot be read ({error}); fetch the file again") from error
    if reader is None:
        raise NoManifestError("data: carries no C2PA manifest; look it up by its watermark instead")
    return reader


def _require_trusted(reader: Any, results: Mapping[str, Any], trust: Trust) -> None:
    state = reader.get_validation_state()
    failures = codes(results, "failure")
    diagnostics = {"state": state, "failures": sorted(failures)}
    if failures & BINDING_FAILURES:
        raise BrokenBindingError(
            "data: the manifest was signed for other bytes than these; fetch the original", diagnostics
        )
    failures = claim_failures(reader, results)
    signed = _SIGNER_TRUSTED in codes(results, "success")
    if state != _TRUSTED and (state != _VALID or failures or not signed):
        reasons = ", ".join(sorted(failures)) or "no reason given"
        raise NotTrustedError(f"manifest: {state}, not Trusted ({reasons}); do not rely on it", diagnostics)
    # The library lets a time-stamp root vouch for claims; we do not.
    if not runtime.is_ours(results, trust):
        diagnostics["failures"] = ["signingCredential.untrusted"]
        raise NotTrustedError(
            "manifest: signed under a root that is trusted for time-stamps only; do not rely on it",
            diagnostics,
        )


def require_trusted_time(results: Mapping[str, Any]) -> None:
    if "timeStamp.trusted" not in codes(results, "success"):
        told = codes(results, "informational") | codes(results, "failure")
        reasons = sorted(code for code in told if code.startswith("timeStamp."))
        raise UntrustedTimeError(
            f"manifest: no trusted time-stamp ({', '.join(reasons) or 'none at all'}); do not rely on it",
            {"state": _TRUSTED, "failures": reasons},
        )


def codes(results: Mapping[str, Any], kind: str) -> set[str]:
    return {each["code"] for each in results.get("activeManifest", {}).get(kind, [])}
