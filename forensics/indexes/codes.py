"""Shape codes: what is left of a shape when it is shifted, turned by quarters or mirrored.

A circular shift changes only the phases of a tile's spectrum, so the magnitudes of the shape map's spectrum
(``fingerprints.shape``) are the same wherever the fold began. Turning by 180 degrees changes nothing either
and the other orientations only permute them, which leaves four codes for a suspect to be compared by.

A code is the magnitudes up to 15 cycles a tile to the power 1.3, scaled to length 364, as 354 integers in
0..255. Their dot products stay below 2**24, so float32 adds them exactly in whatever order a library likes:
a ranking does not depend on the machine.

Codes only choose whom to compare exactly. Measured on the tuning half of the benchmark, 384 tiles, shifted,
turned, recoloured, blurred, bent and noisy: of the tiles that exact comparison puts among the first four,
the codes put 90 % among the best 2 %, 96 % among the best 5 % and 99 % among the best 20 %.
"""

from __future__ import annotations

import numpy as np
import scipy.fft
from numpy.typing import NDArray

from forensics.fingerprints.shape import SIDE

LENGTH = 364.0
SHORTLIST = 2000
_MOST_CYCLES = 15.0
_POWER = 1.3

_CYCLES = np.fft.fftfreq(SIDE, 1 / SIDE)
_DOWN, _ACROSS = np.meshgrid(_CYCLES, _CYCLES, indexing="ij")
_KEPT = (np.hypot(_DOWN, _ACROSS) <= _MOST_CYCLES) & ((_ACROSS > 0) | ((_ACROSS == 0) & (_DOWN > 0)))
DIMENSIONS = int(_KEPT.sum())


def codes(maps: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Unit shape maps (n, 32, 32) -> codes (n, 354); all zero for a flat tile."""
    strengths = np.abs(scipy.fft.fft2(maps.astype(np.float64)))[:, _KEPT] ** _POWER
    lengths = np.sqrt((strengths**2).sum(1, keepdims=True))
    scaled = strengths * np.divide(LENGTH, lengths, out=np.zeros_like(lengths), where=lengths > 0)
    rounded: NDArray[np.uint8] = np.minimum(np.rint(scaled), 255).astype(np.uint8)
    return rounded


def turned(shape: NDArray[np.float32]) -> NDArray[np.uint8]:
    """One map (32, 32) -> the codes (4, 354) of its orientations that differ."""
    mirrored = shape[:, ::-1]
    return codes(np.stack([shape, mirrored, shape.T, mirrored.T]))


def likeness(queries: NDArray[np.uint8], kept: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Largest cosine of each kept code (n, 354) with any of the queries (4, 354): (n,), in [0, 1]."""
    asked, held = queries.astype(np.float32), kept.astype(np.float32)
    lengths = np.sqrt((asked**2).sum(1)) + np.float32(1e-6)
    own = np.sqrt((held**2).sum(1)) + np.float32(1e-6)
    best: NDArray[np.float32] = ((held @ asked.T) / lengths).max(1) / own
    return best


def shortlist_size(count: int) -> int:
    """How many of ``count`` tiles are compared exactly: all up to 2,000, then a twentieth where that is more.

    2,000 exact comparisons take about 0.1 CPU seconds.
    """
    return max(min(count, SHORTLIST), count // 20)
