"""Start a training from weights that are there: what fits is taken over, what is new begins as told."""

from __future__ import annotations

import math
from pathlib import Path

import torch
from torch import Tensor, nn

from generator.bundle import Bundle, weights_file
from generator.captions import CaptionTokenizer
from generator.errors import WeightsError

_WORDS = "embeddings.token_embedding.weight"
# The layers whose shape follows from the number of latent channels.
_AT_LATENTS = ("encoder.conv_out.", "decoder.conv_in.", "conv_in.", "conv_out.")


def warm_autoencoder(model: nn.Module, folder: Path) -> None:
    """Fill the autoencoder from a bundle; screens that the bundle lacks begin as its others, by turns.

    Layers at the latents begin untrained where the bundle has another number of latent channels.
    """
    stored = _with_own_latents(_stored(Bundle.open(folder), "autoencoder"), model)
    own = model.state_dict()
    model.load_state_dict({name: _grown(stored[name], tensor) for name, tensor in own.items()})


def warm_flow(unet: nn.Module, text: nn.Module, folder: Path) -> None:
    """Fill flow network and text encoder from a bundle; words that are new begin as their mean.

    Layers at the latents begin untrained where the bundle has another number of latent channels.
    """
    bundle = Bundle.open(folder)
    unet.load_state_dict(_with_own_latents(_stored(bundle, "unet"), unet))
    stored = _stored(bundle, "text")
    name = next(key for key in stored if key.endswith(_WORDS))
    old = dict(zip(bundle.words(), stored[name], strict=True))
    mean = stored[name].mean(dim=0)
    stored[name] = torch.stack([old.get(word, mean) for word in CaptionTokenizer.house().words])
    text.load_state_dict(stored)


def _stored(bundle: Bundle, network: str) -> dict[str, Tensor]:
    """A network's weights in single precision."""
    from safetensors.torch import load_file

    path = bundle.folder / weights_file(network)
    return {name: tensor.float() for name, tensor in load_file(path).items()}


def _with_own_latents(stored: dict[str, Tensor], model: nn.Module) -> dict[str, Tensor]:
    """The stored tensors, but the model's own where the number of latent channels is another."""
    own = {name: tensor for name, tensor in model.state_dict().items() if name.startswith(_AT_LATENTS)}
    return stored | {name: tensor for name, tensor in own.items() if tensor.shape != stored[name].shape}


def _grown(stored: Tensor, wanted: Tensor) -> Tensor:
    """The stored tensor, repeated along the one axis in which the screens have become more."""
    if stored.shape == wanted.shape:
        return stored
    unlike = [axis for axis, (a, b) in enumerate(zip(stored.shape, wanted.shape, strict=True)) if a != b]
    if len(unlike) != 1 or stored.shape[unlike[0]] > wanted.shape[unlike[0]]:
        found = f"{tuple(stored.shape)} for {tuple(wanted.shape)}"
        raise WeightsError("autoencoder", "of a fitting shape", found, "start without --warm")
    axis = unlike[0]
    have, want = stored.shape[axis], wanted.shape[axis]
    block = math.gcd(have, want)  # a screen is one channel, or the four that pixel shuffling makes one of
    rows = torch.arange(want)
    return stored.index_select(axis, rows // block % (have // block) * block + rows % block)
