"""Reading the book. It is written by `Tx.append` only."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlmodel import col, select

from ledger.domain.entries import GENESIS, Entry
from ledger.store.asked import Asked
from ledger.store.store import Tx, to_entry
from ledger.store.tables import EntryRow

CHUNK = 1000
_HEAD = Asked(select(EntryRow.sequence, EntryRow.hash).order_by(col(EntryRow.sequence).desc()).limit(1))


def walk(tx: Tx, after: int = 0) -> Iterator[Entry]:
    """Every entry after sequence `after`, in order, a chunk at a time."""
    while chunk := page(tx, after, CHUNK):
        yield from chunk
        after = chunk[-1].sequence


def head(tx: Tx) -> tuple[int, str]:
    """Sequence and hash of the last entry; (0, GENESIS) for an empty book."""
    for sequence, last in tx.ask(_HEAD):
        return sequence, last
    return 0, GENESIS


def page(tx: Tx, after: int = 0, limit: int = 100) -> tuple[Entry, ...]:
    query = select(EntryRow).where(col(EntryRow.sequence) > after).order_by(col(EntryRow.sequence))
    return tuple(to_entry(row) for row in tx.session.exec(query.limit(limit)))


def about(tx: Tx, subjects: Sequence[str]) -> tuple[Entry, ...]:
    """The entries whose subject is one of `subjects`, in order."""
    query = select(EntryRow).where(col(EntryRow.subject).in_(subjects)).order_by(col(EntryRow.sequence))
    return tuple(to_entry(row) for row in tx.session.exec(query))


def of_kind(tx: Tx, kind: str) -> tuple[Entry, ...]:
    """The entries of a kind, in order."""
    query = select(EntryRow).where(EntryRow.kind == kind).order_by(col(EntryRow.sequence))
    return tuple(to_entry(row) for row in tx.session.exec(query))


def of_file(tx: Tx, kind: str, sha256: str) -> Entry | None:
    """The last entry of a kind that says `sha256` of itself, None where there is none."""
    named = col(EntryRow.body).contains(f'"sha256":"{sha256}"', autoescape=True)
    query = select(EntryRow).where(EntryRow.kind == kind, named).order_by(col(EntryRow.sequence).desc())
    row = tx.session.exec(query).first()
    return to_entry(row) if row else None
