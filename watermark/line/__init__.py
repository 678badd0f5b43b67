"""The mark in the line: a second watermark channel that lives in the geometry of a tile's edges."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from watermark.line.mark import LineMark
    from watermark.line.pvalue import false_match_bound, threshold

_HOMES = {
    "LineMark": "watermark.line.mark",
    "false_match_bound": "watermark.line.pvalue",
    "threshold": "watermark.line.pvalue",
}

__all__ = ["LineMark", "false_match_bound", "threshold"]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
