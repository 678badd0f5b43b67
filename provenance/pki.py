"""Our own certificate authorities: one chain that signs claims, a separate one that signs time.

Stands in for a certificate from a C2PA conformance programme: the keys are files, mode 0600, in one folder.
The three authority keys are needed only by `Pki.renew` and may be moved offline; the claim key may be held by
a `KeyHolder`, such as a hardware token, and is then no file at all.
"""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

from provenance import certificates, key_folder, leaves, revocation
from provenance.certificates import Identity
from provenance.errors import KeyMaterialError
from provenance.holders import KeyHolder, SigningKey
from provenance.identity import StudioIdentity
from provenance.trust import Trust

_CHAINS = ("root.pem", "tsa-root.pem", "intermediate.pem")


@dataclass(frozen=True)
class Pki:
    """Keys and certificates in use. Certificates are PEM text, end certificate first in a chain."""

    folder: Path
    root_pem: str
    tsa_root_pem: str
    chain_pem: str
    tsa_chain_pem: str
    signer_key: SigningKey = field(repr=False)
    tsa_key: ec.EllipticCurvePrivateKey = field(repr=False)
    crl_pem: str = ""
    outside_pem: str = ""
    identity: StudioIdentity | None = None  # of a folder made before there were any, whose keys are offline

    @classmethod
    def create(
        cls,
        folder: Path,
        organisation: str,
        now: dt.datetime | None = None,
        holder: KeyHolder | None = None,
    ) -> Pki:
        """Make both chains in `folder`, or load them when they are already there.

        A folder from before claims named the studio gets the certificate for it, if the authority's key is
        in it and it can be written.

        `organisation` (1 to 64 characters) is what viewers show as the signer; `holder`, if given, makes the
        claim key and keeps it. Raises KeyMaterialError.
        """
        moment = now or dt.datetime.now(dt.UTC)
        with key_folder.exclusive(folder):
            if not key_folder.is_complete(folder):
                root, tsa_root, issuer = _authorities(_checked(organisation), moment)
                with leaves.new_leaves(folder, issuer, tsa_root, moment, holder) as (files, current):
                    named = {"root": root, "intermediate": issuer, "tsa-root": tsa_root}
                    for name, identity in named.items():
                        files = leaves.files_of(name, identity) | files
                    key_folder.create(folder, files, current)
            else:
                _add_identity(folder, moment)
        return cls.load(folder, holder)

    @classmethod
    def load(cls, folder: Path, holder: KeyHolder | None = None) -> Pki:
        """Read and check the keys in `folder`. Raises KeyMaterialError, naming the file.

        A claim key that is held elsewhere is not asked for before it signs, which takes its `holder`.
        """
        index = key_folder.read_index(folder)
        key_folder.check_all(folder, index)
        signer, stamper = _current(folder, index["current"])
        texts = {name: key_folder.read(folder, name, index) for name in _needed(signer, stamper)}
        return cls(
            folder=folder,
            root_pem=texts["root.pem"],
            tsa_root_pem=texts["tsa-root.pem"],
            chain_pem=texts[f"{signer}.pem"] + _issuers(folder, index, texts["intermediate.pem"]),
            tsa_chain_pem=texts[f"{stamper}.pem"],
            signer_key=leaves.signing_key(folder, signer, index, holder),
            tsa_key=leaves.parse_key(folder / f"{stamper}.key", texts[f"{stamper}.key"]),
            crl_pem=_revocations(folder, index),
            outside_pem=_named(folder, index, "outside"),
            identity=_identity(folder, index, texts["intermediate.pem"]),
        )

    @classmethod
    def renew(
        cls,
        folder: Path,
        now: dt.datetime | None = None,
        holder: KeyHolder | None = None,
        to_file: bool = False,
    ) -> Pki:
        """Issue a new claim signer, time-stamper and identity under the same roots; the old files stay.

        The claim key is the holder's if there is one, else a file, which takes the place of a key that is
        held elsewhere only with `to_file`. Needs the authority keys back in the folder. Raises
        KeyMaterialError.
        """
        moment = now or dt.datetime.now(dt.UTC)
        with key_folder.exclusive(folder):
            index = key_folder.read_index(folder)
            key_folder.check_all(folder, index)
            leaves.require_meant(folder, index, holder, to_file)
            issuer, tsa_root = (_read_identity(folder, name, index) for name in ("intermediate", "tsa-root"))
            known, revoked = _signers(folder, index), _revoked(folder, index)
            barred = [known[each] for each in revoked if each in known]
            with leaves.new_leaves(folder, issuer, tsa_root, moment, holder, barred) as (files, current):
                key_folder.add(folder, files, {**_of_the_house(index), **current})
        return cls.load(folder, holder)

    @classmethod
    def revoke(
        cls,
        folder: Path,
        serial: int | None = None,
        now: dt.datetime | None = None,
        holder: KeyHolder | None = None,
        successor: bool = True,
        to_file: bool = False,
    ) -> Pki:
        """Revoke a certificate from `now` on: by its serial number, else the claim signer in use.

        Every other certificate of its key is revoked with it: whoever has the key could sign with that one.
        A claim signer or an identity in use is replaced by a new one in the same step, whose key is made as
        `renew` makes it; without a `successor` it is not, and nothing is signed until there is another. Needs
        the authority keys back in the folder; the same certificate again stays revoked since it was. Raises
        KeyMaterialError.
        """
        moment = (now or dt.datetime.now(dt.UTC)).replace(microsecond=0)
        with key_folder.exclusive(folder):
            pki, index = cls.load(folder), key_folder.read_index(folder)
            known, used = _signers(folder, index) | _identities(folder, index), _serial(pki)
            wanted = used if serial is None else serial
            if wanted not in known:
                raise KeyMaterialError(f"serial: {wanted} is none of {sorted(known)}; nothing was changed")
            issuer = _read_identity(folder, "intermediate", index)
            gone = revocation.of_same_key(known, wanted)
            revoked = {**dict.fromkeys(gone, moment), **_revoked(folder, index)}
            name = f"crl-{secrets.token_hex(4)}"
            files, current = (
                {f"{name}.pem": revocation.make_list(issuer, revoked, moment, known)},
                {"crl": name},
            )
            # one step: done by halves, the command given again would revoke the new certificate
            kept = index["current"]
            with ExitStack() as stack:
                if used in gone and successor:
                    leaves.require_meant(folder, index, holder, to_file)
                    kept = _of_the_house(index)
                    tsa_root = _read_identity(folder, "tsa-root", index)
                    barred = [known[each] for each in revoked if each in known]
                    made = leaves.new_leaves(folder, issuer, tsa_root, moment, holder, barred)
                    fresh = stack.enter_context(made)
                    files, current = files | fresh[0], current | fresh[1]
                elif successor and pki.identity is not None and wanted == pki.identity.serial:
                    named = leaves.new_identity(issuer, moment)
                    files, current = files | named[0], current | named[1]
                key_folder.add(folder, files, {**kept, **current})
        return cls.load(folder, holder)

    @property
    def trust(self) -> Trust:
        """What a verifier needs to believe our signatures."""
        return Trust(self.root_pem, self.tsa_root_pem, self.crl_pem, self.outside_pem)


