"""What is left of a suspect when its artwork, predicted from the tile as drawn, is taken away.

The prediction is local recolouring: around every pixel each channel of the suspect is a linear function of
the drawn tile's colours (the colour guided filter of He, Sun and Tang, PAMI 2013, on the torus and weighted
by what was seen), so a colourway, a shadow or a gradient map needs no model. Before that the drawn tile is
blurred as much as the suspect is. What remains holds noise, and the mark.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from forensics.fingerprints.shape import blur_cyclic
from forensics.placing.blocks import Plane
from watermark.pictures import over_channels

_RADIUS = 9
_STIFFNESS = 4.0
_BLURS = (0.0, 0.6, 0.9, 1.2, 1.6, 2.1, 2.8, 3.6)
_LOUDEST = 10.0
_FLOOR = 1.0
_INKS = 8
_LEAST_INK = 0.01
_LUMA = np.array([0.299, 0.587, 0.114], np.float32)

Stack = NDArray[np.float32]


@dataclass(frozen=True)
class Residual:
    """``planes`` (512, 512, 4): red, green, blue and luminance of the suspect without its artwork.

    ``weight`` (512, 512): how much of each pixel was seen, 0..1.
    """

    planes: Stack
    weight: Plane


def residual(drawn: NDArray[np.uint8], seen: Stack, weight: Plane) -> Residual:
    """The suspect laid on the tile, (512, 512, 3), less what the drawn tile (512, 512, 3) explains of it."""
    art = drawn.astype(np.float32)
    blur = softness(art, seen, weight)
    guide = blur_cyclic(art, blur) if blur else art
    channels = np.concatenate([seen, (seen @ _LUMA)[..., None]], axis=-1)
    seen_at = (weight > 0).astype(np.float32)
    left = channels - _recoloured(guide, channels, seen_at)
    share = np.minimum(weight, 4.0) / max(1e-6, min(4.0, float(weight.max())))
    return Residual(np.asarray(left * seen_at[..., None], np.float32), share.astype(np.float32))


def softness(drawn: Stack, seen: Stack, weight: Plane) -> float:
    """Sigma in tile px of the blur that makes the drawn tile's edges as wide as the suspect's."""
    target = _detail(_slopes(seen))
    inside = cv2.erode((weight > 0).astype(np.uint8), np.ones((7, 7), np.uint8)) > 0
    if not inside.any():
        return 0.0
    best, chosen = -1.0, 0.0
    for sigma in _BLURS:
        trial = _detail(_slopes(blur_cyclic(drawn, sigma) if sigma else drawn))
        a, b = trial[inside], target[inside]
        alike = float((a * b).sum() / np.sqrt((a * a).sum() * (b * b).sum() + 1e-9))
        if alike > best + 1e-3:
            best, chosen = alike, sigma
    return chosen


def _slopes(tile: Stack) -> Plane:
    across, down = np.roll(tile, -1, 1) - np.roll(tile, 1, 1), np.roll(tile, -1, 0) - np.roll(tile, 1, 0)
    return np.asarray(np.sqrt(over_channels(across**2 + down**2)), np.float32)


def _detail(plane: Plane) -> Plane:
    return plane - blur_cyclic(plane, 6.0)


def _box(values: Stack) -> Stack:
    side = 2 * _RADIUS + 1
    pad = _RADIUS + 1
    wrapped = cv2.copyMakeBorder(values, pad, pad, pad, pad, cv2.BORDER_WRAP)
    return np.asarray(cv2.blur(wrapped, (side, side))[pad:-pad, pad:-pad], np.float32)


def _boxes(values: Stack) -> Stack:
    """``_box`` of any number of planes (512, 512, n)."""
    return np.stack([_box(np.ascontiguousarray(values[..., k])) for k in range(values.shape[-1])], axis=-1)


def _recoloured(guide: Stack, channels: Stack, seen: Plane) -> Stack:
    """Local linear prediction of each channel (512, 512, n) from the guide (512, 512, 3)."""
    count = (_box(seen) + np.float32(1e-6))[..., None]
    weighted = guide * seen[..., None]
    mean = _boxes(weighted) / count
    inverse = _inverse_covariance(guide, weighted, mean, count)
    target = channels * seen[..., None]
    target_mean = _boxes(target) / count
    predicted = np.empty_like(channels)
    for k in range(channels.shape[-1]):
        joint = _boxes(guide * target[..., k : k + 1]) / count - mean * target_mean[..., k : k + 1]
        slope = np.stack([over_channels(inverse[c] * joint) for c in range(3)], axis=-1)
        offset = target_mean[..., k] - over_channels(slope * mean)
        smooth = _boxes(np.concatenate([slope, offset[..., None]], axis=-1) * seen[..., None]) / count
        predicted[..., k] = over_channels(smooth[..., :3] * guide) + smooth[..., 3]
    return predicted


def _inverse_covariance(guide: Stack, weighted: Stack, mean: Stack, count: Stack) -> list[Stack]:
    """Rows of the inverse of the guide's local covariance, each (512, 512, 3), by cofactors."""
    pairs = ((0, 0), (0, 1), (0, 2), (1, 1), (1, 2), (2, 2))
    products = np.stack([weighted[..., a] * guide[..., b] for a, b in pairs], axis=-1)
    centred = np.stack([mean[..., a] * mean[..., b] for a, b in pairs], axis=-1)
    spread = _boxes(products) / count - centred
    xx, xy, xz, yy, yz, zz = (spread[..., k] for k in range(6))
    xx, yy, zz = xx + _STIFFNESS, yy + _STIFFNESS, zz + _STIFFNESS
    a, b, c = yy * zz - yz * yz, xz * yz - xy * zz, xy * yz - xz * yy
    d, e, f = xx * zz - xz * xz, xy * xz - xx * yz, xx * yy - xy * xy
    scale = 1.0 / (xx * a + xy * b + xz * c)
    rows = ((a, b, c), (b, d, e), (c, e, f))
    return [np.stack([value * scale for value in row], axis=-1).astype(np.float32) for row in rows]


