"""Checkpoints: how large a log is and its root, as a signed note (https://c2sp.org/tlog-checkpoint).

Witnesses add cosignatures to them (https://c2sp.org/tlog-cosignature, Ed25519).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from ledger.domain.errors import LogError, UnprovenError
from ledger.domain.log.note import (
    COSIGNATURE,
    ED25519,
    SIGNATURE_BYTES,
    STAMP_BYTES,
    Key,
    Note,
    Sign,
    Signature,
    Verify,
    encoded,
    hashes,
    is_signed,
)

MAX_SIZE = 2**63 - 1
_DECIMAL = re.compile(r"0|[1-9][0-9]{0,18}")


@dataclass(frozen=True)
class Checkpoint:
    """The first `size` leaves of the log `origin` have this `root`, 32 bytes."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """The text of the note."""
        return f"{self.origin}\n{self.size}\n{encoded(self.root)}\n"


def parse_checkpoint(text: str) -> Checkpoint:
    """The checkpoint in a note's text. Lines after the third are not read. LogError."""
    lines = text.removesuffix("\n").split("\n")
    if len(lines) < 3 or not all(lines):
        raise LogError("checkpoint", "has not three lines: origin, size and root; ask for it again")
    return Checkpoint(lines[0], parse_size(lines[1], "checkpoint"), hashes(lines[2:3], "checkpoint")[0])


def parse_size(text: str, what: str) -> int:
    """A number of leaves, decimal with no leading zero. LogError."""
    if not _DECIMAL.fullmatch(text) or int(text) > MAX_SIZE:
        raise LogError(what, f"{text[:40]!r} is no number of entries; ask for it again")
    return int(text)


def opened(note: Note, key: Key, verify: Verify) -> Checkpoint:
    """The checkpoint of the log `key`. UnprovenError where it did not sign it, or it is of another log."""
    if key.kind != ED25519 or not is_signed(note, key, verify):
        raise UnprovenError("checkpoint", f"is not signed by {key.name}; do not believe it")
    found = parse_checkpoint(note.text)
    if found.origin != key.name:
        raise UnprovenError("checkpoint", f"is of the log {found.origin[:80]}, not of {key.name}")
    return found


def cosign(note: Note, witness: Key, signer: Sign, seconds: int) -> Signature:
    """What a witness adds who saw the note at `seconds` since the epoch, and that it only grew."""
    value = seconds.to_bytes(STAMP_BYTES, "big") + signer(_cosigned(note, seconds))
    return Signature(witness.name, witness.id, value)


def cosigned_at(note: Note, witness: Key, verify: Verify) -> int | None:
    """When `witness` cosigned, in seconds since the epoch; None if it did not. UnprovenError if forged."""
    stamps = [_stamp(note, each, witness, verify) for each in note.by(witness)]
    return max(stamps, default=None)


def _stamp(note: Note, signature: Signature, witness: Key, verify: Verify) -> int:
    seconds = int.from_bytes(signature.value[:STAMP_BYTES], "big")
    whole = len(signature.value) == STAMP_BYTES + SIGNATURE_BYTES and witness.kind == COSIGNATURE
    if not whole or not verify(witness.public, signature.value[STAMP_BYTES:], _cosigned(note, seconds)):
        raise UnprovenError("checkpoint", f"its cosignature is not of {witness.name}; do not believe it")
    return seconds


def _cosigned(note: Note, seconds: int) -> bytes:
    return f"cosignature/v1\ntime {seconds}\n{note.text}".encode()
