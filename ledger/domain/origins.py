"""Who made a tile: a model, or a person, as somebody certified. The label that every surface shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

HAND = "hand"  # in the place of a generator, in the recipe of a tile that a person drew
BY_A_MODEL = "made by a model"


@dataclass(frozen=True)
class Origin:
    """`by` drew it and `certifier` certified that; both None for what a model made."""

    by: str | None = None
    certifier: str | None = None

    @property
    def label(self) -> str:
        """The label for people."""
        if self.by is None:
            return BY_A_MODEL
        return f"drawn by a person ({self.by}), certified by {self.certifier}"


def asked_for(recipe: Mapping[str, Any]) -> tuple[str, int] | None:
    """(prompt, seed) that a tile was drawn by; None for one that a person drew: it has neither."""
    if recipe.get("generator") == HAND:
        return None
    return str(recipe["prompt"]), int(recipe["seed"])


def origin(recipe: Mapping[str, Any]) -> Origin:
    """The origin of the tile that a recipe stands for."""
    if recipe.get("generator") != HAND:
        return Origin()
    return Origin(recipe["by"], recipe["certifier"])
