"""Starting points for terms, as plain data; whatever a manager writes beside `preset` overrides it."""

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
_STANDARD: Mapping[str, Any] = {
    **_COMMON,
    "name": "standard",
    "run": 5_000,
    "price": "250.00",
    "royalty": "none",
}
PRESETS: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        "standard": _STANDARD,
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
        "limited-run": {**_STANDARD, "name": "limited run", "run": 500, "price": "120.00"},
        "print-on-demand": {
            **_COMMON,
            "name": "print on demand",
            "run": "unlimited",
            "channels": ["marketplace", "online", "print-on-demand"],
            "modification": ["crop", "rescale"],
            "reporting": "month",
            "price": "0.00",
            "royalty": {
                "graduated": [
                    {"up_to": 1_000, "per_unit": "0.60"},
                    {"up_to": 10_000, "per_unit": "0.45"},
                    {"per_unit": "0.30"},
                ]
            },
            "unlicensed_use": "400.00",
        },
        "training": {
            **_STANDARD,
            "name": "training",
            "training": {
                "ai_training": {"fee": "800.00"},
                "ai_generative_training": {"fee": "1500.00"},
                "data_mining": "free",
                "ai_inference": "free",
            },
        },
        "recipe": {
            **_STANDARD,
            "name": "recipe",
            "colourways": "any",
            "derivatives": "included",
            "recipe": {"fee": "400.00", "per_generation": "0.25", "generations": 10_000},
            "reporting": "quarter",
        },
        "adapter": {
            **_STANDARD,
            "name": "adapter",
            "style": {"fee": "500.00"},
            "adapter": {"fee": "600.00", "per_generation": "0.05"},
            "reporting": "quarter",
        },
        "human-certified": {
            **_STANDARD,
            "name": "human-certified premium",
            "run": 2_000,
            "price": "950.00",
            "attribution": {"text": "Pattern made by a person, certified"},
        },
    }
)
# What only the manager can know, by preset: the field and what to write.
PRESET_NEEDS = {"human-certified": ("certification", "name who certifies it such as {human: ann}")}
