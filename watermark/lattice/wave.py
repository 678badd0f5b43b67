"""Measure the wave of a striped picture: the normal of its stripes and their period.

The autocorrelation of stripes is a wave as well. Its structure tensor (Bigün and Granlund, 1987) gives the
normal, the summits along the normal give the period, counted as far as they can be told from one another, and
the harmonics of the picture (`watermark.lattice.harmonics`) make it exact.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from watermark.lattice.correlation import Autocorrelation, Vectors
from watermark.lattice.features import artwork
from watermark.lattice.harmonics import Harmonics
from watermark.pictures import Pixels, Plane

LONGEST_SIDE = 640
"""Of a suspect whose repeat is recovered, px: larger ones are reduced to it."""
LONGEST_PERIOD = 0.85
"""Of the shorter side: beyond it, too little of the picture overlaps its translate."""

_SHORTEST_PERIOD = 3.0  # px
_STEP = 0.25  # px along the normal
_COHERENT = 0.9  # of the structure tensor: 1 where all gradients are parallel, 0 where none is preferred
_WINDOW = 0.35  # of each side, around no displacement: where the correlation is judged
_NOISE_REACH = 4  # px: noise correlates with itself at 0 and, blurred, close to it
_LEAST_HEIGHT = 0.15
_NEARLY_HIGHEST = 0.08  # the first summit so close to the highest is one period, not several
_COUNTED_TO = 0.6  # of the profile
_STILL_HIGH = 0.6  # of the highest summit counted so far


def wave_of(pixels: Pixels) -> Vectors | None:
    """Frequency (x, y), in cycles per px, of the wave of a striped uint8 (H, W, 3) picture; else None."""
    height, width = pixels.shape[:2]
    shrink = min(1.0, LONGEST_SIDE / max(height, width))
    size = (max(1, round(width * shrink)), max(1, round(height * shrink)))
    small = np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)
    features = artwork(small)
    found = wave_in(Autocorrelation(features), Harmonics(features))
    if found is None:
        return None
    return np.asarray(found * np.array(size) / np.array([width, height]), np.float64)


def wave_in(art: Autocorrelation, exact: Harmonics) -> Vectors | None:
    """Frequency (x, y), in cycles per px, of the stripes' period; None where there are no stripes."""
    normal = _normal(art)
    if normal is None:
        return None
    lengths = np.arange(_SHORTEST_PERIOD, LONGEST_PERIOD * min(art.width, art.height), _STEP)
    profile = _along(art, lengths, normal)
    summits = _summits(profile)
    least = max(_LEAST_HEIGHT, profile[summits].max(initial=0) - _NEARLY_HIGHEST)
    high = summits[profile[summits] > least]
    if not len(high):
        return None
    period = _counted(lengths[high[0]], lengths, profile)
    return exact.refined_wave(normal / period)


def _normal(art: Autocorrelation) -> Vectors | None:
    """Unit normal (x, y) of the stripes; None where the correlation does not fall in one direction."""
    # Differences of waves of a few px lean towards the axes: half the step, and Scharr's weights.
    finer = cv2.resize(_around_zero(art), None, fx=2, fy=2, interpolation=cv2.INTER_LANCZOS4)
    gx, gy = cv2.Scharr(finer, cv2.CV_32F, 1, 0), cv2.Scharr(finer, cv2.CV_32F, 0, 1)
    xx, xy, yy = _mean(gx * gx), _mean(gx * gy), _mean(gy * gy)
    if np.hypot(xx - yy, 2 * xy) < _COHERENT * (xx + yy + 1e-12):
        return None
    angle = 0.5 * np.arctan2(2 * xy, xx - yy)
    return np.array([np.cos(angle), np.sin(angle)])


def _around_zero(art: Autocorrelation) -> Plane:
    """The correlation around no displacement, without what the noise adds there."""
    down, across = int(_WINDOW * art.height), int(_WINDOW * art.width)
    rows, columns = np.arange(-down, down + 1), np.arange(-across, across + 1)
    middle = np.ascontiguousarray(art.surface[np.ix_(rows, columns)])
    reach = slice(-_NOISE_REACH, _NOISE_REACH + 1)
    middle[down + reach.start : down + reach.stop, across + reach.start : across + reach.stop] = 0
    return middle


def _mean(plane: Plane) -> float:
    return float(plane.mean(dtype=np.float64))


def _along(art: Autocorrelation, lengths: Vectors, normal: Vectors) -> Vectors:
    """(n,) the correlation at displacements of these lengths (n,) along the normal."""
    places = lengths[:, None] * normal
    x = np.asarray(places[:, :1] % art.columns, np.float32)
    y = np.asarray(places[:, 1:] % art.rows, np.float32)
    found = cv2.remap(art.surface, x, y, cv2.INTER_LANCZOS4, borderMode=cv2.BORDER_WRAP)
    return np.asarray(found[:, 0], np.float64)


def _summits(profile: Vectors) -> NDArray[np.intp]:
    """Where the profile is highest within half the shortest period to either side."""
    rim = int(_SHORTEST_PERIOD / _STEP / 2)
    around = np.stack([profile[k : len(profile) - 2 * rim + k] for k in range(2 * rim + 1)])
    return rim + np.flatnonzero(around[rim] >= around.max(0))


def _counted(period: float, lengths: Vectors, profile: Vectors) -> float:
    """The period by the farthest summit that can be counted to, one after the other, while they are high."""
    exact, number, high = period, 2, 0.0
    while (number + 0.5) * exact < _COUNTED_TO * lengths[-1]:
        near = np.flatnonzero(np.abs(lengths - number * exact) < 0.25 * exact)
        summit = near[profile[near].argmax()]
        high = max(high, float(profile[summit]))
        if profile[summit] < _STILL_HIGH * high:
            break
        exact = float(lengths[summit]) / number
        number += 1
    return exact
