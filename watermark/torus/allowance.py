"""How loud the mark may be at each place of a tile: where the eye does not look, it may be louder.

Activity is the local contrast against the ground. It is eroded over a neighbourhood before it counts, so that
a lone edge between two flat inks does not raise the amplitude beside it, where the mark would ring visibly on
the flat side. Amplitudes are root mean squares in grey levels of 0..255.
"""

from __future__ import annotations

import cv2
import numpy as np

from watermark.pictures import Picture, Plane, blur_torus, wrap

FLAT = 1.1
PER_ACTIVITY = 0.20
LOUDEST = 5.0
_MAP_SIDE = 512


def allowance(tile: Picture) -> Plane:
    """Amplitude the tile can hide, float32, on a map of the tile's shape whose shorter side is <= 512 px."""
    small = _reduced(tile)
    unit = min(small.shape[:2]) / 512.0
    reach = 2 * int(7 * unit) + 1
    activity = _eroded(_activity(small, unit), reach)
    amplitude = FLAT + PER_ACTIVITY * blur_torus(activity, 4 * unit)
    return np.asarray(np.clip(amplitude, FLAT, LOUDEST), np.float32)


def _reduced(tile: Picture) -> Plane:
    height, width = tile.shape[:2]
    shrink = min(1.0, _MAP_SIDE / min(height, width))
    size = (round(width * shrink), round(height * shrink))
    return np.asarray(cv2.resize(tile, size, interpolation=cv2.INTER_AREA), np.float32)


def _activity(tile: Plane, unit: float) -> Plane:
    """Mean contrast around each place; the mean of square roots, so that few strong edges count less."""
    contrast = np.abs(tile - blur_torus(tile, 3 * unit)).max(axis=2)
    return np.asarray(blur_torus(np.sqrt(contrast), 3 * unit) ** 2, np.float32)


def _eroded(plane: Plane, reach: int) -> Plane:
    least = cv2.erode(wrap(plane, reach), np.ones((reach, reach), np.uint8))
    return np.asarray(least[reach:-reach, reach:-reach], np.float32)
