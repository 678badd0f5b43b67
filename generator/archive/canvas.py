"""A square of cloth with no edges: what leaves on one side comes back on the other."""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from generator.archive.shapes import Motif, Outline, moved, scaled, turned
from generator.words import Attributes

_FRACTION_BITS = 4


class Canvas:
    """An index map of inks on the torus; positions and lengths are fractions of the tile's edge."""

    def __init__(self, edge: int) -> None:
        self.edge = edge
        self.inks: NDArray[np.uint8] = np.zeros((edge, edge), dtype=np.uint8)

    def place(self, motif: Motif, x: float, y: float, size: float, angle: float = 0.0) -> None:
        """Paint a motif scaled by `size`, turned by `angle` radians, about (x, y), wrapping round."""
        for outline, ink in moved(turned(scaled(motif, size), angle), x, y):
            self.fill(outline, ink)

    def fill(self, outline: Outline, ink: int, wrap_rows: bool = True) -> None:
        """Fill one closed outline (N, 2) and its wrapped copies; `wrap_rows` off leaves rows unwrapped."""
        low, high = outline.min(axis=0), outline.max(axis=0)
        columns = range(-math.floor(high[0]), 1 - math.floor(low[0]))
        rows = range(-math.floor(high[1]), 1 - math.floor(low[1])) if wrap_rows else range(1)
        for column in columns:
            for row in rows:
                self._fill_once(outline + (column, row), ink)

    def _fill_once(self, outline: Outline, ink: int) -> None:
        corners = np.rint((outline * self.edge - 0.5) * 2**_FRACTION_BITS).astype(np.int32)
        cv2.fillPoly(self.inks, [corners], int(ink), lineType=cv2.LINE_8, shift=_FRACTION_BITS)

    def grid(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """The x and y of every sample, each of shape (edge, edge), in 0..1."""
        axis = (np.arange(self.edge) + 0.5) / self.edge
        x, y = np.meshgrid(axis, axis)
        return x, y


@dataclass(frozen=True)
class Sheet:
    """What a family needs to draw: the canvas, the words, how many cells across, and the dice."""

    canvas: Canvas
    words: Attributes
    columns: int
    dice: np.random.Generator

    @property
    def main(self) -> int:
        """The ink of the principal motif."""
        return 1

    @property
    def second(self) -> int:
        """The second ink, or the main one in a palette of two."""
        return 2 if self.words.inks > 2 else 1

    @property
    def accent(self) -> int:
        """The third ink, or the best ink left that differs from the main one."""
        return {2: 0, 3: 2, 4: 3}[self.words.inks]

    @property
    def detail(self) -> int:
        """An ink that shows on the main one: the second ink, or the ground in a palette of two."""
        return 2 if self.words.inks > 2 else 0

    def by_density(self, sparse: float, balanced: float, dense: float) -> float:
        """The value for this sheet's density."""
        return {"sparse": sparse, "balanced": balanced, "dense": dense}[self.words.density]

    def between(self, low: float, high: float) -> float:
        """A number drawn evenly from low..high."""
        return float(self.dice.uniform(low, high))

    def one_of(self, *values: int) -> int:
        """One of the values, drawn evenly."""
        return int(values[int(self.dice.integers(len(values)))])