def even(plane: Plane, weight: Plane) -> Plane:
    """The plane without outliers and slow drift, of even loudness, as loud as much was seen."""
    clipped = np.clip(plane, -_LOUDEST, _LOUDEST)
    fine = clipped - blur_cyclic(clipped, 7.0)
    loudness = np.sqrt(np.maximum(blur_cyclic(fine * fine, 5.0), 0.0)) + np.float32(_FLOOR)
    return np.asarray(fine / loudness * np.sqrt(weight), np.float32)


def inks(drawn: NDArray[np.uint8]) -> list[Plane]:
    """Masks (512, 512) of at most 8 colours of the drawn tile: a recolouring may turn each another way."""
    smooth = blur_cyclic(drawn.astype(np.float32), 0.8).reshape(-1, 3)
    sample = smooth[:: max(1, len(smooth) // 8192)]
    centres = _means(sample)
    label = ((smooth**2).sum(1)[:, None] - 2 * smooth @ centres.T + (centres**2).sum(1)).argmin(1)
    masks = [(label == k).reshape(drawn.shape[:2]).astype(np.float32) for k in range(len(centres))]
    return [mask for mask in masks if mask.mean() > _LEAST_INK]


def _means(sample: NDArray[np.float32]) -> NDArray[np.float32]:
    """k-means without chance: seeds are the farthest points in turn, 15 rounds of Lloyd."""
    centres = [sample.mean(0)]
    for _ in range(_INKS):
        away = np.min([((sample - c) ** 2).sum(1) for c in centres], axis=0)
        centres.append(sample[int(away.argmax())])
    means = np.array(centres[1:], np.float32)
    for _ in range(15):
        label = ((sample[:, None] - means) ** 2).sum(2).argmin(1)
        for k in range(len(means)):
            if (label == k).any():
                means[k] = sample[label == k].mean(0)
    return np.unique(means, axis=0)
