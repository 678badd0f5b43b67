"""The entries as an append-only Merkle log: sign how it stands, prove what is in it, find what was changed.

The leaf of an entry is its hash, so the log can be public without telling what the entries say.
"""

from __future__ import annotations

from dataclasses import dataclass

from ledger import log_keys
from ledger.context import Ledger
from ledger.domain.entries import check_chain
from ledger.domain.errors import BrokenChainError, LogError, UnprovenError
from ledger.domain.log.checkpoint import Checkpoint, cosigned_at, opened, parse_checkpoint
from ledger.domain.log.note import Key, Note, parse_note, parse_signatures, sign
from ledger.domain.log.tiles import HEIGHT, WIDTH, bundle, parse_path
from ledger.domain.log.tlog_proof import TlogProof
from ledger.domain.log.tree import Hash, consistency, inclusion, root
from ledger.domain.log.witnessing import Submission
from ledger.errors import ConflictError, UnknownError
from ledger.store import Tx, entries, log

KEY_FILE = "log.key"


@dataclass(frozen=True)
class Problem:
    """One thing that is not as it was: `code` is stable, `entry` the first sequence it is about."""

    code: str
    entry: int
    why: str


def signer(ledger: Ledger) -> log_keys.Signer:
    """The key of the log, made once in the folder of keys. SigningKeyError."""
    return log_keys.load_or_create(ledger.keys / KEY_FILE, f"selvage/{ledger.id}")


def checkpoint(ledger: Ledger) -> Note:
    """The signed checkpoint over all entries there are; the same one again until another is written.

    Raises ConflictError where the log does not continue its last checkpoint: then nothing is signed.
    """
    with ledger.store.reading() as tx:
        last = log.checkpoint(tx)
        if last is not None and last.size == log.size(tx):
            return parse_note(last.note)
    by = signer(ledger)
    with ledger.store.transaction() as tx:
        last, size = log.checkpoint(tx), log.size(tx)
        if last is not None and last.size == size:
            return parse_note(last.note)
        if last is not None and not (last.size < size and _begins(tx, last.size, bytes.fromhex(last.root))):
            raise ConflictError("log", "does not continue its last checkpoint; selvage log check says where")
        log.extend(tx)
        top = root(log.reader(tx, size), size)
        note = sign(Checkpoint(by.key.name, size, top).text, by.key, by.sign)
        log.add_checkpoint(tx, size, top, str(note), ledger.now())
    return note


def latest(ledger: Ledger) -> Note:
    """The newest checkpoint. UnknownError where there is none."""
    with ledger.store.reading() as tx:
        found = log.checkpoint(tx)
    if found is None:
        raise UnknownError("checkpoint", "newest", "sign one: selvage log checkpoint")
    return parse_note(found.note)


def prove(ledger: Ledger, sequence: int) -> TlogProof:
    """That the entry of this sequence is in the log, under the first checkpoint over it. UnknownError."""
    with ledger.store.reading() as tx:
        found = log.checkpoint_over(tx, sequence) if sequence > 0 else None
        if found is None:
            there = 0 < sequence <= log.size(tx)
            sign_one = "it is under no checkpoint yet; sign one: selvage log checkpoint"
            raise UnknownError(
                "entry", sequence, sign_one if there else f"the book has entries 1 to {log.size(tx)}"
            )
        path = inclusion(log.reader(tx, found.size), sequence - 1, found.size)
        return TlogProof(sequence - 1, path, parse_note(found.note))


def submission(ledger: Ledger, old: int = 0) -> Submission:
    """What a witness that last cosigned over `old` entries is sent for the newest checkpoint."""
    newest = latest(ledger)
    return Submission(old, grown(ledger, old, parse_checkpoint(newest.text).size), newest)


def add_cosignature(ledger: Ledger, lines: str, witness: Key) -> Note:
    """Keep what `witness` answered with the checkpoint it is of. UnprovenError where it is of none."""
    found = Note("", parse_signatures(lines)).by(witness)
    with ledger.store.transaction() as tx:
        for row in reversed(log.checkpoints(tx) if found else ()):
            note = parse_note(row.note)
            seen = Note(
                note.text, (*note.signatures, *(each for each in found if each not in note.signatures))
            )
            if _vouches(seen, witness):
                log.cosigned(tx, row, str(seen))
                return seen
    raise UnprovenError(
        "cosignature", f"is of no checkpoint of this log by {witness.name}; send it the newest one"
    )


def grown(ledger: Ledger, old: int, new: int) -> tuple[Hash, ...]:
    """That the log of `new` entries continues the one of `old` entries. UnknownError, LogError."""
    with ledger.store.reading() as tx:
        if not 0 <= old <= new:
            raise LogError("old", f"a log of {new} entries does not continue one of {old}")
        if new > log.size(tx):
            raise UnknownError("entry", new, f"the log has {log.size(tx)} entries")
        return consistency(log.reader(tx, new), old, new)


def file(ledger: Ledger, path: str) -> bytes:
    """A tile or a bundle of entries under the newest checkpoint, by its path. LogError, UnknownError."""
    wanted = parse_path(path)
    with ledger.store.reading() as tx:
        newest = log.checkpoint(tx)
        there = (newest.size if newest else 0) >> wanted.level * HEIGHT
        if wanted.number * WIDTH + wanted.width > there:
            raise UnknownError("path", path, "it is not under the newest checkpoint yet")
        if wanted.entries:
            return bundle(log.leaves(tx, wanted.number, wanted.width))
        return b"".join(log.tile(tx, wanted))


def check(ledger: Ledger, kept: Note | None = None) -> tuple[Problem, ...]:
    """What is not as it was when it was signed; `kept` is a checkpoint that somebody outside remembers."""
    with ledger.store.reading() as tx:
        problems = [*_broken(tx), *_changed(tx)]
        key = signer(ledger).key
        notes = [parse_note(each.note) for each in log.checkpoints(tx)]
        for note in [*notes, *([kept] if kept else [])]:
            problems += _unlike(tx, note, key)
    return tuple(problems)


def _vouches(note: Note, witness: Key) -> bool:
    try:
        return cosigned_at(note, witness, log_keys.verify) is not None
    except LogError:
        return False


def _broken(tx: Tx) -> list[Problem]:
    try:
        check_chain(entries.walk(tx))
    except BrokenChainError as error:
        return [Problem("entry-broken", error.position, str(error))]
    return []


def _changed(tx: Tx) -> list[Problem]:
    first = next(log.differing(tx), None)
    why = f"entry {first} is not the one that the log has: it was edited, dropped or put elsewhere"
    return [] if first is None else [Problem("entry-replaced", first, why)]


def _unlike(tx: Tx, note: Note, key: Key) -> list[Problem]:
    """Whether a checkpoint is ours, and what was under it is still there."""
    try:
        found = opened(note, key, log_keys.verify)
    except LogError as error:
        return [Problem("checkpoint-forged", 0, str(error))]
    if found.size > log.size(tx):
        why = f"{found.size} entries were signed for, {log.size(tx)} are left"
        return [Problem("entries-gone", log.size(tx) + 1, why)]
    if not _begins(tx, found.size, found.root):
        why = f"the first {found.size} entries are not those that were signed for"
        return [Problem("checkpoint-differs", found.size, why)]
    return []


def _begins(tx: Tx, size: int, top: Hash) -> bool:
    """Whether the first `size` entries, which are there, have this root."""
    return root(log.reader(tx, size), size) == top
