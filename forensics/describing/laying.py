"""Lay a registered tile over a suspect: where exactly, in which way, bent how, and where the two agree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from forensics.describing.anchoring import anchor
from forensics.describing.bending import bend
from forensics.describing.fitting import LIKE, Blocks, decide, refit
from forensics.describing.inks import inks
from forensics.describing.plane import Image, Matrix, Plane, Window, window
from forensics.describing.repeats import BLOCK, Laying
from forensics.traits import RepeatType

ALIKE = 0.1
_REFITS = 2


@dataclass(frozen=True)
class Laid:
    """A tile laid over a suspect.

    ``unit``: tile coordinates -> suspect px; cell (0, 0) holds the tile as registered. ``laying``: what the
    other cells hold; ``sure``: 0..1, by how much it beats the next type where the two differ; ``alike``: the
    types that would look the same here, so that nobody could tell. ``likeness`` (rows, columns): correlation
    of the edges with the tile's, in even blocks, 0 where nothing is to be seen. ``moves`` (rows, columns, 2):
    what to add to plane coordinates to come to the tile's, in tiles.
    """

    unit: Matrix
    cells: Window
    laying: Laying
    sure: float
    alike: tuple[RepeatType, ...]
    likeness: Plane
    moves: Plane

    @property
    def agreement(self) -> float:
        """Mean likeness of the better half of the blocks seen."""
        seen = np.sort(self.likeness[self.likeness != 0])
        return float(seen[len(seen) // 2 :].mean()) if len(seen) else 0.0

    @property
    def middle(self) -> tuple[float, float]:
        """Tile coordinates of the middle of the blocks that agree."""
        rows, columns = np.nonzero(self.likeness > LIKE)
        per_tile = self.likeness.shape[0] / self.cells.size[1]
        if not len(rows):
            return (self.cells.left + self.cells.right) / 2, (self.cells.top + self.cells.bottom) / 2
        x, y = (float(np.median(at) + 0.5) / per_tile for at in (columns, rows))
        return self.cells.left + x, self.cells.top + y

    @property
    def period_px(self) -> float:
        """Size of a tile in suspect px, where it agrees."""
        depth = self.unit[2] @ np.array([*self.middle, 1.0])
        return float(np.sqrt(abs(np.linalg.det(self.unit) / depth**3)))

    def flow(self, side: int) -> Plane:
        """The moves for every pixel of a plane with ``side`` px per tile, in px."""
        size = (self.cells.size[0] * side, self.cells.size[1] * side)
        return np.asarray(cv2.resize(self.moves * side, size, interpolation=cv2.INTER_CUBIC), np.float32)


def lay(pixels: Image, starts: Sequence[Matrix], tile: Image) -> Laid | None:
    """Lay a tile (n, m, 3) uint8 over a suspect (H, W, 3); None when it is nowhere to be seen.

    ``starts``: frames to start from, tile coordinates -> suspect px, in any phase and turn; at equal merit
    the first wins.
    """
    colours = inks(tile)
    anchored = anchor(pixels, starts, tile, colours)
    blocks = Blocks.of(pixels, anchored, tile) if anchored is not None else None
    if blocks is None:
        return None
    laying = decide(blocks, pixels, colours)[0]
    for _ in range(_REFITS):
        better = refit(blocks, laying)
        redone = Blocks.of(pixels, better, tile) if better is not None else None
        if redone is None or redone.merit(laying) < blocks.merit(laying):
            break
        blocks = redone
    return _laid(pixels, tile, blocks, *decide(blocks, pixels, colours))


def _laid(
    pixels: Image, tile: Image, blocks: Blocks, laying: Laying, margins: dict[RepeatType, float]
) -> Laid | None:
    likeness, moves = blocks.expected(laying)
    if not (likeness > LIKE).any():
        return None
    bent = bend(pixels, blocks.unit, blocks.cells, laying, tile, (likeness, moves))
    alike = tuple(sorted(kind for kind, margin in margins.items() if margin < ALIKE))
    sure = min((margin for margin in margins.values() if margin >= ALIKE), default=0.0)
    return Laid(blocks.unit, blocks.cells, laying, round(sure, 3), alike, *bent)


def unlaid(pixels: Image, unit: Matrix) -> Laid | None:
    """A frame with no tile to compare with: every cell counts, laid as a block repeat."""
    cells = window(unit, pixels.shape[1], pixels.shape[0])
    if cells is None:
        return None
    blocks = (2 * cells.size[1], 2 * cells.size[0])
    still = np.zeros((*blocks, 2), np.float32)
    return Laid(unit, cells, BLOCK, 0.0, (), np.ones(blocks, np.float32), still)
