"""A suspect that shows its tile px for px, folded without resampling.

Posterising comes after laying: where nobody scaled or turned the picture (but by quarter turns), every pixel
of the suspect is a pixel of the tile. A placement off by a fraction of a pixel would smear just what the line
is read from, so here it is replaced by the exact one.
"""

from __future__ import annotations

from itertools import product

import cv2
import numpy as np
from numpy.typing import NDArray

from forensics.placing.blocks import SIDE, Plane
from watermark.pictures import over_channels

_OFF_PX = 1.5
_NEAR = (-1, 0, 1)

Pixels = NDArray[np.uint8]
Matrix = NDArray[np.float64]
Folded = tuple[NDArray[np.float32], Plane]


def exact(pixels: Pixels, homography: Matrix, art: Pixels, size: tuple[int, int]) -> Folded | None:
    """(tile float32 (512, 512, 3), weight (512, 512)), or None where the tile does not lie px for px.

    ``homography``: tile px, 512 a repeat, to suspect px, within a pixel or so. ``size``: (width, height) of
    the tile as registered. ``art`` (512, 512, 3): the tile as drawn, which tells neighbouring places apart.
    """
    found = _whole_px(pixels, homography, size)
    if found is None:
        return None
    turn, offset = found
    drawn = _light(art.astype(np.float32))
    best: tuple[float, Folded] | None = None
    for dy, dx in product(_NEAR, _NEAR):
        folded = _folded(pixels, turn, offset + np.array([dx, dy]), size)
        likeness = abs(float((_light(folded[0]) * drawn * (folded[1] > 0)).sum()))
        if best is None or likeness > best[0]:
            best = likeness, folded
    return best[1] if best else None


def _whole_px(
    pixels: Pixels, homography: Matrix, size: tuple[int, int]
) -> tuple[NDArray[np.intp], NDArray[np.intp]] | None:
    """The quarter turn or mirror, and the whole offset, that a placement nearly is."""
    scale = np.array([SIDE / size[0], SIDE / size[1]])
    shrink = np.diag([*scale, 1.0])
    shrink[:2, 2] = scale / 2 - 0.5
    placed = homography @ shrink
    height, width = pixels.shape[:2]
    corners = np.array([[[0, 0], [width, 0], [width, height], [0, height]]], np.float64)
    on_tile = cv2.perspectiveTransform(corners, np.linalg.inv(placed))[0]
    edges = (on_tile[1] - on_tile[0]) / width, (on_tile[3] - on_tile[0]) / height
    turn = np.rint(np.stack(edges, axis=1)).astype(np.intp)
    if sorted(np.abs(turn).ravel().tolist()) != [0, 0, 1, 1] or abs(round(np.linalg.det(turn))) != 1:
        return None
    straight = corners[0] @ turn.T
    offsets = on_tile - straight
    if float(np.abs(offsets - offsets.mean(0)).max()) > _OFF_PX:
        return None
    return turn, np.rint(offsets.mean(0)).astype(np.intp)


def _folded(
    pixels: Pixels, turn: NDArray[np.intp], offset: NDArray[np.intp], size: tuple[int, int]
) -> Folded:
    y, x = np.mgrid[0 : pixels.shape[0], 0 : pixels.shape[1]]
    across = (turn[0, 0] * x + turn[0, 1] * y + offset[0]) % size[0]
    down = (turn[1, 0] * x + turn[1, 1] * y + offset[1]) % size[1]
    places, count = (down * size[0] + across).ravel(), size[0] * size[1]
    weight = np.bincount(places, minlength=count)
    sums = [np.bincount(places, pixels[..., channel].ravel(), count) for channel in range(3)]
    tile = np.stack(sums, axis=-1) / np.maximum(weight, 1)[:, None]
    shape = (size[1], size[0])
    return _at_side(tile.reshape(*shape, 3)), _at_side(weight.reshape(shape))


def _at_side(plane: NDArray[np.floating] | NDArray[np.intp]) -> NDArray[np.float32]:
    values = np.asarray(plane, np.float32)
    if values.shape[:2] == (SIDE, SIDE):
        return values
    return np.asarray(cv2.resize(values, (SIDE, SIDE), interpolation=cv2.INTER_AREA), np.float32)


def _light(tile: NDArray[np.float32]) -> Plane:
    """Strength of the colour edges: what a new colourway leaves alone."""
    across, down = np.roll(tile, -1, 1) - tile, np.roll(tile, -1, 0) - tile
    edges = np.sqrt(over_channels(across**2 + down**2))
    return np.asarray(edges - edges.mean(), np.float32)
