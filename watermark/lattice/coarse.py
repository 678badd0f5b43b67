"""Rough repeats of a picture whose perspective or cloth smears the autocorrelation.

Where periods differ from place to place, each summit of the autocorrelation falls apart into several. In the
reduced picture, with the autocorrelation blurred, they are one again: enough for `refine` to start from.
"""

from __future__ import annotations

from itertools import combinations

import cv2
import numpy as np

from watermark.lattice.basis import Basis, is_square, reduced, same_lattice
from watermark.lattice.correlation import Autocorrelation
from watermark.lattice.features import artwork
from watermark.lattice.recovery import lattice_of
from watermark.lattice.support import support
from watermark.pictures import Pixels
from watermark.protocol import Lattice

Rated = list[tuple[float, Basis]]

# Lengths are pixels of the reduced picture.
_LONGEST_SIDE = 420
_BLURS = (2.0, 4.0)
_EACH = 2
_PEAKS = 14
_NEAREST_PEAK = 24
_SHORTEST_PERIOD = 20.0
_ENOUGH_POINTS = 3
_SQUARE_BONUS = 0.05


def coarse(pixels: Pixels) -> list[Lattice]:
    """At most four rough hypotheses for a uint8 (H, W, 3) suspect, good enough to start `refine` from."""
    height, width = pixels.shape[:2]
    shrink = min(1.0, _LONGEST_SIDE / max(height, width))
    small = np.asarray(cv2.resize(pixels, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA), np.uint8)
    sharp = Autocorrelation(artwork(small))
    found: Rated = []
    for sigma in _BLURS:
        for score, basis in _rated(sharp.blurred(sigma))[:_EACH]:
            if _is_new(basis, found):
                found.append((score, basis))
    return [lattice_of(basis / shrink, (height, width), "coarse", score) for score, basis in found]


def _rated(correlation: Autocorrelation) -> Rated:
    """Reduced bases of pairs of peaks with how well they are supported, best first, each lattice once."""
    places, _ = correlation.peaks(_PEAKS, _NEAREST_PEAK)
    rated: Rated = []
    for i, j in combinations(range(len(places)), 2):
        basis = reduced(np.array([places[i], places[j]]))
        if np.hypot(*basis.T).min() >= _SHORTEST_PERIOD and _is_new(basis, rated):
            rated.append((_score(basis, correlation), basis))
    return sorted(rated, key=lambda pair: -pair[0])


def _is_new(basis: Basis, known: Rated) -> bool:
    return not any(same_lattice(other, basis) for _, other in known)


def _score(basis: Basis, correlation: Autocorrelation) -> float:
    """Mean support, less where few points bear it out."""
    held = support(basis, correlation)
    return float(held.mean * min(1.0, held.points / _ENOUGH_POINTS) + _SQUARE_BONUS * is_square(basis))
