"""Slopes of torus pictures, and how noisy their edges are."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from watermark.pictures import Plane

_EDGE = 100.0
_QUIETEST, _LOUDEST = 20.0, 4000.0


def slopes(picture: Plane) -> tuple[Plane, Plane]:
    """Central differences of a torus picture, down and right."""
    down = np.roll(picture, -1, 0) - np.roll(picture, 1, 0)
    right = np.roll(picture, -1, 1) - np.roll(picture, 1, 1)
    half = np.float32(0.5)
    return np.asarray(down * half, np.float32), np.asarray(right * half, np.float32)


def noise_levels(residual: Plane, steep: Plane, mask: Plane) -> NDArray[np.float32]:
    """(channels,) mean square of the residual where the slope's square `steep` says edge."""
    levels = []
    for c in range(residual.shape[2]):
        edge = (steep[..., c] > _EDGE) & (mask > 0)
        square = residual[..., c][edge] ** 2
        levels.append(float(np.clip(square.mean(), _QUIETEST, _LOUDEST)) if square.size else _LOUDEST)
    return np.array(levels, np.float32)
