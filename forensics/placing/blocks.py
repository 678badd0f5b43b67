"""Where each block of a rectified repeat belongs on its registered tile, by the edges or the light in it.

Edges survive any new colourway; the light itself, up to a sign, says more of textures (linen, grass), whose
edges are all alike. Both are compared at 256 px a tile: a quarter of the work of 512 and, with the summit of
the correlation interpolated, still exact to a few tenths of a pixel. A block that fits equally well in many
places (along a stripe) stays where it is: being moved costs a little.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import cv2
import numpy as np
from numpy.typing import NDArray

from forensics.fingerprints.shape import blur_cyclic
from watermark.pictures import over_channels

SIDE = 512
COUNT = 8
LIKE = 0.35
_WORK = 256
_UNIT = SIDE // _WORK
_STEP = _WORK // COUNT
_MARGIN = 8
_REACH = 11
_SEEN = 0.8
_TEXTURE = 0.12
_INERTIA = 0.08

Plane = NDArray[np.float32]


class Feature(StrEnum):
    """What of a picture is compared."""

    EDGES = "edges"
    LIGHT = "light"


def edge_map(pixels: NDArray[np.float32]) -> Plane:
    """Strength of colour edges evened against the surroundings, (H, W, 3) -> (H, W), mean about one.

    Made for 512 px a tile; borders are taken cyclically.
    """
    return _edges(pixels, SIDE)


def _feature(pixels: NDArray[np.float32], feature: Feature) -> Plane:
    """(256, 256, 3) -> (256, 256)."""
    if feature is Feature.EDGES:
        return _edges(pixels, _WORK)
    light = blur_cyclic(pixels.mean(-1), 0.6)
    light = light - blur_cyclic(light, 4.0)
    return np.asarray(light / (np.sqrt(np.maximum(blur_cyclic(light * light, 6.0), 0.0)) + 1.5), np.float32)


def _edges(pixels: NDArray[np.float32], side: int) -> Plane:
    unit = side / SIDE
    smooth = blur_cyclic(pixels, max(0.6, unit))
    across = np.roll(smooth, -1, 1) - np.roll(smooth, 1, 1)
    down = np.roll(smooth, -1, 0) - np.roll(smooth, 1, 0)
    edges: Plane = np.sqrt(over_channels(across**2 + down**2))
    return edges / (blur_cyclic(edges, 14.0 * unit) + np.float32(1.5))


@dataclass(frozen=True)
class Moves:
    """For each of 8 x 8 blocks: ``likeness`` of its edges and its ``moves`` (8, 8, 2), x and y in tile px.

    ``told``: whether the block was seen and the registered tile has edges there to tell it by.
    """

    likeness: Plane
    moves: NDArray[np.float32]
    told: NDArray[np.bool_]

    @property
    def agreeing(self) -> NDArray[np.bool_]:
        """Blocks whose edges are the registered tile's."""
        return self.told & (self.likeness > LIKE)


class BlockReference:
    """The edges of a registered tile, wrapped so that every block can be looked for around its place."""

    def __init__(self, art: NDArray[np.float32]) -> None:
        small = cv2.resize(art, (_WORK, _WORK), interpolation=cv2.INTER_AREA).astype(np.float32)
        pad = _MARGIN + _REACH
        self._wrapped: dict[Feature, Plane] = {}
        for feature in Feature:
            plane = _feature(small, feature)
            wrapped = cv2.copyMakeBorder(plane, pad, pad, pad, pad, cv2.BORDER_WRAP)
            self._wrapped[feature] = np.asarray(wrapped, np.float32)
            if feature is Feature.EDGES:
                self._textured = plane.reshape(COUNT, _STEP, COUNT, _STEP).std((1, 3)) > _TEXTURE

    def compare(self, patch: NDArray[np.float32], seen: Plane, feature: Feature = Feature.EDGES) -> Moves:
        """Match the blocks of a repeat (256, 256, 3), ``seen`` (256, 256) 0 or 1, with this tile."""
        plane = np.pad(_feature(patch, feature), _MARGIN, mode="wrap")
        told = (seen.reshape(COUNT, _STEP, COUNT, _STEP).mean((1, 3)) > _SEEN) & self._textured
        likeness = np.zeros((COUNT, COUNT), np.float32)
        moves = np.zeros((COUNT, COUNT, 2), np.float32)
        size = _STEP + 2 * _MARGIN
        for row, column in zip(*np.nonzero(told), strict=True):
            top, left = row * _STEP, column * _STEP
            block = plane[top : top + size, left : left + size]
            around = self._wrapped[feature][top : top + size + 2 * _REACH, left : left + size + 2 * _REACH]
            likeness[row, column], moves[row, column] = _best_move(block, around, feature)
        return Moves(likeness, moves, told)


def _inertia() -> Plane:
    offset = (np.arange(2 * _REACH + 1, dtype=np.float32) - _REACH) / _REACH
    return np.asarray(_INERTIA * (offset[:, None] ** 2 + offset**2), np.float32)


_PENALTY = _inertia()


def _best_move(block: Plane, around: Plane, feature: Feature) -> tuple[float, tuple[float, float]]:
    """Correlation of a block where it fits best within reach, and the move (x, y) in tile px to there."""
    if block.std() < 0.05:
        return 0.0, (0.0, 0.0)
    surface = np.asarray(cv2.matchTemplate(around, block, cv2.TM_CCOEFF_NORMED), np.float32)
    if feature is Feature.LIGHT:  # a negative is as good
        surface = np.abs(surface)
    weighed = surface - _PENALTY
    _, _, _, (x, y) = cv2.minMaxLoc(weighed)
    if not (0 < x < 2 * _REACH and 0 < y < 2 * _REACH):
        return 0.0, (0.0, 0.0)
    fine_x = _vertex(weighed[y, x - 1], weighed[y, x], weighed[y, x + 1])
    fine_y = _vertex(weighed[y - 1, x], weighed[y, x], weighed[y + 1, x])
    return float(surface[y, x]), (_UNIT * (x + fine_x - _REACH), _UNIT * (y + fine_y - _REACH))


def _vertex(before: float, middle: float, after: float) -> float:
    bend = min(float(before) - 2.0 * float(middle) + float(after), -1e-6)
    return float(np.clip(0.5 * (float(before) - float(after)) / bend, -0.5, 0.5))
