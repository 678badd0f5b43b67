"""Settle every visible period of a suspect against their mean, by block displacements and one homography."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from watermark.lattice.folding import antialiased, cells
from watermark.lattice.matching import subpixel_summit
from watermark.pictures import Pixels, Plane, blur, luma
from watermark.protocol import Lattice

Matrix = NDArray[np.float64]
_SIDE = 512
_BLOCKS = 4
_REACH = 0.05
_ROUNDS = 2
_MOST_CELLS = 20


def settled(pixels: Pixels, lattice: Lattice, matrix: Matrix) -> Matrix:
    """A better 3x3 map, periods to pixels; the given one where too few blocks agree."""
    smooth = antialiased(pixels, lattice, _SIDE)
    scale = np.diag([1 / _SIDE, 1 / _SIDE, 1.0])
    for _ in range(_ROUNDS):
        moves = _displacements(smooth, np.asarray(matrix @ scale, np.float64))
        if moves is None:
            return matrix
        found, ideal = moves
        step, agree = cv2.findHomography(ideal, found, cv2.RANSAC, _SIDE / 256)
        if step is None or agree is None or agree.mean() < 0.5:
            return matrix
        moved = matrix @ scale @ np.asarray(step, np.float64) @ np.linalg.inv(scale)
        if not np.isfinite(moved).all():
            return matrix
        matrix = np.asarray(moved, np.float64)
        if np.median(np.hypot(*(found - ideal).T)) < 0.3:
            break
    return matrix


def _displacements(pixels: Pixels, canvas: Matrix) -> tuple[Matrix, Matrix] | None:
    """(where blocks are, where the mean tile says they belong), canvas px (n, 2); None if fewer than 12."""
    seen = [part for _, part in zip(range(_MOST_CELLS), cells(pixels, canvas, _SIDE), strict=False)]
    if len(seen) < 2:
        return None
    reference = _reference(seen)
    margin, block = int(_REACH * _SIDE), _SIDE // _BLOCKS
    around = np.pad(_contrast(reference), margin, mode="wrap")
    found, ideal = [], []
    for (row, column), tile, mask in seen:
        plane = _contrast(luma(tile))
        for y in range(0, _SIDE, block):
            for x in range(0, _SIDE, block):
                if mask[y : y + block, x : x + block].mean() < 0.97:
                    continue
                template = plane[y : y + block, x : x + block]
                region = around[y : y + block + 2 * margin, x : x + block + 2 * margin]
                scores = cv2.matchTemplate(region, template, cv2.TM_CCOEFF_NORMED)
                summit = subpixel_summit(np.asarray(scores, np.float32), margin)
                if summit is None:
                    continue
                centre = np.array([column * _SIDE + x + block / 2, row * _SIDE + y + block / 2])
                found.append(centre)
                ideal.append(centre + summit[0] - margin)
    if len(found) < 12:
        return None
    return np.array(found, np.float64), np.array(ideal, np.float64)


def _reference(seen: list[tuple[tuple[int, int], Plane, Plane]]) -> Plane:
    """Luminance of the most central period if it is all there (it is sharp), else of the mean."""
    if seen[0][2].mean() > 0.98:
        return luma(seen[0][1])
    total = np.sum([luma(tile) * mask for _, tile, mask in seen], axis=0)
    return np.asarray(total / np.maximum(np.sum([mask for _, _, mask in seen], axis=0), 1), np.float32)


def _contrast(plane: Plane) -> Plane:
    detail = blur(plane, 1.0) - blur(plane, 9)
    return np.asarray(detail / (np.sqrt(np.maximum(blur(detail**2, 12), 0)) + 1.5), np.float32)
