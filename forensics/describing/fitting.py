"""Every half-tile block of a rectified suspect compared with the tile in each turn, and what it says.

Each way to lay the tile expects a turn in every block: the laying whose edges and inks agree best is taken.
The small moves that bring the blocks home correct the placement.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np
from numpy.typing import NDArray

from forensics.describing.inks import Inks, Labels, coarse, explained, planes, unexplained
from forensics.describing.plane import Image, Matrix, Plane, Window, best_move, cut, edges_of, rectify, window
from forensics.describing.repeats import BLOCK, TURNS, Laying, layings
from forensics.placing.blocks import edge_map
from forensics.traits import RepeatType

Mask = NDArray[np.bool_]

LIKE = 0.4
_FLOOR = 0.25
_SIDE = 96
_SMALLEST_SIDE = 48
_CANVAS_PX = 1100
_SEEN = 0.8
_REACH = 0.1
_FLAT = 0.05
_FEWEST = 6
_BETTER = 0.1
_CLEARLY = 0.25
_TELLING = 2
_TELLING_SHARE = 0.02
_COLOUR_SIDE = 64


@dataclass(frozen=True)
class Blocks:
    """Every half-tile block of the plane, compared with the tile in each of the turns."""

    unit: Matrix
    cells: Window
    likeness: Plane  # (turns, rows, columns)
    moves: Plane  # (turns, rows, columns, 2) in tiles

    @classmethod
    def of(cls, pixels: Image, unit: Matrix, tile: Image) -> Blocks | None:
        cells = window(unit, pixels.shape[1], pixels.shape[0])
        if cells is None:
            return None
        side = int(np.clip(_CANVAS_PX // max(cells.size), _SMALLEST_SIDE, _SIDE)) // 2 * 2
        flat, seen = rectify(pixels, unit, cells, side)
        edges = edge_map(flat)
        return cls(unit, cells, *_compared(edges, seen, edges_of(tile, side)))

    def expected(self, laying: Laying) -> tuple[Plane, Plane]:
        """Likeness and moves of each block with what a laying expects in its place."""
        rows, columns = self._indices
        chosen = self.table(laying)
        return self.likeness[chosen, rows, columns], self.moves[chosen, rows, columns]

    def expected_anyhow(self) -> Plane:
        """Likeness of each block with the tile in whichever turn suits it best."""
        return np.asarray(self.likeness.max(0), np.float32)

    def merit(self, laying: Laying) -> float:
        """Sum of the likeness above the floor."""
        return float(np.maximum(self.expected(laying)[0] - _FLOOR, 0.0).sum())

    def table(self, laying: Laying) -> NDArray[np.intp]:
        rows, columns = self._indices
        row, column = (rows // 2 + self.cells.top) % 2, (columns // 2 + self.cells.left) % 2
        turns = np.array([[TURNS.index(turn) for turn in line] for line in laying.cells])
        return np.asarray(turns[row, column], np.intp)

    @cached_property
    def _indices(self) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        rows, columns = np.indices(self.likeness.shape[1:])
        return np.asarray(rows, np.intp), np.asarray(columns, np.intp)

    def centres(self) -> Matrix:
        """(rows, columns, 2): plane coordinates of the blocks' middles."""
        rows, columns = self._indices
        return np.stack([self.cells.left + (columns + 0.5) / 2, self.cells.top + (rows + 0.5) / 2], -1)


def _compared(edges: Plane, seen: Plane, tile: Plane) -> tuple[Plane, Plane]:
    """Likeness (turns, rows, columns) and moves (turns, rows, columns, 2) of all blocks."""
    side = tile.shape[0]
    half, reach = side // 2, max(3, round(side * _REACH))
    pieces = cut(edges, half)
    busy = (cut(seen, half).mean((2, 3)) > _SEEN) & (pieces.std((2, 3)) > _FLAT)
    likeness = np.zeros((len(TURNS), *busy.shape), np.float32)
    moves = np.zeros((len(TURNS), *busy.shape, 2), np.float32)
    for number, turn in enumerate(TURNS):
        around = cv2.copyMakeBorder(
            np.asarray(turn.of(tile), np.float32), reach, reach, reach, reach, cv2.BORDER_WRAP
        )
        for row, column in np.argwhere(busy):
            y, x = row % 2 * half, column % 2 * half
            place = np.asarray(around[y : y + half + 2 * reach, x : x + half + 2 * reach], np.float32)
            found, move = best_move(pieces[row, column], place, reach, LIKE)
            likeness[number, row, column], moves[number, row, column] = found, np.array(move) / side
    return likeness, moves


