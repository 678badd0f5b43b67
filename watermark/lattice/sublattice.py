"""Tile periods above motif periods: which multiple of a fine repeat does the grain single out?

Dots, checks and hexagons repeat many times within their tile. All points of the fine lattice look alike to the
artwork; only those that are also tile periods line up the grain (and the mark in it).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from watermark.lattice.basis import Basis, area, is_square, reduced
from watermark.lattice.correlation import LEAST_OVERLAP, Autocorrelation, Vectors

_LARGEST_INDEX = 144
_LONGEST_FACTOR = 16
_SQUARE_BONUS = 1.3


def superlattices(fine: Basis, grain: Autocorrelation, most: int = 3) -> list[Basis]:
    """Reduced bases of the sublattices of `fine` on whose points the grain correlates most, best first.

    Upright and centred multiples [[p, q], [0, r]] with q = 0 or r / 2 and p * r <= 144 are compared.
    """
    index, values, weight = _grain_on(fine, grain)
    rated: list[tuple[float, Basis]] = []
    for p, q, r in _FORMS:
        inside = (index[:, 0] % p == 0) & ((index[:, 1] - index[:, 0] // p * q) % r == 0)
        if inside.sum() < 2 or inside.all():
            continue
        basis = reduced(np.array([[p, q], [0, r]]) @ fine)
        contrast = _contrast(values, weight, inside, grain.noise)
        rated.append((contrast * (_SQUARE_BONUS if is_square(basis) else 1.0), basis))
    rated.sort(key=lambda pair: (-round(pair[0], 6), area(pair[1])))
    return [basis for contrast, basis in rated[:most] if contrast > 0]


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
