"""Add the mark where the eye does not look: amplitude follows the local activity of the tile.

Flat inks get FLAT grey levels (root mean square), busy areas more. The activity map is eroded, so that a lone
edge between two flat inks does not raise the amplitude beside it and ring. Whatever the map says, the whole
tile keeps a PSNR of AIMED_PSNR dB and a structural similarity of AIMED_SSIM; a strengthened mark may go down
to the WORST values, never below.
"""

from __future__ import annotations

import cv2
import numpy as np

from watermark.pictures import Pixels, Plane, blur_torus, wrap
from watermark.quality import ssim
from watermark.torus.band import KeyedBand

FLAT = 1.1
PER_ACTIVITY = 0.20
LOUDEST = 5.0
AIMED_PSNR, WORST_PSNR = 42.0, 40.2
AIMED_SSIM, WORST_SSIM = 0.9865, 0.9855
_MAP_SIDE = 512


def allowance(pixels: Pixels) -> Plane:
    """(H, W) float32 amplitude in grey levels (root mean square) the tile can hide."""
    height, width = pixels.shape[:2]
    shrink = min(1.0, _MAP_SIDE / min(height, width))
    size = (round(width * shrink), round(height * shrink))
    small = np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.float32)
    unit = min(size) / 512.0
    detail = np.abs(small - blur_torus(small, 3 * unit)).max(axis=2)
    activity = blur_torus(np.sqrt(detail), 3 * unit) ** 2
    reach = 2 * int(7 * unit) + 1
    eroded = cv2.erode(wrap(activity, reach), np.ones((reach, reach), np.uint8))
    activity = blur_torus(np.asarray(eroded[reach:-reach, reach:-reach], np.float32), 4 * unit)
    amplitude = np.clip(FLAT + PER_ACTIVITY * activity, FLAT, LOUDEST)
    return np.asarray(cv2.resize(amplitude, (width, height), interpolation=cv2.INTER_LINEAR), np.float32)


def add_mark(pixels: Pixels, band: KeyedBand, mark_id: int, strength: float) -> Pixels:
    """A marked copy. `strength` scales the amplitude, down to the quality WORST_* at most."""
    height, width = pixels.shape[:2]
    signal = allowance(pixels) * band.pattern(height, width, mark_id) * np.float32(strength)
    loudest = max(WORST_PSNR, AIMED_PSNR - 20 * float(np.log10(strength)))
    loudness = float(np.sqrt(np.mean(signal**2)))
    signal *= np.float32(min(1.0, 255 * 10 ** (-loudest / 20) / loudness))
    marked = _added(pixels, signal)
    loss, allowed = 1 - ssim(pixels, marked), min(1 - WORST_SSIM, (1 - AIMED_SSIM) * strength**2)
    if loss <= allowed:
        return marked
    return _added(pixels, signal * np.float32(np.sqrt(allowed / loss)))


def _added(pixels: Pixels, signal: Plane) -> Pixels:
    return np.asarray(np.clip(np.rint(pixels + signal[..., None]), 0, 255), np.uint8)
