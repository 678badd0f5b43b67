"""Fit both towers: each picture nearest to its own words, and every head to what the tile shows."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from generator.critic.models import build
from generator.critic.network import CONFIG_FILE, LOG_FILE, SHIPPED, WEIGHTS_FILE, prepared, write_sums
from generator.critic.training.corpus import Corpus, painted, render
from generator.critic.words import HEADS, numbers, tokens
from generator.training.device import autocast
from generator.training.export import save_half
from generator.training.loop import Budget, Trainee, train

_RATE = 2e-3
_SHARPNESS = 14.0  # the inverse temperature of the contrast between pictures and words
_KEPT = 0.6  # how often a word other than the family is said
_HEAD_WEIGHTS = {"family": 0.6, "style": 0.4}
_HEAD_WEIGHT = 0.25


def fit(folder: Path, budget: Budget, tiles: int, batch: int, target: Path | None = None) -> None:
    """Train until the budget is spent, from the last checkpoint in `folder`, and export to `target`."""
    corpus = render(folder, tiles)
    trainee = _trainee(folder)
    train(trainee, _loss(trainee, corpus, batch), budget, lambda: None)
    _export(trainee, folder, SHIPPED if target is None else target, tiles, batch)


def _trainee(folder: Path) -> Trainee:
    torch.manual_seed(0)
    return Trainee({"critic": build(HEADS, len(tokens()))}, folder, "critic", _RATE, decay=0.99)


def _loss(trainee: Trainee, corpus: Corpus, batch: int) -> Callable[[int], Tensor]:
    networks, words = trainee.modules["critic"], tokens()

    def loss(step: int) -> Tensor:
        dice = np.random.Generator(np.random.PCG64([step, 7]))
        chosen = np.sort(dice.choice(len(corpus.maps), batch, replace=False))
        readings = [corpus.shown[number] for number in chosen]
        pictures = prepared(painted(corpus.maps[chosen], dice))
        image, text = networks["image"], networks["text"]  # type: ignore[index]
        with autocast():
            vectors, logits = image(pictures)
        spoken = text(numbers([_partly(each, dice) for each in readings], words))
        return _contrast(vectors.float(), spoken) + _heads(logits, readings)

    return loss


def _partly(reading: Mapping[str, str], dice: np.random.Generator) -> dict[str, str]:
    """The words of a brief: some of what the tile shows, and always its family."""
    return {head: each for head, each in reading.items() if head == "family" or dice.random() < _KEPT}


def _contrast(pictures: Tensor, words: Tensor) -> Tensor:
    likeness = _SHARPNESS * pictures @ words.T
    own = torch.arange(len(likeness))
    return (functional.cross_entropy(likeness, own) + functional.cross_entropy(likeness.T, own)) / 2


def _heads(logits: Mapping[str, Tensor], readings: Sequence[Mapping[str, str]]) -> Tensor:
    total = torch.zeros(())
    for head, values in HEADS.items():
        meant = torch.tensor([values.index(each[head]) for each in readings])
        error = functional.cross_entropy(logits[head].float(), meant)
        total = total + _HEAD_WEIGHTS.get(head, _HEAD_WEIGHT) * error
    return total


def _export(trainee: Trainee, folder: Path, target: Path, tiles: int, batch: int) -> None:
    trainee.use_average()
    target.mkdir(parents=True, exist_ok=True)
    save_half(trainee.modules["critic"].state_dict(), target / WEIGHTS_FILE)
    trained = {"steps": trainee.step, "seconds": round(trainee.seconds), "tiles": tiles, "batch": batch}
    config = {
        "heads": {name: list(each) for name, each in HEADS.items()},
        "words": list(tokens()),
        "trained": trained,
    }
    (target / CONFIG_FILE).write_text(json.dumps(config, indent=1) + "\n")
    if (folder / LOG_FILE).exists():
        shutil.copyfile(folder / LOG_FILE, target / LOG_FILE)
    write_sums(target)
