"""The suspect rectified into the plane of a tile: one unit is one tile, wherever its cells lie in the.

Coordinates: suspect px are pixel indices (x right, y down), whole numbers at pixel centres. Tile coordinates
count tiles; pixel k of a plane with ``side`` px per tile lies at ``first + (k + 0.5) / side``.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from forensics.placing.blocks import edge_map

Matrix = NDArray[np.float64]
Plane = NDArray[np.float32]
Image = NDArray[np.uint8]

MOST_CELLS = 14
_PROBES = 9
_NEARNESS = 0.25
_NEARLY_AS_LARGE = 0.87


@dataclass(frozen=True)
class Window:
    """Whole cells of the plane: columns left..right-1, rows top..bottom-1."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def size(self) -> tuple[int, int]:
        """(columns, rows)."""
        return self.right - self.left, self.bottom - self.top

    def matrix(self, side: int) -> Matrix:
        """3x3: pixels of the plane with ``side`` px per tile -> tile coordinates."""
        half = 0.5 / side
        rows = [[1 / side, 0, self.left + half], [0, 1 / side, self.top + half], [0, 0, 1]]
        return np.array(rows, np.float64)


def window(unit: Matrix, width: int, height: int) -> Window | None:
    """The cells a picture overlaps, at most 14 either way around its middle; None if there are none."""
    x, y = np.meshgrid(np.linspace(0, width - 1, _PROBES), np.linspace(0, height - 1, _PROBES))
    points = np.stack([x.ravel(), y.ravel(), np.ones(x.size)], 1) @ np.linalg.inv(unit).T
    middle = points[len(points) // 2]
    if abs(middle[2]) < 1e-12:
        return None
    near = points[:, 2] / middle[2] > 0.15  # beyond is close to the horizon
    on_tile = points[near, :2] / points[near, 2:]
    if not np.isfinite(on_tile).all():
        return None
    centre, reach = middle[:2] / middle[2], MOST_CELLS / 2
    low = np.floor(np.maximum(on_tile.min(0), centre - reach)).astype(int)
    high = np.ceil(np.minimum(on_tile.max(0), centre + reach)).astype(int)
    high = np.maximum(high, low + 1)
    return Window(int(low[0]), int(low[1]), int(high[0]), int(high[1]))


def rectify(pixels: Image, unit: Matrix, cells: Window, side: int) -> tuple[Plane, Plane]:
    """The suspect in the plane: float32 (rows * side, columns * side, 3), and where it was seen, 0 or 1."""
    matrix = unit @ cells.matrix(side)
    size = (cells.size[0] * side, cells.size[1] * side)
    pixels, matrix = _reduced(pixels, matrix, side / _period(unit, pixels))
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    flat = cv2.warpPerspective(pixels, matrix, size, flags=flags, borderMode=cv2.BORDER_REPLICATE)
    full = np.full(pixels.shape[:2], 255, np.uint8)
    seen = cv2.warpPerspective(full, matrix, size, flags=cv2.INTER_NEAREST | cv2.WARP_INVERSE_MAP)
    return np.asarray(flat, np.float32), (np.asarray(seen) > 0).astype(np.float32)


def _reduced(pixels: Image, matrix: Matrix, scale: float) -> tuple[Image, Matrix]:
    """The picture made smaller before it is sampled at fewer px, against aliasing; and its matrix."""
    if scale > _NEARLY_AS_LARGE:
        return pixels, matrix
    height, width = pixels.shape[:2]
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    x, y = size[0] / width, size[1] / height
    shrinking = np.array([[x, 0, 0.5 * x - 0.5], [0, y, 0.5 * y - 0.5], [0, 0, 1]], np.float64)
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8), shrinking @ matrix


def picture(plane: Plane, unit: Matrix, cells: Window, side: int, size: tuple[int, int]) -> Plane:
    """The inverse: a plane laid back over the suspect of ``size`` (width, height); 0 outside of it."""
    matrix = unit @ cells.matrix(side)
    return np.asarray(cv2.warpPerspective(plane, matrix, size, flags=cv2.INTER_LINEAR), np.float32)


def _period(unit: Matrix, pixels: Image) -> float:
    """Size of a tile in px in the middle of the picture."""
    middle = np.linalg.inv(unit) @ np.array([pixels.shape[1] / 2, pixels.shape[0] / 2, 1.0])
    x, y = middle[:2] / middle[2]
    scale = unit[2] @ np.array([x, y, 1.0])
    return float(np.sqrt(abs(np.linalg.det(unit) / scale**3)))


def edges_of(tile: Image, side: int) -> Plane:
    """Colour edges of a tile at ``side`` px."""
    small = cv2.resize(tile, (side, side), interpolation=cv2.INTER_AREA)
    return edge_map(np.asarray(small, np.float32))


def cut(plane: NDArray[Any], block: int) -> Plane:
    """The plane (h, w, ...) in square blocks: (rows, columns, block, block, ...)."""
    rows, columns = plane.shape[0] // block, plane.shape[1] // block
    pieces = plane.reshape(rows, block, columns, block, *plane.shape[2:])
    return np.asarray(pieces.swapaxes(1, 2), np.float32)


def best_move(block: Plane, around: Plane, reach: int, like: float) -> tuple[float, tuple[float, float]]:
    """Largest correlation within reach, and the move (x, y) px there; at the rim only a weak one counts."""
    surface = cv2.matchTemplate(around, np.ascontiguousarray(block), cv2.TM_CCOEFF_NORMED)
    _, _, _, (x, y) = cv2.minMaxLoc(surface - _farther(reach))  # along a stripe every place is as good
    best = float(surface[y, x])
    if not (0 < x < 2 * reach and 0 < y < 2 * reach):
        return max(best, 1e-3) if best < like else 1e-3, (0.0, 0.0)
    fine_x = _vertex(surface[y, x - 1], surface[y, x], surface[y, x + 1])
    fine_y = _vertex(surface[y - 1, x], surface[y, x], surface[y + 1, x])
    return max(best, 1e-3), (x + fine_x - reach, y + fine_y - reach)


@lru_cache(maxsize=8)
def _farther(reach: int) -> Plane:
    y, x = np.mgrid[-reach : reach + 1, -reach : reach + 1].astype(np.float32) / reach
    return np.asarray(_NEARNESS * (x**2 + y**2), np.float32)


def _vertex(before: float, middle: float, after: float) -> float:
    bend = min(before - 2.0 * middle + after, -1e-6)
    return float(np.clip(0.5 * (before - after) / bend, -0.5, 0.5))
