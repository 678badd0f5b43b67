"""X.509 certificates with the profile C2PA asks for.

Source: C2PA specification 2.4, section 14.5 (X.509 certificates); CAWG
Identity Assertion 1.2, section 8.2 (what names an actor); RFC 5280; RFC 3161 section 2.3 (a
time-stamping certificate has one extended key usage, and it is critical).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

CLAIM_SIGNING = x509.ObjectIdentifier("1.3.6.1.4.1.62558.2.1")
DOCUMENT_SIGNING = x509.ObjectIdentifier("1.3.6.1.5.5.7.3.36")  # RFC 9336
# Both usages: verifiers older than C2PA 2.2 know only emailProtection, newer ones want claim signing.
CLAIM_USAGES = (CLAIM_SIGNING, ExtendedKeyUsageOID.EMAIL_PROTECTION)
IDENTITY_USAGES = (DOCUMENT_SIGNING,)
TIME_STAMP_USAGES = (ExtendedKeyUsageOID.TIME_STAMPING,)

ROOT_LIFE = dt.timedelta(days=3650)
STAMPER_LIFE = dt.timedelta(days=1825)
SIGNER_LIFE = dt.timedelta(days=365)
CLOCK_TOLERANCE = dt.timedelta(days=1)


@dataclass(frozen=True)
class Identity:
    """A certificate with its private key."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    @property
    def certificate_pem(self) -> str:
        """The certificate as PEM text."""
        return self.certificate.public_bytes(serialization.Encoding.PEM).decode("ascii")

    @property
    def key_pem(self) -> str:
        """The private key as unencrypted PKCS #8 PEM text."""
        return self.key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        ).decode("ascii")


def make_root(common_name: str, organisation: str, now: dt.datetime) -> Identity:
    """A self-signed certificate authority on P-384."""
    key = ec.generate_private_key(ec.SECP384R1())
    subject = _name(common_name, organisation)
    builder = _builder(subject, subject, key.public_key(), key, now, ROOT_LIFE)
    return Identity(_authority(builder, None).sign(key, hashes.SHA384()), key)


def make_intermediate(common_name: str, organisation: str, issuer: Identity, now: dt.datetime) -> Identity:
    """A certificate authority on P-256 that may issue end certificates only, as long as its root."""
    key = ec.generate_private_key(ec.SECP256R1())
    builder = _issued(common_name, organisation, key.public_key(), issuer, now, _rest(issuer, now))
    return Identity(_authority(builder, 0).sign(issuer.key, _hash_of(issuer)), key)


def make_claim_signer(common_name: str, organisation: str, issuer: Identity, now: dt.datetime) -> Identity:
    """An end certificate on P-256 (ES256) that signs C2PA claims."""
    key = ec.generate_private_key(ec.SECP256R1())
    return Identity(certify_claim_key(key.public_key(), common_name, organisation, issuer, now), key)


def certify_claim_key(
    public: ec.EllipticCurvePublicKey, common_name: str, organisation: str, issuer: Identity, now: dt.datetime
) -> x509.Certificate:
    """The end certificate of a claim key on P-256 whose private half is held elsewhere."""
    builder = _issued(common_name, organisation, public, issuer, now, SIGNER_LIFE)
    builder = _end(builder).add_extension(x509.ExtendedKeyUsage(CLAIM_USAGES), critical=False)
    return builder.sign(issuer.key, _hash_of(issuer))


def make_identity(common_name: str, organisation: str, issuer: Identity, now: dt.datetime) -> Identity:
    """An end certificate on P-256 that names the studio in its claims, as long as its issuer.

    The reference library judges it by today's date and not by the time-stamp: were it short, every file
    signed with it would stop being trusted on the day it ends.
    """
    key = ec.generate_private_key(ec.SECP256R1())
    builder = _issued(common_name, organisation, key.public_key(), issuer, now, _rest(issuer, now))
    builder = _end(builder).add_extension(x509.ExtendedKeyUsage(IDENTITY_USAGES), critical=False)
    return Identity(builder.sign(issuer.key, _hash_of(issuer)), key)


def make_time_stamper(common_name: str, organisation: str, issuer: Identity, now: dt.datetime) -> Identity:
    """An end certificate on P-256 that signs RFC 3161 time-stamps."""
    key = ec.generate_private_key(ec.SECP256R1())
    builder = _issued(common_name, organisation, key.public_key(), issuer, now, STAMPER_LIFE)
    builder = _end(builder).add_extension(x509.ExtendedKeyUsage(TIME_STAMP_USAGES), critical=True)
    return Identity(builder.sign(issuer.key, _hash_of(issuer)), key)


def _rest(issuer: Identity, now: dt.datetime) -> dt.timedelta:
    """What is left of the issuer's life; at least a day, so that one that has ended is told as expired."""
    return max(issuer.certificate.not_valid_after_utc - now, dt.timedelta(days=1))


def _issued(
    common_name: str,
    organisation: str,
    public: ec.EllipticCurvePublicKey,
    issuer: Identity,
    now: dt.datetime,
    life: dt.timedelta,
) -> x509.CertificateBuilder:
    subject = _name(common_name, organisation)
    return _builder(subject, issuer.certificate.subject, public, issuer.key, now, life)


def _name(common_name: str, organisation: str) -> x509.Name:
    attributes = [
        x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation),
        x509.NameAttribute(NameOID.COMMON_NAME, common_name),
    ]
    return x509.Name(attributes)


def _builder(
    subject: x509.Name,
    issuer: x509.Name,
    public: ec.EllipticCurvePublicKey,
    issuer_key: ec.EllipticCurvePrivateKey,
    now: dt.datetime,
    life: dt.timedelta,
) -> x509.CertificateBuilder:
    authority = x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key())
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - CLOCK_TOLERANCE)
        .not_valid_after(now + life)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        .add_extension(authority, critical=False)
    )


def _authority(builder: x509.CertificateBuilder, path_length: int | None) -> x509.CertificateBuilder:
    constraints = x509.BasicConstraints(ca=True, path_length=path_length)
    usage = _key_usage(key_cert_sign=True, crl_sign=True)
    return builder.add_extension(constraints, critical=True).add_extension(usage, critical=True)


def _end(builder: x509.CertificateBuilder) -> x509.CertificateBuilder:
    constraints = x509.BasicConstraints(ca=False, path_length=None)
    return builder.add_extension(constraints, critical=True).add_extension(end_usage(), critical=True)


def end_usage() -> x509.KeyUsage:
    """What the key of an end certificate may do: sign."""
    return _key_usage(digital_signature=True)


def _key_usage(**wanted: bool) -> x509.KeyUsage:
    unused: dict[str, Any] = dict.fromkeys(
        (
            "digital_signature",
            "content_commitment",
            "key_encipherment",
            "data_encipherment",
            "key_agreement",
            "key_cert_sign",
            "crl_sign",
            "encipher_only",
            "decipher_only",
        ),
        False,
    )
    return x509.KeyUsage(**{**unused, **wanted})


def _hash_of(issuer: Identity) -> hashes.SHA256 | hashes.SHA384:
    return hashes.SHA384() if issuer.key.curve.key_size > 256 else hashes.SHA256()
