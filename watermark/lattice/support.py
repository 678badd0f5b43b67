"""How well a lattice is supported by an autocorrelation, and its least-squares fit to the peaks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from watermark.lattice.basis import Basis, area
from watermark.lattice.correlation import LEAST_OVERLAP, Autocorrelation, Vectors

_FARTHEST = 40
_MOST_POINTS = 120


@dataclass(frozen=True)
class Support:
    """Mean (by overlap) and lower quartile of the correlation over `points` lattice displacements."""

    mean: float
    quartile: float
    points: int


def displacements(basis: Basis, correlation: Autocorrelation) -> tuple[NDArray[np.intp], Vectors, Vectors]:
    """(index (n, 2), displacement (n, 2), overlap (n,)) of half the lattice points that overlap enough."""
    width, height = correlation.width, correlation.height
    corners = np.array([[width, height], [width, -height]], float)
    most = np.ceil(np.abs(corners @ np.linalg.inv(basis)).max(0)).astype(int).clip(1, _FARTHEST)
    first, second = np.mgrid[-most[0] : most[0] + 1, -most[1] : most[1] + 1]
    index = np.stack([first.ravel(), second.ravel()], axis=1)
    index = index[(index[:, 0] > 0) | ((index[:, 0] == 0) & (index[:, 1] > 0))]
    places = index @ basis
    overlap = correlation.overlap(places)
    kept = overlap > LEAST_OVERLAP
    order = np.argsort(-overlap[kept], kind="stable")[:_MOST_POINTS]
    return index[kept][order], places[kept][order], overlap[kept][order]


def support(basis: Basis, correlation: Autocorrelation) -> Support:
    """Support of a lattice; a mean of -1 if the picture does not show it repeat in two directions."""
    index, places, overlap = displacements(basis, correlation)
    if len(index) < 2 or np.linalg.matrix_rank(index) < 2:
        return Support(-1.0, -1.0, len(index))
    values = correlation.near(places)
    weight = np.sqrt(overlap)
    quartile = np.percentile(values, 25) if len(values) > 2 else values.min()
    return Support(float(values @ weight / weight.sum()), float(quartile), len(values))


def fitted(basis: Basis, correlation: Autocorrelation, rounds: int = 2) -> Basis:
    """The basis moved so that all its strong peaks fall on lattice points; unchanged if they do not agree."""
    for turn in range(rounds):
        index, places, overlap = displacements(basis, correlation)
        if turn == 0:
            close = np.abs(index).max(1) <= 2
            index, places, overlap = index[close], places[close], overlap[close]
        if len(index) < 2:
            return basis
        values, summits = correlation.summits(places, 2 if turn else 3)
        weight = np.maximum(values, 0) * np.sqrt(overlap)
        strong = weight > 0.35 * weight.max()
        if np.linalg.matrix_rank(index[strong]) < 2:
            return basis
        moved, *_ = np.linalg.lstsq(
            index[strong] * weight[strong, None], summits[strong] * weight[strong, None], rcond=None
        )
        if np.hypot(*(moved - basis).T).sum() > 6 or area(moved) < 1:
            return basis
        basis = np.asarray(moved, np.float64)
    return basis
