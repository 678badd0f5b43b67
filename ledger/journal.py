"""Read the journal: find its pages among the blobs, put them in order, and say which are not there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ledger.blobs import Blobs
from ledger.domain.errors import FieldError
from ledger.domain.journal import Page, Row, parse_page
from ledger.errors import BlobError, JournalError
from ledger.store import journal
from ledger.store.journal import Key

Table = dict[Key, Row]


@dataclass(frozen=True)
class Journal:
    """The `pages` that lead to the newest, from the last that began anew.

    `altered` do not have the content they are named by, `missing` are named by the page after them, and those
    `aside` lead nowhere: their transaction was not committed.
    """

    pages: tuple[tuple[str, Page], ...]
    altered: tuple[str, ...] = ()
    missing: tuple[tuple[str, int], ...] = ()
    aside: tuple[str, ...] = ()
    known: frozenset[str] = frozenset()

    @property
    def newest(self) -> str:
        return self.pages[-1][0]


def read(blobs: Blobs, newest: str | None = None) -> Journal:
    """The journal up to the page `newest`, by default the last there is. JournalError, StorageError."""
    found, altered = _pages(blobs)
    if newest is not None and newest not in found:
        raise JournalError(f"page: {newest[:80]} is no page of this journal; name one that is")
    if not found:
        raise JournalError("journal: there is no page of it among the blobs; check SELVAGE_BLOBS_URL")
    name: str | None = newest or _newest(found)
    path, missing = list[tuple[str, Page]](), list[tuple[str, int]]()
    while name is not None:
        page = found[name]
        path.append((name, page))
        if page.begins:
            break
        name = page.previous
        if name not in found:
            missing.append((str(name), page.number - 1))
            name = _newest({at: each for at, each in found.items() if each.number < page.number - 1})
    first, used = path[-1][1].number, {name for name, _ in path}
    aside = sorted(at for at, each in found.items() if each.number >= first and at not in used)
    return Journal(tuple(reversed(path)), tuple(altered), tuple(missing), tuple(aside), frozenset(found))


def rows(pages: Iterable[Page]) -> dict[str, Table]:
    """The rows of every table after these pages. JournalError for tables this program does not know."""
    kept: dict[str, Table] = {table: {} for table in journal.BY_NAME}
    for page in pages:
        if page.begins:
            kept = {table: {} for table in journal.BY_NAME}
        for table, found in page.rows.items():
            if table not in kept:
                raise JournalError(f"journal: {table} is no table of this program; use the one that wrote it")
            try:
                kept[table].update({journal.key_of(row, table): row for row in found})
            except KeyError as error:
                raise JournalError(f"journal: a row of {table} in page {page.number} lacks {error}") from None
    return kept


def standing(found: Mapping[str, Table]) -> tuple[dict[str, Table], list[tuple[str, Key, str]]]:
    """The rows whose references are there, each after those it refers to; and (table, key, why) of others."""
    kept: dict[str, Table] = {table: {} for table in found}
    lost: list[tuple[str, Key, str]] = []
    for table, waiting in found.items():
        while ready := {key: row for key, row in waiting.items() if _unmet(kept, table, row) is None}:
            kept[table].update(ready)
            waiting = {key: row for key, row in waiting.items() if key not in ready}
        lost += [(table, key, _unmet(kept, table, row) or "") for key, row in waiting.items()]
    return kept, lost


def _unmet(kept: Mapping[str, Table], table: str, row: Row) -> str | None:
    """What a row refers to that is not there."""
    for column, other in journal.references(table):
        if row[column] is not None and (row[column],) not in kept[other]:
            return f"{other} {row[column]}"
    return None


def _pages(blobs: Blobs) -> tuple[dict[str, Page], list[str]]:
    found, altered = dict[str, Page](), list[str]()
    for name in sorted(blobs.names()):
        try:
            found[name] = parse_page(blobs.get(name))
        except (BlobError, FieldError):
            altered.append(name)
    return found, altered


def _newest(pages: Mapping[str, Page]) -> str | None:
    """The page with the highest number; of several, whose transactions were not all committed, the latest."""
    return max(pages, key=lambda name: (pages[name].number, pages[name].at, name), default=None)
