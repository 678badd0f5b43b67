"""Canonical JSON (RFC 8785) for values without floating point numbers, and digests over it.

Floats are refused: their printing is where canonical forms differ. Probabilities travel as strings.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

from ledger.domain.errors import FieldError
from ledger.domain.fields import shown

SAFE_INTEGER = 2**53 - 1  # RFC 8785 numbers are IEEE doubles; larger integers travel as strings
MAX_DEPTH = 64  # far below the interpreter's recursion limit, far above any record of ours


def canonical(value: Any, path: str = "body") -> bytes:
    """UTF-8 bytes of `value`; raises FieldError naming the first part that has no canonical form."""
    plain = _is_plain(value)
    if not plain:
        _check(value, path)
        value = _sorted(value)
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=plain).encode()


def digest(value: Any) -> str:
    """SHA-256 of the canonical form, lower-case hex."""
    return hashlib.sha256(canonical(value)).hexdigest()


def _is_plain(value: Any, depth: int = 0) -> bool:
    """Whether nothing can be wrong with `value`, and its keys sort as Python's do. Most of ours is so."""
    kind = type(value)
    if kind is str:
        return bool(value.isascii())
    if kind is dict:
        names = all(type(key) is str and key.isascii() for key in value)
        return names and depth < MAX_DEPTH and all(_is_plain(item, depth + 1) for item in value.values())
    if kind is list or kind is tuple:
        return depth < MAX_DEPTH and all(_is_plain(item, depth + 1) for item in value)
    if kind is int:
        return bool(abs(value) <= SAFE_INTEGER)
    return value is None or kind is bool


def _sorted(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _sorted(value[key]) for key in sorted(value, key=lambda k: k.encode("utf-16-be"))}
    if isinstance(value, list | tuple):
        return [_sorted(item) for item in value]
    return value


def _check(value: Any, path: str, depth: int = 0) -> None:
    if depth > MAX_DEPTH:
        raise FieldError(path[:200], f"is nested more than {MAX_DEPTH} deep; make it flatter")
    if isinstance(value, dict):
        for key, item in value.items():
            if not isinstance(key, str):
                raise FieldError(path, f"key {shown(key)} is not a string")
            _check_text(key, path)
            _check(item, f"{path}.{key}", depth + 1)
    elif isinstance(value, list | tuple):
        for index, item in enumerate(value):
            _check(item, f"{path}[{index}]", depth + 1)
    else:
        _check_scalar(value, path)


def _check_scalar(value: Any, path: str) -> None:
    if isinstance(value, str):
        _check_text(value, path)
    elif isinstance(value, int) and not isinstance(value, bool):
        if abs(value) > SAFE_INTEGER:
            raise FieldError(path, f"{shown(value)} exceeds 2^53-1; write it as a string")
    elif not (value is None or isinstance(value, bool)):
        raise FieldError(path, f"{type(value).__name__} has no canonical form; use a string")


def _check_text(text: str, path: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError as e:
        raise FieldError(path, "holds half of a surrogate pair; write valid Unicode") from e
