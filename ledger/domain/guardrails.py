"""Terms that no brief may use, as people write them: one on each line, with the reason after a colon."""

from __future__ import annotations

import re
from collections.abc import Mapping

from ledger.domain.errors import FieldError

MAX_TERMS, MAX_LINE = 10_000, 300
_WORDS = re.compile(r"[^\W_]+", re.UNICODE)


def parse_blocked(text: str) -> dict[str, str]:
    """Terms with their reasons; empty lines and what follows a # are left out. Raises FieldError."""
    found: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        told = line.split("#", 1)[0].strip()
        if not told:
            continue
        term, _, reason = told.partition(":")
        plain = plainly(term)
        if not plain or len(told) > MAX_LINE:
            raise FieldError(f"blocked.txt, line {number}", f"write a term of 1 to {MAX_LINE} characters")
        found[plain] = reason.strip() or "it is blocked here"
    if len(found) > MAX_TERMS:
        raise FieldError("blocked.txt", f"holds {len(found)} terms; at most {MAX_TERMS}")
    return found


def plainly(text: str) -> str:
    """The words of a text in lower case, one space between them: hyphens and case do not hide a term."""
    return " ".join(_WORDS.findall(text.casefold()))


def blocked_in(text: str, blocked: Mapping[str, str]) -> str | None:
    """The first blocked term that stands in a text as whole words."""
    padded = f" {plainly(text)} "
    return next((term for term in blocked if f" {term} " in padded), None)
