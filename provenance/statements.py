"""Statements that anybody can check offline: compact JWS (RFC 7515) with ES256, by the claim key.

The header carries the certificates of the key without the root (x5c) and the thumbprint of its own (kid).
`verify` believes nothing of the header but what leads to the root it was given. The only importer of joserfc.
"""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import hashlib
import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

from provenance import outside
from provenance.certificates import CLAIM_SIGNING
from provenance.errors import (
    ExpiredStatementError,
    ForgedStatementError,
    KeyMaterialError,
    NotTrustedError,
    RevokedSignerError,
    UnreadableStatementError,
)
from provenance.json_text import unique_members
from provenance.pki import Pki
from provenance.revocation import require_in_force

ALGORITHM = "ES256"
KIND = "selvage-decision+jws"
SEAL = "selvage-proof+jws"  # of a proof bundle: it is a fact, and good for ever
MAX_BYTES = 256 * 1024
MAX_CERTIFICATES = 4
_SIGNATURE = ec.ECDSA(hashes.SHA256())
_MEMBERS = frozenset({"alg", "typ", "kid", "x5c"})


class StatementSigner:
    """Signs statements with the claim key of `pki`; safe between threads."""

    def __init__(self, pki: Pki) -> None:
        if not isinstance(pki.signer_key.curve, ec.SECP256R1):
            raise KeyMaterialError(f"claim key: {ALGORITHM} signs with keys on P-256; give one of these")
        self._key, self._chain_pem, self._trust = pki.signer_key, pki.chain_pem, pki.trust
        chain = x509.load_pem_x509_certificates(pki.chain_pem.encode("ascii"))
        ders = [each.public_bytes(serialization.Encoding.DER) for each in chain]
        self._header = {
            "alg": ALGORITHM,
            "kid": _thumbprint(ders[0]),
            "x5c": [base64.b64encode(der).decode("ascii") for der in ders],
        }
        self._headers: dict[str, bytes] = {}  # by kind: the same for all that is signed, so written once

    def sign(self, payload: bytes, kind: str = KIND) -> str:
        """`payload`, canonical JSON, as a compact JWS of this `kind`, signed by r and s (RFC 7518, 3.4).

        Raises SignerWithdrawnError, KeyHolderError.
        """
        require_in_force(self._chain_pem, self._trust)
        header = self._headers.get(kind)
        if header is None:
            text = json.dumps({**self._header, "typ": kind}, separators=(",", ":"))
            header = self._headers[kind] = _base64url(text.encode("ascii"))
        signed = b"%b.%b" % (header, _base64url(payload))
        r, s = decode_dss_signature(self._key.sign(signed, _SIGNATURE))
        return (signed + b"." + _base64url(r.to_bytes(32, "big") + s.to_bytes(32, "big"))).decode("ascii")


def claimed(token: str | bytes) -> dict[str, Any]:
    """What a statement says of itself, before anything of it is believed. UnreadableStatementError."""
    return _mapping(_parts(token)[1], "payload")


@dataclass(frozen=True)
class Apart:
    """A statement in the forms that other tools read: `signature` in DER is over `signed`, SHA-256.

    `certificates` are PEM, that of the key first; `says` is the payload.
    """

    says: dict[str, Any]
    signed: bytes
    signature: bytes
    certificates: tuple[str, ...]


def apart(token: str | bytes, kind: str = KIND) -> Apart:
    """A statement of this `kind` taken apart; nothing of it is checked. UnreadableStatementError."""
    header, payload, signature = _parts(token)
    chain = _chain(_mapping(header, "header"), kind)
    raw = base64.urlsafe_b64decode(signature + b"=" * (-len(signature) % 4))
    r, s = (int.from_bytes(half) for half in (raw[:32], raw[32:]))
    pems = tuple(each.public_bytes(serialization.Encoding.PEM).decode("ascii") for each in chain)
    return Apart(_mapping(payload, "payload"), header + b"." + payload, encode_dss_signature(r, s), pems)


def verify(
    token: str | bytes,
    root_pem: str,
    at: dt.datetime,
    kind: str = KIND,
    revoked: Collection[int] = (),
    outside_pem: str = "",
) -> dict[str, Any]:
    """What a statement of this `kind` says, if a key that `root_pem` vouches for signed it, valid `at`.

    A certificate that stands in `outside_pem` (`Trust`) needs no root.

    None of a certificate among `revoked` (serial numbers) is believed: there is no time-stamp, so whoever has
    the key can date it back.
    Raises KeyMaterialError (`root_pem`) or a VerificationError: UnreadableStatementError (no statement of
    ours), NotTrustedError (another root, certificate out of date), RevokedSignerError, ForgedStatementError
    (altered after it was signed), ExpiredStatementError (before or after the time it is good for).
    """
    parts = _parts(token)
    header = _mapping(parts[0], "header")
    leaf = _trusted(_chain(header, kind), root_pem, at, outside_pem)
    if leaf.serial_number in revoked:
        raise RevokedSignerError(
            "x5c: the certificate is revoked, and its date is only its own word; do not rely on it"
        )
    if header.get("kid") != _thumbprint(leaf.public_bytes(serialization.Encoding.DER)):
        raise ForgedStatementError("kid: names another key than the certificate; do not rely on it")
    _check_signature(b".".join(parts), leaf)
    payload = _mapping(parts[1], "payload")
    if kind == KIND:
        _check_time(payload, at)
    return payload


def _registry() -> Any:
    """One algorithm; certificates in the header are longer than the library expects of a header."""
    from joserfc.jws import JWSRegistry

    found = JWSRegistry(algorithms=[ALGORITHM])
    found.max_header_length = found.max_payload_length = MAX_BYTES
    return found


