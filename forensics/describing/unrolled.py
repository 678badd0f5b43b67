"""A laid tile and its suspect in one frame: the suspect rolled out flat, and the tile put back into it."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from forensics.describing.bending import over_cells
from forensics.describing.fitting import LIKE
from forensics.describing.laying import Laid
from forensics.describing.plane import Image, Plane, edges_of, picture, rectify
from forensics.placing.blocks import edge_map

Mask = NDArray[np.bool_]

AGREEMENT_SIDE = 64
_NEAR = 0.09
_LIKE = 0.35
_CLOSING = 0.35
_OPENING = 0.14
_MOST_FOLDED = 16
_LEAST_SEEN = 0.05


def rolled_out(pixels: Image, laid: Laid, tile: Image | None, side: int) -> tuple[Plane, Mask]:
    """The suspect on the plane of the tile, bulges pulled straight, and where it was seen and agrees.

    float32 (rows * side, columns * side, 3) and a mask of that size; ``side`` px per tile. Without a tile to
    compare with all that was seen counts.
    """
    flat, seen = rectify(pixels, laid.unit, laid.cells, side)
    flow = laid.flow(side)
    y, x = np.mgrid[0 : flat.shape[0], 0 : flat.shape[1]].astype(np.float32)
    at = (x - flow[..., 0], y - flow[..., 1])
    straight = cv2.remap(flat, *at, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    there = np.asarray(cv2.remap(seen, *at, cv2.INTER_NEAREST)) > 0
    if tile is not None:
        size = (there.shape[1], there.shape[0])
        fine = cv2.resize(agreement(pixels, laid, tile), size, interpolation=cv2.INTER_LINEAR)
        there &= np.asarray(fine) > 0.5
    return np.asarray(straight, np.float32), np.asarray(there, np.bool_)


def agreement(pixels: Image, laid: Laid, tile: Image) -> Plane:
    """1 where the suspect, rolled out, is the tile, else 0; 64 px per tile.

    Edges are correlated with the laid tile's around every point; what lies between agreeing points, as far
    as a third of a tile, belongs to it: plain ground has no edges of its own.
    """
    flat, seen = rolled_out(pixels, laid, None, AGREEMENT_SIDE)
    expected = plane_of(edges_of(tile, AGREEMENT_SIDE), laid, AGREEMENT_SIDE)
    likeness = _locally(edge_map(flat), np.asarray(expected, np.float32), seen.astype(np.float32))
    sure = cv2.resize(
        (laid.likeness > LIKE).astype(np.float32), seen.shape[::-1], interpolation=cv2.INTER_LINEAR
    )
    agrees = (likeness > np.where(np.asarray(sure) > 0.3, _LIKE, 1.5 * _LIKE)) & seen
    return _closed(agrees, seen)


def _closed(agrees: Mask, seen: Mask) -> Plane:
    def disc(share: float) -> NDArray[np.uint8]:
        size = round(share * AGREEMENT_SIDE) | 1
        return np.asarray(cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size)), np.uint8)

    pad = AGREEMENT_SIDE // 2
    framed = cv2.copyMakeBorder(agrees.astype(np.uint8), pad, pad, pad, pad, cv2.BORDER_REPLICATE)
    closed = cv2.morphologyEx(framed, cv2.MORPH_CLOSE, disc(_CLOSING))
    opened = np.asarray(cv2.morphologyEx(closed, cv2.MORPH_OPEN, disc(_OPENING)))[pad:-pad, pad:-pad]
    return np.asarray((opened > 0) & seen, np.float32)


def _locally(one: Plane, other: Plane, seen: Plane) -> Plane:
    """Correlation of two planes around each pixel, over what was seen."""
    sigma = _NEAR * AGREEMENT_SIDE

    def mean(values: Plane) -> Plane:
        return np.asarray(np.asarray(cv2.GaussianBlur(values * seen, (0, 0), sigma)) / weight, np.float32)

    weight = np.asarray(cv2.GaussianBlur(seen, (0, 0), sigma), np.float32) + np.float32(1e-4)
    a, b = mean(one), mean(other)
    spread = np.maximum(mean(one * one) - a * a, 0) * np.maximum(mean(other * other) - b * b, 0)
    return np.asarray((mean(one * other) - a * b) / (np.sqrt(spread) + np.float32(2e-2)), np.float32)


def plane_of(tile: NDArray[Any], laid: Laid, side: int) -> NDArray[Any]:
    """The tile repeated over the plane as it is laid, ``side`` px each; bulges are not put in."""
    shrinks = min(tile.shape[:2]) > side
    method = cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
    return over_cells(
        np.asarray(cv2.resize(tile, (side, side), interpolation=method)), laid.laying, laid.cells
    )


def bent(plane: Plane, laid: Laid, side: int) -> Plane:
    """A plane in the tile's coordinates with the bulges of the suspect put in."""
    flow = laid.flow(side)
    y, x = np.mgrid[0 : plane.shape[0], 0 : plane.shape[1]].astype(np.float32)
    at = (x + flow[..., 0], y + flow[..., 1])
    return np.asarray(cv2.remap(plane, *at, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE), np.float32)


def laid_back(tile: Image, laid: Laid, size: tuple[int, int], side: int) -> Plane:
    """The tile warped onto the suspect of ``size`` (width, height), bulges put in; float32 (h, w, 3)."""
    plane = np.asarray(plane_of(tile, laid, side), np.float32)
    return picture(bent(plane, laid, side), laid.unit, laid.cells, side, size)


def folded(pixels: Image, laid: Laid, tile: Image | None, side: int) -> tuple[Plane, Plane]:
    """Mean of the repeats where they agree, as the registered tile lies: (side, side, 3) and their number.

    Of at most 16 cells, those that agree most. Pixels never seen hold the mean colour.
    """
    flat, within = rolled_out(pixels, laid, tile, side)
    places = [(y, x) for y in range(laid.cells.size[1]) for x in range(laid.cells.size[0])]

    def cell(y: int, x: int) -> tuple[slice, slice]:
        return slice(y * side, (y + 1) * side), slice(x * side, (x + 1) * side)

    shares = {place: float(within[cell(*place)].mean()) for place in places}
    best = sorted((p for p in places if shares[p] >= _LEAST_SEEN), key=lambda p: (-round(shares[p], 2), p))
    total, weight = np.zeros((side, side, 3), np.float32), np.zeros((side, side), np.float32)
    for y, x in best[:_MOST_FOLDED]:
        turn = laid.laying.turn(x + laid.cells.left, y + laid.cells.top)
        mask = np.asarray(turn.undone(within[cell(y, x)]), np.float32)
        total += np.asarray(turn.undone(flat[cell(y, x)]), np.float32) * mask[..., None]
        weight += mask
    mean = total.sum((0, 1)) / max(float(weight.sum()), 1.0)
    fold = np.where(weight[..., None] > 0, total / np.maximum(weight, 1e-6)[..., None], mean)
    return fold.astype(np.float32), weight
