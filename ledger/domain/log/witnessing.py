"""What a witness is sent, and whether it may cosign it (https://c2sp.org/tlog-witness).

A witness remembers one checkpoint of each log: the last it cosigned. It cosigns another only with a proof
that everything under that one is still there, in its place.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ledger.domain.errors import ForkedError, LogError, StaleError, UnwatchedError
from ledger.domain.log.checkpoint import Checkpoint, opened, parse_size
from ledger.domain.log.checks import is_consistent
from ledger.domain.log.note import Key, Note, Verify, encoded, hashes, parse_note
from ledger.domain.log.tree import EMPTY_ROOT, MAX_PATH, Hash


@dataclass(frozen=True)
class Submission:
    """`path` proves that `checkpoint` continues the one over `old` entries."""

    old: int
    path: tuple[Hash, ...]
    checkpoint: Note

    def __str__(self) -> str:
        """The body of an `add-checkpoint` request."""
        return "\n".join([f"old {self.old}", *map(encoded, self.path)]) + f"\n\n{self.checkpoint}"


def parse_submission(text: str) -> Submission:
    """A submission as `str` writes it. LogError."""
    head, gap, note = text.partition("\n\n")
    first, *lines = head.split("\n")
    if not gap or not first.startswith("old ") or len(lines) > MAX_PATH:
        raise LogError("submission", "does not begin with the old size, or is too long; make it again")
    old = parse_size(first.removeprefix("old "), "submission")
    return Submission(old, hashes(lines, "submission"), parse_note(note))


def judged(
    submission: Submission, last: Checkpoint | None, logs: Sequence[Key], verify: Verify
) -> Checkpoint:
    """The checkpoint to cosign. `last` was cosigned before; `logs` are those that are watched.

    Raises LogError (from a larger log to a smaller one) and UnprovenError: of a log that is not watched, not
    signed by its key, not from where the witness stands, or not a continuation. Such a submission, signed by
    the log, is evidence against it: keep it.
    """
    origin = submission.checkpoint.text.split("\n", 1)[0]
    known = [key for key in logs if key.name == origin]
    if not known:
        raise UnwatchedError("log", f"{origin[:80]} is not watched; add its key")
    found = opened(submission.checkpoint, known[0], verify)
    size, root = (last.size, last.root) if last else (0, EMPTY_ROOT)
    if submission.old > found.size:
        raise LogError("old", f"a log of {found.size} entries does not continue one of {submission.old}")
    if submission.old != size:
        raise StaleError(size, f"{size} entries were cosigned here last; send a proof from there")
    if found.size == size and found.root != root:
        raise StaleError(size, f"{origin[:80]} signed another root over {size} entries; keep both")
    if not is_consistent(size, found.size, root, found.root, submission.path):
        why = f"{origin[:80]} does not continue what it signed over {size} entries; keep both"
        raise ForkedError("log", why)
    return found
