"""Every pixel of a suspect laid on its tile, for the line to be read where it was seen."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from forensics.asking.places import Placed, likeliest
from forensics.asking.refolding import Relaid
from forensics.describing.repeats import Laying
from forensics.placing.blocks import SIDE, Plane
from forensics.placing.known import ORIENTATIONS, KnownTile
from forensics.placing.unfold import Matrix, reduced, repeats
from watermark.line.laid import Laid

_LONGEST = 1150
_RIM = 4
_MOST_CELLS = 12

Pixels = NDArray[np.uint8]
Stack = NDArray[np.float32]


def lying(pixels: Pixels, relaid: Relaid) -> tuple[Stack, Laid]:
    """The suspect (H, W, 3), its middle where it is large, reduced where it is enlarged; how it lies."""
    smaller, placed = reduced(pixels, relaid.homography, SIDE)
    top, left = (max(0, (size - _LONGEST) // 2) for size in smaller.shape[:2])
    shown = smaller[top : top + _LONGEST, left : left + _LONGEST]
    corner = np.array([[1.0, 0, -left], [0, 1.0, -top], [0, 0, 1.0]])
    back = np.asarray(np.linalg.inv(corner @ placed), np.float64)
    mask = np.zeros(shown.shape[:2], np.float32)
    mask[_RIM:-_RIM, _RIM:-_RIM] = 1
    places, turns = _turned_cells(*_places(back, mask.shape), relaid.laying)
    return shown.astype(np.float32), Laid(places, turns, mask)


def turned_to(laid: Laid, placed: Placed) -> Laid:
    """The suspect laid where ``forensics.asking.places`` says that its artwork lies best."""
    return laid.turned(ORIENTATIONS[placed.orientation], placed.shift)


def best_place(pixels: Pixels, relaid: Relaid, tile: KnownTile) -> Placed:
    """The likeliest of the places where artwork that resembles itself may lie, by the mean of the cells."""
    total, weight = np.zeros((SIDE, SIDE, 3), np.float32), np.zeros((SIDE, SIDE), np.float32)
    smaller, placed = reduced(pixels, relaid.homography, SIDE)
    for cell, patch, seen in repeats(smaller, placed, SIDE, _MOST_CELLS):
        turn = relaid.laying.turn(*cell)
        total += _plane(turn.undone(patch * seen[..., None]))
        weight += _plane(turn.undone(seen))
    mean = np.asarray(total / np.maximum(weight, np.float32(1e-6))[..., None], np.float32)
    return likeliest(mean, weight, tile)


def _places(back: Matrix, shape: tuple[int, ...]) -> tuple[Stack, Stack]:
    """Places (2, H, W) in tile px, down and right, unwrapped, and how they change (2, 2, H, W)."""
    y, x = np.mgrid[0 : shape[0], 0 : shape[1]].astype(np.float64)
    right, down, depth = (a * x + b * y + c for a, b, c in back)
    places = np.stack([down / depth, right / depth])
    turns = np.stack(
        [
            np.stack([(row[k] - place * back[2, k]) / depth for k in (1, 0)])
            for row, place in zip((back[1], back[0]), places, strict=True)
        ]
    )
    return places.astype(np.float32), turns.astype(np.float32)


def _turned_cells(places: Stack, turns: Stack, laying: Laying) -> tuple[Stack, Stack]:
    """The same on the tile itself: each cell brought back by its own turn."""
    rows, columns = np.floor((places + 0.5) / SIDE).astype(np.intp)
    table = [[laying.turn(column, row) for column in (0, 1)] for row in (0, 1)]
    found = [places, turns]
    brought, turned = [], []
    for axis, (cell, flip, half) in enumerate(((rows, "flip_y", "half_y"), (columns, "flip_x", "half_x"))):
        flips = np.array([[getattr(turn, flip) for turn in row] for row in table])[rows % 2, columns % 2]
        halves = np.array([[getattr(turn, half) for turn in row] for row in table])[rows % 2, columns % 2]
        inside = found[0][axis] - cell * SIDE + halves * (SIDE / 2)
        brought.append(np.where(flips, SIDE - 1 - inside, inside) % SIDE)
        turned.append(found[1][axis] * np.where(flips, -1, 1))
    return np.asarray(np.stack(brought), np.float32), np.asarray(np.stack(turned), np.float32)


def _plane(values: NDArray[np.generic]) -> Plane:
    return np.asarray(values, np.float32)
