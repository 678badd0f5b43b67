"""How the cells of a suspect are laid, where not all are laid alike: turned over, or moved by half.

A mirror repeat shows its tile as it is in one cell of four, a half-drop in every second column. Each cell is
brought back by its own turn, so the line is read from all of them. Which way the cells are laid is chosen by
the edges of the tile as drawn, summed over all cells: no key is involved, it costs nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from forensics.describing.repeats import BLOCK, TURNS, Laying, Turn, layings
from forensics.placing.blocks import COUNT, SIDE, BlockReference, Feature, Moves, Plane
from forensics.placing.unfold import Cell, Matrix, reduced, repeats

_WORK = SIDE // 2
_MOST_CELLS = 12
_LEAST_SEEN = 0.05
_CLEARLY = 1.15
_FEWEST = 16
_TOLERANCE_PX = 12.0
_ROUNDS = 2
_CENTRES = (np.stack(np.meshgrid(np.arange(COUNT), np.arange(COUNT)), -1) + 0.5) * SIDE / COUNT

Pixels = NDArray[np.uint8]
Found = Mapping[tuple[Cell, Turn], Moves]


@dataclass(frozen=True)
class _Cells:
    """The suspect, reduced, with its placement; what repeats it shows depends on the side asked for."""

    pixels: Pixels
    homography: Matrix
    reference: BlockReference

    def compared(self, laying: Laying | None = None) -> Found:
        """The blocks of each cell, brought back by its turn; by every turn where no laying is given."""
        found = {}
        for cell, patch, seen in repeats(self.pixels, self.homography, _WORK, _MOST_CELLS):
            if seen.mean() < _LEAST_SEEN:
                continue
            for turn in TURNS if laying is None else (laying.turn(*cell),):
                brought, inside = _plane(turn.undone(patch)), _plane(turn.undone(seen))
                found[cell, turn] = self.reference.compare(brought, inside, Feature.EDGES)
        return found


@dataclass(frozen=True)
class Relaid:
    """Where the first cell lies, tile px, 512 a repeat, to suspect px, and how the cells are laid.

    ``likeness``: upper quartile over all blocks of their edges' correlation with the tile's; ``share``: of
    the blocks that can be told, how many agree.
    """

    homography: Matrix
    laying: Laying
    likeness: float
    share: float


def relaid(pixels: Pixels, homography: Matrix, reference: BlockReference) -> Relaid:
    """How the cells of a suspect (H, W, 3) are laid, brought back each by its own turn.

    ``homography``: tile px, 512 a repeat, to suspect px, in which at least one cell shows the tile as it is.
    """
    smaller, placed = reduced(pixels, homography, _WORK)
    enlarge = np.asarray(homography @ np.linalg.inv(placed), np.float64)
    found = _Cells(smaller, placed, reference).compared()
    laying = _laying(found)
    for _ in range(0 if laying is BLOCK else _ROUNDS):
        step = _fitted(_turned(found, laying))
        if step is None:
            break
        placed = np.asarray(placed @ step, np.float64)
        found = _Cells(smaller, placed, reference).compared(laying)
    mine = list(_turned(found, laying).values())
    likeness = np.concatenate([np.zeros(1, np.float32), *(moves.likeness[moves.told] for moves in mine)])
    agreeing, told = (sum(int(each.sum()) for each in every) for every in _counts(mine))
    lying = np.asarray(enlarge @ placed, np.float64)
    return Relaid(lying, laying, float(np.quantile(likeness, 0.75)), agreeing / max(1, told))


def _turned(found: Found, laying: Laying) -> Found:
    """Those of each cell's blocks that were brought back by its own turn."""
    return {(cell, turn): moves for (cell, turn), moves in found.items() if laying.turn(*cell) == turn}


def _counts(found: list[Moves]) -> tuple[list[NDArray[np.bool_]], list[NDArray[np.bool_]]]:
    return [moves.agreeing for moves in found], [moves.told for moves in found]


def _laying(found: Found) -> Laying:
    """The laying in which most blocks agree; plain unless another is clearly better."""
    supports = {key: _support(moves) for key, moves in found.items()}
    cells = {cell for cell, _ in found}
    rated = [(sum(supports[cell, laying.turn(*cell)] for cell in cells), laying) for laying in layings()]
    plain, (best, laying) = rated[0][0], max(rated, key=lambda pair: pair[0])
    return laying if best > _CLEARLY * plain else BLOCK


def _support(moves: Moves) -> float:
    return float(moves.likeness[moves.agreeing].sum())


def _fitted(found: Found) -> Matrix | None:
    """The map, in tile px unwrapped over the cells, that brings the agreeing blocks home; None for few."""
    if not found:
        return None
    pairs = [_unturned(cell, turn, moves) for (cell, turn), moves in found.items()]
    places, belongs = (np.concatenate(side) for side in zip(*pairs, strict=True))
    if len(places) < _FEWEST:
        return None
    step, inside = cv2.findHomography(belongs, places, cv2.RANSAC, _TOLERANCE_PX, maxIters=500)
    fits = step is not None and np.isfinite(step).all() and inside.mean() > 0.5
    return np.asarray(step, np.float64) if fits else None


def _unturned(cell: Cell, turn: Turn, moves: Moves) -> tuple[Matrix, Matrix]:
    """Where the agreeing blocks of a cell are and where they belong, in its own px, unwrapped."""
    flips = np.array([-1.0 if turn.flip_x else 1.0, -1.0 if turn.flip_y else 1.0])
    half = np.array([turn.half_x, turn.half_y]) * (SIDE / 2)
    seen = np.where(flips < 0, SIDE - _CENTRES[moves.agreeing], _CENTRES[moves.agreeing])
    places = (seen - half) % SIDE + np.array(cell, np.float64) * SIDE
    return places, places + flips * moves.moves[moves.agreeing]


def _plane(values: NDArray[np.generic]) -> Plane:
    return np.asarray(values, np.float32)
