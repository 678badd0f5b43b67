"""Signed transactions of one sender that are not known to be mined: the sender's nonce counter.

A transaction is on disk before it is sent. After a crash the next sender hands the same bytes over again, so
the sequence of nonces never has a gap and no call is sent twice under two nonces.
"""

from __future__ import annotations

import json
import os
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass
from pathlib import Path

from ledger.chain.locks import held


@dataclass(frozen=True)
class Sent:
    """One signed transaction. `key` names the call it makes; `keep` holds it here until it is forgotten.

    `earlier` are hashes of the same call under the same nonce that this one replaced by offering more: one of
    them all is mined. `since` is when it was signed, in Unix seconds.
    """

    nonce: int
    key: str
    hash: str
    raw: str
    keep: bool
    earlier: tuple[str, ...] = ()
    since: float = 0.0

    @property
    def hashes(self) -> tuple[str, ...]:
        return (*self.earlier, self.hash)


class Outbox:
    """One file per sender and chain, locked against other threads and processes."""

    def __init__(self, folder: Path, address: str, genesis: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._file = folder / f"{address.lower()}-{genesis[2:18]}.json"
        self._lock = self._file.with_suffix(".lock")

    def held(self) -> AbstractContextManager[None]:
        return held(self._lock)

    def load(self) -> list[Sent]:
        """By nonce. The lock must be held for this and the rest."""
        if not self._file.exists():
            return []
        entries = json.loads(self._file.read_text())
        return [Sent(**{**entry, "earlier": tuple(entry.get("earlier", ()))}) for entry in entries]

    def save(self, entries: list[Sent], *, durable: bool = True) -> None:
        """Forgetting need not be durable: what comes back is found to be mined and forgotten again."""
        temporary = self._file.with_suffix(".tmp")
        with temporary.open("w") as handle:
            json.dump([asdict(entry) for entry in entries], handle)
            handle.flush()
            if durable:
                os.fsync(handle.fileno())
        temporary.replace(self._file)

    def add(self, entry: Sent) -> None:
        self.save([*self.load(), entry])

    def latest(self, sent: Sent) -> Sent:
        """What became of `sent`: itself, or what replaced it. Needs no lock."""
        return next((each for each in self.load() if (each.nonce, each.key) == (sent.nonce, sent.key)), sent)

    def replace(self, old: Sent, new: Sent) -> None:
        self.save([new if entry.hash == old.hash else entry for entry in self.load()])

    def remove(self, transaction_hash: str) -> None:
        self.save([entry for entry in self.load() if entry.hash != transaction_hash])

    def forget(self, key: str) -> None:
        with self.held():
            self.save([entry for entry in self.load() if entry.key != key])
