"""The repeats of a suspect, rectified into the frame of a registered tile and compared with it.

A repeat seen whole or in part is cut into blocks; a block counts where its edges correlate with the tile's,
so a cushion's backdrop, a label or a hand does not dilute the fold.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from forensics.straighten import SIDE, Reference, straighten

MAX_REPEATS = 16
_MIN_SEEN = 0.02

Matrix = NDArray[np.float64]
Cell = tuple[int, int]


@dataclass(frozen=True)
class Unfolded:
    """``tile``: mean of the repeats, float32 (512, 512, 3); ``weight``: repeats behind each of its pixels.

    ``likeness``: upper quartile over all blocks seen of their edges' correlation with the registered tile's.
    ``repeats``: area seen, in tiles; ``matched``: the part of it whose blocks agree with the registered tile.
    """

    tile: NDArray[np.float32]
    weight: NDArray[np.float32]
    likeness: float
    repeats: float
    matched: float


def unfold(pixels: NDArray[np.uint8], homography: Matrix, registered: NDArray[np.float32]) -> Unfolded:
    """Fold the suspect by ``homography`` (tile px, 512 a repeat, -> suspect px) onto the registered tile.

    ``registered``: ``edge_map`` of the registered tile at 512 x 512. Each repeat is first laid straight, so
    that a cushion's bulge or a fold in the cloth does not smear the mean.
    """
    total = np.zeros((SIDE, SIDE, 3), np.float32)
    weight = np.zeros((SIDE, SIDE), np.float32)
    likenesses: list[NDArray[np.float32]] = []
    seen_area = 0.0
    reference = Reference(registered)
    for _, patch, seen in repeats(pixels, homography):
        straight = straighten(patch, seen, reference)
        likenesses.append(straight.likeness)
        total += straight.patch * straight.mask[..., None]
        weight += straight.mask
        seen_area += float(seen.mean())
    every = np.concatenate(likenesses) if likenesses else np.zeros(0, np.float32)
    likeness = float(np.quantile(every, 0.75)) if len(every) else 0.0
    tile = total / np.maximum(weight, np.float32(1e-6))[..., None]
    return Unfolded(tile.astype(np.float32), weight, likeness, seen_area, float(weight.sum()) / SIDE**2)


def repeats(
    pixels: NDArray[np.uint8], homography: Matrix
) -> Iterator[tuple[Cell, NDArray[np.float32], NDArray[np.float32]]]:
    """Each visible repeat, nearest first: its place in the grid (x, y), its pixels and where they were seen.

    Pixels (512, 512, 3) are resampled to the tile's frame; seen (512, 512) is 0 or 1.
    """
    height, width = pixels.shape[:2]
    corners = np.array([[[0, 0], [width, 0], [width, height], [0, height]]], np.float64)
    on_tile = cv2.perspectiveTransform(corners, np.linalg.inv(homography))[0] / SIDE
    low, high = np.floor(on_tile.min(0)).astype(int), np.ceil(on_tile.max(0)).astype(int)
    if (high - low).max() > 40:
        return
    centre = on_tile.mean(0)
    cells = [(i, j) for i in range(low[0], high[0]) for j in range(low[1], high[1])]
    cells.sort(key=lambda c: float(np.hypot(c[0] + 0.5 - centre[0], c[1] + 0.5 - centre[1])))
    everywhere = np.full((height, width), 255, np.uint8)
    for i, j in cells[:MAX_REPEATS]:
        shifted = homography @ np.array([[1.0, 0.0, i * SIDE], [0.0, 1.0, j * SIDE], [0.0, 0.0, 1.0]])
        seen = _warp(everywhere, shifted, cv2.INTER_NEAREST) > 0
        if seen.mean() >= _MIN_SEEN:
            yield (i, j), _warp(pixels, shifted, cv2.INTER_CUBIC).astype(np.float32), seen.astype(np.float32)


def _warp(image: NDArray[np.uint8], homography: Matrix, interpolation: int) -> NDArray[np.uint8]:
    # Averaging before decimation: a repeat larger than 512 px would alias otherwise.
    scale = np.sqrt(abs(np.linalg.det(homography[:2, :2])))
    if scale > 1.3 and interpolation != cv2.INTER_NEAREST:
        image = np.asarray(cv2.GaussianBlur(image, (0, 0), 0.4 * scale), np.uint8)
    flags = interpolation | cv2.WARP_INVERSE_MAP
    return np.asarray(cv2.warpPerspective(image, homography, (SIDE, SIDE), flags=flags), np.uint8)
