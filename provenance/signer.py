"""Signs claims into image bytes, with a key that may live elsewhere and a time-stamp on every signature."""

from __future__ import annotations

import datetime as dt
import functools
import hashlib
import io
import json
import os
import threading
import urllib.parse
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from provenance import runtime
from provenance.confirmation import Confirmation, build_update
from provenance.errors import (
    ClaimError,
    KeyMaterialError,
    MediaError,
    SignerExpiredError,
    SigningError,
    TimeStampError,
    UntrustedTimeError,
    VerificationError,
)
from provenance.holders import SIGNATURE, SigningKey
from provenance.identity import StudioIdentity, vouched_labels
from provenance.labels import CONFIRMATION
from provenance.media import check_mime
from provenance.pki import Pki
from provenance.revocation import require_identity_in_force, require_in_force
from provenance.schema import validate_claim
from provenance.timestamp_server import utc_now
from provenance.trust import Trust
from provenance.verification import read_trusted, verify

_COORDINATE_BYTES = 32
Picture = tuple[Mapping[str, Any], bytes]  # an ingredient, and the file it stands for


class ClaimSigner:
    """Puts signed claims into images. Safe between threads, and in children forked before it signed.

    `sign_bytes` returns the DER ECDSA signature (P-256, SHA-256) of its argument, as key services do;
    `chain_pem` is the certificate for that key followed by its issuers, without the root. Every signature
    is time-stamped by the RFC 3161 authority at `tsa_url` and verified against `trust` before it is returned.
    Every claim names `identity`, the studio, where one is given.
    """

    def __init__(
        self,
        sign_bytes: Callable[[bytes], bytes],
        chain_pem: str,
        trust: Trust,
        tsa_url: str,
        clock: Callable[[], dt.datetime] = utc_now,
        identity: StudioIdentity | None = None,
    ) -> None:
        address = urllib.parse.urlsplit(tsa_url)
        if address.scheme not in ("http", "https") or not address.netloc:
            raise TimeStampError(f"tsa_url: {tsa_url!r} must be an http:// or https:// address")
        self._sign_bytes = sign_bytes
        self._chain_pem = chain_pem
        self._trust = trust
        self._tsa_url = tsa_url
        self._clock = clock
        self._certificate = _leaf(chain_pem)
        self._identity = identity
        self._native: tuple[int, Any] | None = None
        self._thread = threading.local()

    @classmethod
    def from_pki(
        cls, pki: Pki, tsa_url: str, clock: Callable[[], dt.datetime] = utc_now, *, named: bool = False
    ) -> ClaimSigner:
        """A signer with the claim key of `pki`, a file or one that is held elsewhere.

        Its claims name the studio if `named`, and if `pki` has a certificate for that.
        """
        sign_bytes = functools.partial(_sign_with, pki.signer_key)
        identity = pki.identity if named else None
        return cls(sign_bytes, pki.chain_pem, pki.trust, tsa_url, clock, identity)

    def sign(
        self,
        data: bytes,
        mime: str,
        claim: Mapping[str, Any],
        parent: bytes | None = None,
        inputs: Mapping[str, bytes] | None = None,
    ) -> bytes:
        """`data` with `claim` signed into it; `data` itself is not changed.

        `parent` is the signed file that a claim with a parent names; its manifest goes in with ours.
        `inputs` are the pictures among its influences, by their SHA-256; their manifests go in likewise.

        Raises MediaError (not an unsigned image of type `mime`), ClaimError (claim against its schemas),
        SignerExpiredError, SignerWithdrawnError, TimeStampError or SigningError.
        """
        check_mime(data, mime)
        validate_claim(claim)
        if claim["manifest"]["format"] != mime:
            raise ClaimError(
                "manifest/format", f"says {claim['manifest']['format']}, but the image is {mime}"
            )
        pictures = _pictures(claim, parent, inputs or {})
        self._check_validity()
        self._check_unsigned(data, mime)
        signed = self._sign(data, mime, claim, pictures)
        self._check_signed(signed, mime)
        return signed

    def sign_recovered(self, data: bytes, mime: str, claim: Mapping[str, Any], parent: bytes) -> bytes:
        """A found copy `data`, which carries no manifest, with a claim of `build_recovery` signed into it.

        `parent` is the same picture with the manifest that was found. Raises as `sign`.
        """
        check_mime(data, mime)
        self._check_validity()
        self._check_unsigned(data, mime)
        signed = self._sign(data, mime, claim, [(claim["parent"], parent)])
        self._check_trusted(signed, mime, read_trusted)
        return signed

    def sign_update(self, data: bytes, mime: str, facts: Confirmation) -> bytes:
        """A signed file with an update manifest over its own, which says that its registration is confirmed.

        Its picture and the manifest that is there stay byte for byte. Raises as `sign`; ClaimError also for
        a file that tells a confirmation already, or names another registry; MediaError for a format that
        cannot hold an update; VerificationError for a file that is not trusted.
        """
        update = build_update(facts, mime)
        self._check_validity()
        known = verify(data, mime, self._trust)
        if known.confirmation is not None or not facts.is_of(known.registration):
            raise ClaimError(CONFIRMATION, "give a file of this registry that tells no confirmation yet")
        signed = self._sign(data, mime, {"manifest": update, "resources": {}}, [], update=True)
        self._check_signed(signed, mime)
        return signed

    def _sign(
        self,
        data: bytes,
        mime: str,
        claim: Mapping[str, Any],
        pictures: list[Picture],
        *,
        update: bool = False,
    ) -> bytes:
        import c2pa

        runtime.claim_network(self._tsa_url)
        self._thread.failure = None
        signed = io.BytesIO()
        try:
            builder = c2pa.Builder(claim["manifest"], self._context())
            if update:  # the library opens what is there as the parent
                builder.set_intent(c2pa.C2paBuilderIntent.UPDATE)
            for name, text in claim["resources"].items():
                builder.add_resource(name, io.BytesIO(text.encode("utf-8")))
            for named, picture in pictures:
                builder.add_ingredient(json.dumps(named), named["format"], io.BytesIO(picture))
            # an update binds no bytes of its own, and to name the actor of nothing is an error
            labels = None if update else vouched_labels(claim, len(pictures))
            builder.sign(self._signer(labels), mime, io.BytesIO(data), signed)
        except c2pa.C2paError as error:
            raise self._explain(error) from (self._thread.failure or error)
        return signed.getvalue()

    def _context(self) -> Any:
        return runtime.context(self._trust, self._tsa_url)

    def _signer(self, labels: Sequence[str] | None = None) -> Any:
        if self._identity is not None and labels is not None:
            from provenance.native_identity import with_identity

            return with_identity(self._new_signer(), self._identity, labels, self._failed)
        process = os.getpid()
        if self._native is None or self._native[0] != process:
            self._native = (process, self._new_signer())
        return self._native[1]

    def _new_signer(self) -> Any:
        import c2pa

        algorithm = c2pa.C2paSigningAlg.ES256
        return c2pa.Signer.from_callback(self._raw_signature, algorithm, self._chain_pem, self._tsa_url)

    def _failed(self, error: Exception) -> None:
        self._thread.failure = error

    def _raw_signature(self, message: bytes) -> bytes:
        # The library swallows what a callback raises; kept here, it becomes the cause of our own error.
        try:
            r, s = decode_dss_signature(self._sign_bytes(message))
        except Exception as error:
            self._failed(error)
            raise
        return r.to_bytes(_COORDINATE_BYTES, "big") + s.to_bytes(_COORDINATE_BYTES, "big")

    def _explain(self, error: Exception) -> SigningError:
        failure: Exception | None = self._thread.failure
        if failure is not None:
            return SigningError(f"sign_bytes: the key could not sign ({failure}); check the key service")
        # The library has no error of its own for time-stamps; fetching one is its only step that fails so.
        if "internal error" in str(error):
            return TimeStampError(
                f"tsa_url: {self._tsa_url} gave no time-stamp ({error}); start the authority, check the "
                "address, and list its host in NO_PROXY if a proxy is set"
            )
        return SigningError(f"claim: could not be signed ({error})")

    def _check_signed(self, signed: bytes, mime: str) -> None:
        self._check_trusted(signed, mime, verify)

    def _check_trusted(self, signed: bytes, mime: str, check: Callable[[bytes, str, Trust], Any]) -> None:
        # The library's own check accepts any root, so a chain that nobody trusts would go out unnoticed.
        try:
            check(signed, mime, self._trust)
        except UntrustedTimeError as error:
            raise TimeStampError(f"tsa_url: {self._tsa_url} is not an authority trust vouches for") from error
        except VerificationError as error:
            raise SigningError(f"chain_pem: the signature does not verify against trust ({error})") from error

    def _check_validity(self) -> None:
        require_in_force(self._chain_pem, self._trust)
        now = self._clock()
        _require_valid("chain_pem: the claim certificate", self._certificate, now)
        if self._identity is not None:
            require_identity_in_force(self._identity.chain_pem, self._trust)
            _require_valid("identity: the studio's certificate", self._identity.certificate, now)

    def _check_unsigned(self, data: bytes, mime: str) -> None:
        import c2pa

        try:
            reader = c2pa.Reader.try_create(mime, io.BytesIO(data), context=self._context())
        except c2pa.C2paError as error:
            raise MediaError(f"data: cannot be read as {mime} ({error}); export the image again") from error
        if reader is not None:
            raise MediaError(
                "data: already carries a C2PA manifest, which signing would drop; sign the original"
            )


