"""Stage `export`: the averaged weights in half precision, with their sums and training log."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from generator.bundle import (
    CONFIG_FILE,
    NETWORKS,
    SHIPPED,
    TOKENIZER_FILE,
    keep_replaced,
    weights_file,
    write_sums,
)
from generator.captions import CaptionTokenizer
from generator.draft import Pixels, paint
from generator.editions import LARGER
from generator.flow import Networks
from generator.flow_shape import TRAINED
from generator.lexicon.tables import INK_WORDS, families
from generator.models import SCREENS
from generator.screens import separate
from generator.training.decoder import whole_autoencoder
from generator.training.latents import LATENTS_FILE
from generator.training.loop import Trainee
from generator.training.pictures import PREVIEW_PALETTE
from generator.units import UNIT_LATENTS

FORMAT = 2
SAMPLER = {
    "steps": "16",
    "units": "1",
    "guidance": "3",
    "tidied": "3",
    "regular": "yes",
    "drafted": "by square and spline",
}
LOG_FILE = "training.jsonl"


@dataclass(frozen=True)
class Previewer:
    """Samples of networks still in training."""

    networks: Networks

    def preview(self, caption: str, seed: int, units: int = 1) -> Pixels:
        """A tile of `units` training units in the preview palette: uint8 RGB (256, 256, 3)."""
        steps, guidance = int(SAMPLER["steps"]), float(SAMPLER["guidance"])
        screens = self.networks.screens(caption, seed, steps, guidance, units * UNIT_LATENTS)
        inks = next(count for count, word in INK_WORDS.items() if word == caption.split()[-2])
        return paint(separate(screens, 512, inks), PREVIEW_PALETTE[:inks])


def assembled(trainee: Trainee, folder: Path) -> Previewer:
    """The trainee's networks as they are now, with the autoencoder and latent statistics of `folder`."""
    stored = torch.load(folder / LATENTS_FILE, weights_only=True)
    networks = Networks(
        autoencoder=whole_autoencoder(folder),
        unet=trainee.modules["unet"],
        text=trainee.modules["text"],
        tokenizer=CaptionTokenizer.house(),
        mean=stored["mean"].reshape(1, -1, 1, 1),
        spread=stored["spread"].reshape(1, -1, 1, 1),
    )
    return Previewer(networks)


def export_weights(folder: Path, target: Path | None = None) -> str:
    """Write the bundle of `folder`'s last checkpoints to `target`; returns its digest.

    A bundle that is there is kept in `earlier/` beside the new one.
    """
    from generator.training.unet import unet_trainee

    home = SHIPPED if target is None else target
    home.mkdir(parents=True, exist_ok=True)
    keep_replaced(home)
    trainee = unet_trainee(folder)
    trainee.use_average()
    networks = assembled(trainee, folder).networks
    for name, network in zip(NETWORKS, (networks.autoencoder, networks.unet, networks.text), strict=True):
        save_half(network.state_dict(), home / weights_file(name))
    (home / TOKENIZER_FILE).write_text(networks.tokenizer.to_json())
    (home / CONFIG_FILE).write_text(json.dumps(_config(networks, trainee), indent=1) + "\n")
    if (folder / LOG_FILE).exists():
        shutil.copyfile(folder / LOG_FILE, home / LOG_FILE)
    return write_sums(home)


def save_half(tensors: Mapping[str, torch.Tensor], path: Path) -> None:
    """Write weights in half precision, for anybody to read."""
    from safetensors.torch import save_file

    save_file({key: tensor.half().contiguous() for key, tensor in tensors.items()}, path)
    path.chmod(0o644)


def _config(networks: Networks, trainee: Trainee) -> dict[str, Any]:
    """Latent statistics and sampler defaults, as exact decimal text where they are not whole."""
    return {
        "format": FORMAT,
        "screens": SCREENS,
        "families": list(families()),
        "flow": TRAINED.as_dict(),
        "latents": {"mean": networks.mean.flatten().tolist(), "spread": networks.spread.flatten().tolist()},
        "sampler": sampler(),
        "trained": _trained(trainee),
    }


def sampler() -> dict[str, Any]:
    """The sampler's settings of today."""
    return {**SAMPLER, "finer": list(LARGER)}


def _trained(trainee: Trainee) -> dict[str, Any]:
    """How long, and from which bundle on, where the training did not begin from nothing."""
    own = {"steps": trainee.step, "seconds": round(trainee.seconds)}
    return own | {"from": trainee.origin} if trainee.origin else own
