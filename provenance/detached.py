"""A manifest store without its picture: who signed it and when holds, over which bytes does not."""

from __future__ import annotations

import io

from provenance import runtime
from provenance.credential import Credential
from provenance.errors import NoManifestError, NotTrustedError, UnreadableAssetError
from provenance.identity_verdict import claim_failures
from provenance.reading import read_credential
from provenance.trust import Trust
from provenance.verification import BINDING_FAILURES, codes, require_signer_not_revoked, require_trusted_time

MIME = "application/c2pa"
_SIGNED_BY = "signingCredential.trusted"


def verify_store(store: bytes, trust: Trust) -> Credential:
    """The credential in a manifest store whose picture is not at hand.

    As `provenance.verify`, but for the hard binding, which nobody can check then. Raises the same.
    """
    import c2pa

    try:
        reader = c2pa.Reader.try_create(MIME, io.BytesIO(store), context=runtime.context(trust))
    except c2pa.C2paError as error:
        raise UnreadableAssetError(f"manifest: cannot be read ({error}); fetch it again") from error
    if reader is None:
        raise NoManifestError("manifest: there is none; fetch it again")
    results = reader.get_validation_results() or {}
    failures = claim_failures(reader, results, BINDING_FAILURES)
    signed = _SIGNED_BY in codes(results, "success") and runtime.is_ours(results, trust)
    if failures or not signed:
        told = ", ".join(sorted(failures)) or "the signer is not one of ours"
        raise NotTrustedError(f"manifest: not Trusted ({told}); do not rely on it")
    require_trusted_time(results)
    require_signer_not_revoked(reader, trust)
    return read_credential(reader)
