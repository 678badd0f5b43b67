"""Ed25519 keys for the log and for witnesses: one file each, PEM, readable by its owner alone."""

from __future__ import annotations

import stat
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from filelock import FileLock

from ledger import durable_file
from ledger.domain.log.note import ED25519, Key, Sign
from ledger.errors import SigningKeyError


@dataclass(frozen=True)
class Signer:
    """A key and what signs with it."""

    key: Key
    sign: Sign


def load_or_create(path: Path, name: str, kind: int = ED25519) -> Signer:
    """The signer of the key in `path`, which is made once. SigningKeyError where the file cannot be used."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with FileLock(path.with_suffix(".lock")):
        if not path.exists():
            durable_file.write(path, _pem(Ed25519PrivateKey.generate()), durable_file.OWNER)
    private = _read(path)
    return Signer(Key(name, private.public_key().public_bytes_raw(), kind), private.sign)


def verify(public: bytes, signature: bytes, message: bytes) -> bool:
    """Whether `signature` is the Ed25519 signature (RFC 8032) of `public`, 32 bytes, over `message`."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except InvalidSignature:
        return False
    return True


def _pem(private: Ed25519PrivateKey) -> bytes:
    return private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _read(path: Path) -> Ed25519PrivateKey:
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise SigningKeyError(f"{path}: others can read this key; run chmod 600 on it")
    try:
        found = serialization.load_pem_private_key(path.read_bytes(), password=None)
    except ValueError:
        found = None
    if not isinstance(found, Ed25519PrivateKey):
        raise SigningKeyError(f"{path}: holds no Ed25519 key; restore it from a backup")
    return found
