"""Stripes repeat in one direction only: take their period as the side of a square tile."""

from __future__ import annotations

import cv2
import numpy as np
from scipy.ndimage import map_coordinates

from watermark.lattice.basis import Basis
from watermark.lattice.correlation import Autocorrelation
from watermark.pictures import Pixels, blur, luma

_COHERENT = 0.9
_SHORTEST = 16.0


def striped(pixels: Pixels, art: Autocorrelation, most: int = 4) -> list[Basis]:
    """Square bases along the stripes of a picture, best first; empty if it is not striped."""
    normal = _normal(pixels)
    if normal is None:
        return []
    lengths = np.arange(_SHORTEST, 0.85 * min(pixels.shape[:2]), 0.5)
    across = lengths[:, None] * normal
    shifted = np.fft.fftshift(art.surface)
    origin = np.array([art.columns // 2, art.rows // 2])
    places = across + origin
    profile = map_coordinates(shifted, [places[:, 1], places[:, 0]], order=1)
    peaks = [
        k
        for k in range(3, len(profile) - 3)
        if profile[k] > 0.5 and profile[k] == profile[k - 3 : k + 4].max()
    ]
    best = max((profile[k] for k in peaks), default=0.0)
    periods = [lengths[k] for k in peaks if profile[k] > best - 0.06][:most]
    return [period * np.array([normal, [-normal[1], normal[0]]]) for period in periods]


def _normal(pixels: Pixels) -> Basis | None:
    """Unit normal (x, y) of the stripes by the structure tensor, or None."""
    light = blur(luma(pixels), 1.5)
    gx, gy = cv2.Sobel(light, cv2.CV_32F, 1, 0), cv2.Sobel(light, cv2.CV_32F, 0, 1)
    xx, xy, yy = float((gx * gx).mean()), float((gx * gy).mean()), float((gy * gy).mean())
    if np.hypot(xx - yy, 2 * xy) < _COHERENT * (xx + yy + 1e-9):
        return None
    angle = 0.5 * np.arctan2(2 * xy, xx - yy)
    return np.array([np.cos(angle), np.sin(angle)])
