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
_MOST_PLACES = 4096


def fold(pixels: Pixels, lattice: Lattice, size: int = 512) -> tuple[Plane, Plane]:
    """Average all visible periods of an RGB suspect (H, W, 3).

    Returns the tile, float32 (size, size, 3) in 0..255, its x axis along u and its y axis along v, and the
    weight, float32 (size, size): how many periods each pixel was seen in. A pixel never seen holds the mean.
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

    The most visible first, at most MOST_CELLS.
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
    """Cells (row, column) the picture overlaps, the most visible first, then the most central."""
    outline = _outline(matrix, size, width, height)
    if outline is None:
        return []
    first, last = np.floor(outline.min(0)).astype(int), np.ceil(outline.max(0)).astype(int)
    if int(np.prod(last - first, dtype=np.int64)) > _MOST_PLACES:
        return []
    middle = outline.mean(0)
    rated: list[tuple[float, float, tuple[int, int]]] = []
    for row in range(first[1], last[1]):
        for column in range(first[0], last[0]):
            visible = _shared_area(outline, column, row)
            if visible >= _LEAST_VISIBLE:
                away = float(np.hypot(column + 0.5 - middle[0], row + 0.5 - middle[1]))
                rated.append((-round(visible, 3), round(away, 6), (row, column)))
    return [place for _, _, place in sorted(rated)]


def _outline(matrix: Matrix, size: int, width: int, height: int) -> Plane | None:
    """(4, 2) corners of the picture counted in periods, in order; None if the horizon crosses it."""
    corners = np.array([[0, 0, 1], [width, 0, 1], [width, height, 1], [0, height, 1]], np.float64)
    mapped = corners @ np.linalg.inv(matrix).T
    if not ((mapped[:, 2] > 0).all() or (mapped[:, 2] < 0).all()):
        return None
    return np.asarray(mapped[:, :2] / mapped[:, 2:] / size, np.float32)


def _shared_area(outline: Plane, column: int, row: int) -> float:
    """Area, in periods, of a unit cell inside the outline of the picture."""
    square = np.array([[0, 0], [1, 0], [1, 1], [0, 1]], np.float32) + np.array([column, row], np.float32)
    return float(cv2.intersectConvexConvex(outline, square)[0])


def _mean(total: Plane, weight: Plane) -> Plane:
    tile = total / np.maximum(weight, 1)[..., None]
    if (weight == 0).any():
        tile[weight == 0] = total.sum((0, 1)) / max(1.0, float(weight.sum()))
    return np.clip(tile, 0, 255)


def _resized(pixels: Pixels, size: int) -> Plane:
    shrinks = min(pixels.shape[:2]) > size
    method = cv2.INTER_AREA if shrinks else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(pixels, (size, size), interpolation=method), np.float32)
