"""Tiles by a diffusion model of the house's own, SDXL or Flux for one, quantised to the palette's inks."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from generator.draft import SUPERSAMPLING, Draft, Pixels
from generator.errors import BriefError, WeightsError
from generator.lexicon.reading import resolve
from generator.local.folder import ModelFolder
from generator.local.loading import load_pipeline, native_edge, proposed, rolling
from generator.palette import parse_palette
from generator.recipe import Recipe

MANNER = "seamless repeat pattern, flat spot colours on a plain ground, screen print, crisp edges"


class DiffusersGenerator:
    """Draws with the pipeline in a folder, on a GPU where there is one, one tile at a time in a process.

    The same recipe gives the same separations on one machine with the same libraries. Another GPU may round
    otherwise: what was drawn is kept, and is what the ledger proves.
    """

    name = "diffusers"

    def __init__(self, folder: Path) -> None:
        """Nothing is read until the first brief is planned."""
        self._folder = folder

    @cached_property
    def _model(self) -> ModelFolder:
        return ModelFolder.open(self._folder)

    @property
    def weights(self) -> str:
        """SHA-256 (hex) over the folder's files, read when first asked for. Raises WeightsError."""
        return self._model.digest

    @cached_property
    def _pipeline(self) -> Any:
        current = ModelFolder.open(self._folder)
        if current != self._model:
            remedy = "start this process again, so that new recipes name them"
            raise WeightsError(str(self._folder), self.weights, current.digest, remedy)
        return load_pipeline(current)

    def plan(self, prompt: str, palette: Sequence[str], seed: int, size: int = 512) -> Recipe:
        """Check a brief and complete it with the steps and guidance that the pipeline itself proposes.

        The prompt has to name a motif of the house, by which the critic judges what was drawn. Raises
        BriefError, UnknownMotifError and WeightsError.
        """
        steps, guidance = proposed(self._model)
        recipe = Recipe(
            prompt=prompt,
            palette=parse_palette(palette),
            seed=seed,
            size=size,
            steps=steps,
            guidance=guidance,
            generator=self.name,
            weights=self.weights,
        )
        resolve(prompt, seed, len(recipe.palette))
        return recipe

    def generate(self, recipe: Recipe) -> Draft:
        """Make the tile. Raises BriefError for another generator's recipe and WeightsError for other weights.

        The model draws at its own size whatever the recipe's: a tile's size does not change its design.
        """
        from generator.local.flat import flatten

        if recipe.generator != self.name:
            raise BriefError(
                "generator", f"recipe is for {recipe.generator!r}", f"give one for {self.name!r}"
            )
        if recipe.weights != self.weights:
            remedy = "point SELVAGE_MODEL at the folder that the recipe names"
            raise WeightsError("recipe", recipe.weights, self.weights, remedy)
        picture = self._drawn(recipe)
        return Draft(recipe, flatten(picture, len(recipe.palette), SUPERSAMPLING * recipe.size))

    def _drawn(self, recipe: Recipe) -> Pixels:
        """The picture (H, W, 3), uint8, as the model draws it."""
        import torch

        from generator.flow import alone

        pipeline = self._pipeline
        edge = native_edge(pipeline)
        with alone(), torch.inference_mode():
            image = pipeline(
                prompt=f"{recipe.prompt}, {MANNER}",
                height=edge,
                width=edge,
                num_inference_steps=recipe.steps,
                guidance_scale=recipe.guidance,
                generator=torch.Generator("cpu").manual_seed(recipe.seed),
                output_type="np",
                **rolling(pipeline, recipe.seed),
            ).images[0]
        return np.asarray((np.clip(image, 0.0, 1.0) * 255.0).round(), np.uint8)
