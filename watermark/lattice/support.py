"""How well a lattice is supported by an autocorrelation, and its least-squares fit to the summits.

A picture that repeats by a lattice correlates with itself at every lattice displacement, as far as it
overlaps itself there. Displacements are weighed by the square root of the overlap: the deviation of a mean of
so many pixels falls as that root.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from watermark.lattice.basis import Basis, area
from watermark.lattice.correlation import LEAST_OVERLAP, Autocorrelation, Vectors

Index = NDArray[np.intp]

_FARTHEST = 40  # periods
_MOST_POINTS = 120
_FIRST_POINTS = 2  # periods: farther out, a rough basis may miss its summit and meet another's
_FIRST_REACH, _NEXT_REACH = 3, 2  # px around the displacement in which its summit is looked for
_STRONG = 0.35  # of the heaviest summit
_FARTHEST_MOVE = 6.0  # px, of u and v together: beyond it, the summits were those of another lattice


@dataclass(frozen=True)
class Support:
    """Mean (by overlap) and lower quartile of the correlation over `points` lattice displacements."""

    mean: float
    quartile: float
    points: int


def displacements(basis: Basis, correlation: Autocorrelation) -> tuple[Index, Vectors, Vectors]:
    """(index (n, 2), displacement (n, 2) in px, overlap (n,)) of lattice points, most overlap first.

    One of each pair of opposite points, those where enough of the picture overlaps, at most _MOST_POINTS.
    """
    index = _half_plane(basis, correlation)
    places = index @ basis
    overlap = correlation.overlap(places)
    kept = overlap > LEAST_OVERLAP
    order = np.argsort(-overlap[kept], kind="stable")[:_MOST_POINTS]
    return index[kept][order], places[kept][order], overlap[kept][order]


def _half_plane(basis: Basis, correlation: Autocorrelation) -> Index:
    """(n, 2) indices of the lattice points that the picture may reach, half of them, without the origin."""
    diagonals = np.array([[1, 1], [1, -1]], float) * (correlation.width, correlation.height)
    most = np.ceil(np.abs(diagonals @ np.linalg.inv(basis)).max(0)).astype(int).clip(1, _FARTHEST)
    first, second = np.mgrid[-most[0] : most[0] + 1, -most[1] : most[1] + 1]
    index = np.stack([first.ravel(), second.ravel()], axis=1)
    return np.asarray(index[(index[:, 0] > 0) | ((index[:, 0] == 0) & (index[:, 1] > 0))], np.intp)


def support(basis: Basis, correlation: Autocorrelation) -> Support:
    """Support of a lattice; a mean of -1 if the picture does not show it repeat in two directions."""
    index, places, overlap = displacements(basis, correlation)
    if not _spans_the_plane(index):
        return Support(-1.0, -1.0, len(index))
    values = correlation.near(places)
    weight = np.sqrt(overlap)
    quartile = np.percentile(values, 25) if len(values) > 2 else values.min()
    return Support(float(values @ weight / weight.sum()), float(quartile), len(values))


def fitted(basis: Basis, correlation: Autocorrelation, rounds: int = 2) -> Basis:
    """The basis moved so that all its strong summits fall on lattice points; unchanged if they disagree.

    The first round goes by the nearest points, the others by all.
    """
    for turn in range(rounds):
        index, places, overlap = displacements(basis, correlation)
        if turn == 0:
            close = np.abs(index).max(1) <= _FIRST_POINTS
            index, places, overlap = index[close], places[close], overlap[close]
        if len(index) < 2:
            return basis
        values, summits = correlation.summits(places, _NEXT_REACH if turn else _FIRST_REACH)
        moved = _solved(index, summits, np.maximum(values, 0) * np.sqrt(overlap))
        if moved is None or np.hypot(*(moved - basis).T).sum() > _FARTHEST_MOVE or area(moved) < 1:
            return basis
        basis = moved
    return basis


def _solved(index: Index, summits: Vectors, weight: Vectors) -> Basis | None:
    """The basis whose points at `index` lie closest to the strong summits; None if it is not determined."""
    strong = weight > _STRONG * weight.max()
    index, summits, loud = index[strong], summits[strong], weight[strong, None]
    if not _spans_the_plane(index):
        return None
    return np.asarray(np.linalg.lstsq(index * loud, summits * loud, rcond=None)[0], np.float64)


def _spans_the_plane(index: Index) -> bool:
    return bool(len(index) >= 2 and np.linalg.matrix_rank(index) == 2)
