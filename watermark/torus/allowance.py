"""How loud the mark may be at each place of a tile: where the eye does not look, it may be louder.

Only fine texture hides a mark that is coarser than a few pixels. Activity is therefore contrast on the scale
of FINE px, and it is eroded over REACH px before it counts: where a flat patch of ink is that near, be it a
narrow stripe between two edges, the mark stays as quiet as on open ground, else it would mottle the ink or
ring beside the line. Amplitudes are root mean squares in grey levels of 0..255, lengths px of a tile whose
shorter side is 512 px.
"""

from __future__ import annotations

import cv2
import numpy as np

from watermark.pictures import Picture, Plane, blur_torus, wrap

FLAT = 1.1
PER_ACTIVITY = 0.3
LOUDEST = 4.0
FINE, REACH, SMOOTH = 1.5, 7, 4.0
_MAP_SIDE = 512


def allowance(tile: Picture) -> Plane:
    """Amplitude the tile can hide, float32, on a map of the tile's shape whose shorter side is <= 512 px."""
    small = _reduced(tile)
    unit = min(small.shape[:2]) / 512.0
    activity = _eroded(_activity(small, FINE * unit), 2 * int(REACH * unit) + 1)
    amplitude = FLAT + PER_ACTIVITY * blur_torus(activity, SMOOTH * unit)
    return np.asarray(np.clip(amplitude, FLAT, LOUDEST), np.float32)


def _reduced(tile: Picture) -> Plane:
    height, width = tile.shape[:2]
    shrink = min(1.0, _MAP_SIDE / min(height, width))
    size = (round(width * shrink), round(height * shrink))
    return np.asarray(cv2.resize(tile, size, interpolation=cv2.INTER_AREA), np.float32)


def _activity(tile: Plane, fine: float) -> Plane:
    """Mean contrast around each place; the mean of square roots, so that few strong edges count less."""
    contrast = np.abs(tile - blur_torus(tile, fine)).max(axis=2)
    return np.asarray(blur_torus(np.sqrt(contrast), fine) ** 2, np.float32)


def _eroded(plane: Plane, reach: int) -> Plane:
    least = cv2.erode(wrap(plane, reach), np.ones((reach, reach), np.uint8))
    return np.asarray(least[reach:-reach, reach:-reach], np.float32)
