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


def warm_autoencoder(model: nn.Module, folder: Path) -> None:
    """Fill the autoencoder from a bundle; screens that the bundle lacks begin as its others, by turns."""
    stored = _stored(Bundle.open(folder), "autoencoder")
    own = model.state_dict()
    model.load_state_dict({name: _grown(stored[name], tensor) for name, tensor in own.items()})


def warm_flow(unet: nn.Module, text: nn.Module, folder: Path) -> None:
    """Fill flow network and text encoder from a bundle; words that are new begin as their mean."""
    bundle = Bundle.open(folder)
    unet.load_state_dict(_stored(bundle, "unet"))
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
