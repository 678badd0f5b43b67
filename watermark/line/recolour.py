"""Predict the suspect from the drawn tile: the same artwork, recoloured in an unknown way.

Two predictions, because there are two ways to recolour. `local`: within a few pixels any recolouring is
affine in the drawn colour (colour guided filter, He et al. 2010, on the torus), which follows light, print
and smooth colourways. `table`: the mean of what each drawn colour became, over the whole tile, which knows
where a palette's thresholds lie and on which side of them every edge pixel falls.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from watermark.pictures import Plane, wrap

_RADIUS = 9
_RIDGE = 4.0
_EVERY = 4
_BIN = 8


def local(drawn: Plane, seen: Plane, mask: Plane) -> Plane:
    """(S, S, 3) prediction of `seen` by regressing it on `drawn` around every pixel where `mask` is 1."""
    slope, offset = _solved(_moments(drawn, seen, mask))
    predicted = _spread(offset, drawn.shape[:2])
    for a in range(3):
        predicted += _spread(slope[..., a, :], drawn.shape[:2]) * drawn[..., a : a + 1]
    return predicted


def table(drawn: Plane, seen: Plane, mask: Plane) -> tuple[Plane, NDArray[np.intp]]:
    """What each bin of drawn colours became, (bins, 3), and the (S, S) bin of every pixel."""
    side = 256 // _BIN
    bins = bin_of(drawn)
    flat, chosen = bins.ravel(), mask.ravel()
    count = np.bincount(flat, chosen, side**3) + 1e-6
    sums = [np.bincount(flat, chosen * seen[..., c].ravel(), side**3) for c in range(3)]
    return np.asarray(np.stack(sums, -1) / count[:, None], np.float32), bins


def bin_of(drawn: Plane) -> NDArray[np.intp]:
    """(S, S) index of the colour bin of every pixel."""
    side = 256 // _BIN
    level = np.clip(drawn / _BIN, 0, side - 1).astype(np.intp)
    return (level[..., 0] * side + level[..., 1]) * side + level[..., 2]


def _moments(drawn: Plane, seen: Plane, mask: Plane) -> tuple[Plane, Plane, Plane, Plane]:
    """Local means of guide and target, covariance of the guide, covariance of guide with target."""
    share = _mean(mask) + np.float32(1e-6)
    guide, target = drawn * mask[..., None], seen * mask[..., None]
    guide_mean, target_mean = _mean(guide) / share[..., None], _mean(target) / share[..., None]
    square = np.stack([_mean(guide * drawn[..., a : a + 1]) for a in range(3)], -2) / share[..., None, None]
    cross = np.stack([_mean(target * drawn[..., a : a + 1]) for a in range(3)], -2) / share[..., None, None]
    square -= guide_mean[..., :, None] * guide_mean[..., None, :]
    cross -= guide_mean[..., :, None] * target_mean[..., None, :]
    return guide_mean, target_mean, square, cross


def _solved(moments: tuple[Plane, Plane, Plane, Plane]) -> tuple[Plane, Plane]:
    guide_mean, target_mean, square, cross = moments
    slope = np.linalg.solve(square + np.float32(_RIDGE) * np.eye(3, dtype=np.float32), cross)
    offset = target_mean - np.einsum("yxa,yxac->yxc", guide_mean, slope)
    return slope, np.asarray(offset, np.float32)


def _mean(plane: Plane) -> Plane:
    """Mean over the window around every _EVERY-th pixel."""
    blurred = cv2.blur(wrap(plane, _RADIUS), (2 * _RADIUS + 1, 2 * _RADIUS + 1))
    return np.asarray(blurred[_RADIUS:-_RADIUS:_EVERY, _RADIUS:-_RADIUS:_EVERY], np.float32)


def _spread(coarse: Plane, shape: tuple[int, ...]) -> Plane:
    """Coefficients at every _EVERY-th pixel, smoothed, brought back to every pixel."""
    smooth = cv2.blur(wrap(coarse, 3), (5, 5))
    down = np.arange(shape[0], dtype=np.float32) / _EVERY + 3
    across = np.arange(shape[1], dtype=np.float32) / _EVERY + 3
    columns, rows = np.meshgrid(across, down)
    return np.asarray(cv2.remap(smooth, columns, rows, cv2.INTER_LINEAR), np.float32)
