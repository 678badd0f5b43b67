"""Stage `unet`: learn the flow from noise to latents, and the words that steer it, together."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as functional
from torch import Tensor

from generator.bundle import Bundle
from generator.captions import CaptionTokenizer
from generator.lexicon.tables import families
from generator.models import build_text_encoder, build_unet, encode_caption, predict_flow
from generator.motifs.sampling import any_attributes
from generator.training.corpus import load_corpus
from generator.training.device import autocast, device
from generator.training.latents import LATENTS_FILE
from generator.training.loop import Budget, Trainee, train
from generator.training.pictures import save_tiles
from generator.training.team import Team
from generator.training.warm import warm_flow

_CAPTION_DROPOUT = 0.1
_RATE = 1.2e-3
# Families whose tossed tiles still stand on a lattice: waved stripes, and cells that take inks by chance.
_ON_LATTICE = ("stripe", "geometric")


def unet_trainee(folder: Path, warm: Path | None = None, rate: float = _RATE) -> Trainee:
    """Flow network and text encoder at their last checkpoint, or from the bundle `warm`, or untrained."""
    torch.manual_seed(0)
    from diffusers.models.attention_processor import AttnProcessor

    unet = build_unet().to(device())
    unet.set_attn_processor(AttnProcessor())  # at 16 tokens the fused kernels cost more than they save
    text = build_text_encoder(len(CaptionTokenizer.house().words)).to(device())
    if warm is not None:
        warm_flow(unet, text, warm)
    origin = "" if warm is None else Bundle.open(warm).digest
    modules = {"unet": unet, "text": text}
    return Trainee(modules, folder, "unet", rate=rate, origin=origin, team=Team.joined())


def train_unet(
    folder: Path,
    budget: Budget,
    warm: Path | None = None,
    batch: int = 32,
    rate: float | None = None,
    more: Mapping[str, float] | None = None,
) -> None:
    """Train on the cached latents; logs, checkpoints and pictures go to `folder`.

    `more` says how many times as often as others the tiles of a family are shown.
    """
    stored = torch.load(folder / LATENTS_FILE, weights_only=True)
    latents = (stored["latents"].float() - stored["mean"][:, None, None]) / stored["spread"][:, None, None]
    tokenizer = CaptionTokenizer.house()
    captions = load_corpus(folder)[1]
    tokens = torch.tensor(tokenizer.encode(captions))
    free = [without_lattice(caption) for caption in captions]
    null = torch.tensor(tokenizer.encode([""]))
    often = torch.tensor([(more or {}).get(caption.split()[0], 1.0) for caption in captions])
    trainee = unet_trainee(folder, warm, rate or _RATE)

    def loss(step: int) -> Tensor:
        dice = torch.Generator().manual_seed(trainee.draw(step))
        chosen = torch.multinomial(often, batch, replacement=True, generator=dice)
        caption = tokens[chosen].clone()
        caption[torch.rand(batch, generator=dice) < _CAPTION_DROPOUT] = null
        noise = torch.randn(batch, *latents.shape[1:], generator=dice)
        time = torch.sigmoid(1.1 * torch.randn(batch, generator=dice) + 0.2)
        data = torch.stack([_rolled(latents[k], dice) if free[k] else latents[k] for k in chosen])
        return flow_loss(trainee, data, noise, time, caption)

    train(trainee, loss, budget, lambda: _picture(trainee, folder))


def without_lattice(caption: str) -> bool:
    """Whether a tile may be rolled: its motifs stand anywhere, so that every phase is as good."""
    words = caption.split()
    return "tossed" in words and words[0] not in _ON_LATTICE


def sample_captions() -> list[str]:
    """One caption a family, flat and of more than two inks, so that a sample grid is easy to judge."""
    found = []
    for family in families():
        numbers = (any_attributes(number, family) for number in range(100))
        found.append(next(w.caption() for w in numbers if w.stroke == "flat" and w.inks in (3, 4, 5)))
    return found


def _rolled(latent: Tensor, dice: torch.Generator) -> Tensor:
    down, across = torch.randint(latent.shape[-1], (2,), generator=dice).tolist()
    return latent.roll((down, across), (1, 2))


def flow_loss(trainee: Trainee, data: Tensor, noise: Tensor, time: Tensor, tokens: Tensor) -> Tensor:
    """Mean squared error of the predicted flow on the straight path from data to noise."""
    data, noise, time, tokens = (tensor.to(device()) for tensor in (data, noise, time, tokens))
    along = time[:, None, None, None]
    mixed = (1.0 - along) * data + along * noise
    with autocast():
        states, pooled = encode_caption(trainee.modules["text"], tokens)
        flow = predict_flow(trainee.modules["unet"], mixed, time, states, pooled)
    return functional.mse_loss(flow.float(), noise - data)


def _picture(trainee: Trainee, folder: Path) -> None:
    """A grid of samples at the training size, from the averaged weights."""
    from generator.training.export import assembled

    for _ in trainee.averaged():
        networks: Any = assembled(trainee, folder)
        tiles = [networks.preview(caption, seed) for seed, caption in enumerate(sample_captions())]
    save_tiles(folder / "samples.png", tiles)
