"""Predict the suspect from the drawn tile: the same artwork, recoloured and blurred in an unknown way.

Within a few pixels any recolouring is close to affine in the drawn colour, so the suspect is regressed on
the drawn tile around every pixel (colour guided filter, He et al. 2010, on the torus). That follows light,
print and colourways, monotone or not, and it cannot follow the mark, which moves edges to and fro.
"""

from __future__ import annotations

import cv2
import numpy as np

from watermark.pictures import Plane, blur_torus, wrap

_WINDOW = 5
_RIDGE = 4.0
_BLOCK = 4
BLURS = (0.0, 0.6, 1.0, 1.5, 2.2, 3.0)


def predicted(drawn: Plane, seen: Plane, mask: Plane, blurs: tuple[float, ...] = BLURS) -> Plane:
    """(S, S, 3) `seen` (luma, chroma, chroma) from `drawn`, blurred as it suits luma and chroma best."""
    best: list[tuple[float, Plane]] = [(np.inf, seen)] * 2
    for sigma in blurs:
        soft = blur_torus(drawn, sigma * drawn.shape[0] / 512) if sigma else drawn
        guess = local(soft, seen, mask)
        error = (np.abs(guess - seen) * mask[..., None]).sum((0, 1), dtype=np.float64)
        losses = (float(error[0]), float(error[1] + error[2]))
        if all(loss > kept for loss, (kept, _) in zip(losses, best, strict=True)):
            break
        best = [min(kept, (loss, guess), key=_loss) for loss, kept in zip(losses, best, strict=True)]
    return np.concatenate([best[0][1][..., :1], best[1][1][..., 1:]], axis=2)


def _loss(pair: tuple[float, Plane]) -> float:
    return pair[0]


def local(drawn: Plane, seen: Plane, mask: Plane) -> Plane:
    """(S, S, C) prediction of `seen` by regressing it on `drawn` around every pixel where `mask` is 1."""
    slope, offset = _solved(_moments(drawn, seen, mask))
    guess = _spread(offset, drawn.shape[:2])
    for a in range(3):
        guess += _spread(slope[..., a, :], drawn.shape[:2]) * drawn[..., a : a + 1]
    return guess


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
    return np.asarray(slope, np.float32), np.asarray(offset, np.float32)


def _mean(plane: Plane) -> Plane:
    """Mean over _WINDOW x _WINDOW blocks of _BLOCK px, around every block."""
    size = (round(plane.shape[1] / _BLOCK), round(plane.shape[0] / _BLOCK))
    blocks = np.asarray(cv2.resize(plane, size, interpolation=cv2.INTER_AREA), np.float32)
    margin = _WINDOW // 2 + 1
    blurred = cv2.blur(wrap(blocks, margin), (_WINDOW, _WINDOW))
    return np.asarray(blurred[margin:-margin, margin:-margin], np.float32)


def _spread(coarse: Plane, shape: tuple[int, ...]) -> Plane:
    """Coefficients of every block, smoothed, brought back to every pixel."""
    margin = _WINDOW // 2 + 1
    smooth = cv2.blur(wrap(coarse, margin), (_WINDOW, _WINDOW))
    down = (np.arange(shape[0], dtype=np.float32) + 0.5) * (coarse.shape[0] / shape[0]) - 0.5 + margin
    across = (np.arange(shape[1], dtype=np.float32) + 0.5) * (coarse.shape[1] / shape[1]) - 0.5 + margin
    columns, rows = np.meshgrid(across, down)
    wide = cv2.remap(smooth, columns.astype(np.float32), rows.astype(np.float32), cv2.INTER_LINEAR)
    return np.asarray(wide, np.float32)
