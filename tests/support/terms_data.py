"""Terms in plain data, to be changed one field at a time."""

from __future__ import annotations

from datetime import date
from typing import Any

SPLIT = {"studio": "60 %", "ann": "40 %"}


def standard(**changes: Any) -> dict[str, Any]:
    return {"preset": "standard", "split": SPLIT, **changes}


def full(**changes: Any) -> dict[str, Any]:
    """Terms without a preset, everything written out."""
    return {
        "name": "full",
        "territory": ["GB", "FR"],
        "products": ["wallpaper"],
        "run": 100,
        "dates": {"start": "2026-01-01", "end": date(2026, 12, 31)},
        "exclusive": False,
        "training": "prohibited",
        "price": "10",
        "royalty": "none",
        "unlicensed_use": "30",
        "resale": "5 %",
        "split": SPLIT,
        **changes,
    }
