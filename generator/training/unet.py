"""Stage `unet`: learn the flow from noise to latents, and the words that steer it, together."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
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
from generator.units import UNIT_LATENTS

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


@dataclass(frozen=True)
class Shown:
    """What stage `unet` is shown: tiles with a word in their caption `more` times as often as others, and
    those of the folder `wide`, several training units wide, in two steps of three."""

    more: Mapping[str, float] = field(default_factory=dict)
    wide: Path | None = None

    def corpora(self, folder: Path) -> tuple[Corpus, ...]:
        """The corpora by turns, a step each, all in the latents' scale of `folder`."""
        stored = _latents(folder)
        own = Corpus.of(folder, stored["latents"], stored, self.more)
        if self.wide is None:
            return (own,)
        wide = Corpus.of(self.wide, _latents(self.wide)["latents"], stored, self.more)
        return (own, wide, wide)


@dataclass(frozen=True)
class Corpus:
    """Latents (N, c, n, n), captions as tokens, which may stand at any phase, and how often each comes."""

    latents: Tensor
    tokens: Tensor
    free: tuple[bool, ...]
    often: Tensor

    @classmethod
    def of(
        cls, folder: Path, latents: Tensor, scale: Mapping[str, Tensor], more: Mapping[str, float]
    ) -> Corpus:
        """The corpus of `folder`, its latents normalised by the `mean` and `spread` of `scale`."""
        captions = load_corpus(folder)[1]
        return cls(
            (latents.float() - scale["mean"][:, None, None]) / scale["spread"][:, None, None],
            torch.tensor(CaptionTokenizer.house().encode(captions)),
            tuple(map(without_lattice, captions)),
            torch.tensor([math.prod(more.get(word, 1.0) for word in each.split()) for each in captions]),
        )

    def batch(self, tiles: int, dice: torch.Generator) -> tuple[Tensor, Tensor]:
        """Latents and tokens of tiles chosen by chance; of wider ones as many fewer as they are larger."""
        fitting = max(1, tiles * UNIT_LATENTS**2 // self.latents.shape[-1] ** 2)
        chosen = torch.multinomial(self.often, fitting, replacement=True, generator=dice)
        shown = torch.stack([self._rolled(int(number), dice) for number in chosen])
        return shown, self.tokens[chosen].clone()

    def _rolled(self, number: int, dice: torch.Generator) -> Tensor:
        """A tile by whole units, or by any latent where its motifs stand anywhere."""
        latent, step = self.latents[number], 1 if self.free[number] else UNIT_LATENTS
        down, across = (step * torch.randint(latent.shape[-1] // step, (2,), generator=dice)).tolist()
        return latent.roll((down, across), (1, 2))


def _latents(folder: Path) -> dict[str, Tensor]:
    """What stage `latents` wrote: `latents`, `mean` and `spread`."""
    stored: dict[str, Tensor] = torch.load(folder / LATENTS_FILE, weights_only=True)
    return stored


def train_unet(
    folder: Path,
    budget: Budget,
    warm: Path | None = None,
    batch: int = 32,
    rate: float | None = None,
    shown: Shown | None = None,
) -> None:
    """Train on the cached latents; logs, checkpoints and pictures go to `folder`.

    A step sees `batch` tiles of one training unit, or as much of wider ones.
    """
    corpora = (shown or Shown()).corpora(folder)
    null = torch.tensor(CaptionTokenizer.house().encode([""]))
    trainee = unet_trainee(folder, warm, rate or _RATE)

    def loss(step: int) -> Tensor:
        dice = torch.Generator().manual_seed(trainee.draw(step))
        data, caption = corpora[step % len(corpora)].batch(batch, dice)
        caption[torch.rand(len(caption), generator=dice) < _CAPTION_DROPOUT] = null
        noise = torch.randn(data.shape, generator=dice)
        time = torch.sigmoid(1.1 * torch.randn(len(data), generator=dice) + 0.2)
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
