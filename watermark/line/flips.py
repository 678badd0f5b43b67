"""What the labels of a suspect of flat inks tell of its line: which pixels fell to another ink, and why.

A pixel whose drawn colour is m grey levels on its own side of the border between two inks keeps its ink with
probability Phi(m / s). The displacement d moves the border by d . grad m, luma and coding add noise of
_NOISE; s holds both. The score of the likelihood at d = 0, (y - p) phi(m / s) / (p (1 - p) s) grad m with
y = 1 where the ink was kept, is the locally most powerful linear statistic: a pixel far from every border
tells nothing, one that changed sides tells most. _ODD: share of pixels that have another ink for no reason.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from watermark.line.palette import Labels, Palette, absent, nearest
from watermark.line.slope import slopes
from watermark.pictures import Plane

_NOISE = 3.0
_MOTION_PX = 0.3
_ODD = 0.02
_CHANNELS = np.array([1.0, 0.6, 0.6], np.float32)
_FAR = 3.5


@dataclass(frozen=True)
class Sides:
    """The pixels near a border between two inks.

    ``at`` (n,): flat indices. ``score`` (n,): derivative of the log likelihood by the margin m;
    ``information`` (n,): its variance. ``gradient`` (2, n): how m changes, down and right.
    """

    at: NDArray[np.intp]
    score: NDArray[np.float32]
    information: NDArray[np.float32]
    gradient: NDArray[np.float32]


def flips(artwork: Plane, seen: Plane, mask: Plane, palette: Palette) -> NDArray[np.float32]:
    """(2, S, S) score of moving down and right, from `artwork` RGB and `seen` (luma, chroma, chroma)."""
    found = sides(artwork, seen, mask, palette)
    plane = np.zeros((2, mask.size), np.float32)
    plane[:, found.at] = found.score * found.gradient
    return plane.reshape(2, *mask.shape)


def sides(artwork: Plane, seen: Plane, mask: Plane, palette: Palette) -> Sides:
    """The pixels near a border that kept their ink or took that of the other side; none for a single ink."""
    there = ~absent(palette.centres)
    centres, inks = palette.centres[there], palette.inks[there]
    if len(inks) < 2:
        nothing = np.zeros(0, np.float32)
        return Sides(np.zeros(0, np.intp), nothing, nothing, np.zeros((2, 0), np.float32))
    own, other, margin, across = _borders(artwork.reshape(-1, 3), centres)
    normal = across.reshape(artwork.shape)
    gradient = np.stack([np.einsum("yxc,yxc->yx", s, normal).ravel() for s in slopes(artwork)])
    spread = np.sqrt(_NOISE**2 + _MOTION_PX**2 * (gradient**2).sum(0))
    away = margin / spread
    near = np.flatnonzero((away < _FAR) & (mask.ravel() > 0))
    label = nearest((seen.reshape(-1, 3)[near]) * _CHANNELS, inks * _CHANNELS)
    told = (label == own[near]) | (label == other[near])
    at = near[told]
    score, information = _likelihood(away[at], spread[at], label[told] == own[at])
    return Sides(at, score, information, np.asarray(gradient[:, at], np.float32))


def _likelihood(
    away: NDArray[np.float32], spread: NDArray[np.float32], kept: NDArray[np.bool_]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Score and information of the margin of each pixel, from whether it kept its ink."""
    chance = _ODD + (1 - 2 * _ODD) * ndtr(away)
    density = (1 - 2 * _ODD) / np.sqrt(2 * np.pi) * np.exp(-(away**2) / 2) / spread
    certainty = chance * (1 - chance)
    score, information = density * (kept - chance) / certainty, density**2 / certainty
    return np.asarray(score, np.float32), np.asarray(information, np.float32)


def _borders(drawn: Plane, centres: Plane) -> tuple[Labels, Labels, NDArray[np.float32], Plane]:
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
