"""Screens made symmetric before they are snapped, without losing lines."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from generator.symmetry import Field, Symmetry

_HARDNESS = 8.0
_ROUNDS, _STEP, _MOST = 30, 0.5, 2.0
_LITTLE = 1e-3  # a share of the ground, so that an ink that prints nothing has a logarithm


def mirrored(screens: Field, symmetry: Symmetry) -> Field:
    """Screens (n, H, W) in -1..1 that the symmetry's mirrors leave as they are; inks cover what they did.

    A mean alone would lose a thin line that lies beside its image: half an ink there, and half another.
    """
    if not symmetry.mirrors:
        return screens
    shares = _shares(screens)
    wanted, scores = _areas(shares), np.log(symmetry.mirrored(shares))
    weights = best = np.zeros((len(scores), 1, 1))
    least = np.inf
    for _ in range(_ROUNDS):
        short = np.log(wanted + _LITTLE) - np.log(_areas(scores + weights) + _LITTLE)
        if (wrong := float(np.abs(short).sum())) < least:
            least, best = wrong, weights
        weights = np.clip(weights + _STEP * short[:, None, None], -_MOST, _MOST)
    return _screens(np.exp(scores + best))


def _shares(screens: Field) -> Field:
    """What share of each pixel the ground and each ink print, (1 + n, H, W), the strongest nearly all."""
    coverage = (screens + 1.0) / 2.0
    coverage = coverage / np.maximum(coverage.sum(axis=0), 1.0)
    whole = np.concatenate([1.0 - coverage.sum(axis=0, keepdims=True), coverage])
    scores = np.exp(_HARDNESS * (whole - whole.max(axis=0)))
    return np.asarray(scores / scores.sum(axis=0), dtype=np.float32)


def _screens(weights: NDArray[np.float64]) -> Field:
    shares = weights / weights.sum(axis=0)
    return np.asarray(2.0 * shares[1:] - 1.0, dtype=np.float32)


def _areas(scores: NDArray[Any]) -> NDArray[np.float64]:
    """What share of the ground each ink covers where the best score prints."""
    printed = np.bincount(scores.argmax(axis=0).ravel(), minlength=len(scores))
    return np.asarray(printed / scores[0].size)
