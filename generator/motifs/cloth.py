"""Strokes on the torus: traced outlines, and lines along the borders of painted regions."""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from generator.archive.canvas import Canvas
from generator.archive.shapes import Outline

Field = NDArray[np.float64]
_BITS = 4


class Cloth(Canvas):
    """A canvas of the first edition that also draws lines."""

    def trace(self, outline: Outline, ink: int, width: float) -> None:
        """Draw the closed outline (N, 2) and its wrapped copies as a line of `width`, a share of the edge."""
        reach = width / 2.0
        low, high = outline.min(axis=0) - reach, outline.max(axis=0) + reach
        thickness = max(1, round(width * self.edge))
        for column in range(-math.floor(high[0]), 1 - math.floor(low[0])):
            for row in range(-math.floor(high[1]), 1 - math.floor(low[1])):
                moved = outline + (column, row)
                corners = np.rint((moved * self.edge - 0.5) * 2**_BITS).astype(np.int32)
                cv2.polylines(self.inks, [corners], True, int(ink), thickness, cv2.LINE_8, _BITS)

    def rim(self) -> NDArray[np.float32]:
        """The distance of every sample to the nearest border between two inks, as a share of the edge."""
        margin = self.edge // 4
        inner = np.ones_like(self.inks)
        for axis in (0, 1):
            inner[self.inks != np.roll(self.inks, 1, axis=axis)] = 0
        wrapped = np.pad(inner, margin, mode="wrap")
        far = cv2.distanceTransform(wrapped, cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
        kept = far[margin : margin + self.edge, margin : margin + self.edge]
        return np.asarray(kept / self.edge, dtype=np.float32)


def periodic_noise(dice: np.random.Generator, edge: int, cells: int, octaves: int = 2) -> Field:
    """Smooth noise (edge, edge) without a seam, -1..1, with `cells` bumps across and finer ones on it."""
    total = np.zeros((edge, edge))
    for octave in range(octaves):
        count = max(1, min(cells * 2**octave, edge // 4))
        knots = dice.normal(size=(count, count))
        total += _smooth(knots, edge) * 0.5**octave
    return total / max(1e-9, float(np.abs(total).max()))


def _smooth(knots: Field, edge: int) -> Field:
    """Knots of a periodic lattice joined by cubic splines."""
    count, margin = len(knots), 4
    wrapped = np.pad(knots, margin, mode="wrap").astype(np.float32)
    axis = ((np.arange(edge) + 0.5) / edge * count + margin - 0.5).astype(np.float32)
    across, down = np.meshgrid(axis, axis)
    drawn = cv2.remap(wrapped, across, down, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REFLECT)
    return np.asarray(drawn, dtype=np.float64)
