"""Three starting points for terms, as plain data; whatever a manager writes beside `preset` overrides it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

# What a use without a licence costs when the terms do not say.
UNLICENSED_USE_TIMES_PRICE = 3
# Currencies in which the amounts below are meant.
PRESET_CURRENCIES = frozenset({"TUSD", "USD", "EUR", "GBP"})

_COMMON: Mapping[str, Any] = {
    "territory": "worldwide",
    "products": "any",
    "exclusive": False,
    "training": "prohibited",
    "resale": "5 %",
}
PRESETS: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        "standard": {**_COMMON, "name": "standard", "run": 5_000, "price": "250.00", "royalty": "none"},
        "extended": {
            **_COMMON,
            "name": "extended",
            "run": "unlimited",
            "price": "900.00",
            "royalty": {"per_unit": "0.05"},
        },
        "exclusive": {
            **_COMMON,
            "name": "exclusive",
            "run": 50_000,
            "exclusive": True,
            "price": "6000.00",
            "royalty": {"per_unit": "0.10"},
        },
    }
)
