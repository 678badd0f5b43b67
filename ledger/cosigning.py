"""A witness: cosigns checkpoints of logs it watches as long as they only grow. It needs no ledger.

Its folder holds its key and, for every log, the last checkpoint it cosigned. That is written down before the
cosignature is given away, so no crash makes it vouch for two histories.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock

from ledger import durable_file, log_keys
from ledger.domain.log.checkpoint import Checkpoint, cosign, parse_checkpoint
from ledger.domain.log.note import COSIGNATURE, Key, Signature, parse_note
from ledger.domain.log.witnessing import judged, parse_submission

KEY_FILE = "witness.key"


@dataclass(frozen=True)
class Witness:
    """The witness called `name` (like a host and a path) whose key and memory are in `folder`."""

    folder: Path
    name: str

    @property
    def key(self) -> Key:
        """SigningKeyError where the file of the key cannot be used."""
        return self._signer().key

    def cosign(self, submission: str, logs: Sequence[Key], seconds: int) -> Signature:
        """The cosignature at `seconds` since the epoch, for a log of `logs`. LogError: nothing was signed."""
        signer = self._signer()
        wanted = parse_submission(submission)
        with FileLock(self.folder / "witness.lock"):
            origin = wanted.checkpoint.text.split("\n", 1)[0]
            judged(wanted, self.last(origin), logs, log_keys.verify)
            self._remember(origin, str(wanted.checkpoint))
        return cosign(wanted.checkpoint, signer.key, signer.sign, seconds)

    def last(self, origin: str) -> Checkpoint | None:
        """The last checkpoint of a log that was cosigned here."""
        path = self._memory(origin)
        return parse_checkpoint(parse_note(path.read_text()).text) if path.exists() else None

    def _signer(self) -> log_keys.Signer:
        return log_keys.load_or_create(self.folder / KEY_FILE, self.name, COSIGNATURE)

    def _memory(self, origin: str) -> Path:
        return self.folder / f"{hashlib.sha256(origin.encode()).hexdigest()[:32]}.checkpoint"

    def _remember(self, origin: str, note: str) -> None:
        durable_file.write(self._memory(origin), note.encode())
