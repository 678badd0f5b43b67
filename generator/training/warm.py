"""Start a training from weights that are there: what fits is taken over, what is new begins as told."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from generator.bundle import Bundle, weights_file
from generator.captions import CaptionTokenizer
from generator.errors import WeightsError
from generator.flow_shape import TRAINED

_WORDS = "embeddings.token_embedding.weight"
# The layers whose shape follows from the number of latent channels.
_AT_LATENTS = ("encoder.conv_out.", "decoder.conv_in.", "conv_in.", "conv_out.")
# down_blocks.0.resnets.1, with a dot after it.
_BLOCK = re.compile(r"(?P<stem>(?P<way>down|up)_blocks\.\d+\.(resnets|attentions))\.(?P<number>\d+)(?=\.)")


def warm_autoencoder(model: nn.Module, folder: Path) -> None:
    """Fill the autoencoder from a bundle; screens that the bundle lacks begin as its others, by turns.

    Layers at the latents begin untrained where the bundle has another number of latent channels.
    """
    stored = _with_own_latents(_stored(Bundle.open(folder), "autoencoder"), model)
    own = model.state_dict()
    model.load_state_dict({name: _grown(stored[name], tensor) for name, tensor in own.items()})


def warm_flow(unet: nn.Module, text: nn.Module, folder: Path) -> None:
    """Fill flow network and text encoder from a bundle; words that are new begin as their mean.

    Layers at the latents begin untrained where the bundle has another number of latent channels. Blocks that
    the bundle lacks begin as ones that change nothing, so that the whole draws what the bundle draws.
    """
    bundle = Bundle.open(folder)
    shape = bundle.settings().flow
    fill_flow(unet, _with_own_latents(_stored(bundle, "unet"), unet), shape.layers, TRAINED.layers)
    stored = _stored(bundle, "text")
    name = next(key for key in stored if key.endswith(_WORDS))
    old = dict(zip(bundle.words(), stored[name], strict=True))
    mean = stored[name].mean(dim=0)
    stored[name] = torch.stack([old.get(word, mean) for word in CaptionTokenizer.house().words])
    text.load_state_dict(stored)


def fill_flow(unet: nn.Module, stored: Mapping[str, Tensor], had: int, layers: int) -> None:
    """Fill a flow network of `layers` blocks a level from the tensors of one of `had` blocks.

    What it has beyond those, blocks and attentions, begins as passing on what it is given. Raises
    WeightsError where something else is missing.
    """
    own = unet.state_dict()
    sources = {name: _source(name, had, layers) for name in own}
    filled = {name: stored.get(sources[name], own[name]) for name in own}
    new = [name for name in own if sources[name] not in stored]
    if lost := next((name for name in new if not _BLOCK.match(name)), None):
        raise WeightsError("unet", f"to hold {lost}", "nothing of that name", "start without --warm")
    unet.load_state_dict(filled)
    for block in sorted({found[0] for name in new if (found := _BLOCK.match(name))}):
        _pass_on(unet.get_submodule(block))


def _source(name: str, had: int, layers: int) -> str:
    """Where a tensor comes from, empty for nowhere.

    On the way up the last block stays the last, for it is the one that takes the coarser skip.
    """
    block = _BLOCK.match(name)
    if block is None:
        return name
    up, number = block["way"] == "up", int(block["number"])
    if up and number == layers:
        number = had
    elif number >= had:
        return ""
    return f"{block['stem']}.{number}{name[block.end() :]}"


@torch.no_grad()
def _pass_on(block: Any) -> None:
    """Make a residual block or an attention add nothing to what it is given."""
    last = block.conv2 if hasattr(block, "conv2") else block.proj_out
    last.weight.zero_()
    last.bias.zero_()
    if getattr(block, "conv_shortcut", None) is not None:  # on the way up it is given a skip as well
        nn.init.dirac_(block.conv_shortcut.weight)
        block.conv_shortcut.bias.zero_()


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
