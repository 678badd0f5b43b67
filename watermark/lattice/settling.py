"""Settle a map of the repeat: all visible periods are compared, block by block, with one of them.

A map fitted to a few matches is least sure where the picture ends. Each visible period is rectified
(`watermark.lattice.folding.cells`) and cut into blocks; each block is sought in a reference period by
normalised cross-correlation; one homography, found by RANSAC (Fischler and Bolles, 1981), takes the blocks to
where the reference has them. Lengths are pixels of the canvas, on which a period has _SIDE px.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

import cv2
import numpy as np
from numpy.typing import NDArray

from watermark.lattice.folding import antialiased, cells
from watermark.lattice.matching import subpixel_summit
from watermark.pictures import Pixels, Plane, blur, luma
from watermark.protocol import Lattice

Matrix = NDArray[np.float64]
Cell = tuple[tuple[int, int], Plane, Plane]
"""What `folding.cells` gives: (row, column), tile (side, side, 3), mask (side, side) of 0 and 1."""

_SIDE = 512
_BLOCK = _SIDE // 4
_MARGIN = int(0.05 * _SIDE)  # how far off the map may be
_ROUNDS = 2
_MOST_CELLS = 20
_FEWEST_BLOCKS = 12
_INLIER = _SIDE / 256
_LEAST_AGREEMENT = 0.5
_SETTLED = 0.3  # median displacement after which another round gains nothing
_SEEN_BLOCK = 0.97
_SEEN_CELL = 0.98
# Evened out, so that neither a shadow across the picture nor its one strongest edge decides alone.
_FINEST, _COARSEST, _EVENED_OVER, _QUIETEST = 1.0, 9.0, 12.0, 1.5

_TO_PERIODS = np.diag([1 / _SIDE, 1 / _SIDE, 1.0])
_CORNERS = [(x, y) for y in range(0, _SIDE, _BLOCK) for x in range(0, _SIDE, _BLOCK)]


def settled(pixels: Pixels, lattice: Lattice, matrix: Matrix) -> Matrix:
    """A better 3x3 map from periods to pixels of a uint8 (H, W, 3) picture.

    The map as it was, where too few blocks are found or too few of them agree.
    """
    smooth = antialiased(pixels, lattice, _SIDE)
    for _ in range(_ROUNDS):
        found, ideal = _displacements(smooth, np.asarray(matrix @ _TO_PERIODS, np.float64))
        step = _agreed(found, ideal)
        if step is None:
            return matrix
        moved = matrix @ _TO_PERIODS @ step @ np.linalg.inv(_TO_PERIODS)
        if not np.isfinite(moved).all():
            return matrix
        matrix = np.asarray(moved, np.float64)
        if np.median(np.hypot(*(found - ideal).T)) < _SETTLED:
            break
    return matrix


def _agreed(found: Matrix, ideal: Matrix) -> Matrix | None:
    """3x3 homography from ideal to found places, (n, 2) each; None where too few blocks bear it out."""
    if len(found) < _FEWEST_BLOCKS:
        return None
    step, agree = cv2.findHomography(ideal, found, cv2.RANSAC, _INLIER)
    if step is None or agree is None or agree.mean() < _LEAST_AGREEMENT:
        return None
    return np.asarray(step, np.float64)


def _displacements(pixels: Pixels, canvas: Matrix) -> tuple[Matrix, Matrix]:
    """(centres of blocks (n, 2), where the reference has them (n, 2)); canvas: 3x3, to pixels."""
    seen = list(islice(cells(pixels, canvas, _SIDE), _MOST_CELLS))
    if len(seen) < 2:
        return np.zeros((0, 2)), np.zeros((0, 2))
    reference = np.pad(_evened(_reference(seen)), _MARGIN, mode="wrap")
    pairs = [pair for cell in seen for pair in _placed(cell, reference)]
    found, ideal = np.array(pairs, np.float64).reshape(-1, 2, 2).transpose(1, 0, 2)
    return np.ascontiguousarray(found), np.ascontiguousarray(ideal)


def _placed(cell: Cell, reference: Plane) -> Iterator[tuple[Matrix, Matrix]]:
    """(centre (x, y) of a block, where the reference has it) for the blocks of one period that are seen.

    reference: evened, continued by _MARGIN on all sides.
    """
    (row, column), tile, mask = cell
    plane = _evened(luma(tile))
    for x, y in _CORNERS:
        if mask[y : y + _BLOCK, x : x + _BLOCK].mean() < _SEEN_BLOCK:
            continue
        region = reference[y : y + _BLOCK + 2 * _MARGIN, x : x + _BLOCK + 2 * _MARGIN]
        block = plane[y : y + _BLOCK, x : x + _BLOCK]
        scores = cv2.matchTemplate(region, block, cv2.TM_CCOEFF_NORMED)
        summit = subpixel_summit(np.asarray(scores, np.float32), _MARGIN)
        if summit is not None:
            centre = np.array([column * _SIDE + x + _BLOCK / 2, row * _SIDE + y + _BLOCK / 2])
            yield centre, centre + summit[0] - _MARGIN


def _reference(seen: list[Cell]) -> Plane:
    """(side, side) luminance of the most central period if all is there, for it is sharp; else the mean."""
    if seen[0][2].mean() > _SEEN_CELL:
        return luma(seen[0][1])
    total = np.sum([luma(tile) * mask for _, tile, mask in seen], axis=0)
    return np.asarray(total / np.maximum(np.sum([mask for _, _, mask in seen], axis=0), 1), np.float32)


def _evened(light: Plane) -> Plane:
    """Band-passed (H, W) luminance over its own local deviation."""
    detail = blur(light, _FINEST) - blur(light, _COARSEST)
    spread = np.sqrt(np.maximum(blur(detail**2, _EVENED_OVER), 0))
    return np.asarray(detail / (spread + _QUIETEST), np.float32)
