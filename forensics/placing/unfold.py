"""The repeats of a suspect, rectified into the frame of a registered tile and compared with it.

A repeat seen whole or in part is cut into blocks; a block counts where its edges correlate with the tile's,
so a cushion's backdrop, a label or a hand does not dilute the fold.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from forensics.placing.blocks import SIDE, BlockReference, Feature, Moves
from forensics.placing.straighten import straighten

MAX_REPEATS = 16
_MIN_SEEN = 0.02
_WIDEST = 40

Matrix = NDArray[np.float64]
Cell = tuple[int, int]
Own = dict[Cell, Matrix]
Point = tuple[float, float]
Repeat = tuple[Cell, NDArray[np.float32], NDArray[np.float32]]


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


def unfold(
    pixels: NDArray[np.uint8],
    homography: Matrix,
    reference: BlockReference,
    feature: Feature = Feature.EDGES,
    own: Own | None = None,
) -> Unfolded:
    """Fold the suspect by ``homography`` (tile px, 512 a repeat, -> suspect px) onto the registered tile.

    ``own``: homographies of single repeats, which then are the only ones folded. Each repeat is first laid
    straight, so that a cushion's bulge or a fold in the cloth does not smear the mean.
    """
    smaller, placed = reduced(pixels, homography, SIDE)
    shown = repeats(smaller, placed, SIDE, MAX_REPEATS)
    if own:
        shrunk = placed @ np.linalg.inv(homography)
        each = ((cell, *repeat(smaller, shrunk @ matrix, cell, SIDE)) for cell, matrix in own.items())
        shown = (found for found in each if found[2].mean() >= _MIN_SEEN)
    return folded(((patch, seen) for _, patch, seen in shown), reference, feature)


def folded(
    shown: Iterable[tuple[NDArray[np.float32], NDArray[np.float32]]],
    reference: BlockReference,
    feature: Feature = Feature.EDGES,
) -> Unfolded:
    """The mean of rectified repeats (512, 512, 3), each with where it was seen (512, 512) 0 or 1."""
    total = np.zeros((SIDE, SIDE, 3), np.float32)
    weight = np.zeros((SIDE, SIDE), np.float32)
    likenesses: list[NDArray[np.float32]] = []
    seen_area = matched = 0.0
    for patch, seen in shown:
        straight = straighten(patch, seen, reference, feature)
        likenesses.append(straight.moves.likeness[straight.moves.told])
        total += straight.patch * straight.mask[..., None]
        weight += straight.mask
        seen_area += float(seen.mean())
        matched += _share(straight.moves) * float(seen.mean())
    every = np.concatenate(likenesses) if likenesses else np.zeros(0, np.float32)
    likeness = float(np.quantile(every, 0.75)) if len(every) else 0.0
    tile = total / np.maximum(weight, np.float32(1e-6))[..., None]
    return Unfolded(tile.astype(np.float32), weight, likeness, seen_area, matched)


def _share(moves: Moves) -> float:
    told = int(moves.told.sum())
    return float(moves.agreeing.sum()) / told if told else 0.0


def reduced(pixels: NDArray[np.uint8], homography: Matrix, side: int) -> tuple[NDArray[np.uint8], Matrix]:
    """The suspect shrunk so that a repeat covers about ``side`` px, and the homography to it."""
    linear = homography[:2, :2] / homography[2, 2]
    shrink = side / (SIDE * float(np.sqrt(abs(np.linalg.det(linear)))) + 1e-9)
    if shrink > 0.77:
        return pixels, homography
    height, width = pixels.shape[:2]
    size = (max(16, round(width * shrink)), max(16, round(height * shrink)))
    scale = np.diag([size[0] / width, size[1] / height, 1.0])
    half = np.array([[1.0, 0.0, 0.5], [0.0, 1.0, 0.5], [0.0, 0.0, 1.0]])
    smaller = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
    return np.asarray(smaller, np.uint8), np.asarray(np.linalg.inv(half) @ scale @ half @ homography)


def repeats(
    pixels: NDArray[np.uint8],
    homography: Matrix,
    side: int = SIDE,
    most: int = MAX_REPEATS,
    focus: Point | None = None,
) -> Iterator[Repeat]:
    """Each visible repeat, nearest to the focus first: its cell (x, y), its pixels and where they were seen.

    Pixels (side, side, 3) are resampled to the tile's frame; seen (side, side) is 0 or 1. ``homography``
    maps tile px, 512 a repeat, to suspect px. ``focus``: suspect px (x, y), else the middle of what is seen.
    Nothing if the horizon crosses the suspect.
    """
    for cell in _cells(homography, pixels.shape[1], pixels.shape[0], focus)[:most]:
        patch, seen = repeat(pixels, homography, cell, side)
        if seen.mean() >= _MIN_SEEN:
            yield cell, patch, seen


def repeat(
    pixels: NDArray[np.uint8], homography: Matrix, cell: Cell, side: int
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """One repeat's pixels (side, side, 3), and where they were seen (side, side)."""
    unit = SIDE / side
    shift = np.array([[unit, 0.0, cell[0] * SIDE], [0.0, unit, cell[1] * SIDE], [0.0, 0.0, 1.0]])
    everywhere = np.full(pixels.shape[:2], 255, np.uint8)
    seen = _warp(everywhere, homography @ shift, side, cv2.INTER_NEAREST) > 0
    patch = _warp(pixels, homography @ shift, side, cv2.INTER_CUBIC)
    return patch.astype(np.float32), seen.astype(np.float32)


def _cells(homography: Matrix, width: int, height: int, focus: Point | None) -> list[Cell]:
    corners = np.array([[0, 0, 1], [width, 0, 1], [width, height, 1], [0, height, 1]], np.float64)
    mapped = corners @ np.linalg.inv(homography).T
    if not ((mapped[:, 2] > 0).all() or (mapped[:, 2] < 0).all()):
        return []
    outline = (mapped[:, :2] / mapped[:, 2:] / SIDE).astype(np.float32)
    low, high = np.floor(outline.min(0)).astype(int), np.ceil(outline.max(0)).astype(int)
    if (high - low).max() > _WIDEST:
        return []
    centre = outline.mean(0)
    if focus is not None:
        at = np.linalg.inv(homography) @ np.array([*focus, 1.0])
        centre = at[:2] / at[2] / SIDE
    visible: list[tuple[float, Cell]] = []
    for i in range(low[0], high[0]):
        for j in range(low[1], high[1]):
            if _area_in(outline, i, j) >= _MIN_SEEN:
                away = float(np.hypot(i + 0.5 - centre[0], j + 0.5 - centre[1]))
                visible.append((round(away, 6), (i, j)))
    return [cell for _, cell in sorted(visible)]


def _area_in(outline: NDArray[np.float32], column: int, row: int) -> float:
    """Area, in tiles, of a cell inside the outline of the suspect."""
    square = np.array([[0, 0], [1, 0], [1, 1], [0, 1]], np.float32) + np.array([column, row], np.float32)
    return float(cv2.intersectConvexConvex(outline, square)[0])


def _warp(image: NDArray[np.uint8], matrix: Matrix, side: int, interpolation: int) -> NDArray[np.uint8]:
    flags = interpolation | cv2.WARP_INVERSE_MAP
    border = cv2.BORDER_CONSTANT if interpolation == cv2.INTER_NEAREST else cv2.BORDER_REFLECT
    return np.asarray(
        cv2.warpPerspective(image, matrix, (side, side), flags=flags, borderMode=border), np.uint8
    )
