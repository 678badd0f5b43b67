"""One repeat of a suspect laid straight on its registered tile, block by block.

Cloth bulges and paper curls, so even the best plane placement is some pixels off somewhere. Blocks of the
repeat's edges are matched with the tile's within a few pixels; the smoothed displacements warp the repeat. A
block counts where its edges correlate with the tile's: a backdrop, a label or a hand does not.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from forensics.shape import blur_cyclic

SIDE = 512
_STEP = 64
_COUNT = SIDE // _STEP
_MARGIN = 16
_REACH = 20
_LIKE = 0.35
_SMOOTHING = 0.9

Plane = NDArray[np.float32]


def edge_map(pixels: NDArray[np.float32]) -> Plane:
    """Strength of colour edges evened against the surroundings, (H, W, 3) -> (H, W), mean about one."""
    smooth = blur_cyclic(pixels, 1.0)
    across = np.roll(smooth, -1, 1) - np.roll(smooth, 1, 1)
    down = np.roll(smooth, -1, 0) - np.roll(smooth, 1, 0)
    edges: Plane = np.sqrt((across**2 + down**2).sum(-1))
    return edges / (blur_cyclic(edges, 14.0) + 1.5)


class Reference:
    """The edges of a registered tile, wrapped so that every block can be looked for around its place."""

    def __init__(self, edges: Plane) -> None:
        pad = _MARGIN + _REACH
        self._wrapped = np.asarray(cv2.copyMakeBorder(edges, pad, pad, pad, pad, cv2.BORDER_WRAP), np.float32)

    def around(self, row: int, column: int) -> Plane:
        """The edges in reach of a block (row, column), _MARGIN + _REACH px beyond it on every side."""
        size = _STEP + 2 * (_MARGIN + _REACH)
        return self._wrapped[row * _STEP : row * _STEP + size, column * _STEP : column * _STEP + size]


@dataclass(frozen=True)
class Straightened:
    """``patch`` (512, 512, 3) warped onto the tile, ``mask`` where it counts, ``likeness`` by block seen."""

    patch: NDArray[np.float32]
    mask: Plane
    likeness: Plane


def straighten(patch: NDArray[np.float32], seen: Plane, reference: Reference) -> Straightened:
    """Lay one rectified repeat (512, 512, 3), seen (512, 512) 0 or 1, straight on the registered tile."""
    edges = np.pad(edge_map(patch), _MARGIN, mode="reflect")
    whole = seen.reshape(_COUNT, _STEP, _COUNT, _STEP).min((1, 3)) > 0
    likeness = np.zeros((_COUNT, _COUNT), np.float32)
    moves = np.zeros((_COUNT, _COUNT, 2), np.float32)
    for row, column in zip(*np.nonzero(whole), strict=True):
        size = _STEP + 2 * _MARGIN
        block = edges[row * _STEP : row * _STEP + size, column * _STEP : column * _STEP + size]
        likeness[row, column], moves[row, column] = _best_move(block, reference.around(row, column))
    trust = np.where(likeness > _LIKE, likeness**2, 0.0).astype(np.float32)
    if not trust.any():
        return Straightened(patch, np.zeros_like(seen), likeness[whole])
    mask = np.kron(trust > 0, np.ones((_STEP, _STEP))).astype(np.float32)
    return Straightened(_warped(patch, _smooth(moves, trust)), mask, likeness[whole])


def _best_move(block: Plane, around: Plane) -> tuple[float, tuple[float, float]]:
    """Largest correlation of a block within reach, and the move (x, y) px that brings it there."""
    if block.std() < 0.05:
        return 0.0, (0.0, 0.0)
    surface = cv2.matchTemplate(around, block, cv2.TM_CCOEFF_NORMED)
    _, best, _, (x, y) = cv2.minMaxLoc(surface)
    if not (0 < x < 2 * _REACH and 0 < y < 2 * _REACH):
        return 0.0, (0.0, 0.0)
    fine_x = _vertex(surface[y, x - 1], surface[y, x], surface[y, x + 1])
    fine_y = _vertex(surface[y - 1, x], surface[y, x], surface[y + 1, x])
    return float(best), (x + fine_x - _REACH, y + fine_y - _REACH)


def _vertex(before: float, middle: float, after: float) -> float:
    bend = min(before - 2.0 * middle + after, -1e-6)
    return float(np.clip(0.5 * (before - after) / bend, -0.5, 0.5))


def _smooth(moves: NDArray[np.float32], trust: Plane) -> NDArray[np.float32]:
    """Moves averaged with their neighbours by trust, after dropping those far from the weighted middle."""
    known = trust > 0
    middle = np.median(moves[known], axis=0)
    strays = np.linalg.norm(moves - middle, axis=-1) > max(6.0, 3.0 * _spread(moves[known] - middle))
    trust = np.where(strays, trust * 0.02, trust).astype(np.float32)
    weight = cv2.GaussianBlur(trust, (0, 0), _SMOOTHING, borderType=cv2.BORDER_REPLICATE) + 1e-6
    blurred = cv2.GaussianBlur(moves * trust[..., None], (0, 0), _SMOOTHING, borderType=cv2.BORDER_REPLICATE)
    return np.asarray(blurred / weight[..., None], np.float32)


def _spread(offsets: NDArray[np.float32]) -> float:
    return float(np.median(np.linalg.norm(offsets, axis=-1)))


def _warped(patch: NDArray[np.float32], moves: NDArray[np.float32]) -> NDArray[np.float32]:
    flow = cv2.resize(moves, (SIDE, SIDE), interpolation=cv2.INTER_CUBIC)
    y, x = np.mgrid[0:SIDE, 0:SIDE].astype(np.float32)
    warped = cv2.remap(
        patch, x - flow[..., 0], y - flow[..., 1], cv2.INTER_CUBIC, borderMode=cv2.BORDER_REFLECT
    )
    return np.asarray(warped, np.float32)