def _checked(organisation: str) -> str:
    if not (1 <= len(organisation) <= 64 and organisation.isprintable() and organisation.strip()):
        raise KeyMaterialError(f"organisation: {organisation!r} must be 1 to 64 printable characters")
    return organisation


def _authorities(organisation: str, now: dt.datetime) -> tuple[Identity, Identity, Identity]:
    root = certificates.make_root(f"{organisation[:40]} Root CA", organisation, now)
    tsa_root = certificates.make_root(f"{organisation[:40]} Time-Stamp Root CA", organisation, now)
    return root, tsa_root, certificates.make_intermediate("Claim Signing CA", organisation, root, now)


def _needed(signer: str, stamper: str) -> tuple[str, ...]:
    return (*_CHAINS, f"{signer}.pem", f"{stamper}.pem", f"{stamper}.key")


def _current(folder: Path, current: Mapping[str, object]) -> tuple[str, str]:
    signer, stamper = current.get("signer"), current.get("tsa")
    if not isinstance(signer, str) or not isinstance(stamper, str):
        raise KeyMaterialError(
            f"{folder / key_folder.INDEX}: current names no signer; restore it from a backup"
        )
    return signer, stamper


def _read_identity(folder: Path, name: str, index: Mapping[str, object]) -> Identity:
    certificate = key_folder.read(folder, f"{name}.pem", index)
    key = key_folder.read(folder, f"{name}.key", index)
    return Identity(
        x509.load_pem_x509_certificate(certificate.encode()), leaves.parse_key(folder / name, key)
    )


