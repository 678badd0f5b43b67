"""What the labels of a suspect of flat inks tell of its line: which pixels fell to another ink, and why.

A pixel whose drawn colour is m grey levels on its own side of the border between two inks keeps its ink with
probability Phi(m / s). The displacement d moves the border by d . grad m, luma and coding add noise of
_NOISE; s holds both. The score of the likelihood at d = 0, (y - p) phi(m / s) / (p (1 - p) s) grad m with
y = 1 where the ink was kept, is the locally most powerful linear statistic: a pixel far from every border
tells nothing, one that changed sides tells most. _ODD: share of pixels that have another ink for no reason.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from watermark.line.palette import Palette, absent, nearest
from watermark.line.slope import slopes
from watermark.pictures import Plane

_NOISE = 3.0
_MOTION_PX = 0.3
_ODD = 0.02
_CHANNELS = np.array([1.0, 0.6, 0.6], np.float32)


def flips(artwork: Plane, seen: Plane, mask: Plane, palette: Palette) -> NDArray[np.float32]:
    """(2, S, S) score of moving down and right, from `artwork` RGB and `seen` (luma, chroma, chroma)."""
    there = ~absent(palette.centres)
    centres, inks = palette.centres[there], palette.inks[there]
    if len(inks) < 2:
        return np.zeros((2, *mask.shape), np.float32)
    own, other, margin, across = _borders(artwork.reshape(-1, 3), centres)
    normal = across.reshape(artwork.shape)
    gradient = np.stack([(slope * normal).sum(2) for slope in slopes(artwork)])
    spread = np.sqrt(_NOISE**2 + _MOTION_PX**2 * (gradient**2).sum(0).ravel())
    label = nearest((seen * _CHANNELS).reshape(-1, 3), inks * _CHANNELS)
    told = ((label == own) | (label == other)) * mask.ravel()
    away = margin / spread
    kept = _ODD + (1 - 2 * _ODD) * ndtr(away)
    density = (1 - 2 * _ODD) / np.sqrt(2 * np.pi) * np.exp(-(away**2) / 2)
    score = told * density * ((label == own) - kept) / (kept * (1 - kept) * spread)
    return np.asarray(score.reshape(mask.shape) * gradient, np.float32)


def _borders(
    drawn: Plane, centres: Plane
) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.float32], Plane]:
    """Of every colour (n, 3): its centre, the next one, its distance from their border, the normal there."""
    square = (drawn**2).sum(1)[:, None] - 2 * drawn @ centres.T + (centres**2).sum(1)
    own = square.argmin(1)
    pixels = np.arange(len(drawn))
    nearest_square = square[pixels, own]
    square[pixels, own] = np.inf
    other = square.argmin(1)
    span = centres[own] - centres[other]
    length = np.sqrt((span**2).sum(1)) + np.float32(1e-3)
    margin = (square[pixels, other] - nearest_square) / (2 * length)
    return own, other, np.asarray(margin, np.float32), span / length[:, None]
