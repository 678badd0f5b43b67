"""From a whitened spectrum to a mark id: align, soft bits, list decoding, total correlation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from watermark.torus.band import KeyedBand
from watermark.torus.polar import Reals
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

    def decode(self, seen: Spectrum, orientations: int, enough: float) -> Decoded | None:
        """The best codeword under this key, or None if nothing aligns; see `best_of`."""
        return best_of([self], seen, orientations, enough)

    def codeword(self, seen: Spectrum, alignment: Alignment) -> Decoded:
        carriers = self.synchroniser.aligned(seen, alignment)
        ranked = list(self.band.code.decode(self._soft_bits(carriers, alignment.z)))
        chosen = next((c for c in ranked if c.checks), ranked[0])
        return Decoded(
            self.correlation(carriers, chosen.number), chosen.number, chosen.checks, alignment, self.key_id
        )

    def correlation(self, carriers: NDArray[np.complex64], mark_id: int) -> float:
        """z of aligned carriers with the codeword of a mark id."""
        scale = np.sqrt((np.abs(carriers) ** 2).sum() / 2) + 1e-9
        return float((carriers.real * self.band.signs(mark_id)).sum() / scale)

    def _soft_bits(self, carriers: NDArray[np.complex64], sync_z: float) -> Reals:
        """Log-likelihood ratios of the coded bits; the sync z tells how strong the mark is per bit."""
        coded, length = ~self.band.sync, self.band.code.length
        bit = self.band.bit[coded]
        sums = np.bincount(bit, carriers.real[coded], length)
        energy = np.bincount(bit, np.abs(carriers[coded]) ** 2 / 2, length)
        share = self.band.sync_share
        strength = np.clip(sync_z * np.sqrt((1 - share) / share / length), 0.15, 1.5)
        return np.asarray(2 * strength * sums / (np.sqrt(energy.mean()) + 1e-9), np.float64)


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
