"""Tile periods above motif periods: which multiple of a fine repeat does the grain single out?

Dots, checks and hexagons repeat many times within their tile. All points of the fine lattice look alike to
the artwork; only those that are also tile periods line up the grain (and the mark in it).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from watermark.lattice.basis import Basis, area, distinct, is_square, reduced
from watermark.lattice.correlation import LEAST_OVERLAP, Autocorrelation, Vectors

_LARGEST_INDEX = 144
_LONGEST_FACTOR = 16
_SQUARE_BONUS = 1.3
_GRID_REACH = 1.2


def superlattices(fine: Basis, grain: Autocorrelation, block: float = 8.0) -> list[Basis]:
    """Reduced bases of the sublattices of `fine` that the grain prefers, and of those in their turn.

    The second round matters when a multiple of the motif already stands out, by coding noise, from the rest.
    """
    first = _preferred(fine, grain, block, 2)
    return [*first, *(basis for coarse in first for basis in _preferred(coarse, grain, block, 1))]


def _preferred(fine: Basis, grain: Autocorrelation, block: float, most: int) -> list[Basis]:
    """Reduced bases of the sublattices of `fine` on whose points the grain correlates most, best first.

    Upright and centred multiples [[p, q], [0, r]] with q = 0 or r / 2 and p * r <= 144 are compared, with all
    points and without those on the JPEG grid (`block` px): there the coding noise of a repeating motif
    repeats too, whether or not it is a tile period. The `most` best and the `most` best squares of each come
    back, once each.
    """
    index, values, weight = _grain_on(fine, grain)
    off_grid = np.abs(index @ fine / block - np.rint(index @ fine / block)).max(1) * block > _GRID_REACH
    everywhere = _rated(fine, index, values, weight, grain.noise)
    elsewhere = _rated(fine, index[off_grid], values[off_grid], weight[off_grid], grain.noise)
    squares = [*filter(is_square, everywhere)][:most], [*filter(is_square, elsewhere)][:most]
    return distinct([*everywhere[:most], *elsewhere[:most], *squares[0], *squares[1]])


def _rated(
    fine: Basis, index: NDArray[np.intp], values: Vectors, weight: Vectors, noise: float
) -> list[Basis]:
    """Bases with any contrast at all, the highest contrast first."""
    rated: list[tuple[float, Basis]] = []
    for p, q, r in _FORMS:
        inside = (index[:, 0] % p == 0) & ((index[:, 1] - index[:, 0] // p * q) % r == 0)
        if inside.sum() < 2 or inside.all():
            continue
        basis = reduced(np.array([[p, q], [0, r]]) @ fine)
        contrast = _contrast(values, weight, inside, noise)
        if contrast > 0:
            rated.append((contrast * (_SQUARE_BONUS if is_square(basis) else 1.0), basis))
    rated.sort(key=lambda pair: (-round(pair[0], 6), area(pair[1])))
    return [basis for _, basis in rated]


def _forms() -> list[tuple[int, int, int]]:
    return [
        (p, q, r)
        for p in range(1, _LONGEST_FACTOR + 1)
        for r in range(1, _LONGEST_FACTOR + 1)
        for q in range(r)
        if 1 < p * r <= _LARGEST_INDEX and (q == 0 or 2 * q == r)
    ]


_FORMS = _forms()


def _grain_on(fine: Basis, grain: Autocorrelation) -> tuple[NDArray[np.intp], Vectors, Vectors]:
    """(index, correlation, weight) of the grain on all overlapping points of the fine lattice."""
    first, second = np.mgrid[-40:41, -40:41]
    index = np.stack([first.ravel(), second.ravel()], axis=1)
    index = index[(index[:, 0] > 0) | ((index[:, 0] == 0) & (index[:, 1] > 0))]
    places = index @ fine
    overlap = grain.overlap(places)
    kept = overlap > LEAST_OVERLAP
    return index[kept], grain.near(places[kept]), np.sqrt(overlap[kept])


def _contrast(values: Vectors, weight: Vectors, inside: NDArray[np.bool_], noise: float) -> float:
    """How far the mean inside stands above the mean outside, in standard errors."""
    within = values[inside] @ weight[inside] / weight[inside].sum()
    rest = values[~inside]
    return float((within - rest.mean()) / (rest.std() + noise) * np.sqrt(min(int(inside.sum()), 30)))
