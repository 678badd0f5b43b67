"""Signed notes: a text, an empty line, and a line for each signature (https://c2sp.org/signed-note).

Ed25519 itself is handed in, because the standard library has none: `Sign` gives the 64 bytes of RFC 8032 for
a message, `Verify` says whether they are of a public key.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ledger.domain.errors import LogError

Sign = Callable[[bytes], bytes]
Verify = Callable[[bytes, bytes, bytes], bool]
"""Public key, signature, message."""

ED25519, COSIGNATURE = 0x01, 0x04
KEY_BYTES, SIGNATURE_BYTES, STAMP_BYTES = 32, 64, 8
MAX_SIGNATURES = 64
MAX_NOTE_BYTES = 1_000_000
DASH = "\N{EM DASH} "
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")
_NAME = re.compile(r"[^\s+]+")


@dataclass(frozen=True)
class Key:
    """Who may sign: `kind` is the signature type, ED25519 for a log and COSIGNATURE for a witness."""

    name: str
    public: bytes
    kind: int = ED25519

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name):
            raise LogError("key", "its name is empty, or has a space or a plus in it; name it like a host")
        if len(self.public) != KEY_BYTES or self.kind not in (ED25519, COSIGNATURE):
            raise LogError("key", f"is no Ed25519 key of {KEY_BYTES} bytes for a log or a witness")

    @property
    def id(self) -> bytes:
        head = self.name.encode() + b"\n" + bytes([self.kind])
        return hashlib.sha256(head + self.public).digest()[:4]

    def __str__(self) -> str:
        """The verifier key: name, id and key as one word, `example.com/log+a1b2c3d4+AT...`."""
        return f"{self.name}+{self.id.hex()}+{encoded(bytes([self.kind]) + self.public)}"


@dataclass(frozen=True)
class Signature:
    """One signature line. `value` is what follows the key id."""

    name: str
    key: bytes
    value: bytes

    def __str__(self) -> str:
        return f"{DASH}{self.name} {encoded(self.key + self.value)}"


@dataclass(frozen=True)
class Note:
    """`text` ends in a newline. Nothing in it is to be believed before a signature was verified."""

    text: str
    signatures: tuple[Signature, ...]

    def __str__(self) -> str:
        return f"{self.text}\n" + "".join(f"{each}\n" for each in self.signatures)

    def by(self, key: Key) -> tuple[Signature, ...]:
        """The signatures that say they are of `key`."""
        return tuple(each for each in self.signatures if (each.name, each.key) == (key.name, key.id))


def sign(text: str, key: Key, signer: Sign) -> Note:
    return Note(text, (Signature(key.name, key.id, signer(text.encode())),))


def is_signed(note: Note, key: Key, verify: Verify) -> bool:
    """Whether `key` signed the text. A signature in its name that is not its own makes it False."""
    found = note.by(key)
    return bool(found) and all(verify(key.public, each.value, note.text.encode()) for each in found)


def parse_key(text: str) -> Key:
    """A key as `str` writes it. LogError."""
    name, _, rest = text.strip().partition("+")
    found, _, material = rest.partition("+")
    if not material:
        raise LogError("key", "is not a name, an id and a key joined by plus signs; copy it whole")
    decoded = decode(material, "key")
    key = Key(name, decoded[1:], decoded[0] if decoded else -1)
    if key.id.hex() != found:
        raise LogError("key", "its id is not that of its name and key; copy it again, whole")
    return key


def parse_note(text: str) -> Note:
    """A note as `str` writes it. LogError where it is none, or is too long."""
    if len(text) > MAX_NOTE_BYTES or _CONTROL.search(text):
        raise LogError("note", "is too long or has control characters in it; ask for it again")
    body, gap, lines = text.rpartition("\n\n")
    if not gap or not lines.endswith("\n"):
        raise LogError("note", "has no empty line before its signatures; ask for it again")
    return Note(body + "\n", parse_signatures(lines))


def parse_signatures(lines: str) -> tuple[Signature, ...]:
    """Signature lines, one after the other. LogError."""
    found = lines.removesuffix("\n").split("\n")
    if len(found) > MAX_SIGNATURES:
        raise LogError("note", f"has more than {MAX_SIGNATURES} signatures")
    return tuple(_signature(line) for line in found)


def encoded(data: bytes) -> str:
    return base64.b64encode(data).decode()


def decode(text: str, what: str) -> bytes:
    """Standard base64, written as `encoded` writes it. LogError."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        data = b""
    if not data or encoded(data) != text:
        raise LogError(what, f"{text[:40]!r} is not base64; ask for it again")
    return data


def hashes(lines: Sequence[str], what: str) -> tuple[bytes, ...]:
    """A hash in base64 on each line. LogError."""
    found = tuple(decode(line, what) for line in lines)
    if any(len(each) != 32 for each in found):
        raise LogError(what, "has a line that is no hash of 32 bytes; ask for it again")
    return found


def _signature(line: str) -> Signature:
    name, _, value = line.removeprefix(DASH).partition(" ")
    data = decode(value, "note")
    if not line.startswith(DASH) or not _NAME.fullmatch(name) or len(data) <= 4:
        raise LogError("note", f"{line[:40]!r} is no signature; ask for it again")
    return Signature(name, data[:4], data[4:])