def _parts(token: str | bytes) -> list[bytes]:
    raw = token.encode("utf-8", "replace") if isinstance(token, str) else token
    if len(raw) > MAX_BYTES:
        raise UnreadableStatementError(f"statement: larger than {MAX_BYTES} bytes; it is none of ours")
    parts = raw.strip().split(b".")
    if len(parts) != 3 or not all(parts):
        raise UnreadableStatementError(
            "statement: not a compact JWS of three parts; give the text that selvage decide signed"
        )
    return parts


def _mapping(part: bytes, name: str) -> dict[str, Any]:
    try:
        data = base64.urlsafe_b64decode(part + b"=" * (-len(part) % 4))
        found = json.loads(data, object_pairs_hook=unique_members)
    except (binascii.Error, ValueError, RecursionError) as error:
        raise UnreadableStatementError(f"{name}: {error}; fetch the statement again") from error
    if base64.urlsafe_b64encode(data).rstrip(b"=") != part or not isinstance(found, dict):
        raise UnreadableStatementError(f"{name}: is not an object in base64url; fetch the statement again")
    return found


def _chain(header: Mapping[str, Any], kind: str) -> list[x509.Certificate]:
    if header.get("alg") != ALGORITHM:
        raise UnreadableStatementError(f"alg: {str(header.get('alg'))[:20]!r}; only {ALGORITHM} is accepted")
    if header.get("typ") != kind or set(header) - _MEMBERS:
        raise UnreadableStatementError(f"header: not one of typ {kind} with {sorted(_MEMBERS)} alone")
    texts = header.get("x5c")
    if not isinstance(texts, list) or not 1 <= len(texts) <= MAX_CERTIFICATES:
        raise UnreadableStatementError(f"x5c: give 1 to {MAX_CERTIFICATES} certificates")
    try:
        return [x509.load_der_x509_certificate(base64.b64decode(text, validate=True)) for text in texts]
    except (ValueError, TypeError) as error:
        raise UnreadableStatementError("x5c: holds no certificate; fetch the statement again") from error


def _trusted(
    chain: list[x509.Certificate], root_pem: str, at: dt.datetime, outside_pem: str
) -> x509.Certificate:
    """The end certificate, if it is a listed one, or leads to the root, and all are in date."""
    if chain[0] in outside.split(outside_pem)[0]:
        _require_in_date(chain[:1], at)
        return chain[0]
    try:
        root = x509.load_pem_x509_certificate(root_pem.encode("utf-8"))
    except ValueError as error:
        raise KeyMaterialError("trust: holds no certificate in PEM; give the root of the ledger") from error
    issuers = [*chain[1:], root]
    for below, (certificate, issuer) in enumerate(zip(chain, issuers, strict=True)):
        _require_authority(issuer, below)
        try:
            certificate.verify_directly_issued_by(issuer)
        except (ValueError, TypeError, InvalidSignature) as error:
            raise NotTrustedError("x5c: does not lead to the root given; do not rely on it") from error
    _require_in_date((*chain, root), at)
    _require_claim_signer(chain[0])
    return chain[0]


def _require_in_date(certificates: Iterable[x509.Certificate], at: dt.datetime) -> None:
    for certificate in certificates:
        if not certificate.not_valid_before_utc <= at <= certificate.not_valid_after_utc:
            raise NotTrustedError(
                f"x5c: a certificate is not valid at {at:%Y-%m-%dT%H:%M:%SZ}; ask for a new statement"
            )


def _require_authority(issuer: x509.Certificate, below: int) -> None:
    found = _extension(issuer, x509.BasicConstraints)
    length = found.path_length if found else None
    if found is None or not found.ca or (length is not None and length < below):
        raise NotTrustedError("x5c: a certificate was issued by one that may not issue; do not rely on it")


def _require_claim_signer(leaf: x509.Certificate) -> None:
    usages = _extension(leaf, x509.ExtendedKeyUsage)
    key = leaf.public_key()
    on_curve = isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, ec.SECP256R1)
    if usages is None or CLAIM_SIGNING not in usages or not on_curve:
        raise NotTrustedError("x5c: the certificate is not one that signs claims; do not rely on it")


def _extension(certificate: x509.Certificate, kind: type[x509.ExtensionType]) -> Any:
    try:
        return certificate.extensions.get_extension_for_class(kind).value
    except (x509.ExtensionNotFound, ValueError):
        return None


def _check_signature(token: bytes, leaf: x509.Certificate) -> None:
    from joserfc import jws
    from joserfc.errors import JoseError
    from joserfc.jwk import ECKey

    public = leaf.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    try:
        jws.deserialize_compact(token, ECKey.import_key(public), registry=_registry())
    except (JoseError, ValueError) as error:
        raise ForgedStatementError(
            "signature: is not the key's for this header and payload; do not rely on it"
        ) from error


def _check_time(payload: Mapping[str, Any], at: dt.datetime) -> None:
    try:
        begin, end = (dt.datetime.fromisoformat(payload[name]) for name in ("decided_at", "valid_until"))
        early, late = at < begin, at > end
    except (KeyError, TypeError, ValueError) as error:
        raise UnreadableStatementError("payload: does not say how long it is good for") from error
    if early or late:
        raise ExpiredStatementError(
            f"statement: good from {payload['decided_at']} to {payload['valid_until']}, "
            f"not at {at:%Y-%m-%dT%H:%M:%SZ}; ask for a new decision"
        )


def _thumbprint(der: bytes) -> str:
    return _base64url(hashlib.sha256(der).digest()).decode("ascii")


def _base64url(data: bytes) -> bytes:
    return base64.urlsafe_b64encode(data).rstrip(b"=")
