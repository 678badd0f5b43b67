"""Which of some known marks is in a suspect laid on its registered tile.

A blind reading has to beat chance over all 2^48 mark ids. With the tile at hand only its own id and those of
its licensed copies are asked for, so a far fainter mark still proves. The suspect's artwork is predicted
from the tile as drawn and taken away (``forensics.asking.recolouring``).

Why choosing by the synchronisation frequencies costs nothing. Two ways to be wrong are bounded, and the
weaker statistic of the two counts.
- Not marked with this key. Given the picture, the secret phases of the payload frequencies are independent
  of those of the synchronisation frequencies, and uniform. Shift, sign, orientation, the weight of every
  plane and of every ring of frequencies are chosen by the picture, the unmarked tile and the synchronisation
  frequencies alone; for any such choice the correlation z of the payload frequencies with one codeword
  satisfies P(z >= x) <= exp(-x^2 / 2) (``watermark.torus.pvalue``).
- Marked with this key, with another id. The code words of two ids agree bit by bit like fair coins, so the
  signed sum over the bits has the mean and the variance of chance; but not in many bits at once, so the same
  tail is an estimate here, and no bound: a loud mark speaks for the few ids most alike to its own. Before a
  verdict stand ``Heard.rival`` (a mark so loud decodes, and is answered instead) and ``Heard.without``. How
  far that holds is measured: docs/benchmark.md, "Two ids of one key". The synchronisation frequencies, which
  all ids share, witness nothing and are left out.
What is multiplied: the ids asked, the keys, and the looks at this picture, see ``forensics.asking.informed``.
Where no drawing is kept, alignment has the marked pixels in view; such a look pays for the whole grid of
shifts besides.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from forensics.placing.blocks import SIDE, Plane

if TYPE_CHECKING:
    from watermark.torus.spectrum import Spectrum

_RINGS = 8
_NOISE = 1.0
_FAINTEST_RING = 0.15
_SMALLEST_EXPONENT = -690.0

Sameness = Sequence[tuple[int, NDArray[np.bool_]]]


@dataclass(frozen=True)
class Heard:
    """What one look at a suspect says to one key: ``bits`` (1024,) soft coded bits and their noise.

    ``noise``: standard deviation of the sum over all bits if the picture is not marked with the key.
    ``sync``: z of the synchronisation frequencies, after the best of the allowed shifts was chosen.
    """

    decoder: Any
    bits: NDArray[np.float64]
    noise: float
    sync: float
    orientation: int = 0
    shift: tuple[int, int] = (0, 0)

    def statistic(self, mark_id: int) -> float:
        """The smaller of both statistics for one id."""
        total = float((self.bits * self._coded(mark_id)).sum())
        return min(total / self.noise, total / (math.sqrt(float((self.bits**2).sum())) + 1e-9))

    def without(self, mark_id: int) -> Heard:
        """The same with this id's codeword taken out: what is left may be a second copy's."""
        coded = self._coded(mark_id)
        return replace(self, bits=self.bits - coded * float((self.bits * coded).mean()))

    def rival(self, mark_id: int) -> int | None:
        """Another id of the same key that checks and is heard better."""
        code = self.decoder.band.code
        strength = max(self.sync, 1.0) / math.sqrt(code.length)
        scale = math.sqrt(float((self.bits**2).mean())) + 1e-9
        ranked = code.decode(2.0 * min(strength, 1.5) * self.bits / scale)
        found = next((c.number for c in ranked if c.checks), mark_id)
        return found if self.statistic(found) > self.statistic(mark_id) else None

    def _coded(self, mark_id: int) -> NDArray[np.int8]:
        return _codeword(self.decoder.band.code, mark_id)


@lru_cache(maxsize=8192)
def _codeword(code: Any, mark_id: int) -> NDArray[np.int8]:
    """(1024,) +1 or -1: licensed copies are asked for again and again."""
    return np.asarray(1 - 2 * code.encode(mark_id).astype(np.int8), np.int8)


def listen(decoder: Any, planes: Sequence[Plane], period_px: float, sameness: Sameness) -> Heard:
    """Combine residual planes (512, 512) of one look for one key.

    ``period_px``: size of a repeat in the suspect, above whose Nyquist limit there is nothing to find.
    ``sameness``: orientations and shifts that leave the artwork as it is, among which the synchronisation
    frequencies choose.
    """
    from watermark.torus.spectrum import spectrum

    spectra = [spectrum(plane, period_px) for plane in planes]
    orientation, shift, gains = _chosen(decoder, spectra, sameness)
    band = decoder.band
    turns = np.exp(2j * np.pi / SIDE * (band.fy * shift[0] + band.fx * shift[1]))
    carriers = np.zeros(band.count, np.complex128)
    for seen, gain in zip(spectra, gains, strict=True):
        if gain:
            values = decoder.synchroniser.carriers(seen, orientation)
            carriers += gain / _scale(values[band.sync]) * values
    carriers = carriers * turns
    carriers *= _ring_gains(band, carriers)
    sync, payload = carriers[band.sync], carriers[~band.sync]
    bits = np.bincount(band.bit[~band.sync], payload.real, band.code.length).astype(np.float64)
    heard = float(sync.real.sum()) / _scale(sync)
    return Heard(decoder, bits, _scale(payload), heard, orientation, shift)


def _scale(values: NDArray[np.complexfloating]) -> float:
    return math.sqrt(float((np.abs(values) ** 2).sum()) / 2) + 1e-9


def _chosen(
    decoder: Any, spectra: Sequence[Spectrum], sameness: Sameness
) -> tuple[int, tuple[int, int], NDArray[np.float64]]:
    """Orientation, shift (y, x) and gain of every plane for which synchronisation is strongest."""
    best = (-1.0, 0, (0, 0), np.ones(len(spectra)))
    band = decoder.band
    for orientation, allowed in sameness:
        surfaces = []
        for seen in spectra:
            values = decoder.synchroniser.carriers(seen, orientation)[band.sync]
            surface = over_all_shifts(values, band.fy[band.sync], band.fx[band.sync])
            surfaces.append(surface[allowed] / np.float32(_scale(values)))
        z = np.stack(surfaces)
        total = (np.maximum(np.abs(z) - _NOISE, 0.0) ** 2).sum(0) if len(z) > 1 else z[0] ** 2
        at = int(total.argmax())
        if float(total[at]) > best[0]:
            places = np.flatnonzero(allowed)
            best = (float(total[at]), orientation, divmod(int(places[at]), SIDE), z[:, at].astype(float))
    gains = np.sign(best[3]) * np.maximum(np.abs(best[3]) - _NOISE, 0.0)
    return best[1], best[2], gains if gains.any() else best[3]


def _ring_gains(band: Any, carriers: NDArray[np.complex128]) -> NDArray[np.float64]:
    """Weight of every frequency by how well its ring of the synchronisation frequencies is heard."""
    edges = np.quantile(band.radius[band.sync], np.linspace(0, 1, _RINGS + 1)[1:-1])
    ring = np.searchsorted(edges, band.radius)
    sync = ring[band.sync]
    heard = np.bincount(sync, carriers.real[band.sync], _RINGS)
    power = np.bincount(sync, np.abs(carriers[band.sync]) ** 2 / 2, _RINGS) + 1e-12
    gain = np.maximum(heard / power, 0.0)
    if not gain.any():
        return np.ones(band.count)
    smooth = np.convolve(np.pad(gain, 1, mode="edge"), (0.25, 0.5, 0.25), mode="valid")
    return np.asarray(np.maximum(smooth / smooth.max(), _FAINTEST_RING)[ring], np.float64)


def over_all_shifts(
    values: NDArray[np.complexfloating], fy: NDArray[np.intp], fx: NDArray[np.intp]
) -> NDArray[np.float32]:
    """Sum of the carriers turned back by every circular shift, (512, 512): one inverse transform."""
    from scipy import fft

    half = np.zeros((SIDE, SIDE // 2 + 1), np.complex64)
    right, left = fx >= 0, fx <= 0
    half[fy[right] % SIDE, fx[right]] = values[right]
    half[-fy[left] % SIDE, -fx[left]] = values[left].conj()
    return np.asarray(fft.irfft2(half, (SIDE, SIDE)) * (SIDE * SIDE / 2), np.float32)


def bound(z: float, log_hypotheses: float) -> float:
    """Log of the bound on the probability of statistic ``z`` over that many hypotheses, at most 0."""
    if z <= 0:
        return 0.0
    return min(0.0, max(log_hypotheses - z * z / 2, _SMALLEST_EXPONENT))
