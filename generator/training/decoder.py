"""Stage `decoder`: the decoder goes on alone, from latents that are as inexact as drawn ones.

Latents that a flow network draws lie beside those an encoder makes. A decoder that has seen such latents puts
a line where a line is meant: half of a batch are latents with noise added, half, where the stage `redrawn`
made them, are the flow network's own. The encoder stays as it is, so that the flow network may be trained
meanwhile.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from generator.training.autoencoder import HELD_OUT, autoencoder_trainee, picture_error, to_tensor
from generator.training.corpus import load_corpus
from generator.training.device import autocast, device
from generator.training.latents import LATENTS_FILE, REDRAWN_FILE
from generator.training.loop import Budget, Trainee, train
from generator.training.pictures import painted_screens, save_tiles
from generator.training.team import Team

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
    return Trainee({"decoder": model.decoder}, folder, "decoder", rate=6.0e-4, team=Team.joined())


def train_decoder(folder: Path, budget: Budget, batch: int = 8) -> None:
    """Train on cached latents with up to MOST_NOISE of their spread added; writes a log and pictures."""
    tiles, _ = load_corpus(folder)
    stored = torch.load(folder / LATENTS_FILE, weights_only=True)
    latents, spread = stored["latents"], stored["spread"][:, None, None]
    numbers, redrawn = _redrawn(folder)
    base = autoencoder_trainee(folder)
    base.use_average()
    trainee = _trainee(folder, base.modules["autoencoder"])
    decoder = trainee.modules["decoder"]

    def loss(step: int) -> Tensor:
        dice = np.random.Generator(np.random.PCG64([trainee.draw(step), 3]))
        chosen = dice.integers(0, len(tiles) - HELD_OUT, batch)
        given = _noisy(latents[chosen].float(), spread, dice)
        if len(numbers):
            own = dice.integers(0, len(numbers), batch // 2)
            chosen[: batch // 2], given[: batch // 2] = numbers[own], redrawn[own].float()
        with autocast():
            output = decoder(given.to(device()))
        return picture_error(output.float(), to_tensor(tiles[chosen]))

    train(trainee, loss, budget, lambda: _picture(trainee, folder))


def _redrawn(folder: Path) -> tuple[NDArray[np.int64], Tensor]:
    """Which tiles the flow network redrew, and their latents; none where it has not."""
    if not (folder / REDRAWN_FILE).exists():
        return np.zeros(0, dtype=np.int64), torch.zeros(0)
    stored = torch.load(folder / REDRAWN_FILE, weights_only=True)
    return stored["numbers"].numpy(), stored["latents"]


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
