"""Stage `autoencoder`: separations to latents and back."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as functional
from numpy.typing import NDArray
from torch import Tensor

from generator.models import build_autoencoder
from generator.training.corpus import load_corpus
from generator.training.device import autocast, device
from generator.training.loop import Budget, Trainee, train
from generator.training.pictures import painted_screens, save_tiles
from generator.training.team import Team
from generator.training.warm import warm_autoencoder

HELD_OUT = 16
MOST_NOISE = 0.6


def autoencoder_trainee(folder: Path, warm: Path | None = None) -> Trainee:
    """The autoencoder at its last checkpoint, or from the bundle `warm`, or untrained."""
    torch.manual_seed(0)
    model = build_autoencoder().to(device(), memory_format=torch.channels_last)
    if warm is not None:
        warm_autoencoder(model, warm)
    return Trainee({"autoencoder": model}, folder, "autoencoder", rate=1.0e-3, team=Team.joined())


def train_autoencoder(folder: Path, budget: Budget, warm: Path | None = None, batch: int = 8) -> None:
    """Train on all tiles but the last HELD_OUT; logs, checkpoints and pictures go to `folder`."""
    tiles, _ = load_corpus(folder)
    trainee = autoencoder_trainee(folder, warm)
    model = trainee.modules["autoencoder"]

    def loss(step: int) -> Tensor:
        images = to_tensor(_draw(tiles[:-HELD_OUT], trainee.draw(step), batch))
        with autocast():
            latents = model.encode(images).latent  # type: ignore[operator]
            output = model.decode(_noised(latents)).sample  # type: ignore[operator]
        return reconstruction_loss(output.float(), images, latents.float())

    train(trainee, loss, budget, lambda: _picture(trainee, tiles))


def _noised(latents: Tensor) -> Tensor:
    """Latents (B, c, H, W) mixed with noise of their own spread, each tile's by a share of its own.

    What a line depends on then stands out of the noise, and the flow network can learn it: latent denoising
    (Yang et al. 2025, "Latent Denoising Makes Good Visual Tokenizers").
    """
    spread = latents.float().std(dim=(0, 2, 3), keepdim=True)
    share = MOST_NOISE * torch.rand(len(latents), 1, 1, 1, device=latents.device)
    return (1.0 - share) * latents + share * spread * torch.randn_like(latents)


def _draw(tiles: NDArray[np.uint8], step: int, batch: int) -> NDArray[np.uint8]:
    """A batch that depends on the step alone: rolled, transposed, with the screens in any order."""
    dice = np.random.Generator(np.random.PCG64([step, 2]))
    rows = []
    for number in dice.integers(0, len(tiles), batch):
        tile = np.roll(tiles[number], tuple(dice.integers(0, 128, 2)), axis=(0, 1))
        tile = tile.transpose(1, 0, 2) if dice.random() < 0.5 else tile
        rows.append(tile[..., dice.permutation(tile.shape[-1])])
    return np.stack(rows)


def to_tensor(images: NDArray[np.uint8]) -> Tensor:
    """uint8 (B, H, W, n) to float (B, n, H, W) in -1..1 on the training device."""
    tensor = torch.from_numpy(np.array(images)).to(device()).permute(0, 3, 1, 2).float()
    return (tensor / 127.5 - 1.0).contiguous(memory_format=torch.channels_last)


def reconstruction_loss(output: Tensor, images: Tensor, latents: Tensor) -> Tensor:
    """The error of the picture, with latents kept near zero mean and unit size."""
    spread = 1e-3 * latents.square().mean() + 1e-2 * latents.mean(dim=(0, 2, 3)).square().mean()
    return picture_error(output, images) + spread


def picture_error(output: Tensor, images: Tensor) -> Tensor:
    """Absolute, squared, edge and coarse error."""
    error = output - images
    edges = error.diff(dim=3).abs().mean() + error.diff(dim=2).abs().mean()
    coarse = functional.avg_pool2d(error, 4).abs().mean()
    return error.abs().mean() + 2.0 * error.square().mean() + 0.5 * edges + 0.5 * coarse


def _picture(trainee: Trainee, tiles: NDArray[np.uint8]) -> None:
    model = trainee.modules["autoencoder"]
    shown = tiles[-HELD_OUT:]
    for _ in trainee.averaged():
        with torch.no_grad():
            output = model.decode(model.encode(to_tensor(shown)).latent).sample  # type: ignore[operator]
    pixels = ((output.clamp(-1, 1) + 1) * 127.5).round().byte().permute(0, 2, 3, 1).cpu().numpy()
    pairs = [painted_screens(tile) for pair in zip(shown, pixels, strict=True) for tile in pair]
    save_tiles(trainee.folder / "autoencoder.png", pairs)
