"""Outlines of polygons, and how outlines differ from them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from generator.drafting.tracing import Outline


def polygon(corners: list[complex], wavers: float = 0.0, seed: int = 0) -> Outline:
    """A polygon with a point every half sample, moved by chance as its neighbours are."""
    dice = np.random.default_rng(seed)
    sides = [
        start + (end - start) * np.arange(0.0, 1.0, 0.5 / abs(end - start))
        for start, end in zip(corners, [*corners[1:], corners[0]], strict=True)
    ]
    points = np.concatenate(sides)
    moved = dice.normal(0.0, 1.0, (len(points), 2)) @ np.array([1.0, 1.0j])
    return Outline(points + wavers * sum(np.roll(moved, k) for k in range(-2, 3)) / np.sqrt(5.0), 0j)


def away(found: Outline, corners: list[complex]) -> float:
    """How far the outline comes from a polygon at most."""
    ends = np.array([*corners[1:], corners[0]])
    starts = np.array(corners)
    ways = ends - starts
    share = ((found.points[:, None] - starts) * np.conj(ways)).real / np.abs(ways) ** 2
    return float(np.abs(found.points[:, None] - starts - share.clip(0.0, 1.0) * ways).min(axis=1).max())


def turns(found: Outline) -> NDArray[np.float64]:
    """How far an outline turns at each of its points, in radians."""
    steps = np.diff(found.closed)
    steps = steps[np.abs(steps) > 1e-9]
    return np.asarray(np.abs(np.angle(np.roll(steps, -1) * np.conj(steps))))


SQUARE = [10 + 10j, 40 + 10j, 40 + 40j, 10 + 40j]