def decide(blocks: Blocks, pixels: Image, colours: Inks) -> tuple[Laying, dict[RepeatType, float]]:
    """The laying whose edges and inks agree best, and its margin 0..1 over the best of each other type.

    The plain repeat wins where nothing tells them apart.
    """
    flat, seen = rectify(pixels, blocks.unit, blocks.cells, _COLOUR_SIDE)
    small = coarse(colours, _COLOUR_SIDE)
    laid = {laying: planes(laying, blocks.cells, small) for laying in layings()}
    within = (seen > 0) & (_spread(blocks.expected_anyhow(), flat.shape[:2]) > LIKE)
    plain = blocks.merit(BLOCK) + 1e-6
    rated = [(blocks.merit(each) / plain + explained(flat, within, laid[each]), each) for each in laid]
    merit, chosen = max(rated, key=lambda pair: pair[0])
    rivals = [each for _, each in sorted(rated, key=lambda pair: pair[0])]  # of a type, the best comes last

    def margins(mine: Laying) -> dict[RepeatType, float]:
        return {
            each.type: max(_margin(blocks, mine, each), _inked_margin(flat, within, laid[mine], laid[each]))
            for each in rivals
            if each.type is not mine.type
        }

    if merit < rated[0][0] + _BETTER or margins(chosen).get(RepeatType.BLOCK, 1.0) < _CLEARLY:
        chosen = BLOCK
    return chosen, margins(chosen)


def _spread(likeness: Plane, size: tuple[int, ...]) -> Plane:
    return np.asarray(cv2.resize(likeness, size[::-1], interpolation=cv2.INTER_NEAREST), np.float32)


def _inked_margin(flat: Plane, within: Mask, chosen: Labels, rival: Labels) -> float:
    """1 - unexplained by the chosen / unexplained by the rival where the two expect different inks."""
    differ = within & (chosen != rival)
    if differ.sum() < _TELLING_SHARE * max(int(within.sum()), 1):
        return 0.0
    mine, other = (unexplained(flat, within, labels)[differ].sum() for labels in (chosen, rival))
    return float(np.clip(1.0 - mine / max(float(other), 1e-6), 0.0, 1.0))


def _margin(blocks: Blocks, chosen: Laying, rival: Laying) -> float:
    """1 - rival / chosen over the blocks for which the two expect different things; 0 if there are none."""
    differ = blocks.table(chosen) != blocks.table(rival)
    mine, other = blocks.expected(chosen)[0][differ], blocks.expected(rival)[0][differ]
    clear = np.maximum(mine, other) > LIKE
    if clear.sum() < _TELLING:
        return 0.0
    return float(np.clip(1.0 - other[clear].sum() / mine[clear].sum(), 0.0, 1.0))


def refit(blocks: Blocks, laying: Laying) -> Matrix | None:
    """The homography that takes the moves in: affine with few blocks."""
    likeness, moves = blocks.expected(laying)
    use = likeness > LIKE
    if use.sum() < _FEWEST:
        return None
    plane = blocks.centres()[use]
    source, target = plane + moves[use], cv2.perspectiveTransform(plane[None], blocks.unit)[0]
    tolerance = 0.02 * float(np.sqrt(abs(np.linalg.det(blocks.unit[:2, :2])))) + 0.5
    if use.sum() < 4 * _FEWEST:
        affine, _ = cv2.estimateAffine2D(source, target, ransacReprojThreshold=tolerance)
        return None if affine is None else np.vstack([affine, [0.0, 0.0, 1.0]])
    found, _ = cv2.findHomography(source, target, cv2.RANSAC, tolerance, maxIters=500)
    return None if found is None else np.asarray(found, np.float64)
