"""JSON columns and amounts, written and read in one way."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from ledger.domain.canonical import canonical
from ledger.domain.money import Money
from ledger.domain.terms import Terms
from ledger.domain.terms_text import parse_terms


def dump(value: Any) -> str:
    """Canonical JSON; FieldError for floats."""
    return canonical(dict(value) if isinstance(value, Mapping) else value).decode()


def load(text: str) -> Any:
    return json.loads(text)


def load_optional(text: str | None) -> Any:
    return None if text is None else json.loads(text)


@lru_cache(maxsize=4096)
def read_terms(text: str) -> Terms:
    """Read once: the licences of a tile are mostly under the same few terms."""
    return parse_terms(load(text))


def money(minor: str, currency: str) -> Money:
    return Money(int(minor), currency)
