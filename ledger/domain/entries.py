"""The append-only book: every change of state is an entry that names the hash of the one before it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ledger.domain.canonical import digest
from ledger.domain.errors import BrokenChainError

GENESIS = "0" * 64


@dataclass(frozen=True)
class Entry:
    """One line of the book. `at` is ISO 8601 in UTC, `body` holds no floats, `hash` covers all the rest."""

    sequence: int
    kind: str
    subject: str
    at: str
    body: Mapping[str, Any]
    previous: str
    hash: str


def append(previous: Entry | None, kind: str, subject: str, at: str, body: Mapping[str, Any]) -> Entry:
    """The entry that follows `previous` (None at the start of the book)."""
    sequence = previous.sequence + 1 if previous else 1
    link = previous.hash if previous else GENESIS
    return Entry(sequence, kind, subject, at, body, link, entry_hash(sequence, kind, subject, at, body, link))


def entry_hash(
    sequence: int, kind: str, subject: str, at: str, body: Mapping[str, Any], previous: str
) -> str:
    fields = {"sequence": sequence, "kind": kind, "subject": subject, "at": at, "body": dict(body)}
    return digest({**fields, "previous": previous})


def check_chain(entries: Iterable[Entry]) -> Entry | None:
    """The last entry of a book read from its start; BrokenChainError names the first that does not fit."""
    last: Entry | None = None
    for entry in entries:
        _check_link(last, entry)
        last = entry
    return last


def _check_link(last: Entry | None, entry: Entry) -> None:
    expected = append(last, entry.kind, entry.subject, entry.at, entry.body)
    if entry.sequence != expected.sequence:
        raise BrokenChainError(entry.sequence, f"entry {expected.sequence} is missing before it")
    if entry.previous != expected.previous:
        raise BrokenChainError(entry.sequence, "it does not name the hash of the entry before it")
    if entry.hash != expected.hash:
        raise BrokenChainError(entry.sequence, "its content was changed after it was written")
