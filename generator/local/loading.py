"""A pipeline of diffusers, checked, loaded and closed on the torus."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from generator.errors import WeightsError
from generator.local.folder import ModelFolder

_REMEDY = "give the folder of a text-to-image pipeline such as Stable Diffusion, SDXL or Flux"
_CALLED_WITH = ("prompt", "height", "width", "num_inference_steps", "guidance_scale", "generator")
_OF_OTHERS = ("image", "num_frames")  # what pipelines that change pictures, or draw films, are called with
_ROLLED_BY = "callback_on_step_end"
_CHECKER = "safety_checker"


def pipeline_class(model: ModelFolder) -> Any:
    """The class that the folder names. Raises WeightsError where it draws none from words."""
    import diffusers

    found = getattr(diffusers, model.pipeline, None)
    if not (inspect.isclass(found) and issubclass(found, diffusers.DiffusionPipeline)):
        raise WeightsError(model.pipeline, "of a pipeline of diffusers", "none of the name", _REMEDY)
    call = inspect.signature(found.__call__).parameters
    wrong = [name for name in _CALLED_WITH if name not in call] + [
        name for name in _OF_OTHERS if name in call
    ]
    if wrong or not isinstance(call["guidance_scale"].default, int | float):
        reason = f"one whose {(wrong or ['guidance_scale'])[0]} is not as theirs"
        raise WeightsError(model.pipeline, "of a pipeline from words to pictures", reason, _REMEDY)
    return found


def proposed(model: ModelFolder) -> tuple[int, float]:
    """Steps and guidance that the pipeline proposes. Raises WeightsError as `pipeline_class`."""
    call = inspect.signature(pipeline_class(model).__call__).parameters
    return int(call["num_inference_steps"].default), round(float(call["guidance_scale"].default), 1)


def load_pipeline(model: ModelFolder) -> Any:
    """The pipeline of a folder, closed on the torus, on a GPU where there is one. Raises WeightsError.

    A checker that blackens pictures is left out: what must not be drawn is for the house's guardrails.
    """
    import torch
    from diffusers.utils import logging as diffusers_logging
    from safetensors import SafetensorError
    from transformers.utils import logging as transformers_logging

    from generator.flow import alone

    for each in (diffusers_logging, transformers_logging):
        each.disable_progress_bar()  # a job tells its own progress
    device = "cuda" if torch.cuda.is_available() else "cpu"
    kind = torch.bfloat16 if device == "cuda" else torch.float32
    make = pipeline_class(model)
    checked = _CHECKER in inspect.signature(make.__init__).parameters
    without = {_CHECKER: None, f"requires_{_CHECKER}": False} if checked else {}
    refused = (OSError, ValueError, KeyError, TypeError, AttributeError, RuntimeError, ImportError)
    try:
        with alone():  # loading sets the kind of number that every new tensor of the process has
            pipeline: Any = make.from_pretrained(
                model.folder,
                local_files_only=True,
                use_safetensors=True,
                dtype=kind,
                variant=model.variant,
                **without,
            ).to(device)
    except (*refused, SafetensorError) as error:
        reason = str(error).splitlines()[0][:200] if str(error) else repr(error)
        raise WeightsError(model.pipeline, "of a pipeline that loads", reason, _REMEDY) from error
    return _closed(model, pipeline)


def _closed(model: ModelFolder, pipeline: Any) -> Any:
    """Its convolutions on the torus, and nothing in its pictures that the model did not draw."""
    from generator.torus import close_torus

    for part in ("unet", "vae"):
        if getattr(pipeline, part, None) is not None:
            close_torus(getattr(pipeline, part))
    if hasattr(pipeline, "watermark"):
        pipeline.watermark = None
    if not native_edge(pipeline):
        raise WeightsError(model.pipeline, "of a model that says its size", "one that does not", _REMEDY)
    if getattr(pipeline, "unet", None) is None and not _can_be_rolled(pipeline):
        reason = "one whose sampler looks back at steps, or that lets nobody in between"
        raise WeightsError(model.pipeline, "of a pipeline whose seam can be closed", reason, _REMEDY)
    pipeline.set_progress_bar_config(disable=True)
    return pipeline


def native_edge(pipeline: Any) -> int:
    """The edge in pixels at which the model was trained; 0 where it does not say."""
    unet = getattr(pipeline, "unet", None)
    latents = getattr(pipeline, "default_sample_size", 0) if unet is None else unet.config.sample_size
    return int(latents or 0) * int(getattr(pipeline, "vae_scale_factor", 0))


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
    return {_ROLLED_BY: callback, f"{_ROLLED_BY}_tensor_inputs": ["latents"]}


def rolled(latents: Any, dice: np.random.Generator) -> Any:
    """Latents (B, c, H, W), or packed in rows (B, H * W, c) of a square, moved over the torus."""
    if latents.ndim == 4:
        down, across = dice.integers(0, latents.shape[-1], 2).tolist()
        return latents.roll((down, across), (2, 3))
    edge = round(latents.shape[1] ** 0.5)
    down, across = dice.integers(0, edge, 2).tolist()
    square = latents.reshape(latents.shape[0], edge, edge, -1)
    return square.roll((down, across), (1, 2)).reshape(latents.shape)


def _can_be_rolled(pipeline: Any) -> bool:
    """Whether latents may move between two steps: some samplers hold those of before against them."""
    scheduler = pipeline.scheduler
    looks_back = getattr(scheduler, "order", 1) != 1 or hasattr(scheduler, "model_outputs")
    return not looks_back and _ROLLED_BY in inspect.signature(type(pipeline).__call__).parameters
