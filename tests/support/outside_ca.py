"""A certificate authority that is not ours: it answers a request as it is told to, also wrongly."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

CLAIMS = x509.ObjectIdentifier("1.3.6.1.4.1.62558.2.1")
YEAR = dt.timedelta(days=365)


def pem(*certificates: x509.Certificate) -> str:
    return "".join(each.public_bytes(serialization.Encoding.PEM).decode() for each in certificates)


def _name(common: str, organisation: str | None = "Trust Services Ltd") -> x509.Name:
    said = [x509.NameAttribute(NameOID.COMMON_NAME, common)]
    if organisation is not None:
        said.insert(0, x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation))
    return x509.Name(said)


def _usage(**wanted: bool) -> x509.KeyUsage:
    names = "digital_signature content_commitment key_encipherment data_encipherment key_agreement"
    rest = "key_cert_sign crl_sign encipher_only decipher_only"
    unused: dict[str, Any] = dict.fromkeys(f"{names} {rest}".split(), False)
    return x509.KeyUsage(**{**unused, **wanted})


@dataclass(frozen=True)
class Wish:
    """What a claim certificate of this authority says; the defaults are what C2PA asks for."""

    usages: tuple[x509.ObjectIdentifier, ...] | None = (CLAIMS, ExtendedKeyUsageOID.EMAIL_PROTECTION)
    key_usage: dict[str, bool] | None = field(default_factory=lambda: {"digital_signature": True})
    authority: bool = False
    organisation: str | None = "Studio 7 Test"
    begin: dt.timedelta = -dt.timedelta(days=1)
    end: dt.timedelta = YEAR
    serial: int | None = None
    names_issuer: bool = True
    key: ec.EllipticCurvePublicKey | None = None
    more: x509.ExtensionType | None = None
    critical: bool = True


class OutsideCa:
    """A root of RSA 3072 and an authority on P-384 below it."""

    def __init__(self, now: dt.datetime | None = None) -> None:
        self.now = now or dt.datetime.now(dt.UTC)
        self._root_key = rsa.generate_private_key(65537, 3072)
        self._key = ec.generate_private_key(ec.SECP384R1())
        name = _name("Outside Root")
        self.root = self._authority(name, name, self._root_key.public_key(), None)
        self.issuer = self._authority(_name("Outside Claims CA"), name, self._key.public_key(), 0)

    def answer(self, request_pem: str, wish: Wish | None = None) -> x509.Certificate:
        """The certificate for a request, whose signature has to hold."""
        asked = x509.load_pem_x509_csr(request_pem.encode())
        assert asked.is_signature_valid
        said = wish or Wish()
        subject = _name("Claim Signer", said.organisation)
        public = said.key or asked.public_key()
        made = self._builder(subject, self.issuer.subject, public, said.begin, said.end, said.serial)
        limits = x509.BasicConstraints(ca=said.authority, path_length=None)
        made = made.add_extension(limits, critical=True)
        if said.names_issuer:
            named = x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key())
            made = made.add_extension(named, critical=False)
        if said.key_usage is not None:
            made = made.add_extension(_usage(**said.key_usage), critical=True)
        if said.more is not None:
            made = made.add_extension(said.more, critical=said.critical)
        if said.usages is not None:
            made = made.add_extension(x509.ExtendedKeyUsage(said.usages), critical=False)
        return made.sign(self._key, hashes.SHA384())

    def chain(self, request_pem: str, wish: Wish | None = None) -> str:
        """The answer as it is sent: the certificate, its issuer, the root."""
        return pem(self.answer(request_pem, wish), self.issuer, self.root)

    def _authority(
        self, subject: x509.Name, issuer: x509.Name, public: Any, length: int | None
    ) -> x509.Certificate:
        named = x509.AuthorityKeyIdentifier.from_issuer_public_key(self._root_key.public_key())
        made = self._builder(subject, issuer, public, -YEAR, 5 * YEAR)
        made = made.add_extension(x509.BasicConstraints(ca=True, path_length=length), critical=True)
        made = made.add_extension(_usage(key_cert_sign=True, crl_sign=True), critical=True)
        return made.add_extension(named, critical=False).sign(self._root_key, hashes.SHA256())

    def _builder(
        self,
        subject: x509.Name,
        issuer: x509.Name,
        public: Any,
        begin: dt.timedelta,
        end: dt.timedelta,
        serial: int | None = None,
    ) -> x509.CertificateBuilder:
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(issuer)
            .public_key(public)
            .serial_number(serial or x509.random_serial_number())
            .not_valid_before(self.now + begin)
            .not_valid_after(self.now + end)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        )
