"""Rectify every visible period of a suspect and average them into one torus tile."""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np
from numpy.typing import NDArray

from watermark.pictures import Pixels, Plane
from watermark.protocol import Lattice

Matrix = NDArray[np.float64]

MOST_CELLS = 36
_LEAST_VISIBLE = 0.02


def fold(pixels: Pixels, lattice: Lattice, size: int = 512) -> tuple[Plane, Plane]:
    """Average all visible periods of an RGB suspect (H, W, 3).

    Returns the tile, float32 (size, size, 3) in 0..255, its x axis along u and its y axis along v, and the
    weight, float32 (size, size): how many periods each pixel was seen in. Pixels never seen hold the mean colour.
    """
    if lattice.kind == "whole":
        return _resized(pixels, size), np.ones((size, size), np.float32)
    smooth = antialiased(pixels, lattice, size)
    total = np.zeros((size, size, 3), np.float32)
    weight = np.zeros((size, size), np.float32)
    for _, tile, mask in cells(smooth, canvas_matrix(lattice, size), size):
        total += tile * mask[..., None]
        weight += mask
    return _mean(total, weight), weight


def whole(pixels: Pixels) -> Lattice:
    """The hypothesis that the picture itself is one period."""
    height, width = pixels.shape[:2]
    return Lattice((float(width), 0.0), (0.0, float(height)), kind="whole", score=1.0)


def canvas_matrix(lattice: Lattice, size: int) -> Matrix:
    """3x3: pixels of a canvas with `size` px per period to pixels of the suspect."""
    return np.asarray(lattice.matrix @ np.diag([1 / size, 1 / size, 1.0]), np.float64)


def antialiased(pixels: Pixels, lattice: Lattice, size: int) -> Pixels:
    """The suspect, blurred as far as rectifying to `size` px per period shrinks it."""
    shrink = float(np.sqrt(lattice.area)) / size
    if shrink <= 1.15:
        return pixels
    return np.asarray(cv2.GaussianBlur(pixels, (0, 0), 0.45 * np.sqrt(shrink**2 - 1)), np.uint8)


def cells(pixels: Pixels, matrix: Matrix, size: int) -> Iterator[tuple[tuple[int, int], Plane, Plane]]:
    """((row, column), tile float32 (size, size, 3), mask float32 (size, size)) of the visible periods.

    Nearest to the centre of the picture first, at most MOST_CELLS.
    """
    height, width = pixels.shape[:2]
    full = np.full((height, width), 255, np.uint8)
    given = 0
    for row, column in _places(matrix, size, width, height):
        step = matrix @ np.array([[1, 0, column * size], [0, 1, row * size], [0, 0, 1.0]])
        mask = _warped(full, step, size, cv2.INTER_LINEAR, cv2.BORDER_CONSTANT) > 250
        if mask.mean() < _LEAST_VISIBLE:
            continue
        tile = _warped(pixels, step, size, cv2.INTER_CUBIC, cv2.BORDER_REFLECT)
        yield (row, column), tile, mask.astype(np.float32)
        given += 1
        if given >= MOST_CELLS:
            return


def _warped(pixels: Pixels, matrix: Matrix, size: int, method: int, border: int) -> Plane:
    flags = method | cv2.WARP_INVERSE_MAP
    return np.asarray(
        cv2.warpPerspective(pixels, matrix, (size, size), flags=flags, borderMode=border), np.float32
    )


def _places(matrix: Matrix, size: int, width: int, height: int) -> list[tuple[int, int]]:
    """Cells (row, column) that may touch the picture, nearest to its centre first."""
    corners = np.array([[0, 0, 1], [width, 0, 1], [0, height, 1], [width, height, 1]], float).T
    back = np.linalg.inv(matrix) @ corners
    if np.ptp(np.sign(back[2])) > 0:  # the horizon crosses the picture: no such repeat is on a product
        return []
    periods = back[:2] / back[2] / size
    low, high = np.floor(periods.min(1)).astype(int), np.ceil(periods.max(1)).astype(int)
    if np.prod((high - low).astype(float)) > 4096:
        return []
    places = [(row, column) for row in range(low[1], high[1]) for column in range(low[0], high[0])]
    return sorted(places, key=lambda place: _distance(matrix, size, place, (width / 2, height / 2)))


def _distance(matrix: Matrix, size: int, place: tuple[int, int], centre: tuple[float, float]) -> float:
    middle = matrix @ np.array([(place[1] + 0.5) * size, (place[0] + 0.5) * size, 1.0])
    return float(np.hypot(middle[0] / middle[2] - centre[0], middle[1] / middle[2] - centre[1]))


def _mean(total: Plane, weight: Plane) -> Plane:
    tile = total / np.maximum(weight, 1)[..., None]
    if (weight == 0).any():
        tile[weight == 0] = total.sum((0, 1)) / max(1.0, float(weight.sum()))
    return np.clip(tile, 0, 255)


def _resized(pixels: Pixels, size: int) -> Plane:
    shrinks = min(pixels.shape[:2]) > size
    method = cv2.INTER_AREA if shrinks else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(pixels, (size, size), interpolation=method), np.float32)