def signers(folder: Path) -> dict[int, x509.Certificate]:
    """Every claim certificate that the folder holds, by serial number. Raises KeyMaterialError."""
    return _signers(folder, key_folder.read_index(folder))


def identities(folder: Path) -> dict[int, x509.Certificate]:
    """Every certificate that names the studio, by serial number. Raises KeyMaterialError."""
    return _identities(folder, key_folder.read_index(folder))


def _signers(folder: Path, index: Mapping[str, Any]) -> dict[int, x509.Certificate]:
    return _issued(folder, "signer-", index)


def _identities(folder: Path, index: Mapping[str, Any]) -> dict[int, x509.Certificate]:
    return _issued(folder, "identity-", index)


def _issued(folder: Path, prefix: str, index: Mapping[str, Any]) -> dict[int, x509.Certificate]:
    names = [name for name in index["sha256"] if name.startswith(prefix) and name.endswith(".pem")]
    return revocation.serials(key_folder.read(folder, name, index) for name in names)


def _identity(folder: Path, index: Mapping[str, Any], issuer_pem: str) -> StudioIdentity | None:
    name = index["current"].get("identity")
    if not isinstance(name, str):
        return None
    key = leaves.parse_key(folder / f"{name}.key", key_folder.read(folder, f"{name}.key", index))
    return StudioIdentity(key_folder.read(folder, f"{name}.pem", index) + issuer_pem, key)


def _add_identity(folder: Path, now: dt.datetime) -> None:
    index = key_folder.read_index(folder)
    if "identity" in index["current"] or not (folder / "intermediate.key").exists():
        return
    files, current = leaves.new_identity(_read_identity(folder, "intermediate", index), now)
    with suppress(OSError):  # a folder that is mounted to be read signs as it did before
        key_folder.add(folder, files, {**index["current"], **current})


def held_where(folder: Path) -> dict[int, str]:
    """Where each claim key is that is no file of the folder, by the serial number of its certificate."""
    return leaves.held_where(folder, key_folder.read_index(folder))


def _serial(pki: Pki) -> int:
    return x509.load_pem_x509_certificates(pki.chain_pem.encode("ascii"))[0].serial_number


def _revoked(folder: Path, index: Mapping[str, Any]) -> dict[int, dt.datetime]:
    return revocation.read_list(_revocations(folder, index), key_folder.read(folder, "root.pem", index))


def _revocations(folder: Path, index: Mapping[str, Any]) -> str:
    return _named(folder, index, "crl")


def _named(folder: Path, index: Mapping[str, Any], what: str) -> str:
    name = index["current"].get(what)
    return key_folder.read(folder, f"{name}.pem", index) if isinstance(name, str) else ""


def _issuers(folder: Path, index: Mapping[str, Any], ours: str) -> str:
    """Who issued the claim certificate in use: another authority, else ours."""
    return _named(folder, index, "issuers") if "issuers" in index["current"] else ours


def _of_the_house(index: Mapping[str, Any]) -> dict[str, str]:
    """What is in use, once the next claim certificate is one of our own again."""
    return {name: value for name, value in index["current"].items() if name != "issuers"}
