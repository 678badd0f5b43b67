"""Find the circular shift and the orientation of a folded tile: one FFT tries every shift.

The synchronisation frequencies carry a known sign, so correlating the whitened spectrum with their secret
phases gives, after one inverse transform, the correlation for all shifts at once.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import fft

from watermark.torus.band import OUTER, KeyedBand
from watermark.torus.pvalue import SHIFTS
from watermark.torus.spectrum import Spectrum

# The eight symmetries of the square, acting on (y, x); then the same after four shears, for oblique repeats
# where the reduced basis need not be the basis the tile was drawn in.
SYMMETRIES = tuple(
    np.array(matrix) for a in (1, -1) for b in (1, -1) for matrix in (((a, 0), (0, b)), ((0, a), (b, 0)))
)
_SHEARS = tuple(
    np.array(m) for m in (((1, 0), (1, 1)), ((1, 0), (-1, 1)), ((1, 1), (0, 1)), ((1, -1), (0, 1)))
)
SHEARED = SYMMETRIES + tuple(symmetry @ shear for shear in _SHEARS for symmetry in SYMMETRIES)

_GRID = 512
_PEAKS = 3
_PEAK_GATE = 5.3


@dataclass(frozen=True)
class Alignment:
    """A hypothesis: orientation index, shift in SHIFTS-ths of a period (y, x), sign, and the sync z."""

    orientation: int
    shift: tuple[int, int]
    sign: int
    z: float


class Synchroniser:
    """Aligns spectra with one keyed band; index tables are made once per orientation."""

    def __init__(self, band: KeyedBand) -> None:
        self.band = band
        self._tables: dict[int, tuple[NDArray[np.intp], NDArray[np.bool_]]] = {}

    def carriers(self, seen: Spectrum, orientation: int) -> NDArray[np.complex64]:
        """(count,) spectrum values on the band in this orientation, with the secret phases taken out."""
        table, inside = self._table(orientation)
        values = np.where(inside, seen.ravel()[table], 0)
        return np.asarray(values * self.band.phases.conj(), np.complex64)

    def _table(self, orientation: int) -> tuple[NDArray[np.intp], NDArray[np.bool_]]:
        if orientation not in self._tables:
            matrix, width = SHEARED[orientation], 2 * OUTER + 1
            y = matrix[0, 0] * self.band.fy + matrix[1, 0] * self.band.fx
            x = matrix[0, 1] * self.band.fy + matrix[1, 1] * self.band.fx
            inside = (np.abs(y) <= OUTER) & (np.abs(x) <= OUTER)
            table = np.where(inside, (y + OUTER) * width + x + OUTER, 0)
            self._tables[orientation] = table, inside
        return self._tables[orientation]

    def alignments(self, seen: Spectrum, orientations: int) -> list[Alignment]:
        """The strongest alignments above the gate, best first."""
        found = [peak for k in range(orientations) for peak in self._peaks(self.carriers(seen, k), k)]
        return sorted(found, key=lambda a: -a.z)

    def _peaks(self, carriers: NDArray[np.complex64], orientation: int) -> list[Alignment]:
        sync = self.band.sync
        values, fy, fx = carriers[sync], self.band.fy[sync], self.band.fx[sync]
        scale = float(np.sqrt((np.abs(values) ** 2).sum() / 2)) + 1e-9
        half = np.zeros((_GRID, _GRID // 2 + 1), np.complex64)
        right, left = fx >= 0, fx <= 0
        half[fy[right] % _GRID, fx[right]] = values[right]
        half[-fy[left] % _GRID, -fx[left]] = values[left].conj()
        surface = fft.irfft2(half, (_GRID, _GRID)).ravel() * np.float32(_GRID * _GRID / 2 / scale)
        strongest = np.argpartition(np.abs(surface), -_PEAKS)[-_PEAKS:]
        return [
            self._refined(values, (fy, fx), int(at), 1 if surface[at] > 0 else -1, orientation, scale)
            for at in sorted(strongest.tolist(), key=lambda at: (-abs(float(surface[at])), at))
            if abs(surface[at]) > _PEAK_GATE
        ]

    def _refined(
        self,
        values: NDArray[np.complex64],
        frequencies: tuple[NDArray[np.intp], NDArray[np.intp]],
        at: int,
        sign: int,
        orientation: int,
        scale: float,
    ) -> Alignment:
        """Climb from the transform's grid to the finer grid of SHIFTS positions a side."""
        step = SHIFTS // _GRID
        y, x = at // _GRID * step, at % _GRID * step

        def correlation(place: tuple[int, int]) -> float:
            turns = _turns(frequencies[0], frequencies[1], place)
            return float(sign * (values * turns).real.sum())

        while step > 1:
            step //= 2
            around = [(y + dy, x + dx) for dy in (-step, 0, step) for dx in (-step, 0, step)]
            y, x = max(around, key=correlation)
        return Alignment(orientation, (y % SHIFTS, x % SHIFTS), sign, correlation((y, x)) / scale)

    def aligned(self, seen: Spectrum, alignment: Alignment) -> NDArray[np.complex64]:
        """(count,) carriers turned back by the shift and the sign of an alignment."""
        turns = _turns(self.band.fy, self.band.fx, alignment.shift)
        return np.asarray(alignment.sign * self.carriers(seen, alignment.orientation) * turns, np.complex64)


def _turns(fy: NDArray[np.intp], fx: NDArray[np.intp], place: tuple[int, int]) -> NDArray[np.complex128]:
    return np.asarray(np.exp(2j * np.pi / SHIFTS * (fy * place[0] + fx * place[1])))
