"""Two pictures of a suspect in which its repeat shows: the artwork, and what is left without the artwork.

Artwork often repeats more finely than its tile (dots, checks). What is left holds the paper, the sensor, and
any mark; a mark repeats exactly once per tile, so the residual tells tile periods from motif periods.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from watermark.pictures import Pixels, Plane, blur, luma


def artwork(pixels: Pixels) -> NDArray[np.complex64]:
    """(H, W) complex: band-passed luminance + i * (red - blue), evened out so that no motif dominates."""
    colours = pixels.astype(np.float32)
    light = _bandpass(luma(pixels))
    warmth = _bandpass(np.asarray(colours[..., 0] - colours[..., 2], np.float32))
    loudness = np.sqrt(blur(light**2 + warmth**2, 12)) + 2.0
    return np.asarray((light + 1j * warmth) / loudness, np.complex64)


def grain(pixels: Pixels) -> Plane:
    """(H, W) luminance minus its edge-preserving smoothing, evened out."""
    smooth = cv2.bilateralFilter(pixels.astype(np.float32), 9, 14.0, 3.0)
    detail = np.clip(luma(pixels) - luma(np.asarray(smooth, np.float32)), -8, 8)
    detail = detail - blur(detail, 5)
    return np.asarray(detail / (np.sqrt(np.maximum(blur(detail**2, 6), 0)) + 0.8), np.float32)


def _bandpass(plane: Plane) -> Plane:
    fine = blur(plane, 0.8)
    return fine - blur(fine, 8)
