"""Claim certificates that an authority other than ours issues: asking for one, and judging the answer.

Source: PKCS #10 (RFC 2986) for what is asked; C2PA specification 2.4, section 14.5, and RFC 5280, section 6,
for what is accepted. The key stays where it is.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from provenance.certificates import CLAIM_SIGNING, CLAIM_USAGES, end_usage
from provenance.errors import KeyMaterialError
from provenance.holders import SIGNATURE, SigningKey

MAX_CHAIN = 4  # as many certificates as a statement may carry
MAX_BYTES = 128 * 1024
_HASHES = ("sha256", "sha384", "sha512")
_FORBIDDEN = (
    ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE,
    ExtendedKeyUsageOID.TIME_STAMPING,
    ExtendedKeyUsageOID.OCSP_SIGNING,
)
# What the C2PA library reads where it is critical: a claim by a certificate with another cannot be signed.
_READ = (
    x509.AuthorityInformationAccess,
    x509.AuthorityKeyIdentifier,
    x509.BasicConstraints,
    x509.CertificatePolicies,
    x509.CRLDistributionPoints,
    x509.ExtendedKeyUsage,
    x509.KeyUsage,
    x509.NameConstraints,
    x509.SubjectAlternativeName,
    x509.SubjectKeyIdentifier,
)


class _Asking:
    """A signing key in the shape that the library wants a private key in, also where it is held elsewhere."""

    def __init__(self, key: SigningKey) -> None:
        self._key = key

    @property
    def curve(self) -> ec.EllipticCurve:
        return self._key.curve

    def public_key(self) -> ec.EllipticCurvePublicKey:
        return self._key.public_key()

    def sign(self, data: bytes, _algorithm: ec.EllipticCurveSignatureAlgorithm) -> bytes:
        return self._key.sign(data, SIGNATURE)


ec.EllipticCurvePrivateKey.register(_Asking)


def make_request(key: SigningKey, common_name: str, organisation: str) -> str:
    """A request in PEM for a claim certificate of `key`, with the usages that C2PA asks for."""
    attributes = [
        x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation),
        x509.NameAttribute(NameOID.COMMON_NAME, common_name),
    ]
    builder = x509.CertificateSigningRequestBuilder().subject_name(x509.Name(attributes))
    for extension, critical in (
        (x509.BasicConstraints(ca=False, path_length=None), True),
        (end_usage(), True),
        (x509.ExtendedKeyUsage(CLAIM_USAGES), False),
    ):
        builder = builder.add_extension(extension, critical=critical)
    made = builder.sign(_Asking(key), hashes.SHA256())  # type: ignore[arg-type]  # registered as one above
    return made.public_bytes(serialization.Encoding.PEM).decode("ascii")


def split(outside_pem: str) -> tuple[tuple[x509.Certificate, ...], tuple[x509.Certificate, ...]]:
    """The claim certificates, and the roots they lead to, of a `Trust.outside_pem`. KeyMaterialError."""
    return _split(outside_pem) if outside_pem else ((), ())


@lru_cache(maxsize=16)
def _split(outside_pem: str) -> tuple[tuple[x509.Certificate, ...], tuple[x509.Certificate, ...]]:
    found = _parse("outside_pem", outside_pem)
    ends = tuple(each for each in found if not is_authority(each))
    return ends, tuple(each for each in found if is_authority(each))


def pem(certificate: x509.Certificate) -> str:
    """A certificate as PEM text."""
    return certificate.public_bytes(serialization.Encoding.PEM).decode("ascii")


def read_answer(
    chain_pem: str, root_pem: str | None, now: dt.datetime
) -> tuple[list[x509.Certificate], x509.Certificate]:
    """The chain without its root, end certificate first, and the root. Raises KeyMaterialError.

    The root is `root_pem`, or the last of the chain where none is given. Signatures, dates, order and the
    profile are checked; whose key it is, and whether the root is to be believed, is for the caller.
    """
    chain = _parse("chain", chain_pem)
    if root_pem is not None:
        roots = _parse("root", root_pem)
        if len(roots) != 1:
            raise KeyMaterialError(f"root: holds {len(roots)} certificates; give the root alone")
        root = roots[0]
        chain = chain[:-1] if chain[-1] == root else chain
    elif _is_root(chain[-1]):
        root = chain.pop()
    else:
        raise KeyMaterialError("chain: does not end with a root; give the authority's root with --root")
    if not chain:
        raise KeyMaterialError("chain: holds the root alone; put the claim certificate first")
    _check_leaf(chain[0])
    _check_path([*chain, root], now)
    return chain, root


def is_widely_known(chain_pem: str) -> bool:
    """Whether readers from before C2PA 2.2, and c2pa-python unless told, accept the claim certificate."""
    (leaf, *_) = x509.load_pem_x509_certificates(chain_pem.encode("ascii"))
    return ExtendedKeyUsageOID.EMAIL_PROTECTION in _extension(leaf, x509.ExtendedKeyUsage).value


def is_authority(certificate: x509.Certificate) -> bool:
    """Whether it says that it issues others."""
    found = _extension(certificate, x509.BasicConstraints)
    return found is not None and bool(found.value.ca)


def _parse(field: str, text: str) -> list[x509.Certificate]:
    if len(text) > MAX_BYTES:
        raise KeyMaterialError(f"{field}: is longer than {MAX_BYTES} bytes; give the chain alone")
    try:
        found = x509.load_pem_x509_certificates(text.encode("utf-8"))
        for each in found:
            # read late by the library
            _ = each.extensions, each.subject, each.signature_hash_algorithm, each.public_key()
    except (ValueError, x509.UnsupportedGeneralNameType) as error:
        raise KeyMaterialError(f"{field}: holds no certificates in PEM ({error}); nothing changed") from error
    except Exception as error:  # the library's own, of an algorithm or a curve it does not know
        raise KeyMaterialError(
            f"{field}: holds a certificate that cannot be read ({error}); ask the authority for one with the "
            "algorithms of C2PA"
        ) from error
    return found


def _is_root(certificate: x509.Certificate) -> bool:
    return is_authority(certificate) and certificate.subject == certificate.issuer


def _check_path(path: Sequence[x509.Certificate], now: dt.datetime) -> None:
    """`path` from the end certificate to the root."""
    if len(path) - 1 > MAX_CHAIN:
        raise KeyMaterialError(f"chain: has more than {MAX_CHAIN} certificates below the root")
    if not _is_root(path[-1]):
        raise KeyMaterialError(f"root: {_name(path[-1])} is no root; give the one that signs itself")
    for below, (certificate, issuer) in enumerate(zip(path, (*path[1:], path[-1]), strict=True)):
        _check_issuer(issuer, min(below, len(path) - 2))
        _check_signature(certificate, issuer)
        begin, end = certificate.not_valid_before_utc, certificate.not_valid_after_utc
        if not begin <= now <= end:
            raise KeyMaterialError(
                f"{_name(certificate)}: is valid from {begin:%Y-%m-%d} to {end:%Y-%m-%d}, not at "
                f"{now:%Y-%m-%dT%H:%M:%SZ}; ask for one that is"
            )


def _check_signature(certificate: x509.Certificate, issuer: x509.Certificate) -> None:
    hash_ = certificate.signature_hash_algorithm
    if hash_ is not None and hash_.name not in _HASHES:
        raise KeyMaterialError(
            f"{_name(certificate)}: is signed with {hash_.name}, which C2PA does not allow"
        )
    try:
        certificate.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature) as error:
        raise KeyMaterialError(
            f"{_name(certificate)}: was not issued by {_name(issuer)}, which is next in the chain; put the "
            "claim certificate first, then each issuer after what it issued, and give the right root"
        ) from error


def _check_issuer(issuer: x509.Certificate, below: int) -> None:
    """`below` is how many authorities stand between the issuer and the end certificate."""
    constraints = _extension(issuer, x509.BasicConstraints)
    usage = _extension(issuer, x509.KeyUsage)
    if constraints is None or not constraints.value.ca or (usage and not usage.value.key_cert_sign):
        raise KeyMaterialError(f"{_name(issuer)}: may not issue certificates; correct the order of the chain")
    length = constraints.value.path_length
    if length is not None and length < below:
        raise KeyMaterialError(f"{_name(issuer)}: may have {length} authorities below it, not {below}")
    key = issuer.public_key()
    if isinstance(key, rsa.RSAPublicKey) and key.key_size < 2048:
        raise KeyMaterialError(f"{_name(issuer)}: has an RSA key of {key.key_size} bits; C2PA asks for 2048")


def _check_leaf(leaf: x509.Certificate) -> None:
    """The profile of C2PA 2.4, section 14.5.1, of an end certificate that signs claims with ES256."""
    wrong = _wrong_leaf(leaf)
    if wrong:
        raise KeyMaterialError(f"{_name(leaf)}: {wrong}; ask the authority for a C2PA claim certificate")


def _wrong_leaf(leaf: x509.Certificate) -> str | None:
    if is_authority(leaf):
        return "is an authority's, and the first of the chain has to be the claim certificate"
    usage, extended = _extension(leaf, x509.KeyUsage), _extension(leaf, x509.ExtendedKeyUsage)
    if usage is None or not usage.critical or not usage.value.digital_signature:
        return "does not have the critical key usage digitalSignature"
    if usage.value.key_cert_sign:
        return "has the key usage keyCertSign, which a claim certificate must not have"
    if extended is None or not {CLAIM_SIGNING, ExtendedKeyUsageOID.EMAIL_PROTECTION} & set(extended.value):
        return f"has no extended key usage for claims ({CLAIM_SIGNING.dotted_string}, or emailProtection)"
    if set(_FORBIDDEN) & set(extended.value):
        return "has an extended key usage that a claim certificate must not have (any, time-stamping, OCSP)"
    unread = [each.oid for each in leaf.extensions if each.critical and not isinstance(each.value, _READ)]
    if unread:
        return f"has the critical extension {unread[0].dotted_string}, which readers of C2PA do not know"
    if _extension(leaf, x509.AuthorityKeyIdentifier) is None:
        return "does not name the key of its issuer (authority key identifier)"
    if not leaf.subject.get_attributes_for_oid(NameOID.ORGANIZATION_NAME):
        return "names no organisation, which is what viewers show as the signer"
    return None


def _extension(certificate: x509.Certificate, kind: type[x509.ExtensionType]) -> Any:
    try:
        return certificate.extensions.get_extension_for_class(kind)
    except x509.ExtensionNotFound:
        return None


def _name(certificate: x509.Certificate) -> str:
    return certificate.subject.rfc4514_string()[:100] or "a certificate without a name"
