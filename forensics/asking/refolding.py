"""A suspect folded for the line where its cells are not all laid alike: turned over, or moved by half.

A mirror repeat shows its tile as it is in one cell of four, a half-drop in every second column. Each cell is
brought back by its own turn before the mean, so the line is read from all of them. Which way the cells are
laid is chosen by the edges of the tile as drawn, summed over all cells: no key is involved, it costs nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from forensics.describing.repeats import AS_IS, BLOCK, TURNS, Laying, Turn, layings
from forensics.placing.blocks import COUNT, SIDE, BlockReference, Feature, Moves, Plane
from forensics.placing.straighten import straighten
from forensics.placing.unfold import Cell, Matrix, Unfolded, reduced, repeats

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

    def compared(self, turns: Mapping[Cell, Turn] | None = None) -> Found:
        """The blocks of each cell, brought back by its turn; by every turn where none is given."""
        found = {}
        for cell, patch, seen in repeats(self.pixels, self.homography, _WORK, _MOST_CELLS):
            if seen.mean() < _LEAST_SEEN:
                continue
            for turn in TURNS if turns is None else (turns.get(cell, AS_IS),):
                brought, inside = _plane(turn.undone(patch)), _plane(turn.undone(seen))
                found[cell, turn] = self.reference.compare(brought, inside, Feature.EDGES)
        return found


def refold(pixels: Pixels, homography: Matrix, reference: BlockReference) -> Unfolded | None:
    """The suspect (H, W, 3) folded with every cell brought back, or None where a plain fold does as well.

    ``homography``: tile px, 512 a repeat, to suspect px, in which at least one cell shows the tile as it is.
    """
    smaller, placed = reduced(pixels, homography, _WORK)
    enlarge = np.asarray(homography @ np.linalg.inv(placed), np.float64)
    found = _Cells(smaller, placed, reference).compared()
    laying = _laying(found)
    if laying is BLOCK:
        return None
    turns = {cell: laying.turn(*cell) for cell, _ in found}
    for _ in range(_ROUNDS):
        step = _fitted({key: moves for key, moves in found.items() if turns[key[0]] == key[1]})
        if step is None:
            break
        placed = np.asarray(placed @ step, np.float64)
        found = _Cells(smaller, placed, reference).compared(turns)
    return _folded(pixels, np.asarray(enlarge @ placed), reference, laying)


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


def _folded(pixels: Pixels, homography: Matrix, reference: BlockReference, laying: Laying) -> Unfolded:
    """The mean of the cells, each brought back and laid straight, and how well they lie."""
    total, weight = np.zeros((SIDE, SIDE, 3), np.float32), np.zeros((SIDE, SIDE), np.float32)
    likenesses = [np.zeros(1, np.float32)]
    area = matched = 0.0
    smaller, placed = reduced(pixels, homography, SIDE)
    for cell, patch, seen in repeats(smaller, placed, SIDE, _MOST_CELLS):
        turn = laying.turn(*cell)
        straight = straighten(_plane(turn.undone(patch)), _plane(turn.undone(seen)), reference)
        moves = straight.moves
        total += straight.patch * straight.mask[..., None]
        weight += straight.mask
        likenesses.append(moves.likeness[moves.told])
        share = float(seen.mean())
        area += share
        matched += share * float(moves.agreeing.sum()) / max(1, int(moves.told.sum()))
    tile = total / np.maximum(weight, np.float32(1e-6))[..., None]
    likeness = float(np.quantile(np.concatenate(likenesses), 0.75))
    return Unfolded(np.asarray(tile, np.float32), weight, likeness, area, matched)


def _plane(values: NDArray[np.generic]) -> Plane:
    return np.asarray(values, np.float32)
