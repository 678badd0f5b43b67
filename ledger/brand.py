"""The brand's guidelines: taken in, listed, removed, searched. What briefs make of them: `ledger/guiding.py`.

A file is kept among the blobs, its passages in the database as they were cut. Removed, it is asked no more,
and the briefs that were held against it still find what they name.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import cached_property
from weakref import WeakKeyDictionary

from ledger.context import Ledger
from ledger.domain.errors import FieldError
from ledger.domain.fields import Field
from ledger.domain.guidelines import MARKDOWN, MAX_QUERY, PDF, PLAIN, Guideline, Passage, cut
from ledger.errors import UnknownError
from ledger.store import Store, Tx, guidelines
from ledger.text_index import TextIndex

MAX_NAME = 120  # characters
MAX_TEXT_BYTES, MAX_PDF_BYTES = 2 * 1024**2, 32 * 1024**2
MAX_KEPT = 50_000  # passages of all files that hold
MOST = 50  # answers
_PDF = b"%PDF-"
_MARKDOWN = (".md", ".markdown")
_AS = {
    MARKDOWN: "give a name in .md",
    PLAIN: "give a name that is not in .md",
}  # PDFs are known by their bytes
_DIGITS = re.compile(r"[0-9a-f]{8,64}")


@dataclass(frozen=True)
class Found:
    """A passage with the name of its file, and the score that brought it."""

    passage: Passage
    name: str
    score: float


def add(ledger: Ledger, name: str, data: bytes) -> tuple[Guideline, Guideline | None]:
    """Keep a file of guidelines; and the one of the same name that it takes the place of, if any.

    The same bytes again change nothing; removed ones hold again, under any name of the same kind. Raises
    FieldError for a file of which nothing can be quoted.
    """
    Field(name, "name", FieldError).text(MAX_NAME)
    sha256 = hashlib.sha256(data).hexdigest()
    with ledger.store.reading() as tx:
        known = guidelines.find(tx, sha256)
    if known is not None and known.removed_at is None:
        return known, None
    kind, pages = _text(name, data)
    passages, at = cut(sha256, kind, pages), ledger.now()
    ledger.blobs.put(data)
    with ledger.store.transaction() as tx:
        again = guidelines.find(tx, sha256)
        if again is not None and again.removed_at is None:
            return again, None
        if again is not None and again.kind != kind:
            raise FieldError("name", f"these bytes were cut as {again.kind} before, {_AS[again.kind]}")
        made = Guideline(sha256, name, kind, again.passages if again else len(passages), at)
        before = next((each for each in guidelines.every(tx) if each.name == name), None)
        _room(tx, made, before)
        if before is not None:
            _take_back(tx, before, made.added_at)
        body = {"name": name, "kind": kind, "passages": made.passages}
        entry = tx.append("guideline-added", sha256, body, made.added_at)
        guidelines.add(tx, made, passages, entry.sequence)
    return made, before


def remove(ledger: Ledger, name: str) -> Guideline:
    """Ask a file no more, by its name or how its digest begins. UnknownError."""
    at = ledger.now()
    with ledger.store.transaction() as tx:
        found = guidelines.named(tx, name)
        _take_back(tx, found, at)
    return found


def kept(ledger: Ledger) -> tuple[Guideline, ...]:
    """The files that hold, in the order they came in."""
    with ledger.store.reading() as tx:
        return guidelines.every(tx)


def search(ledger: Ledger, query: str, most: int = 5) -> tuple[Found, ...]:
    """The passages that a query meets, the best first. FieldError for a query that is none."""
    Field(query, "query", FieldError).text(MAX_QUERY)
    Field(most, "most", FieldError).whole(1, MOST)
    return standing(ledger).search(query, most)


def standing(ledger: Ledger) -> Shelf:
    """All passages that hold, read from the database again only when a file came or went."""
    with ledger.store.reading() as tx:
        held = guidelines.every(tx)
        shelf = _STANDING.get(ledger.store)
        if shelf is None or tuple(shelf.files.values()) != held:
            # The passages of a file stay as they were cut, so its row says all about them.
            passages = guidelines.passages(tx, [each.sha256 for each in held])
            shelf = _STANDING[ledger.store] = Shelf({each.sha256: each for each in held}, passages)
    return shelf


def quote(ledger: Ledger, digits: str) -> tuple[Passage, Guideline]:
    """The passage whose digest begins so, and its file, also one that was removed.

    Raises FieldError for fewer than 8 digits or ones that fit several, and UnknownError (unknown-passage).
    """
    if not _DIGITS.fullmatch(digits):
        raise FieldError("digest", f"{digits[:64]!r} is no digest; give 8 to 64 hex digits")
    with ledger.store.reading() as tx:
        found = guidelines.beginning_with(tx, digits)
    if not found:
        raise UnknownError("passage", digits, "selvage brand search shows the digests of those that hold")
    if len(found) > 1:
        raise FieldError("digest", f"{digits} begins several; give more digits")
    return found[0]


@dataclass(frozen=True)
class Shelf:
    """Passages with the files that they are of, to be searched."""

    files: dict[str, Guideline]
    passages: tuple[Passage, ...]

    @cached_property
    def index(self) -> TextIndex:
        """Over the passages with their headings, which say what they are about."""
        return TextIndex([f"{each.heading}\n{each.text}" for each in self.passages])

    def search(self, query: str, most: int) -> tuple[Found, ...]:
        return tuple(
            Found(self.passages[at], self.files[self.passages[at].file].name, score)
            for at, score in self.index.search(query, most)
        )


_STANDING: WeakKeyDictionary[Store, Shelf] = WeakKeyDictionary()


def _take_back(tx: Tx, guideline: Guideline, at: str) -> None:
    tx.append("guideline-removed", guideline.sha256, {"name": guideline.name}, at)
    guidelines.remove(tx, guideline.sha256, at)


def _room(tx: Tx, made: Guideline, before: Guideline | None) -> None:
    kept = sum(each.passages for each in guidelines.every(tx)) - (before.passages if before else 0)
    if kept + made.passages > MAX_KEPT:
        problem = (
            f"makes {made.passages} passages beside {kept}; at most {MAX_KEPT} are kept, remove some first"
        )
        raise FieldError("file", problem)


def _text(name: str, data: bytes) -> tuple[str, list[str]]:
    """(kind, text of each page) of a file. Raises FieldError."""
    if data.startswith(_PDF):
        from ledger.pdf_text import pages_of

        _size(data, MAX_PDF_BYTES)
        return PDF, pages_of(data)
    _size(data, MAX_TEXT_BYTES)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        problem = f"is neither a PDF nor UTF-8 text (line {line}); write it as Markdown, plain text or PDF"
        raise FieldError("file", problem) from error
    if "\x00" in text:
        raise FieldError("file", "holds NUL bytes and is no text; write it as Markdown, plain text or PDF")
    kind = MARKDOWN if name.lower().endswith(_MARKDOWN) else PLAIN
    return kind, [text.replace("\r\n", "\n").replace("\r", "\n")]


def _size(data: bytes, most: int) -> None:
    if len(data) > most:
        raise FieldError("file", f"has {len(data)} bytes; give at most {most}, and split it if need be")
