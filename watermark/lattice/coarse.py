"""Rough repeats of a picture whose perspective or cloth smears the autocorrelation."""

from __future__ import annotations

from itertools import combinations

import cv2
import numpy as np

from watermark.lattice.basis import Basis, area, is_square, reduced, same_lattice, upright
from watermark.lattice.correlation import Autocorrelation
from watermark.lattice.features import artwork
from watermark.lattice.support import support
from watermark.pictures import Pixels
from watermark.protocol import Lattice

_LONGEST_SIDE = 420
_BLURS = (2.0, 4.0)
_EACH = 2
_SHORTEST = 20.0
_WIDEST_ANGLE = 0.5


def coarse(pixels: Pixels) -> list[Lattice]:
    """At most four rough hypotheses for a uint8 (H, W, 3) suspect, good enough to start `refine` from."""
    height, width = pixels.shape[:2]
    shrink = min(1.0, _LONGEST_SIDE / max(height, width))
    small = np.asarray(cv2.resize(pixels, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA), np.uint8)
    correlation = Autocorrelation(artwork(small))
    sharp = np.fft.fftshift(correlation.surface)
    found: list[tuple[float, Basis]] = []
    for sigma in _BLURS:
        smeared = np.asarray(cv2.GaussianBlur(sharp, (0, 0), sigma), np.float32)
        correlation.surface = np.fft.ifftshift(smeared)
        found += _rated(correlation)[:_EACH]
    kept: list[tuple[float, Basis]] = []
    for score, basis in found:
        if not any(same_lattice(known, basis) for _, known in kept):
            kept.append((score, basis))
    return [_lattice(score, upright(basis) / shrink, (width, height)) for score, basis in kept]


def _rated(correlation: Autocorrelation) -> list[tuple[float, Basis]]:
    places, _ = correlation.peaks(14, shortest=24)
    rated: list[tuple[float, Basis]] = []
    for i, j in combinations(range(len(places)), 2):
        basis = reduced(np.array([places[i], places[j]]))
        lengths = np.hypot(*basis.T)
        if lengths.min() < _SHORTEST or area(basis) < _WIDEST_ANGLE * lengths.prod():
            continue
        held = support(basis, correlation)
        score = held.mean * min(1.0, held.points / 3) + 0.05 * is_square(basis)
        if not any(same_lattice(known, basis) for _, known in rated):
            rated.append((float(score), basis))
    return sorted(rated, key=lambda pair: -pair[0])


def _lattice(score: float, basis: Basis, size: tuple[int, int]) -> Lattice:
    u, v = basis
    return Lattice(
        (float(u[0]), float(u[1])),
        (float(v[0]), float(v[1])),
        (size[0] / 2, size[1] / 2),
        kind="coarse",
        score=min(1.0, max(0.0, score)),
    )
