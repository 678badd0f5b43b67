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

    Two ways to be wrong are bounded, and the weaker statistic of the two counts. Not marked by this key: over
    the secret phases the correlation z with the payload frequencies is sub-Gaussian, P(z >= x) <=
    exp(-x^2 / 2), see ``watermark.torus.pvalue``. Marked by this key with another id: given the size of every
    coded bit, its sign agrees with the asked id's by a fair coin, so the signed sum over the bits is
    sub-Gaussian too. The synchronisation frequencies, which all ids share, witness nothing and are left out.

    Multiplied by the blind search's whole grid of shifts, 2 signs, 2 prefilters, the orientations and the
    hypotheses. That pays for an alignment found with the registered pixels in view: it picks one shift.
    """
    from watermark.torus.mark import TorusMark
    from watermark.torus.pvalue import SHIFTS

    if not isinstance(watermarker, TorusMark):
        return 1.0
    decoder = watermarker.decoder

    z = max(_statistic(decoder, seen, mark_id, k) for seen in folded.spectra for k in range(orientations))
    tried = 2 * math.log(SHIFTS) + math.log(2 * len(_PREFILTERS) * orientations * max(hypotheses, 1))
    return min(1.0, math.exp(min(0.0, max(tried - z * z / 2, -690.0)))) if z > 0 else 1.0


def _statistic(decoder: Any, seen: Spectrum, mark_id: int, orientation: int) -> float:
    """The smaller of both statistics at the shift and sign where the payload correlates best."""
    band = decoder.band
    payload = ~band.sync
    values = (decoder.synchroniser.carriers(seen, orientation) * band.signs(mark_id))[payload]
    fy, fx = band.fy[payload], band.fx[payload]
    scale = math.sqrt(float((np.abs(values) ** 2).sum()) / 2) + 1e-9
    surface = _over_all_shifts(values, fy, fx)
    y, x = divmod(int(np.abs(surface).argmax()), _GRID)
    sign = 1.0 if surface[y, x] > 0 else -1.0
    agreeing = sign * (values * np.exp(2j * np.pi / _GRID * (fy * y + fx * x))).real
    bits = np.bincount(band.bit[payload], agreeing, band.code.length)
    return min(float(agreeing.sum()) / scale, float(bits.sum() / (np.sqrt((bits**2).sum()) + 1e-9)))


def _over_all_shifts(
    values: NDArray[np.complex64], fy: NDArray[np.intp], fx: NDArray[np.intp]
) -> NDArray[np.float32]:
    """Sum of the carriers turned back by every circular shift, (512, 512): one inverse transform."""
    from scipy import fft

    half = np.zeros((_GRID, _GRID // 2 + 1), np.complex64)
    right, left = fx >= 0, fx <= 0
    half[fy[right] % _GRID, fx[right]] = values[right]
    half[-fy[left] % _GRID, -fx[left]] = values[left].conj()
    return np.asarray(fft.irfft2(half, (_GRID, _GRID)) * (_GRID * _GRID / 2), np.float32)


def _filled(tile: NDArray[np.float32], weight: NDArray[np.float32]) -> NDArray[np.float32]:
    seen = weight > 0
    filled = tile.astype(np.float32)
    if seen.any() and not seen.all():
        filled[~seen] = filled[seen].mean(0)
    return filled
