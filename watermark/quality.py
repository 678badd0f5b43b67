"""How far a marked picture is from its original."""

from __future__ import annotations

import math
from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray

from watermark.pictures import Plane, luma, strips

_WINDOW, _SIGMA, _REACH = (11, 11), 1.5, 5
_LIGHT, _CONTRAST = (0.01 * 255) ** 2, (0.03 * 255) ** 2

Samples = NDArray[np.uint8] | NDArray[np.float32]


def psnr(original: Samples, marked: Samples) -> float:
    """Peak signal-to-noise ratio in dB over all channels of 0..255; infinite for equal pictures."""
    total = 0.0
    for rows in strips(original.shape[0]):
        difference = original[rows].astype(np.float32) - marked[rows].astype(np.float32)
        total += float(np.square(difference).sum(dtype=np.float64))
    return float(10 * math.log10(255**2 * original.size / total)) if total else float("inf")


def ssim(original: Samples, marked: Samples) -> float:
    """Mean structural similarity of luma: Wang et al. (2004), Gaussian window 11x11, sigma 1.5."""
    shape = (original.shape[0], original.shape[1])
    return mean_similarity(shape, lambda rows: luma(original[rows]), lambda rows: luma(marked[rows]))


def mean_similarity(
    shape: tuple[int, int], original: Callable[[slice], Plane], marked: Callable[[slice], Plane]
) -> float:
    """SSIM of two luma planes of `shape`, given as functions from rows to (n, width) float32."""
    total = 0.0
    for rows in strips(shape[0]):
        wider = slice(max(0, rows.start - _REACH), min(shape[0], rows.stop + _REACH))
        similarity = _similarity(original(wider), marked(wider))
        inner = similarity[rows.start - wider.start :][: rows.stop - rows.start]
        total += float(inner.sum(dtype=np.float64))
    return total / float(shape[0] * shape[1])


def _similarity(one: Plane, other: Plane) -> Plane:
    def mean(plane: Plane) -> Plane:
        return np.asarray(cv2.GaussianBlur(plane, _WINDOW, _SIGMA), np.float32)

    mean_one, mean_other = mean(one), mean(other)
    spread_one, spread_other = mean(one * one) - mean_one**2, mean(other * other) - mean_other**2
    together = mean(one * other) - mean_one * mean_other
    light: Plane = (2 * mean_one * mean_other + _LIGHT) / (mean_one**2 + mean_other**2 + _LIGHT)
    contrast = (2 * together + _CONTRAST) / (spread_one + spread_other + _CONTRAST)
    return np.asarray(light * contrast, np.float32)
