"""The house archive as a generator: drawn by rule, rights-clean, the same for the same seed.

New recipes are of the second edition; recipes of the first are drawn by its own code, which stays as it was.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from generator import archive as first_edition
from generator.draft import SUPERSAMPLING, Draft
from generator.errors import BriefError, WeightsError
from generator.lexicon.reading import resolve
from generator.motifs.draw import EDITION, draw_tile
from generator.palette import parse_palette
from generator.recipe import Recipe

SPAN = 2


class ArchiveGenerator:
    """Draws tiles by rule; needs no weights, and stands beside the trained generator."""

    name = "archive"

    def __init__(self) -> None:
        self.weights = hashlib.sha256(f"selvage archive {EDITION}".encode()).hexdigest()
        self._first = first_edition.ArchiveGenerator()

    def plan(self, prompt: str, palette: Sequence[str], seed: int, size: int = 512) -> Recipe:
        """Check a brief and complete it; `size` is in pixels. Raises BriefError, UnknownMotifError."""
        recipe = Recipe(
            prompt=prompt,
            palette=parse_palette(palette),
            seed=seed,
            size=size,
            steps=0,
            guidance=0.0,
            generator=self.name,
            weights=self.weights,
        )
        resolve(prompt, seed, len(recipe.palette))
        return recipe

    def generate(self, recipe: Recipe) -> Draft:
        """Draw the tile, by the edition its recipe names. Raises BriefError or WeightsError for others."""
        if recipe.generator != self.name:
            problem = f"recipe is for {recipe.generator!r}"
            raise BriefError("generator", problem, f"give one for {self.name!r}")
        if recipe.weights == self._first.weights:
            return self._first.generate(recipe)
        if recipe.weights != self.weights:
            raise WeightsError("archive edition", recipe.weights, self.weights, "plan the recipe anew")
        words = resolve(recipe.prompt, recipe.seed, len(recipe.palette))
        return Draft(recipe, draw_tile(words, recipe.seed, SUPERSAMPLING * recipe.size, SPAN))
