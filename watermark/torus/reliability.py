"""How much each frequency can be trusted, learned from the synchronisation frequencies of the same spectrum.

Blur, rescaling and coding leave the low frequencies and bury the high ones. Once a spectrum is aligned, the
synchronisation carriers of a ring of frequencies show how much of the mark is left in it; the payload
carriers of that ring are weighted accordingly. What the rings show is shrunk towards their common mean as far
as their differences can be chance.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from watermark.torus.band import KeyedBand

RINGS = (28, 38, 48, 58, 70, 82, 95, 110)
_LEAST = 0.05

Weights = NDArray[np.float32]
Levels = NDArray[np.floating[Any]]


class Reliability:
    """Weights for the payload carriers of one band."""

    def __init__(self, band: KeyedBand) -> None:
        rings = np.digitize(band.radius, RINGS)
        self._of_sync, self._of_payload = rings[band.sync], rings[~band.sync]
        self._sync = band.sync

    def weights(self, carriers: NDArray[np.complex64]) -> Weights:
        """(payload count,) weights of aligned carriers. They depend on no phase of the payload."""
        sync, count = carriers[self._sync], len(RINGS) + 1
        energy = np.bincount(self._of_sync, np.abs(sync) ** 2 / 2, count) + 1e-9
        levels: Levels = np.bincount(self._of_sync, sync.real, count) / energy
        mean = float((levels * energy).sum() / energy.sum())
        if mean <= 0:
            return np.ones(len(self._of_payload), np.float32)
        shrunk = mean + _trust(levels, energy, mean) * (levels - mean)
        return np.asarray(np.maximum(shrunk / mean, _LEAST)[self._of_payload], np.float32)


def _trust(levels: Levels, energy: Levels, mean: float) -> Levels:
    """Share of each ring's deviation that is no chance: empirical Bayes, a level has variance 1 / energy."""
    spread = float(((levels - mean) ** 2 * energy).sum() - len(levels)) / float(energy.sum())
    real = max(spread, 1e-9)
    return np.asarray(real / (real + 1 / energy))
