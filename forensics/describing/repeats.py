"""Ways to lay a tile: block, half-drop, brick, mirror, and the frames a recovered lattice may stand for.

A laying is a table of two by two cells that repeats over the plane; each says what the tile is there: turned
over, or moved by half. The offset layings repeat with an oblique lattice and the mirrored ones with twice the
tile, so a lattice recovered from a picture alone stands for several frames of a tile.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import cv2
import numpy as np
from numpy.typing import NDArray

from forensics.traits import Overlay, Repeat, RepeatType

Matrix = NDArray[np.float64]
Plane = NDArray[np.float32]

MOST_FRAMES = 6
_OBLIQUE = 0.3
_HALVES = 4
_AREAS = (1.0, 0.5, 0.25)


@dataclass(frozen=True)
class Turn:
    """What the tile is in one cell: turned over along x or y, then moved by half of its width or height."""

    flip_x: bool = False
    flip_y: bool = False
    half_x: bool = False
    half_y: bool = False

    def of(self, tile: NDArray[np.generic]) -> NDArray[np.generic]:
        """The tile (n, m, ...) as it looks in such a cell."""
        seen = tile[:: -1 if self.flip_y else 1, :: -1 if self.flip_x else 1]
        shift = (-(tile.shape[0] // 2) * self.half_y, -(tile.shape[1] // 2) * self.half_x)
        return np.ascontiguousarray(np.roll(seen, shift, (0, 1)))

    def undone(self, cell: NDArray[np.generic]) -> NDArray[np.generic]:
        """The inverse: a cell back in the tile's own frame."""
        shift = ((cell.shape[0] // 2) * self.half_y, (cell.shape[1] // 2) * self.half_x)
        moved = np.roll(cell, shift, (0, 1))
        return np.ascontiguousarray(moved[:: -1 if self.flip_y else 1, :: -1 if self.flip_x else 1])


AS_IS = Turn()
_DROPPED, _ALONG = Turn(half_y=True), Turn(half_x=True)
_X, _Y, _BOTH = Turn(flip_x=True), Turn(flip_y=True), Turn(flip_x=True, flip_y=True)
TURNS = (AS_IS, _DROPPED, _ALONG, _X, _Y, _BOTH)


@dataclass(frozen=True)
class Laying:
    """``cells``: rows of the two by two table; cell (column, row) is ``cells[row % 2][column % 2]``."""

    type: RepeatType
    cells: tuple[tuple[Turn, Turn], tuple[Turn, Turn]]

    def turn(self, column: int, row: int) -> Turn:
        """What the tile is in a cell."""
        return self.cells[row % 2][column % 2]

    def moved(self, column: int, row: int) -> Laying:
        """The same laying seen from another cell."""
        rows = (self.cells[row % 2], self.cells[(row + 1) % 2])
        first, second = ((r[column % 2], r[(column + 1) % 2]) for r in rows)
        return Laying(self.type, (first, second))


BLOCK = Laying(RepeatType.BLOCK, ((AS_IS, AS_IS), (AS_IS, AS_IS)))
_OFFSET = (
    Laying(RepeatType.HALF_DROP, ((AS_IS, _DROPPED), (AS_IS, _DROPPED))),
    Laying(RepeatType.BRICK, ((AS_IS, AS_IS), (_ALONG, _ALONG))),
    Laying(RepeatType.MIRROR, ((AS_IS, _X), (_Y, _BOTH))),
    Laying(RepeatType.MIRROR, ((AS_IS, _X), (AS_IS, _X))),
    Laying(RepeatType.MIRROR, ((AS_IS, AS_IS), (_Y, _Y))),
)


def layings() -> list[Laying]:
    """Every way to lay a tile, from every cell; the plain repeat first, so that it wins a tie."""
    every = [BLOCK]
    for laying in _OFFSET:
        seen = [laying.moved(column, row) for row in (0, 1) for column in (0, 1)]
        every += [each for k, each in enumerate(seen) if each not in seen[:k]]
    return every


def frames(lattice: Matrix, centre: tuple[float, float], aspect: float) -> list[Matrix]:
    """Frames of a tile, unit coordinates -> suspect px, that a recovered lattice may stand for; likely first.

    ``lattice`` maps periods to px; ``centre``: the pixel where lengths and angles are measured; ``aspect``:
    width over height of the registered tile.
    """
    local = _local(lattice, centre)
    halves = [np.array(p) / 2 for p in product(range(-_HALVES, _HALVES + 1), repeat=2) if any(p)]
    rated: list[tuple[float, tuple[float, ...], Matrix]] = []
    for p in halves:
        right = local @ p
        if not (right[0] > 0 and abs(right[1]) <= right[0]):
            continue
        for q in halves:
            basis = np.stack([p, q], 1)
            rating = _rating(basis, local, aspect)
            if rating is not None:
                rated.append((round(rating, 3), tuple(basis.ravel()), basis))
    rated.sort(key=lambda each: each[:2])
    return [_embedded(lattice, basis) for _, _, basis in rated[:MOST_FRAMES]]


def _local(lattice: Matrix, centre: tuple[float, float]) -> Matrix:
    """The 2x2 derivative of the lattice's map at a pixel: periods to px."""
    at = np.linalg.inv(lattice) @ np.array([*centre, 1.0])
    x, y, w = lattice @ (at / at[2])
    rows = [(lattice[k, :2] * w - value * lattice[2, :2]) / w**2 for k, value in ((0, x), (1, y))]
    return np.array(rows, np.float64)


def _rating(basis: Matrix, local: Matrix, aspect: float) -> float | None:
    """How unlike the registered tile a frame is: oblique, of another aspect or area."""
    area = float(np.linalg.det(basis))
    if not any(abs(area * np.sign(np.linalg.det(local)) - each) < 1e-6 for each in _AREAS):
        return None
    right, down = local @ basis[:, 0], local @ basis[:, 1]
    width, height = float(np.hypot(*right)), float(np.hypot(*down))
    oblique = abs(float(right @ down)) / (width * height)
    if oblique > _OBLIQUE:
        return None
    stretched = min(abs(np.log(width / height / aspect)), abs(np.log(width / height * aspect)))
    return float(4 * oblique + stretched + 0.4 * (abs(area) < 0.9) + 0.2 * _is_half(basis))


def _is_half(basis: Matrix) -> bool:
    return bool((np.abs(basis - np.round(basis)) > 1e-6).any())


def _embedded(lattice: Matrix, basis: Matrix) -> Matrix:
    wide = np.eye(3)
    wide[:2, :2] = basis
    return np.asarray(lattice @ wide, np.float64)


def overlay_of(unit: Matrix) -> Overlay:
    """The frame as plain numbers, its last one 1."""
    scaled = unit / unit[2, 2]
    return Overlay(tuple(float(f"{number:.9g}") for number in scaled.ravel()))


def measured(unit: Matrix, at: tuple[float, float]) -> tuple[float, float, float]:
    """(width px, height px, angle in degrees) of the cell around tile coordinates ``at``."""
    x, y = at
    sides = np.array([[[x - 0.5, y], [x + 0.5, y], [x, y - 0.5], [x, y + 0.5]]], np.float64)
    left, right, top, bottom = cv2.perspectiveTransform(sides, unit)[0]
    along = right - left
    angle = float(np.degrees(np.arctan2(along[1], along[0])))
    return float(np.hypot(*along)), float(np.hypot(*(bottom - top))), angle


def repeat_of(unit: Matrix, at: tuple[float, float], kind: str) -> Repeat:
    """The repeat of a frame, measured around tile coordinates ``at``; nothing told of its type."""
    width, height, angle = measured(unit, at)
    return Repeat(width, height, angle, kind, overlay_of(unit))
