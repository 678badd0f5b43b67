"""What every generator does, whatever draws behind it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from generator.draft import Draft
from generator.recipe import Recipe


class Generator(Protocol):
    """Plans a recipe from a brief, and makes the tile a recipe describes."""

    @property
    def name(self) -> str:
        """The value of `Recipe.generator` that this generator answers to."""
        ...

    def plan(self, prompt: str, palette: Sequence[str], seed: int, size: int = 512) -> Recipe:
        """Check a brief and complete it into a recipe; `size` is the tile's edge in pixels.

        Raises BriefError on an unusable field and UnknownMotifError on a prompt without a known motif.
        """
        ...

    def generate(self, recipe: Recipe) -> Draft:
        """Make the tile; the same recipe gives the same separations, bit for bit.

        Raises BriefError for another generator's recipe and WeightsError for other weights.
        """
        ...
