"""Stage `unet`: learn the flow from noise to latents, and the words that steer it, together."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as functional
from torch import Tensor

from generator.captions import CaptionTokenizer
from generator.models import build_text_encoder, build_unet, encode_caption, predict_flow
from generator.training.corpus import load_corpus
from generator.training.device import autocast, device
from generator.training.latents import LATENTS_FILE
from generator.training.loop import Budget, Trainee, train
from generator.training.pictures import save_tiles

_CAPTION_DROPOUT = 0.1
SAMPLE_CAPTIONS = (
    "floral daisy large balanced grid four inks",
    "floral rose large dense halfdrop three inks",
    "floral tulip large balanced halfdrop four inks",
    "leaf branch medium balanced tossed three inks",
    "leaf single large balanced halfdrop three inks",
    "leaf palm large dense tossed four inks",
    "dots plain medium balanced grid two inks",
    "dots petalled large balanced grid four inks",
    "stripe vertical medium balanced halfdrop four inks",
    "stripe diagonal large sparse tossed three inks",
    "chevron zigzag medium balanced grid three inks",
    "chevron herringbone large balanced grid four inks",
    "scallop fan large balanced grid three inks",
    "scallop solid medium dense halfdrop four inks",
    "arches rainbow large balanced grid four inks",
    "terrazzo chipped medium dense tossed four inks",
)


def unet_trainee(folder: Path) -> Trainee:
    """The flow network and the text encoder at their last checkpoint, or untrained."""
    torch.manual_seed(0)
    from diffusers.models.attention_processor import AttnProcessor

    unet = build_unet().to(device())
    unet.set_attn_processor(AttnProcessor())  # at 16 tokens the fused kernels cost more than they save
    text = build_text_encoder(len(CaptionTokenizer.house().words)).to(device())
    return Trainee({"unet": unet, "text": text}, folder, "unet", rate=1.2e-3)


def train_unet(folder: Path, budget: Budget, batch: int = 16) -> None:
    """Train on the cached latents; logs, checkpoints and pictures go to `folder`."""
    stored = torch.load(folder / LATENTS_FILE, weights_only=True)
    latents = (stored["latents"].float() - stored["mean"][:, None, None]) / stored["spread"][:, None, None]
    tokenizer = CaptionTokenizer.house()
    captions = load_corpus(folder)[1]
    tokens = torch.tensor(tokenizer.encode(captions))
    free = [without_lattice(caption) for caption in captions]
    null = torch.tensor(tokenizer.encode([""]))
    trainee = unet_trainee(folder)

    def loss(step: int) -> Tensor:
        dice = torch.Generator().manual_seed(step)
        chosen = torch.randint(len(latents), (batch,), generator=dice)
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
    return words[0] == "terrazzo" or ("tossed" in words and words[0] in ("floral", "leaf", "dots", "arches"))


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
        tiles = [networks.preview(caption, seed) for seed, caption in enumerate(SAMPLE_CAPTIONS)]
    save_tiles(folder / "samples.png", tiles)
