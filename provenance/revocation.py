"""Which claim certificates are revoked, and since when: a certificate revocation list (RFC 5280, section 5).

The list is one PEM text: the list itself, then the certificate of the authority that issued it, which leads
to the root. What a revoked key signed before stays good, since a time-stamp says when; what it signed
after does not.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from functools import lru_cache

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization

from provenance.certificates import Identity
from provenance.errors import KeyMaterialError, RevokedSignerError, SignerWithdrawnError
from provenance.trust import Trust

LIFE = dt.timedelta(days=365)  # a list is renewed with the next revocation; an old one is still believed
_BEGIN = "-----BEGIN CERTIFICATE-----"


def make_list(
    issuer: Identity,
    revoked: Mapping[int, dt.datetime],
    now: dt.datetime,
    known: Mapping[int, x509.Certificate] | None = None,
) -> str:
    """The list of serial numbers with the time each was revoked, signed by `issuer`, as PEM.

    Where one of the `known` certificates is another authority's, each entry names its issuer (RFC 5280,
    section 5.3.3): a serial number alone would be taken for one of `issuer`.
    """
    issuers = {serial: each.issuer for serial, each in (known or {}).items() if serial in revoked}
    indirect = any(name != issuer.certificate.subject for name in issuers.values())
    builder = x509.CertificateRevocationListBuilder().issuer_name(issuer.certificate.subject)
    builder = builder.last_update(now).next_update(now + LIFE)
    for serial, at in sorted(revoked.items()):
        one = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(at)
        if indirect:
            name = issuers.get(serial, issuer.certificate.subject)
            told = x509.CertificateIssuer([x509.DirectoryName(name)])
            one = one.add_extension(told, critical=True)
        builder = builder.add_revoked_certificate(one.build())
    if indirect:
        builder = builder.add_extension(_indirect(), critical=True)
    made = builder.sign(issuer.key, hashes.SHA256())
    return made.public_bytes(serialization.Encoding.PEM).decode("ascii") + issuer.certificate_pem


def _indirect() -> x509.IssuingDistributionPoint:
    return x509.IssuingDistributionPoint(
        full_name=None,
        relative_name=None,
        only_contains_user_certs=False,
        only_contains_ca_certs=False,
        only_some_reasons=None,
        indirect_crl=True,
        only_contains_attribute_certs=False,
    )


def read_list(crl_pem: str, root_pem: str) -> dict[int, dt.datetime]:
    """Serial number to the time of its revocation, of a list that leads to the root; {} for an empty text.

    Raises KeyMaterialError, so that a list that was altered is not taken for an empty one.
    """
    return dict(_read(crl_pem, root_pem)) if crl_pem else {}


@lru_cache(maxsize=16)
def _read(crl_pem: str, root_pem: str) -> tuple[tuple[int, dt.datetime], ...]:
    try:
        text, begin, issuer_pem = crl_pem.partition(_BEGIN)
        listed = x509.load_pem_x509_crl(text.encode("ascii"))
        issuer = x509.load_pem_x509_certificate((begin + issuer_pem).encode("ascii"))
        issuer.verify_directly_issued_by(x509.load_pem_x509_certificate(root_pem.encode("ascii")))
        signed = listed.is_signature_valid(issuer.public_key())  # type: ignore[arg-type]  # a CA key signs
    except (ValueError, TypeError, InvalidSignature) as error:
        raise KeyMaterialError(f"crl_pem: does not lead to the root ({error}); fetch it again") from error
    if not signed:
        raise KeyMaterialError("crl_pem: was altered after it was signed; fetch it again")
    return tuple((each.serial_number, each.revocation_date_utc) for each in listed)


def to_der(crl_pem: str) -> bytes:
    """The list alone, as it is served (RFC 2585: application/pkix-crl)."""
    text = crl_pem.partition(_BEGIN)[0]
    return x509.load_pem_x509_crl(text.encode("ascii")).public_bytes(serialization.Encoding.DER)


def require_not_revoked(serial: int, signed_at: dt.datetime, revoked: Mapping[int, dt.datetime]) -> None:
    """Raise RevokedSignerError for a signature made when its certificate had been revoked, or later."""
    since = revoked.get(serial)
    if since is not None and signed_at >= since:
        raise RevokedSignerError(
            f"manifest: signed at {signed_at:%Y-%m-%dT%H:%M:%SZ} with a certificate that was revoked on "
            f"{since:%Y-%m-%dT%H:%M:%SZ}; do not rely on it",
            {"state": "Trusted", "failures": ["signingCredential.revoked"]},
        )


def require_in_force(chain_pem: str, trust: Trust) -> None:
    """Raise SignerWithdrawnError where the claim certificate that is to sign is itself on the list."""
    since = _revoked_since(chain_pem, trust)
    if since is not None:
        raise SignerWithdrawnError(
            f"keys: the claim certificate in use was revoked on {since:%Y-%m-%dT%H:%M:%SZ}; run selvage keys "
            "renew on a machine that is safe, or selvage keys request --new and install the answer"
        )


def of_same_key(known: Mapping[int, x509.Certificate], serial: int) -> tuple[int, ...]:
    """The serial numbers of all certificates of one key, by that of one of them."""
    key = known[serial].public_key()
    return tuple(each for each, certificate in known.items() if certificate.public_key() == key)


def require_identity_in_force(chain_pem: str, trust: Trust) -> None:
    """Raise SignerWithdrawnError where the certificate that is to name the studio is on the list."""
    since = _revoked_since(chain_pem, trust)
    if since is not None:
        raise SignerWithdrawnError(
            f"keys: the certificate that names the studio was revoked on {since:%Y-%m-%dT%H:%M:%SZ}; run "
            "selvage keys renew on a machine that is safe, or sign without it (SELVAGE_IDENTITY=false)"
        )


def _revoked_since(chain_pem: str, trust: Trust) -> dt.datetime | None:
    if not trust.crl_pem:
        return None
    serial = x509.load_pem_x509_certificates(chain_pem.encode("ascii"))[0].serial_number
    return read_list(trust.crl_pem, trust.root_pem).get(serial)


def serials(pems: Iterable[str]) -> dict[int, x509.Certificate]:
    """Certificates by their serial numbers."""
    found = (x509.load_pem_x509_certificate(pem.encode("ascii")) for pem in pems)
    return {each.serial_number: each for each in found}
