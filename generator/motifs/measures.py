"""What can be measured on separations: coverage, the thinnest line, and the longest float of a weave."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

Map = NDArray[np.uint8]
_LOST = 0.02
_RADII = (1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0, 16.0, 24.0)


def coverage_ppm(separations: Map, inks: int) -> list[int]:
    """The share of each ink in millionths of the area, ground first."""
    counts = np.bincount(separations.ravel(), minlength=inks)
    return [round(1_000_000 * int(count) / separations.size) for count in counts]


def thinnest_line(separations: Map) -> float:
    """The width, as a share of the edge, of the thinnest part that any printed ink depends on.

    It is the diameter of the largest brush that still reaches 98 % of every ink's area, in steps.
    """
    widths = [_thinnest(separations == ink) for ink in np.unique(separations) if ink > 0]
    return float(min(widths, default=1.0)) / float(separations.shape[0])


def _thinnest(mask: NDArray[np.bool_]) -> float:
    area, width = int(mask.sum()), 1.0
    inside = _distance(mask)
    for radius in _RADII:
        core = inside >= radius
        reached = _distance(~core) < radius if core.any() else np.zeros_like(mask)
        if area - int((reached & mask).sum()) > _LOST * area:
            break
        width = 2.0 * radius
    return width


def _distance(mask: NDArray[np.bool_]) -> NDArray[np.float32]:
    """The distance in samples to the nearest sample outside the mask, on the torus."""
    margin = 32
    wrapped = np.pad(mask.astype(np.uint8), margin, mode="wrap")
    far = cv2.distanceTransform(wrapped, cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    return np.asarray(far[margin:-margin, margin:-margin], dtype=np.float32)


def longest_float(separations: Map) -> float:
    """The longest run of one printed ink along a row or a column, as a share of the edge, at most one."""
    runs = [_longest_run(lines) for lines in (separations, separations.T)]
    return min(1.0, max(runs) / int(separations.shape[0]))


def _longest_run(lines: Map) -> int:
    """The longest run of a printed ink in any row; a run may pass the seam."""
    twice = np.concatenate([lines, lines], axis=1)
    change = np.ones(twice.shape, dtype=bool)
    change[:, 1:] = (twice[:, 1:] != twice[:, :-1]) | (twice[:, 1:] == 0)
    starts = np.flatnonzero(change.ravel())
    lengths = np.diff(np.append(starts, twice.size))
    printed = twice.ravel()[starts] > 0
    return int(lengths[printed].max(initial=0))
