"""How far a marked picture is from its original."""

from __future__ import annotations

import math

import cv2
import numpy as np

from watermark.pictures import Pixels, Plane, luma

_WINDOW, _SIGMA = (11, 11), 1.5
_LIGHT, _CONTRAST = (0.01 * 255) ** 2, (0.03 * 255) ** 2
_STRIP = 1024


def psnr(original: Pixels, marked: Pixels) -> float:
    """Peak signal-to-noise ratio in dB over all channels; infinite for equal pictures."""
    error = float(np.mean((original.astype(np.float32) - marked.astype(np.float32)) ** 2, dtype=np.float64))
    if error == 0:
        return float("inf")
    return float(10 * math.log10(255**2 / error))


def ssim(original: Pixels, marked: Pixels) -> float:
    """Mean structural similarity of luma: Wang et al. (2004), Gaussian window 11x11, sigma 1.5."""
    total = 0.0
    for top in range(0, original.shape[0], _STRIP):
        rows = slice(max(0, top - 5), top + _STRIP + 5)
        similarity = _similarity(luma(original[rows]), luma(marked[rows]))
        inner = similarity[top - rows.start :][: min(_STRIP, original.shape[0] - top)]
        total += float(inner.sum(dtype=np.float64))
    height, width = original.shape[:2]
    return total / float(height * width)


def _similarity(one: Plane, other: Plane) -> Plane:
    def mean(plane: Plane) -> Plane:
        return np.asarray(cv2.GaussianBlur(plane, _WINDOW, _SIGMA), np.float32)

    mean_one, mean_other = mean(one), mean(other)
    spread_one, spread_other = mean(one * one) - mean_one**2, mean(other * other) - mean_other**2
    together = mean(one * other) - mean_one * mean_other
    light: Plane = (2 * mean_one * mean_other + _LIGHT) / (mean_one**2 + mean_other**2 + _LIGHT)
    contrast = (2 * together + _CONTRAST) / (spread_one + spread_other + _CONTRAST)
    return np.asarray(light * contrast, np.float32)
