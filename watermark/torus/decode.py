"""From a whitened spectrum to a mark id: align, weigh, soft bits, list decoding, total correlation."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from watermark.torus.band import KeyedBand
from watermark.torus.polar import Reals
from watermark.torus.reliability import Reliability, Weights
from watermark.torus.spectrum import Spectrum
from watermark.torus.sync import Alignment, Synchroniser

_MOST_DECODED = 6


@dataclass(frozen=True)
class Decoded:
    """The best codeword of one spectrum; `z` correlates all frequencies with it. `checks`: the CRC holds.

    key_id: whose key it was decoded with.
    """

    z: float
    mark_id: int
    checks: bool
    alignment: Alignment
    key_id: str


class Decoder:
    """Decodes spectra with one keyed band."""

    def __init__(self, band: KeyedBand, key_id: str) -> None:
        self.band = band
        self.key_id = key_id
        self.synchroniser = Synchroniser(band)
        self._reliability = Reliability(band)
        self._payload = np.flatnonzero(~band.sync)
        self._bit = band.bit[self._payload]

    def decode(self, seen: Spectrum, orientations: int, enough: float) -> Decoded | None:
        """The best codeword under this key, or None if nothing aligns; see `best_of`."""
        return best_of([self], seen, orientations, enough)

    def codeword(self, seen: Spectrum, alignment: Alignment) -> Decoded:
        """The most likely codeword that checks, else the most likely, for one alignment."""
        carriers = self.synchroniser.aligned(seen, alignment)
        weights = self._reliability.weights(carriers)
        ranked = list(self.band.code.decode(self._soft_bits(carriers, weights, alignment.z)))
        chosen = next((c for c in ranked if c.checks), ranked[0])
        z = self._correlation(carriers, weights, chosen.number)
        return Decoded(z, chosen.number, chosen.checks, alignment, self.key_id)

    def _correlation(self, carriers: NDArray[np.complex64], weights: Weights, mark_id: int) -> float:
        """z of aligned carriers with the codeword of a mark id; see `watermark.torus.pvalue`."""
        payload = weights * (carriers * self.band.signs(mark_id))[self._payload]
        share = self.band.sync_share
        parts = math.sqrt(share) * _z(carriers[self.band.sync]) + math.sqrt(1 - share) * _z(payload)
        return float(parts)

    def _soft_bits(self, carriers: NDArray[np.complex64], weights: Weights, sync_z: float) -> Reals:
        """Log-likelihood ratios of the coded bits; the sync z tells how strong the mark is per bit."""
        length, payload = self.band.code.length, weights * carriers[self._payload]
        power = np.abs(carriers[self._payload]) ** 2 / 2
        sums = np.bincount(self._bit, payload.real, length)
        energy = float((weights**2 * power).sum())
        gain = math.sqrt(energy * float(power.sum())) / (float((weights * power).sum()) + 1e-9)
        share = self.band.sync_share
        strength = np.clip(sync_z * gain * np.sqrt((1 - share) / share / length), 0.15, 1.5)
        return np.asarray(2 * strength * sums / (math.sqrt(energy / length) + 1e-9), np.float64)


def _z(carriers: NDArray[np.complex64]) -> float:
    """Sum of the real parts over its standard deviation for uniform phases."""
    return float(carriers.real.sum() / (np.sqrt((np.abs(carriers) ** 2).sum() / 2) + 1e-9))


def best_of(decoders: Sequence[Decoder], seen: Spectrum, orientations: int, enough: float) -> Decoded | None:
    """The best codeword under any key, or None if nothing aligns; stops at the first that proves.

    Proves: the CRC holds and z >= `enough`. The alignments of all keys compete for the few list decodings, so
    one key more costs one synchronisation more.
    """
    found = [(a, d) for d in decoders for a in d.synchroniser.alignments(seen, orientations)]
    best: Decoded | None = None
    for alignment, decoder in sorted(found, key=lambda pair: -pair[0].z)[:_MOST_DECODED]:
        decoded = decoder.codeword(seen, alignment)
        if best is None or (decoded.checks, decoded.z) > (best.checks, best.z):
            best = decoded
        if best.checks and best.z >= enough:
            break
    return best
