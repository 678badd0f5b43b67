"""JSON columns and amounts, written and read in one way."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from ledger.domain.canonical import canonical
from ledger.domain.money import Money


def dump(value: Any) -> str:
    """Canonical JSON; FieldError for floats."""
    return canonical(dict(value) if isinstance(value, Mapping) else value).decode()


def load(text: str) -> Any:
    return json.loads(text)


def load_optional(text: str | None) -> Any:
    return None if text is None else json.loads(text)


def money(minor: str, currency: str) -> Money:
    return Money(int(minor), currency)
