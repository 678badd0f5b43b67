"""A folder of keys and an authority elsewhere: a request goes out, its answer is put in use."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from provenance import key_folder, leaves, outside
from provenance.errors import KeyHolderError, KeyMaterialError
from provenance.holders import HeldKey, KeyHolder, SigningKey, held
from provenance.pki import Pki, signers
from provenance.revocation import read_list, require_in_force

_ASKED, _SIGNER = "request-", "signer-"


def request(
    folder: Path,
    common_name: str = leaves.NAME,
    *,
    new: bool = False,
    holder: KeyHolder | None = None,
    to_file: bool = False,
) -> str:
    """A request (PKCS #10, PEM) for a certificate of the claim key in use, or of a new one.

    A new key is the holder's if there is one, else a file of the folder, which takes the place of a key that
    is held elsewhere only with `to_file`; it signs nothing before its certificate is installed. Raises
    KeyMaterialError.
    """
    if not (1 <= len(common_name) <= 64 and common_name.isprintable() and common_name.strip()):
        raise KeyMaterialError("name: give 1 to 64 printable characters")
    with key_folder.exclusive(folder):
        pki, index = Pki.load(folder, holder), key_folder.read_index(folder)
        if not new:
            require_in_force(pki.chain_pem, pki.trust)
            return outside.make_request(pki.signer_key, common_name, _organisation(pki))
        leaves.require_meant(folder, index, holder, to_file)
        with _new_key(folder, holder) as (key, files):
            (name,) = files
            asked = outside.make_request(key, common_name, _organisation(pki))
            key_folder.add(folder, {**files, f"{Path(name).stem}.pem": asked}, index["current"])
        return asked


def install(
    folder: Path,
    chain_pem: str,
    root_pem: str | None = None,
    now: dt.datetime | None = None,
    holder: KeyHolder | None = None,
) -> Pki:
    """Put the certificate that another authority issued in use, in one step; what was in use stays.

    `chain_pem` has the claim certificate first, each issuer after it; the root is its last or `root_pem`.
    The same answer again changes nothing. Raises KeyMaterialError, which names what is wrong.
    """
    moment = now or dt.datetime.now(dt.UTC)
    chain, root = outside.read_answer(chain_pem, root_pem, moment)
    with key_folder.exclusive(folder):
        pki, index = Pki.load(folder), key_folder.read_index(folder)
        _check_new(pki, chain[0], root)
        kept = _key_of(folder, index, chain[0])
        _try_out(folder, kept, index, chain[0], holder)
        suffix = secrets.token_hex(4)
        current = {name: f"{name}-{suffix}" for name in ("signer", "issuers", "outside")}
        files = {
            f"{current['signer']}.pem": outside.pem(chain[0]),
            f"{current['signer']}{Path(kept).suffix}": key_folder.read(folder, kept, index),
            f"{current['issuers']}.pem": "".join(map(outside.pem, chain[1:])),
            f"{current['outside']}.pem": _listed(pki.outside_pem, chain[0], root),
        }
        if pki.chain_pem != files[f"{current['signer']}.pem"] + files[f"{current['issuers']}.pem"]:
            key_folder.add(folder, files, {**index["current"], **current})
    return Pki.load(folder, holder)


@contextmanager
def _new_key(folder: Path, holder: KeyHolder | None) -> Iterator[tuple[SigningKey, dict[str, str]]]:
    """A key and the file that says where it is; what the holder made goes if the block fails."""
    stem = f"{_ASKED}{secrets.token_hex(4)}"
    if holder is None:
        made = ec.generate_private_key(ec.SECP256R1())
        text = made.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        yield made, {f"{stem}.key": text.decode("ascii")}
        return
    name = holder.make()
    try:
        yield held(holder, name), {f"{stem}.uri": f"{name}\n"}
    except BaseException:
        if not key_folder.names(folder, f"{stem}.uri"):
            with suppress(KeyHolderError):
                holder.forget(name)
        raise


def _check_new(pki: Pki, leaf: x509.Certificate, root: x509.Certificate) -> None:
    """Refuse a certificate of our own authorities, of a revoked key, or with the serial number of another."""
    ours = [x509.load_pem_x509_certificate(each.encode("ascii")) for each in (pki.root_pem, pki.tsa_root_pem)]
    if root.public_key() in [each.public_key() for each in ours]:
        raise KeyMaterialError("root: is our own; selvage keys renew issues certificates under it")
    known, revoked = signers(pki.folder), read_list(pki.crl_pem, pki.root_pem)
    barred = [known[serial].public_key() for serial in revoked if serial in known]
    if leaf.serial_number in revoked or leaf.public_key() in barred:
        raise KeyMaterialError(
            "chain: a certificate of this key is revoked, so no other is put in use for it; ask for one of a "
            "new key with selvage keys request --new"
        )
    if known.get(leaf.serial_number, leaf) != leaf:
        raise KeyMaterialError(
            f"chain: another certificate here has the serial number {leaf.serial_number}; ask for another"
        )


def _key_of(folder: Path, index: Mapping[str, Any], leaf: x509.Certificate) -> str:
    """The file of the key, or of its name, that the certificate is for."""
    for name in index["sha256"]:
        path = Path(name)
        if not name.startswith((_ASKED, _SIGNER)) or path.suffix not in (".key", ".uri"):
            continue
        if _public(folder, path, index) == leaf.public_key():
            return str(name)
    raise KeyMaterialError(
        "chain: its first certificate is for no key that is here; put the claim certificate first, and ask "
        "for it with selvage keys request"
    )


def _public(folder: Path, path: Path, index: Mapping[str, Any]) -> object:
    if path.suffix == ".key":
        return leaves.parse_key(folder / path, key_folder.read(folder, path.name, index)).public_key()
    text = key_folder.read(folder, f"{path.stem}.pem", index).encode("ascii")
    if path.name.startswith(_ASKED):
        return x509.load_pem_x509_csr(text).public_key()
    return x509.load_pem_x509_certificate(text).public_key()


def _try_out(
    folder: Path, kept: str, index: Mapping[str, Any], leaf: x509.Certificate, holder: KeyHolder | None
) -> None:
    """A key that is held elsewhere has to sign before anything rests on it."""
    public = leaf.public_key()
    if kept.endswith(".uri") and isinstance(public, ec.EllipticCurvePublicKey):
        HeldKey(holder, key_folder.read(folder, kept, index).strip(), public).try_out()


def _listed(before: str, leaf: x509.Certificate, root: x509.Certificate) -> str:
    ends, roots = outside.split(before)
    new = [each for each in (leaf, root) if each not in (*ends, *roots)]
    text = before + "".join(map(outside.pem, new))
    outside.split(text)
    return text


def _organisation(pki: Pki) -> str:
    issuer = x509.load_pem_x509_certificate(pki.root_pem.encode("ascii"))
    return str(issuer.subject.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)[0].value)
