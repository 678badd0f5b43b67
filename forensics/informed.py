"""Looking for one known mark in a folded suspect.

A blind reading has to beat chance over all 2^48 mark ids. With a candidate at hand only one codeword is asked
for, so a far weaker mark still proves. Only the suspect's own pixels are folded: what was not seen is filled
with their mean colour, never with the registered tile, which carries the mark.
"""

from __future__ import annotations

import math
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from watermark.torus.spectrum import Prefilter, Spectrum

_GRID = 512
_PREFILTERS: tuple[Prefilter, ...] = ("bilateral", "local")
ALIGNED = 1
ANY_ORIENTATION = 8


class FoldedSuspect:
    """A folded suspect, (512, 512, 3), ready to be asked for known marks.

    ``weight`` (512, 512) says how many repeats each pixel holds; ``period_px`` is the size of a repeat in the
    suspect, above whose Nyquist limit there is nothing to find.
    """

    def __init__(self, tile: NDArray[np.float32], weight: NDArray[np.float32], period_px: float) -> None:
        self._tile = _filled(tile, weight)
        self._period = period_px

    @cached_property
    def spectra(self) -> list[Spectrum]:
        """The whitened spectrum behind each prefilter."""
        from watermark.torus.spectrum import residual, spectrum

        return [spectrum(residual(self._tile, name), self._period) for name in _PREFILTERS]


def confirm(
    watermarker: object, folded: FoldedSuspect, mark_id: int, orientations: int, hypotheses: int
) -> float:
    """Bound on the probability that a fold without this mark correlates this well with its codeword.

    ``orientations``: ALIGNED for a fold in the registered tile's own frame, ANY_ORIENTATION else.
    ``hypotheses``: how many pairs of fold and candidate are asked for in this picture. 1.0 for a watermarker
    whose marks cannot be asked for one by one.

    For one shift and orientation z is sub-Gaussian over the secret phases, P(z >= x) <= exp(-x^2 / 2): the
    derivation in ``watermark.torus.pvalue``, whose grid of shifts is counted in full here, times 2 signs,
    2 prefilters, the orientations and the hypotheses. An alignment found with the registered pixels in view
    is thereby paid for too: it picks one of the shifts counted.
    """
    decoder = getattr(watermarker, "_decoder", None)  # the torus mark's own band; other marks have none
    if decoder is None:
        return 1.0
    from watermark.torus.pvalue import SHIFTS

    z = max(_strongest(decoder, seen, mark_id, k) for seen in folded.spectra for k in range(orientations))
    tried = 2 * math.log(SHIFTS) + math.log(2 * len(_PREFILTERS) * orientations * max(hypotheses, 1))
    return min(1.0, math.exp(min(0.0, max(tried - z * z / 2, -690.0))))


def _strongest(decoder: Any, seen: Spectrum, mark_id: int, orientation: int) -> float:
    """Largest correlation with the codeword over all shifts, either sign: one inverse transform."""
    from scipy import fft

    band = decoder.band
    values = decoder.synchroniser.carriers(seen, orientation) * band.signs(mark_id)
    scale = math.sqrt(float((np.abs(values) ** 2).sum()) / 2) + 1e-9
    half = np.zeros((_GRID, _GRID // 2 + 1), np.complex64)
    right, left = band.fx >= 0, band.fx <= 0
    half[band.fy[right] % _GRID, band.fx[right]] = values[right]
    half[-band.fy[left] % _GRID, -band.fx[left]] = values[left].conj()
    surface = fft.irfft2(half, (_GRID, _GRID)) * (_GRID * _GRID / 2 / scale)
    return float(np.abs(surface).max())


def _filled(tile: NDArray[np.float32], weight: NDArray[np.float32]) -> NDArray[np.float32]:
    seen = weight > 0
    filled = tile.astype(np.float32)
    if seen.any() and not seen.all():
        filled[~seen] = filled[seen].mean(0)
    return filled
