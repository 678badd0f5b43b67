"""A manifest store without its picture: who signed it and when holds, over which bytes does not."""

from __future__ import annotations

import io
from collections.abc import Iterator

from provenance import runtime
from provenance.credential import Credential
from provenance.errors import NoManifestError, NotTrustedError, UnreadableAssetError
from provenance.reading import read_credential
from provenance.trust import Trust
from provenance.verification import BINDING_FAILURES, codes, require_trusted_time

MIME = "application/c2pa"
_PNG, _CHUNK, _SIGNED_BY = b"\x89PNG\r\n\x1a\n", b"caBX", "signingCredential.trusted"


def store_of(png: bytes) -> bytes:
    """The manifest store in a PNG (C2PA 2.4, appendix A.3). NoManifestError."""
    for kind, content in _chunks(png):
        if kind == _CHUNK:
            return content
    raise NoManifestError("data: carries no C2PA manifest in a PNG; export with the file")


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
    failures = codes(results, "failure") - BINDING_FAILURES
    signed = _SIGNED_BY in codes(results, "success") and results.get("trustListUri") == runtime.CLAIM_ANCHORS
    if failures or not signed:
        told = ", ".join(sorted(failures)) or "the signer is not one of ours"
        raise NotTrustedError(f"manifest: not Trusted ({told}); do not rely on it")
    require_trusted_time(results)
    return read_credential(reader)


def _chunks(png: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = len(_PNG)
    while png.startswith(_PNG) and at + 8 <= len(png):
        size = int.from_bytes(png[at : at + 4], "big")
        yield png[at + 4 : at + 8], png[at + 8 : at + 8 + size]
        at += 12 + size
