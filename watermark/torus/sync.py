"""Find the circular shift and the orientation of a folded tile: one FFT tries every shift.

The synchronisation frequencies carry a known sign, so correlating the whitened spectrum with their secret
phases gives, after one inverse transform, the correlation for all shifts at once.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import fft

from watermark.torus.band import OUTER, Integers, KeyedBand
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

# Recompression, rescaling and photography take the high frequencies first, so the low ones get more weight:
# worth 15 to 50 % of z there, for 13 % less on an untouched tile, which has it to spare.
EMPHASIS = -1.0

_GRID = 512
_PEAKS = 3
_PEAK_GATE = 5.3
_FLANK = 3
_ROOTS = np.exp(2j * np.pi / SHIFTS * np.arange(SHIFTS)).astype(np.complex64)


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
        self._emphasis = (band.radius / 64.0) ** EMPHASIS
        self._tables: dict[int, tuple[NDArray[np.intp], NDArray[np.complex64]]] = {}
        self._frequencies = band.fy[band.sync], band.fx[band.sync]
        self._places = _half_plane(*self._frequencies)

    def carriers(self, seen: Spectrum, orientation: int) -> NDArray[np.complex64]:
        """(count,) weighted spectrum values on the band in this orientation, the secret phases taken out."""
        table, phases = self._table(orientation)
        return np.asarray(seen.ravel()[table] * phases, np.complex64)

    def _table(self, orientation: int) -> tuple[NDArray[np.intp], NDArray[np.complex64]]:
        """Where in the spectrum each frequency lies, and what takes its phase out: 0 beyond the spectrum."""
        if orientation not in self._tables:
            matrix, width = SHEARED[orientation], 2 * OUTER + 1
            y = matrix[0, 0] * self.band.fy + matrix[1, 0] * self.band.fx
            x = matrix[0, 1] * self.band.fy + matrix[1, 1] * self.band.fx
            inside = (np.abs(y) <= OUTER) & (np.abs(x) <= OUTER)
            table = np.where(inside, (y + OUTER) * width + x + OUTER, 0)
            phases = np.where(inside, self.band.phases.conj() * self._emphasis, 0).astype(np.complex64)
            self._tables[orientation] = table, phases
        return self._tables[orientation]

    def alignments(self, seen: Spectrum, orientations: int) -> list[Alignment]:
        """The strongest alignments above the gate, best first."""
        found = [peak for k in range(orientations) for peak in self._peaks(seen, k)]
        return sorted(found, key=lambda a: -a.z)

    def _peaks(self, seen: Spectrum, orientation: int) -> list[Alignment]:
        values = self.carriers(seen, orientation)[self.band.sync]
        scale = float(np.sqrt((np.abs(values) ** 2).sum() / 2)) + 1e-9
        surface = self._over_all_shifts(values) * np.float32(_GRID * _GRID / 2 / scale)
        found = []
        for at, sign in _summits(surface):
            shift, height = self._climbed(values, at, sign)
            found.append(Alignment(orientation, shift, sign, height / scale))
        return found

    def _over_all_shifts(self, values: NDArray[np.complex64]) -> NDArray[np.float32]:
        """Correlation for every shift of the grid, (_GRID, _GRID), up to a factor: one inverse transform."""
        half = np.zeros((_GRID, _GRID // 2 + 1), np.complex64)
        (right, to_right), (left, to_left) = self._places
        half.ravel()[to_right] = values[right]
        half.ravel()[to_left] = values[left].conj()
        return np.asarray(fft.irfft2(half, (_GRID, _GRID)), np.float32)

    def _climbed(
        self, values: NDArray[np.complex64], at: tuple[int, int], sign: int
    ) -> tuple[tuple[int, int], float]:
        """Climb from the transform's grid to the finer grid of SHIFTS positions a side."""
        step = SHIFTS // _GRID
        y, x = at[0] * step, at[1] * step

        def correlation(place: tuple[int, int]) -> float:
            return float(sign * (values * _turns(*self._frequencies, place)).real.sum())

        while step > 1:
            step //= 2
            around = [(y + dy, x + dx) for dy in (-step, 0, step) for dx in (-step, 0, step)]
            y, x = max(around, key=correlation)
        return (y % SHIFTS, x % SHIFTS), correlation((y, x))

    def aligned(self, seen: Spectrum, alignment: Alignment) -> NDArray[np.complex64]:
        """(count,) carriers turned back by the shift and the sign of an alignment."""
        turns = _turns(self.band.fy, self.band.fx, alignment.shift)
        return np.asarray(alignment.sign * self.carriers(seen, alignment.orientation) * turns, np.complex64)


def _half_plane(fy: Integers, fx: Integers) -> tuple[tuple[Integers, Integers], tuple[Integers, Integers]]:
    """(which, where) of the frequencies in the half spectrum of a real signal, as they are and conjugated."""
    right, left = np.flatnonzero(fx >= 0), np.flatnonzero(fx <= 0)
    width = _GRID // 2 + 1
    to_right = fy[right] % _GRID * width + fx[right]
    to_left = -fy[left] % _GRID * width - fx[left]
    return (right, to_right), (left, to_left)


def _summits(surface: NDArray[np.float32]) -> list[tuple[tuple[int, int], int]]:
    """((y, x), sign) of the _PEAKS highest summits above the gate; most surfaces have none."""
    if max(float(surface.max()), -float(surface.min())) <= _PEAK_GATE:
        return []
    flat = surface.ravel()
    high = np.flatnonzero(np.abs(flat) > _PEAK_GATE)
    summits: list[tuple[tuple[int, int], int]] = []
    for at in high[np.argsort(-np.abs(flat[high]), kind="stable")].tolist():
        place = divmod(at, _GRID)
        if all(_apart(place, other) for other, _ in summits):
            summits.append((place, 1 if flat[at] > 0 else -1))
        if len(summits) == _PEAKS:
            break
    return summits


def _apart(one: tuple[int, int], other: tuple[int, int]) -> bool:
    """Whether two shifts are not on the flank of one summit, on the torus."""
    gaps = (abs(one[k] - other[k]) for k in (0, 1))
    return max(min(gap, _GRID - gap) for gap in gaps) > _FLANK


def _turns(fy: Integers, fx: Integers, place: tuple[int, int]) -> NDArray[np.complex64]:
    return np.asarray(_ROOTS[(fy * place[0] + fx * place[1]) % SHIFTS], np.complex64)
