"""JSON and UTF-8 as a claim holds them; what they cannot hold is a ClaimError that names the field."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from provenance.errors import ClaimError


def canonical_json(field: str, value: Mapping[str, Any]) -> str:
    """Sorted keys, no spaces. Raises ClaimError."""
    try:
        text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    except (TypeError, ValueError) as error:
        raise ClaimError(field, f"cannot be written as JSON ({error}); use JSON types only") from error
    check_text(field, text)
    return text


def check_text(field: str, text: str) -> None:
    """Raises ClaimError for half of a surrogate pair."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        problem = f"cannot be written as UTF-8 ({error.reason}); remove that character"
        raise ClaimError(field, problem) from error


def plain(value: Mapping[str, Any]) -> dict[str, Any]:
    """The same, of plain dictionaries and lists only. Raises ClaimError."""
    return dict(json.loads(canonical_json("claim", value)))
