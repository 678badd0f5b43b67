"""Stage `decoder`: the decoder goes on alone, from latents that are as inexact as drawn ones.

Latents that a flow network draws lie beside those an encoder makes. A decoder that has seen such latents puts
a line where a line is meant. The encoder stays as it is, so that the flow network may be trained meanwhile.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from generator.models import PIXELS_PER_LATENT, UNIT_LATENTS
from generator.training.autoencoder import HELD_OUT, autoencoder_trainee, picture_error, to_tensor
from generator.training.corpus import load_corpus
from generator.training.device import autocast
from generator.training.latents import LATENTS_FILE
from generator.training.loop import Budget, Trainee, train
from generator.training.pictures import painted_screens, save_tiles

MOST_NOISE = 0.4
_SHOWN_NOISE = 0.2


def whole_autoencoder(folder: Path) -> Any:
    """The averaged autoencoder, with the decoder that was trained on alone where there is one."""
    trainee = autoencoder_trainee(folder)
    trainee.use_average()
    model = trainee.modules["autoencoder"]
    further = _trainee(folder, model)
    if further.step:
        further.use_average()
    return model


def _trainee(folder: Path, model: Any) -> Trainee:
    return Trainee({"decoder": model.decoder}, folder, "decoder", rate=6.0e-4)


def train_decoder(folder: Path, budget: Budget, batch: int = 8) -> None:
    """Train on cached latents with up to MOST_NOISE of their spread added; writes a log and pictures."""
    tiles, _ = load_corpus(folder)
    stored = torch.load(folder / LATENTS_FILE, weights_only=True)
    latents, spread = stored["latents"], stored["spread"][:, None, None]
    base = autoencoder_trainee(folder)
    base.use_average()
    trainee = _trainee(folder, base.modules["autoencoder"])
    decoder = trainee.modules["decoder"]

    def loss(step: int) -> Tensor:
        dice = np.random.Generator(np.random.PCG64([step, 3]))
        chosen = dice.integers(0, len(tiles) - HELD_OUT, batch)
        turns = dice.integers(0, UNIT_LATENTS, (batch, 2))
        pairs = list(zip(chosen, turns, strict=True))
        clean = torch.stack([latents[k].float().roll(tuple(t), (1, 2)) for k, t in pairs])
        images = to_tensor(np.stack([np.roll(tiles[k], t * PIXELS_PER_LATENT, (0, 1)) for k, t in pairs]))
        with autocast():
            output = decoder(_noisy(clean, spread, dice))
        return picture_error(output.float(), images)

    train(trainee, loss, budget, lambda: _picture(trainee, folder))


def _noisy(clean: Tensor, spread: Tensor, dice: np.random.Generator) -> Tensor:
    strength = torch.from_numpy(dice.uniform(0.0, MOST_NOISE, (len(clean), 1, 1, 1))).float()
    noise = torch.from_numpy(dice.standard_normal(tuple(clean.shape), dtype=np.float32))
    return clean + strength * spread * noise


def _picture(trainee: Trainee, folder: Path) -> None:
    tiles, _ = load_corpus(folder)
    stored = torch.load(folder / LATENTS_FILE, weights_only=True)
    clean, spread = stored["latents"][-HELD_OUT:].float(), stored["spread"][:, None, None]
    noise = torch.randn(clean.shape, generator=torch.Generator().manual_seed(0))
    for _ in trainee.averaged():
        with torch.no_grad():
            output = trainee.modules["decoder"](clean + _SHOWN_NOISE * spread * noise)
    pixels = ((output.clamp(-1, 1) + 1) * 127.5).round().byte().permute(0, 2, 3, 1).cpu().numpy()
    pairs = [painted_screens(tile) for pair in zip(tiles[-HELD_OUT:], pixels, strict=True) for tile in pair]
    save_tiles(folder / "decoder.png", pairs)
