"""End certificates of a folder of keys: a claim signer, whose key may be elsewhere, a time-stamper, and the
one that names the studio."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from provenance import certificates, key_folder
from provenance.certificates import Identity
from provenance.errors import KeyHolderError, KeyMaterialError
from provenance.holders import HeldKey, KeyHolder, SigningKey, held

NAME = "Claim Signer"
IDENTITY_NAME = "Studio Identity"
Leaves = tuple[dict[str, str], dict[str, str]]  # files by name, and which of them are in use


@contextmanager
def new_leaves(
    folder: Path,
    issuer: Identity,
    tsa_root: Identity,
    now: dt.datetime,
    holder: KeyHolder | None = None,
    barred: Iterable[x509.Certificate] = (),
) -> Iterator[Leaves]:
    """A new claim signer, time-stamper and identity. What the holder made for the first is destroyed if the
    block fails before the index of `folder` names it.

    No certificate is issued for a key that one of the `barred`, the revoked, was for.
    """
    organisation = _organisation(issuer.certificate)
    stamper = certificates.make_time_stamper("Time-Stamp Authority", organisation, tsa_root, now)
    suffix = secrets.token_hex(4)
    current = {"signer": f"signer-{suffix}", "tsa": f"tsa-{suffix}"}
    named, actor = new_identity(issuer, now)
    others = files_of(current["tsa"], stamper) | named
    current |= actor
    if holder is None:
        signer = certificates.make_claim_signer(NAME, organisation, issuer, now)
        yield files_of(current["signer"], signer) | others, current
        return
    name = holder.make()
    try:
        public = held(holder, name).public_key()
        _require_allowed(name, public, barred)
        certificate = certificates.certify_claim_key(public, NAME, organisation, issuer, now)
        signing = {f"{current['signer']}.pem": _pem(certificate), f"{current['signer']}.uri": f"{name}\n"}
        yield signing | others, current
    except BaseException:
        if not key_folder.names(folder, f"{current['signer']}.uri"):
            with suppress(KeyHolderError):
                holder.forget(name)
        raise


def new_identity(issuer: Identity, now: dt.datetime) -> Leaves:
    """A new certificate that names the studio in its claims, with its key."""
    made = certificates.make_identity(IDENTITY_NAME, _organisation(issuer.certificate), issuer, now)
    name = f"identity-{secrets.token_hex(4)}"
    return files_of(name, made), {"identity": name}


def signing_key(folder: Path, signer: str, index: Mapping[str, Any], holder: KeyHolder | None) -> SigningKey:
    """The key of the claim certificate called `signer`: a file, or where its holder keeps it."""
    if f"{signer}.uri" not in index["sha256"]:
        return parse_key(folder / f"{signer}.key", key_folder.read(folder, f"{signer}.key", index))
    name = key_folder.read(folder, f"{signer}.uri", index).strip()
    certificate = x509.load_pem_x509_certificate(
        key_folder.read(folder, f"{signer}.pem", index).encode("ascii")
    )
    public = certificate.public_key()
    if not isinstance(public, ec.EllipticCurvePublicKey):
        raise KeyMaterialError(
            f"{folder / signer}.pem: is for no elliptic-curve key; restore it from a backup"
        )
    return HeldKey(holder, name, public)


def require_meant(folder: Path, index: Mapping[str, Any], holder: KeyHolder | None, to_file: bool) -> None:
    """KeyHolderError where a file would take the place of a key held elsewhere, and nobody said so."""
    name = f"{index['current'].get('signer')}.uri"
    if holder is None and not to_file and name in index["sha256"]:
        where = key_folder.read(folder, name, index).strip()
        raise KeyHolderError(
            f"the claim key in use is at {where}; say who holds it (SELVAGE_PKCS11_MODULE), or give "
            "--to-file to make the next one a file; nothing was changed"
        )


def held_where(folder: Path, index: Mapping[str, Any]) -> dict[int, str]:
    """Where the key of each claim certificate is that is no file here, by serial number."""
    names = [name.removesuffix(".uri") for name in index["sha256"] if _is_signer(name, ".uri")]
    return {
        x509.load_pem_x509_certificate(
            key_folder.read(folder, f"{name}.pem", index).encode("ascii")
        ).serial_number: key_folder.read(folder, f"{name}.uri", index).strip()
        for name in names
    }


def _is_signer(name: str, suffix: str) -> bool:
    return name.startswith("signer-") and name.endswith(suffix)


def parse_key(path: Path, text: str) -> ec.EllipticCurvePrivateKey:
    """A key file. Raises KeyMaterialError."""
    try:
        key = serialization.load_pem_private_key(text.encode("ascii"), password=None)
    except (ValueError, TypeError) as error:
        raise KeyMaterialError(f"{path}: not a private key ({error}); restore it from a backup") from error
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise KeyMaterialError(f"{path}: not an elliptic-curve key; restore it from a backup")
    return key


def files_of(name: str, identity: Identity) -> dict[str, str]:
    """A certificate and its key, by the names of their files."""
    return {f"{name}.pem": identity.certificate_pem, f"{name}.key": identity.key_pem}


def _require_allowed(
    name: str, public: ec.EllipticCurvePublicKey, barred: Iterable[x509.Certificate]
) -> None:
    if any(each.public_key() == public for each in barred):
        raise KeyHolderError(
            f"{name}: a certificate of this key is revoked, so it gets no other; make another key, and name "
            "that one; nothing was changed"
        )


def _organisation(certificate: x509.Certificate) -> str:
    return str(certificate.subject.get_attributes_for_oid(x509.NameOID.ORGANIZATION_NAME)[0].value)


def _pem(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(serialization.Encoding.PEM).decode("ascii")
