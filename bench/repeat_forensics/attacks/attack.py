"""What an attack is: named, seeded, with its parameters in words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from bench.repeat_forensics.pencil import Pixels

Change = Callable[[Pixels, np.random.Generator], Pixels]


@dataclass(frozen=True)
class Step:
    """One change of a picture, and what it does in words with its parameters."""

    says: str
    change: Change


@dataclass(frozen=True)
class Promise:
    """What is promised of a group of attacks: the share of pictures in which the tile must be proven."""

    words: str
    target: float


@dataclass(frozen=True)
class Attack:
    """A tile's way into the wild. `promise` None: measured, nothing promised."""

    name: str
    family: str
    promise: Promise | None
    steps: tuple[Step, ...]

    @property
    def target(self) -> float | None:
        """The share of pictures that must be proven, if any is promised."""
        return self.promise.target if self.promise else None

    @property
    def parameters(self) -> str:
        """Every step in words."""
        return "; ".join(step.says for step in self.steps) or "as registered"

    def apply(self, tile: Pixels, rng: np.random.Generator) -> Pixels:
        """The suspect picture (H, W, 3) uint8 made from a tile (n, n, 3) uint8; same `rng`, same picture."""
        picture = tile
        for step in self.steps:
            picture = step.change(picture, rng)
        return np.ascontiguousarray(picture)
