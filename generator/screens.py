"""From soft screens to an index map: enlarge on the torus, then give every sample to one ink."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

Field = NDArray[np.float32]
_MARGIN = 16
_SOFTNESS = 0.45


def separate(screens: Field, edge: int, inks: int) -> NDArray[np.uint8]:
    """Snap screens (3, H, W) in -1..1 to an index map (edge, edge) of ink numbers below `inks`.

    A sample takes the ink whose screen is strongest, or the ground where all together cover less than half.
    """
    best = np.zeros((edge, edge), dtype=np.float32)
    chosen = np.zeros((edge, edge), dtype=np.uint8)
    coverage = (screens[: inks - 1] + 1.0) / 2.0
    covered = enlarge(coverage.sum(axis=0).clip(0.0, 1.0), edge)
    for number, screen in enumerate(coverage, start=1):
        large = enlarge(screen, edge)
        better = large > best
        best[better] = large[better]
        chosen[better] = number
    chosen[covered < 0.5] = 0
    return chosen


def enlarge(screen: Field, edge: int) -> Field:
    """Resample a periodic field (H, W) to (edge, edge) by cubic interpolation and a light smoothing."""
    height, width = screen.shape
    wrapped = np.pad(screen, _MARGIN, mode="wrap")
    factor = edge / width
    size = (round((width + 2 * _MARGIN) * factor), round((height + 2 * _MARGIN) * factor))
    large = cv2.resize(wrapped, size, interpolation=cv2.INTER_CUBIC)
    smooth = cv2.GaussianBlur(large, (0, 0), max(0.3, _SOFTNESS * factor))
    start = round(_MARGIN * factor)
    return np.ascontiguousarray(smooth[start : start + edge, start : start + edge], dtype=np.float32)
