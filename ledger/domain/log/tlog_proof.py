"""One file that proves an entry stands in a log, offline (https://c2sp.org/tlog-proof)."""

from __future__ import annotations

from dataclasses import dataclass

from ledger.domain.errors import LogError, UnprovenError
from ledger.domain.log.checkpoint import Checkpoint, opened, parse_size
from ledger.domain.log.checks import is_included
from ledger.domain.log.note import Key, Note, Verify, decode, encoded, hashes, parse_note
from ledger.domain.log.tree import MAX_PATH, Hash, leaf_hash

FIRST = "c2sp.org/tlog-proof@v1"


@dataclass(frozen=True)
class TlogProof:
    """`path` leads from the leaf at `index` to the root in the `checkpoint`. `extra` is not proven."""

    index: int
    path: tuple[Hash, ...]
    checkpoint: Note
    extra: bytes = b""

    def __str__(self) -> str:
        extra = [f"extra {encoded(self.extra)}"] if self.extra else []
        lines = [FIRST, *extra, f"index {self.index}", *map(encoded, self.path)]
        return "\n".join(lines) + f"\n\n{self.checkpoint}"


def parse_tlog_proof(text: str) -> TlogProof:
    """A proof as `str` writes it. LogError."""
    head, gap, checkpoint = text.partition("\n\n")
    first, *lines = head.split("\n")
    if first != FIRST or not gap or not lines:
        raise LogError("proof", f"does not begin with {FIRST}; ask for it again")
    extra = b""
    if lines[0].startswith("extra "):
        extra = decode(lines.pop(0).removeprefix("extra "), "proof")
    if not lines or not lines[0].startswith("index ") or len(lines) > 1 + MAX_PATH:
        raise LogError("proof", "does not say which entry it is of, or is too long; ask for it again")
    index = parse_size(lines[0].removeprefix("index "), "proof")
    return TlogProof(index, hashes(lines[1:], "proof"), parse_note(checkpoint), extra)


def proven(proof: TlogProof, data: bytes, key: Key, verify: Verify) -> Checkpoint:
    """The checkpoint under which `data` is a leaf of the log `key`. LogError, UnprovenError."""
    found = opened(proof.checkpoint, key, verify)
    if not is_included(leaf_hash(data), proof.index, found.size, proof.path, found.root):
        raise UnprovenError("proof", f"does not lead from the entry to the root of {found.origin}")
    return found
