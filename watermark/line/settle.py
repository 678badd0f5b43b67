"""Take what is smooth out of the difference between suspect and drawn tile, and leave the mark's band.

Whatever is not the mark moves edges smoothly: residual misalignment, cloth, a press that spreads its ink. It
is found by local least squares of the residual on what such an error looks like and taken out by warping the
suspect, a few times; the window (SMOOTH px of 512) is too wide to follow the mark's slowest waves.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from watermark.line import recolour
from watermark.line.warp import slopes
from watermark.pictures import Plane, blur_torus, wrap

_PASSES = ((40.0, 3.0), (24.0, 1.5), (24.0, 1.0))
_RIDGE = 0.02
_MARGIN = 8


def settled(artwork: Plane, seen: Plane, mask: Plane) -> tuple[Plane, Plane]:
    """The suspect, warped smoothly onto the drawn artwork, and the mask warped along."""
    flow = np.zeros((2, *seen.shape[:2]), np.float32)
    current, kept = seen, mask
    for sigma, most in _PASSES:
        predicted = recolour.local(artwork, current, kept)
        step = _smooth_shift(predicted, current, kept, sigma)
        flow += np.clip(step, -most, most)
        current, kept = _warped(seen, flow), (_warped(mask, flow) > 0.99).astype(np.float32)
    return current, kept


def _smooth_shift(predicted: Plane, seen: Plane, mask: Plane, sigma: float) -> NDArray[np.float32]:
    """(2, S, S) displacement (down, right): local least squares of the residual on the slopes."""
    down, right = slopes(blur_torus(predicted, 1.0))
    residual = (seen - predicted) * mask[..., None]
    bound = 3 * float(np.sqrt(np.mean(residual**2))) + 1.0
    residual = np.clip(residual, -bound, bound)
    a, b, c = (
        blur_torus((p * q * mask[..., None]).sum(2), sigma)
        for p, q in ((down, down), (down, right), (right, right))
    )
    p, q = (blur_torus((residual * s).sum(2), sigma) for s in (down, right))
    ridge = _RIDGE * float((a + c).mean()) + 1e-3
    a, c = a + ridge, c + ridge
    determinant = a * c - b * b
    return np.stack([(c * p - b * q) / determinant, (a * q - b * p) / determinant])


def _warped(picture: Plane, flow: NDArray[np.float32]) -> Plane:
    """picture(x - flow(x)): what stood displaced by `flow` comes back."""
    height, width = picture.shape[:2]
    columns, rows = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    limit = float(_MARGIN - 3)
    back = np.clip(flow, -limit, limit)
    method = cv2.INTER_CUBIC if picture.ndim == 3 else cv2.INTER_LINEAR
    wrapped = wrap(picture, _MARGIN)
    return np.asarray(
        cv2.remap(wrapped, columns - back[1] + _MARGIN, rows - back[0] + _MARGIN, method), np.float32
    )
