"""Stage `latents`: encode the corpus once, with the mean and spread of each channel."""

from __future__ import annotations

from pathlib import Path

import torch

from generator.training.autoencoder import autoencoder_trainee, to_tensor
from generator.training.corpus import load_corpus
from generator.training.device import autocast

LATENTS_FILE = "latents.pt"
REDRAWN_FILE = "redrawn.pt"


def encode_corpus(folder: Path, batch: int = 32) -> None:
    """Write latents (N, c, n, n) in half precision, and per-channel `mean` and `spread` (c,)."""
    trainee = autoencoder_trainee(folder)
    trainee.use_average()
    model = trainee.modules["autoencoder"].eval()
    tiles, _ = load_corpus(folder)
    parts = []
    with torch.no_grad(), autocast():
        for start in range(0, len(tiles), batch):
            parts.append(model.encode(to_tensor(tiles[start : start + batch])).latent.half().cpu())  # type: ignore[operator]
    latents = torch.cat(parts)
    mean, spread = latents.float().mean((0, 2, 3)), latents.float().std((0, 2, 3))
    draft = folder / f"{LATENTS_FILE}.part"
    torch.save({"latents": latents, "mean": mean, "spread": spread}, draft)
    draft.replace(folder / LATENTS_FILE)