def _pictures(claim: Mapping[str, Any], parent: bytes | None, inputs: Mapping[str, bytes]) -> list[Picture]:
    """The files that the claim names, with their bytes. ClaimError where one lacks, or is another."""
    if (parent is None) is ("parent" in claim):
        raise ClaimError("parent", "give the bytes of the parent that the claim names, and only then")
    named = {each["description"].removeprefix("sha256:"): each for each in claim.get("inputs", [])}
    given = {digest: hashlib.sha256(data).hexdigest() for digest, data in inputs.items()}
    if set(named) != set(inputs) or any(name != digest for name, digest in given.items()):
        raise ClaimError("inputs", "give the bytes of each picture the claim names, by its SHA-256")
    pictures = [(named[digest], data) for digest, data in inputs.items()]
    return pictures if parent is None else [(claim["parent"], parent), *pictures]


def _require_valid(what: str, certificate: x509.Certificate, now: dt.datetime) -> None:
    begin, end = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    if not begin <= now <= end:
        raise SignerExpiredError(
            f"{what} is valid from {begin:%Y-%m-%d} to {end:%Y-%m-%d}, not at {now:%Y-%m-%dT%H:%M:%SZ}; "
            "renew it"
        )


def _leaf(chain_pem: str) -> x509.Certificate:
    try:
        return x509.load_pem_x509_certificates(chain_pem.encode("ascii"))[0]
    except ValueError as error:
        raise KeyMaterialError(f"chain_pem: holds no certificate in PEM ({error})") from error


def _sign_with(key: SigningKey, message: bytes) -> bytes:
    return key.sign(message, SIGNATURE)
