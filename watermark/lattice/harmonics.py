"""Measure a repeat exactly: its high harmonics tell a period as a vernier tells a length.

A picture that repeats has its energy on the reciprocal lattice. The m-th harmonic of a period is found to a
small part of one line of the transform, so the period is known to that part divided by m: over a picture of
five periods to a few hundredths of a pixel, where the summits of the autocorrelation give some tenths.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from watermark.lattice.basis import Basis
from watermark.lattice.fourier import PlaneSpectrum, Reals

_RADII = (3, 10, 32)
_STRONGEST = 80
_PROBE = 0.35
_FARTHEST = 0.7
_STIFFNESS = 0.02
_HIGHEST = 0.42
_FEWEST_PERIODS = 2.8
_FARTHEST_MOVE = 4.0
_FARTHEST_LINES = 1.0


class Harmonics:
    """Refines repeats of one picture. artwork: (H, W) complex, as `watermark.lattice.features.artwork`."""

    def __init__(self, artwork: NDArray[np.complex64]) -> None:
        self._planes = [PlaneSpectrum(np.ascontiguousarray(part)) for part in (artwork.real, artwork.imag)]
        self._line = 1.0 / np.array([artwork.shape[1], artwork.shape[0]], np.float64)

    def refined(self, basis: Basis) -> Basis:
        """The basis, rows u and v in pixels, moved so that its harmonics sit on the summits of the power.

        From the low harmonics, which a rough basis predicts well, to the high ones.
        """
        reciprocal = np.asarray(np.linalg.inv(basis), np.float64)
        if (np.abs(reciprocal) / self._line[:, None]).max(0).min() < _FEWEST_PERIODS:
            return basis
        for radius in _RADII:
            reciprocal += self._correction(reciprocal, radius)
        moved = np.asarray(np.linalg.inv(reciprocal), np.float64)
        periods = 1 / (self._line * np.abs(basis).max(0))
        far = np.abs((moved - basis) * periods).max()
        return moved if far < _FARTHEST_MOVE else basis

    def refined_wave(self, frequency: Reals) -> Reals:
        """The same for one wave (x, y), in cycles per px, of a picture that shows no second one."""
        reciprocal = np.stack([frequency, [-frequency[1], frequency[0]]], axis=1)
        for radius in _RADII:
            reciprocal = reciprocal + self._correction(reciprocal, radius)
        moved = np.asarray(reciprocal[:, 0], np.float64)
        return moved if np.abs((moved - frequency) / self._line).max() < _FARTHEST_LINES else frequency

    def _correction(self, reciprocal: Basis, radius: int) -> Basis:
        """What to add to the reciprocal, whose columns are the frequencies (x, y) of the first harmonics."""
        index = _half_disc(radius)
        frequency = index @ reciprocal.T
        index = index[np.abs(frequency).max(1) < _HIGHEST]
        if len(index) == 0:
            return np.zeros((2, 2))
        power = self._power(index @ reciprocal.T)
        strongest = np.argsort(-power, kind="stable")[:_STRONGEST]
        index, power = index[strongest].astype(np.float64), power[strongest]
        offset, held = self._offsets(index @ reciprocal.T)
        weight = (power / power[0]) ** 0.75 * held
        return _least_squares(index, offset, weight, self._line)

    def _power(self, frequency: Reals) -> Reals:
        fx, fy = frequency[None, :, 0], frequency[None, :, 1]
        return np.asarray(sum(np.abs(plane.at(fy, fx)[0]) ** 2 for plane in self._planes), np.float64)

    def _offsets(self, frequency: Reals) -> tuple[Reals, NDArray[np.bool_]]:
        """(how far each summit is, (n, 2), in lines of the transform; whether there is one close by)."""
        places = [frequency]
        for axis in (0, 1):
            step = np.zeros(2)
            step[axis] = _PROBE * self._line[axis]
            places += [frequency - step, frequency + step]
        middle, *around = np.log(self._power(np.concatenate(places)) + 1e-12).reshape(5, -1)
        offset = np.stack([_vertex(around[0], middle, around[1]), _vertex(around[2], middle, around[3])], 1)
        return offset * _PROBE, np.asarray(np.abs(offset).max(1) * _PROBE < _FARTHEST)


def _vertex(before: Reals, middle: Reals, after: Reals) -> Reals:
    """Where the parabola through three samples peaks, in steps; far away where it has no summit."""
    bend = before - 2 * middle + after
    return np.where(bend < -1e-3, 0.5 * (before - after) / np.minimum(bend, -1e-3), 1e3)


def _least_squares(index: Reals, offset: Reals, weight: Reals, line: Reals) -> Basis:
    """The change of the reciprocal that explains the offsets; what no harmonic witnesses stays as it is."""
    kept = weight > 0
    if kept.sum() < 3:
        return np.zeros((2, 2))
    index, offset, weight = index[kept], offset[kept], weight[kept]
    change = np.zeros((2, 2))
    for _ in range(3):
        weighted = index * weight[:, None]
        normal = weighted.T @ index
        normal = normal + _STIFFNESS * np.trace(normal) * np.eye(2)
        change = np.linalg.solve(normal, weighted.T @ offset)
        miss = np.hypot(*(offset - index @ change).T)
        weight = weight / (1 + (miss / 0.15) ** 2)
    return np.asarray((change * line).T, np.float64)


def _half_disc(radius: int) -> NDArray[np.intp]:
    """(n, 2) integer harmonics of one half plane, without the origin."""
    first, second = np.mgrid[-radius : radius + 1, 0 : radius + 1]
    index = np.stack([first.ravel(), second.ravel()], axis=1)
    kept = (index[:, 1] > 0) | (index[:, 0] > 0)
    return np.asarray(index[kept & (np.hypot(*index.T) <= radius)], np.intp)
