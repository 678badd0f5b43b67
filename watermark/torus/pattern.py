"""The mark as a signal, strip by strip.

The band ends at OUTER cycles a tile, so the transform across columns has only OUTER + 1 of them, whatever the
size of the tile; each strip of rows is then one short transform. That is exact, and an 8192 px tile needs no
more memory than its strips.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import fft

from watermark.pictures import Plane, enlarged_rows, wrap
from watermark.torus.band import OUTER, KeyedBand


class Pattern:
    """The (height, width) torus signal of one mark id, of unit root mean square; sides >= 2 * OUTER."""

    def __init__(self, band: KeyedBand, height: int, width: int, mark_id: int) -> None:
        values = band.phases * band.amplitude * band.signs(mark_id)
        values *= height * width / np.sqrt(2 * (np.abs(values) ** 2).sum())
        columns: NDArray[np.complex64] = np.zeros((height, OUTER + 1), np.complex64)
        right, left = band.fx >= 0, band.fx <= 0
        columns[band.fy[right] % height, band.fx[right]] = values[right]
        columns[-band.fy[left] % height, -band.fx[left]] = values[left].conj()
        self._columns = fft.ifft(columns, axis=0, overwrite_x=True)
        self.height, self.width = height, width

    def rows(self, rows: slice) -> Plane:
        """(n, width) float32: some rows of the signal."""
        return np.asarray(fft.irfft(self._columns[rows], self.width, axis=1), np.float32)


class ShapedPattern:
    """A pattern times the amplitude the tile allows at each place (a small map of the same torus)."""

    def __init__(self, pattern: Pattern, amplitude: Plane) -> None:
        self._pattern, self._amplitude = pattern, wrap(amplitude, 2)
        self.height = pattern.height

    def rows(self, rows: slice) -> Plane:
        """(n, width) float32 in grey levels: some rows of the signal."""
        shape = self._pattern.height, self._pattern.width
        return self._pattern.rows(rows) * enlarged_rows(self._amplitude, 2, rows, shape)
