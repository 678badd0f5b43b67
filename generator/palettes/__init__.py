"""Palettes from names, hex, a colour book or a photograph, and what is to be said against them.

Names load on first use: importing this package costs nothing.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from generator.palettes.book import read_book
    from generator.palettes.checks import Pair, Report, Warned, check, touching
    from generator.palettes.drawing import swatches
    from generator.palettes.names import NAMES, called, nearest_name, resolve, told_apart
    from generator.palettes.photograph import from_photograph

_HOMES = {
    "NAMES": "names",
    "Pair": "checks",
    "Report": "checks",
    "Warned": "checks",
    "called": "names",
    "check": "checks",
    "from_photograph": "photograph",
    "nearest_name": "names",
    "read_book": "book",
    "resolve": "names",
    "swatches": "drawing",
    "told_apart": "names",
    "touching": "checks",
}

__all__ = [
    "NAMES",
    "Pair",
    "Report",
    "Warned",
    "called",
    "check",
    "from_photograph",
    "nearest_name",
    "read_book",
    "resolve",
    "swatches",
    "told_apart",
    "touching",
]


def __getattr__(name: str) -> Any:
    """Load a public name from its module on first use."""
    if name not in _HOMES:
        raise AttributeError(f"module 'generator.palettes' has no attribute {name!r}")
    return getattr(importlib.import_module(f"generator.palettes.{_HOMES[name]}"), name)
