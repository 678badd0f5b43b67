"""Tiles by a diffusion model of the house's own, SDXL or Flux for one, quantised to the palette's inks."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np

from generator.draft import SUPERSAMPLING, Draft, Pixels
from generator.errors import BriefError, WeightsError
from generator.lexicon.reading import resolve
from generator.local.folder import ModelFolder
from generator.palette import parse_palette
from generator.recipe import Recipe

MANNER = "seamless repeat pattern, flat spot colours on a plain ground, screen print, crisp edges"
_REMEDY = "give the folder of a text-to-image pipeline that this release of diffusers loads"
_LEAST_PX = 64
_DRAWING = Lock()


class DiffusersGenerator:
    """Draws with the pipeline in a folder, on a GPU where there is one.

    The same recipe gives the same separations on one machine with the same libraries. Another GPU may round
    otherwise: what was drawn is kept, and is what the ledger proves.
    """

    name = "diffusers"

    def __init__(self, model: ModelFolder) -> None:
        self._model = model
        self.weights = model.digest

    @classmethod
    def load(cls, folder: Path) -> DiffusersGenerator:
        """Check the folder; the model itself is loaded at the first tile. Raises WeightsError."""
        return cls(ModelFolder.open(folder))

    @cached_property
    def _pipeline(self) -> Any:
        return load_pipeline(self._model)

    def plan(self, prompt: str, palette: Sequence[str], seed: int, size: int = 512) -> Recipe:
        """Check a brief and complete it with the steps and guidance that the pipeline itself proposes.

        The prompt has to name a motif of the house, by which the critic judges what was drawn. Raises
        BriefError, UnknownMotifError and WeightsError.
        """
        recipe = Recipe(
            prompt=prompt,
            palette=parse_palette(palette),
            seed=seed,
            size=size,
            steps=int(self._proposed("num_inference_steps")),
            guidance=round(float(self._proposed("guidance_scale")), 1),
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
        """The picture (H, W, 3), uint8, as the model draws it, one at a time."""
        import torch

        edge = native_edge(self._pipeline)
        with _DRAWING, torch.inference_mode():
            image = self._pipeline(
                prompt=f"{recipe.prompt}, {MANNER}",
                height=edge,
                width=edge,
                num_inference_steps=recipe.steps,
                guidance_scale=recipe.guidance,
                generator=torch.Generator("cpu").manual_seed(recipe.seed),
                output_type="np",
                **rolling(self._pipeline, recipe.seed),
            ).images[0]
        return np.asarray((np.clip(image, 0.0, 1.0) * 255.0).round(), np.uint8)

    def _proposed(self, parameter: str) -> Any:
        """The default of one parameter of the pipeline's call."""
        try:
            return inspect.signature(pipeline_class(self._model).__call__).parameters[parameter].default
        except KeyError:
            kind = self._model.pipeline
            raise WeightsError(kind, f"of a pipeline with {parameter}", "none", _REMEDY) from None


def pipeline_class(model: ModelFolder) -> Any:
    """The class that the folder names. Raises WeightsError where diffusers has none of the name."""
    import diffusers

    found = getattr(diffusers, model.pipeline, None)
    if not (inspect.isclass(found) and issubclass(found, diffusers.DiffusionPipeline)):
        raise WeightsError(model.pipeline, "of a pipeline of diffusers", "none of the name", _REMEDY)
    return found


def load_pipeline(model: ModelFolder) -> Any:
    """The pipeline of a folder, closed on the torus. Raises WeightsError where diffusers cannot load it."""
    import torch
    from diffusers.utils import logging as diffusers_logging
    from transformers.utils import logging as transformers_logging

    from generator.torus import close_torus

    for each in (diffusers_logging, transformers_logging):
        each.disable_progress_bar()  # a job tells its own progress
    device = "cuda" if torch.cuda.is_available() else "cpu"
    kind = torch.bfloat16 if device == "cuda" else torch.float32
    try:
        pipeline: Any = pipeline_class(model).from_pretrained(
            model.folder, local_files_only=True, use_safetensors=True, dtype=kind
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RuntimeError, ImportError) as error:
        reason = str(error).splitlines()[0][:200] if str(error) else repr(error)
        raise WeightsError(model.pipeline, "of a pipeline that loads", reason, _REMEDY) from error
    for part in ("unet", "vae"):
        if getattr(pipeline, part, None) is not None:
            close_torus(getattr(pipeline, part))
    pipeline.set_progress_bar_config(disable=True)
    return pipeline.to(device)


def native_edge(pipeline: Any) -> int:
    """The edge in pixels at which the model was trained."""
    unet = getattr(pipeline, "unet", None)
    latents = pipeline.default_sample_size if unet is None else unet.config.sample_size
    return max(_LEAST_PX, int(latents) * int(pipeline.vae_scale_factor))


def rolling(pipeline: Any, seed: int) -> Mapping[str, Any]:
    """How a pipeline without convolutions over its latents is made to close its seam.

    A transformer knows where each latent stands, so its border would show. Between two steps the latents are
    rolled over the torus by chance (from `seed`): no border stays where it was.
    """
    if getattr(pipeline, "unet", None) is not None:
        return {}
    dice = np.random.default_rng(seed)

    def roll(_pipeline: Any, _step: int, _time: Any, tensors: dict[str, Any]) -> dict[str, Any]:
        return tensors | {"latents": rolled(tensors["latents"], dice)}

    callback: Callable[..., dict[str, Any]] = roll
    return {"callback_on_step_end": callback, "callback_on_step_end_tensor_inputs": ["latents"]}


def rolled(latents: Any, dice: np.random.Generator) -> Any:
    """Latents (B, c, H, W), or packed in rows (B, H * W, c) of a square, moved over the torus."""
    if latents.ndim == 4:
        down, across = dice.integers(0, latents.shape[-1], 2).tolist()
        return latents.roll((down, across), (2, 3))
    edge = round(latents.shape[1] ** 0.5)
    down, across = dice.integers(0, edge, 2).tolist()
    square = latents.reshape(latents.shape[0], edge, edge, -1)
    return square.roll((down, across), (1, 2)).reshape(latents.shape)
