"""Where a registered tile lies in a suspect, to begin with: the frame, turn and shift most blocks agree on.

A mark read blind fixes a lattice, not where on it the tile starts, nor whether the lattice is that of a block
repeat or of an offset one. Half-tile blocks of the rectified suspect are looked for in the tile, turned in
the eight ways of the square.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from typing import Any

import cv2
import numpy as np
import scipy.fft
from numpy.typing import NDArray

from forensics.describing.inks import Inks, coarse, explained_over_shifts
from forensics.describing.plane import Image, Matrix, Plane, cut, edges_of, rectify, window
from forensics.fingerprints.shape import blur_cyclic
from forensics.placing.blocks import edge_map

_ANCHOR_SIDE = 64
_FOLD_SIDE = 2 * _ANCHOR_SIDE
_ANCHOR_BLOCKS = 64
_FLOOR = 0.25
_SEEN = 0.8
_FLAT = 0.05
_LATER = 0.02
_UPRIGHT = 0.03
_SIMPLY = 0.15
_NEARLY = 0.8
_MOST_PEAKS = 16


def anchor(pixels: Image, starts: Sequence[Matrix], tile: Image, colours: Inks) -> Matrix | None:
    """The best start, turned and shifted so that most blocks lie as in the registered tile.

    Shapes repeated in a tile in other inks look alike by their edges, so how much of the folded suspect's
    colour the tile's inks explain counts as much as the edges do.
    """
    turned = [(matrix, _Torus(view)) for matrix, view in _symmetries(edges_of(tile, _ANCHOR_SIDE))]
    labels = [view for _, view in _symmetries(coarse(colours, _FOLD_SIDE))]
    lights = [view for _, view in _symmetries(_lightness(tile))]
    rated: list[tuple[float, float, Matrix]] = []
    for number, start in enumerate(starts):
        cells = window(start, pixels.shape[1], pixels.shape[0])
        if cells is None:
            continue
        flat, seen = rectify(pixels, start, cells, _FOLD_SIDE)
        groups = _grouped(edge_map(_halved(flat)), _halved(seen))
        mean = _mean_cell(flat, seen)
        for (turn, torus), view, light in zip(turned, labels, lights, strict=True):
            agreed, inked = _consensus(groups, torus), explained_over_shifts(mean, view)
            inked += np.float32(_SIMPLY) * np.maximum(_alike_over_shifts(mean.mean(-1), light), 0.0)
            for y, x in _peaks(agreed, inked[::2, ::2]):
                unit = _shifted(start, turn, (x / _ANCHOR_SIDE, y / _ANCHOR_SIDE))
                share = float(_around(inked, 2 * y, 2 * x).max()) + _UPRIGHT * bool((turn == np.eye(2)).all())
                rated.append((float(agreed[y, x]) * (1 - _LATER * number), share, unit))
    highest = max((height for height, _, _ in rated), default=0.0) + 1e-9
    return max(rated, key=lambda each: each[0] / highest + each[1])[2] if rated else None


def _lightness(tile: Image) -> Plane:
    small = cv2.resize(tile, (_FOLD_SIDE, _FOLD_SIDE), interpolation=cv2.INTER_AREA)
    return np.asarray(np.asarray(small, np.float32).mean(-1), np.float32)


def _alike_over_shifts(fold: Plane, light: Plane) -> Plane:
    """Correlation of a fold's lightness with the tile's at every shift; light that stays light."""
    one, other = (plane - plane.mean() for plane in (fold, light))
    scale = np.sqrt(float((one**2).sum()) * float((other**2).sum())) + 1e-6
    product = scipy.fft.rfft2(one).conj() * scipy.fft.rfft2(other)
    return np.asarray(scipy.fft.irfft2(product, light.shape) / scale, np.float32)


def _halved(plane: Plane) -> Plane:
    size = (plane.shape[1] // 2, plane.shape[0] // 2)
    return np.asarray(cv2.resize(plane, size, interpolation=cv2.INTER_AREA), np.float32)


def _mean_cell(flat: Plane, seen: Plane) -> Plane:
    """The mean of the cells, (128, 128, 3)."""
    summed, weight = cut(flat * seen[..., None], _FOLD_SIDE), cut(seen, _FOLD_SIDE)
    return np.asarray(summed.sum((0, 1)) / np.maximum(weight.sum((0, 1)), 1.0)[..., None], np.float32)


def _peaks(agreed: Plane, inked: Plane) -> list[tuple[int, int]]:
    """The shifts (y, x) that stand out by their edges, and the one that does by its inks."""
    near = np.asarray(cv2.dilate(cv2.copyMakeBorder(agreed, 3, 3, 3, 3, cv2.BORDER_WRAP), np.ones((7, 7))))
    tops = np.argwhere((agreed == near[3:-3, 3:-3]) & (agreed > _NEARLY * agreed.max()))
    best = sorted(((int(y), int(x)) for y, x in tops), key=lambda p: -agreed[p])[:_MOST_PEAKS]
    down, across = divmod(int(inked.argmax()), inked.shape[1])
    return [*best, (down, across)]


def _around(plane: Plane, y: int, x: int) -> Plane:
    rows, columns = np.arange(y - 1, y + 2) % plane.shape[0], np.arange(x - 1, x + 2) % plane.shape[1]
    return plane[np.ix_(rows, columns)]


def _shifted(start: Matrix, turn: Matrix, shift: tuple[float, float]) -> Matrix:
    """A plane point l shows the tile at turn (l + shift): the frame from tile coordinates to px."""
    back = np.eye(3)
    back[:2, :2] = turn.T
    back[:2, 2] = (-shift[0], -shift[1])
    return np.asarray(start @ back, np.float64)


def _symmetries(view: NDArray[Any]) -> list[tuple[Matrix, NDArray[Any]]]:
    """The eight turns of the square: (matrix, view) with view(p) = given view at (matrix p)."""
    made = []
    for swap, x, y in product((False, True), (1, -1), (1, -1)):
        turned = (view.T if swap else view)[::y, ::x]
        matrix = np.array([[0, y], [x, 0]] if swap else [[x, 0], [0, y]], np.float64)
        made.append((matrix, np.ascontiguousarray(turned)))
    return made


def _grouped(edges: Plane, seen: Plane) -> list[tuple[tuple[int, int], Plane]]:
    """Up to 64 evenly strewn blocks that show something, by the quarter of the cell they start in."""
    half = _ANCHOR_SIDE // 2
    blocks_of = cut(edges, half)
    whole = cut(seen, half).mean((2, 3)) > _SEEN
    busy = whole & (blocks_of.std((2, 3)) > _FLAT)
    places = np.argwhere(busy)
    places = places[:: max(1, -(-len(places) // _ANCHOR_BLOCKS))]
    groups: dict[tuple[int, int], list[Plane]] = {}
    for row, column in places:
        groups.setdefault((row % 2, column % 2), []).append(blocks_of[row, column])
    return [(quarter, _unit(np.stack(blocks))) for quarter, blocks in sorted(groups.items())]


def _unit(blocks: Plane) -> Plane:
    centred = blocks - blocks.mean((-2, -1), keepdims=True)
    return np.asarray(centred / (np.sqrt((centred**2).sum((-2, -1), keepdims=True)) + 1e-6), np.float32)


class _Torus:
    """A tile's edges, ready to be correlated with blocks of half its size at every shift."""

    def __init__(self, edges: Plane) -> None:
        self._side = edges.shape[0]
        half = self._side // 2
        self._spectrum = scipy.fft.rfft2(edges)
        box = np.zeros_like(edges)
        box[:half, :half] = 1.0
        sums = self._over_shifts(scipy.fft.rfft2(box), self._spectrum)
        squares = self._over_shifts(scipy.fft.rfft2(box), scipy.fft.rfft2(edges**2))
        self._scale = np.sqrt(np.maximum(squares - sums**2 / half**2, 0.0)) + 1e-3

    def likeness(self, blocks: Plane) -> Plane:
        """Correlation (n, side, side) of unit blocks (n, half, half) with the tile at every shift."""
        padded = np.zeros((len(blocks), self._side, self._side), np.float32)
        padded[:, : blocks.shape[1], : blocks.shape[2]] = blocks
        return np.asarray(
            self._over_shifts(scipy.fft.rfft2(padded), self._spectrum) / self._scale, np.float32
        )

    def _over_shifts(self, block: NDArray[Any], tile: NDArray[Any]) -> Plane:
        return np.asarray(scipy.fft.irfft2(block.conj() * tile, (self._side, self._side)), np.float32)


def _consensus(groups: list[tuple[tuple[int, int], Plane]], torus: _Torus) -> Plane:
    """How well the blocks agree, 0..1, on each shift (y, x) of the tile."""
    side, half = _ANCHOR_SIDE, _ANCHOR_SIDE // 2
    total, number = np.zeros((side, side), np.float32), 0
    for (row, column), blocks in groups:
        agreeing = np.maximum(torus.likeness(blocks) - _FLOOR, 0.0).sum(0)
        total += np.roll(agreeing, (-row * half, -column * half), (0, 1))
        number += len(blocks)
    return blur_cyclic(total, 1.2) / np.float32(max(number, 1))
