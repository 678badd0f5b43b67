"""Where suspects come from: files, folders, ZIP, PDF, WARC, listings, animations, the web; one at a time.

``iterate`` names every picture by a stable path and gives its bytes or a problem; nothing it meets stops it.
Names are loaded on first use, so importing the package costs nothing.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from forensics.sources.allowing import AllowList
    from forensics.sources.iteration import iterate
    from forensics.sources.outcomes import OUTCOMES, Outcome
    from forensics.sources.stocktaking import InventoryItem, inventory
    from forensics.sources.suspect import Limits, Origin, Suspect
    from forensics.sources.web import fetch

_HOME = {
    "AllowList": "allowing",
    "InventoryItem": "stocktaking",
    "Limits": "suspect",
    "OUTCOMES": "outcomes",
    "Origin": "suspect",
    "Outcome": "outcomes",
    "Suspect": "suspect",
    "fetch": "web",
    "inventory": "stocktaking",
    "iterate": "iteration",
}

__all__ = [
    "OUTCOMES",
    "AllowList",
    "InventoryItem",
    "Limits",
    "Origin",
    "Outcome",
    "Suspect",
    "fetch",
    "inventory",
    "iterate",
]


def __getattr__(name: str) -> object:
    if name not in _HOME:
        raise AttributeError(f"module 'forensics.sources' has no attribute {name!r}")
    return getattr(importlib.import_module(f"forensics.sources.{_HOME[name]}"), name)
