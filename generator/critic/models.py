"""The critic's networks: pictures and prompts to points on one sphere, and the attributes pictures show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional

from generator.torus import TorusConv2d

UNIT_PX = 96
EMBEDDING = 128
_WIDTHS = (32, 64, 128, 192)
_FINISHED = 2  # of the last stages, each with a residual block behind it
_TEXT = 160


class ImageTower(nn.Module):
    """Circular convolutions, then mean, maximum and spread over the tile: no place on it is special."""

    def __init__(self, heads: Mapping[str, Sequence[str]]) -> None:
        super().__init__()
        self.stages = nn.ModuleList()
        before = 3
        for width in _WIDTHS:
            self.stages.append(_Stage(before, width))
            before = width
        self.further = nn.ModuleList(_Block(width, width, stride=1) for width in _WIDTHS[-_FINISHED:])
        self.project = nn.Linear(3 * before, EMBEDDING)
        self.heads = nn.ModuleDict(
            {name: nn.Linear(3 * before, len(values)) for name, values in heads.items()}
        )

    def forward(self, pictures: Tensor) -> tuple[Tensor, dict[str, Tensor]]:
        """(n, 3, H, W) in -1..1 to unit vectors (n, EMBEDDING) and the logits of each head."""
        for stage in self.stages[:-_FINISHED]:
            pictures = stage(pictures)
        for stage, further in zip(self.stages[-_FINISHED:], self.further, strict=True):
            pictures = stage(pictures)
            pictures = pictures + further(pictures)
        pooled = torch.cat([pictures.mean((2, 3)), pictures.amax((2, 3)), pictures.std((2, 3))], 1)
        logits = {name: head(pooled) for name, head in self.heads.items()}
        return functional.normalize(self.project(pooled), dim=1), logits


class TextTower(nn.Module):
    """The words of a prompt, in no order, to a unit vector."""

    def __init__(self, words: int) -> None:
        super().__init__()
        self.words = nn.EmbeddingBag(words, _TEXT, mode="sum")
        self.hidden = nn.Linear(_TEXT, _TEXT)
        self.project = nn.Linear(_TEXT, EMBEDDING)

    def forward(self, numbers: Sequence[Sequence[int]]) -> Tensor:
        """Token numbers, one sequence for each prompt, to (n, EMBEDDING)."""
        flat = torch.tensor([number for each in numbers for number in each], dtype=torch.long)
        starts = torch.tensor([sum(map(len, numbers[:i])) for i in range(len(numbers))], dtype=torch.long)
        summed = self.words(flat, starts)
        return functional.normalize(self.project(functional.silu(self.hidden(summed))), dim=1)


class _Block(nn.Module):
    def __init__(self, before: int, width: int, stride: int) -> None:
        super().__init__()
        self.convolve = TorusConv2d(before, width, 3, stride, 1)
        self.normalise = nn.GroupNorm(8, width)

    def forward(self, pictures: Tensor) -> Tensor:
        found: Tensor = functional.silu(self.normalise(self.convolve(pictures)))
        return found


class _Stage(_Block):
    def __init__(self, before: int, width: int) -> None:
        super().__init__(before, width, stride=2)


def build(heads: Mapping[str, Sequence[str]], words: int) -> nn.ModuleDict:
    """Both towers with fresh weights, as one module."""
    return nn.ModuleDict({"image": ImageTower(heads), "text": TextTower(words)})
