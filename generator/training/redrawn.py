"""Stage `redrawn`: latents of archive tiles as the flow network itself would have them.

A tile's latents are noised part of the way and denoised by the network (SDEdit, Meng et al. 2022): its layout
stays, its lines are torn as the network tears them. The decoder learns from such latents what was meant.
"""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from generator.captions import CaptionTokenizer
from generator.models import encode_caption, predict_flow
from generator.training.autoencoder import HELD_OUT
from generator.training.corpus import load_corpus
from generator.training.device import autocast, device
from generator.training.export import SAMPLER
from generator.training.latents import LATENTS_FILE, REDRAWN_FILE
from generator.training.unet import unet_trainee

_LEAST, _MOST = 0.2, 0.6  # above this the network draws another tile
_STEPS = 6


def redraw_corpus(folder: Path, count: int, batch: int = 32) -> None:
    """Write which tiles were redrawn, `numbers` (N,), and their latents (N, c, 16, 16)."""
    stored = torch.load(folder / LATENTS_FILE, weights_only=True)
    mean, spread = (stored[name][:, None, None] for name in ("mean", "spread"))
    captions = load_corpus(folder)[1]
    tokens = torch.tensor(CaptionTokenizer.house().encode([*captions, ""]))
    trainee = unet_trainee(folder)
    trainee.use_average()
    team = trainee.team
    order = torch.randperm(len(captions) - HELD_OUT, generator=torch.Generator().manual_seed(count))
    each = min(count, len(order)) // team.size
    numbers = order[team.rank * each : (team.rank + 1) * each]
    dice = torch.Generator().manual_seed(team.rank)
    parts = []
    for chosen in torch.split(numbers, batch):
        clean = (stored["latents"][chosen].float() - mean) / spread
        noise = torch.randn(clean.shape, generator=dice)
        strength = torch.empty(len(chosen)).uniform_(_LEAST, _MOST, generator=dice)
        drawn = _redrawn(trainee.modules, clean, noise, strength, tokens[chosen], tokens[-1:])
        parts.append((drawn * spread + mean).half())
    made = {"numbers": team.gather(numbers), "latents": team.gather(torch.cat(parts))}
    if team.leads:
        draft = folder / f"{REDRAWN_FILE}.part"
        torch.save(made, draft)
        draft.replace(folder / REDRAWN_FILE)


@torch.no_grad()
def _redrawn(
    modules: Any, clean: Tensor, noise: Tensor, strength: Tensor, tokens: Tensor, null: Tensor
) -> Tensor:
    """Normalised latents (B, c, H, W), each noised to its `strength` (B,) in 0..1 and denoised from there."""
    clean, noise, strength = (part.to(device()) for part in (clean, noise, strength))
    both = torch.cat([tokens, null.expand(len(tokens), -1)]).to(device())
    guidance = float(SAMPLER["guidance"])
    along = strength[:, None, None, None]
    state = (1.0 - along) * clean + along * noise
    with autocast():
        states, pooled = encode_caption(modules["text"], both)
        for now, then in pairwise(torch.linspace(1.0, 0.0, _STEPS + 1).tolist()):
            time = strength * now
            flow = predict_flow(
                modules["unet"], torch.cat([state] * 2), torch.cat([time] * 2), states, pooled
            )
            named, unnamed = flow.float().chunk(2)
            state = state + along * (then - now) * (unnamed + guidance * (named - unnamed))
    return state.cpu()
