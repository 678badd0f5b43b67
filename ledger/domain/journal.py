"""The journal: every change of the book as a page, a canonical JSON document that names the page before it.

A page holds whole rows as they were at the end of one transaction. The first page, and any that `begins`
anew, holds all there are (or the first part of them): what is before it is not needed any more.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ledger.domain.canonical import canonical
from ledger.domain.errors import FieldError

FORMAT = "selvage-journal-1"
DEEPEST = 4  # page, rows, table, row
_NO_BRACKETS = re.compile(rb'"(?:[^"\\]|\\.)*"|[^\[\]{}"]+')
Row = Mapping[str, Any]
Rows = Mapping[str, Sequence[Row]]


@dataclass(frozen=True)
class Page:
    """`rows` by table; `previous` the digest of the page before, None for the first; `schema` of the rows."""

    number: int
    previous: str | None
    schema: str
    rows: Rows
    begins: bool = False

    @property
    def at(self) -> str:
        """When its last entry was made, RFC 3339; empty where it has none."""
        return max((str(entry["at"]) for entry in self.rows.get("entries", ())), default="")

    def to_bytes(self) -> bytes:
        """The document; its SHA-256 is the page's name. FieldError for rows without a canonical form."""
        rows = {table: [dict(row) for row in rows] for table, rows in self.rows.items()}
        return canonical({"format": FORMAT, **vars(self), "rows": rows}, "page")


def parse_page(data: bytes) -> Page:
    """The page in a document. FieldError where it is none of this format."""
    try:
        found = json.loads(data) if _is_flat(data) else None
    except ValueError:
        found = None
    if not isinstance(found, dict) or found.pop("format", None) != FORMAT:
        raise FieldError("page", f"is no document of format {FORMAT}; restore it from a backup")
    if found.keys() != Page.__annotations__.keys() or not (_is_head(found) and _are_rows(found["rows"])):
        raise FieldError("page", "lacks a part, or has one too many; restore it from a backup")
    return Page(**found)


def _is_flat(data: bytes) -> bool:
    """Whether it nests no deeper than a page: a bomb of brackets must not reach the parser."""
    depth = 0
    for bracket in _NO_BRACKETS.sub(b"", data):
        depth += 1 if bracket in b"[{" else -1
        if depth > DEEPEST:
            return False
    return True


def _is_head(found: Mapping[str, Any]) -> bool:
    number, previous = found["number"], found["previous"]
    numbered = isinstance(number, int) and number > 0 and (previous is None or isinstance(previous, str))
    return numbered and isinstance(found["schema"], str) and isinstance(found["begins"], bool)


def _are_rows(found: object) -> bool:
    """Tables of flat rows."""
    if not isinstance(found, dict) or not all(isinstance(rows, list) for rows in found.values()):
        return False
    every = (row for rows in found.values() for row in rows)
    return all(isinstance(row, dict) and not any(map(_is_deep, row.values())) for row in every)


def _is_deep(value: object) -> bool:
    return isinstance(value, dict | list)
