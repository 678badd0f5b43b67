"""Take what is smooth out of the difference between suspect and drawn tile, and leave the mark's band.

What is left of the misalignment after registration is smooth: cloth, a lens, a scanner's drift. It is a sum
of torus waves of at most a few cycles per tile, well below the mark's band, with a prior that falls with the
square of the frequency, so that sparse artwork (a motif here and there, each of which moves as a whole) does
not let it follow the mark. The maximum a posteriori coefficients of the linearised model
residual = flow . slope + noise solve one small linear system per pass; passes go from blurred to sharp
(Lucas and Kanade 1981, with Fourier modes in place of windows).
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy import fft

from watermark.line import recolour
from watermark.line.slope import noise_levels, slopes
from watermark.pictures import Plane, blur_torus, wrap

# Of every pass: blur in px of 512, highest frequency in cycles per tile, whether to predict the suspect anew.
_PASSES = ((3.0, 2, True), (2.0, 3, False), (1.2, 4, True), (0.6, 4, False))
_PRIOR_PX = 2.0
_NOISE = 4.0
_EDGE_NOISE = 0.05
_REACH = 12
# Steps per px the flow is rounded to, so that the last bits of a linear solver never show.
_GRAIN = 4096.0

Flow = NDArray[np.float32]
Integers = NDArray[np.intp]


def settled(artwork: Plane, seen: Plane, mask: Plane) -> tuple[Plane, Plane]:
    """The suspect warped smoothly onto the drawn artwork, and the mask warped along."""
    unit = seen.shape[0] / 512.0
    flow = np.zeros((2, *seen.shape[:2]), np.float32)
    current, kept = seen, mask
    predicted = seen
    for sigma, highest, anew in _PASSES:
        if anew:
            predicted = recolour.local(artwork, current, kept)
        flow += _step(predicted, current, kept, sigma * unit, highest)
        current, kept = warped(seen, flow), np.asarray(warped(mask, flow) > 0.99, np.float32)
    return current, kept


def _step(predicted: Plane, seen: Plane, mask: Plane, sigma: float, highest: int) -> Flow:
    """(2, S, S) smooth displacement, down and right, of `seen` against `predicted`."""
    soft, soft_seen = blur_torus(predicted, sigma), blur_torus(seen, sigma)
    down, right = slopes(np.asarray((soft + soft_seen) * np.float32(0.5), np.float32))
    residual = soft_seen - soft
    steep = down**2 + right**2
    weight = mask[..., None] / (noise_levels(residual, steep, mask) + _EDGE_NOISE * steep) / _NOISE
    planes = [
        np.einsum("yxc,yxc,yxc->yx", weight, a, b)
        for a, b in ((down, down), (down, right), (right, right), (residual, down), (residual, right))
    ]
    return _solved(planes, highest)


def _solved(planes: list[Plane], highest: int) -> Flow:
    """The flow of the normal equations whose local terms are given: dd, dr, rr, residual d, residual r."""
    side = planes[0].shape[0]
    axis = np.arange(-highest, highest + 1)
    fy, fx = (f.ravel() for f in np.meshgrid(axis, axis, indexing="ij"))
    inside = fy**2 + fx**2 <= highest**2
    fy, fx = fy[inside], fx[inside]
    dd, dr, rr, rd, rs = (_Low(plane) for plane in planes)
    apart = (fy[:, None] - fy, fx[:, None] - fx)
    prior = (np.maximum(np.hypot(fy, fx), 0.7) ** 2 / _PRIOR_PX) ** 2
    across = dr.at(*apart)
    normal = np.block([[dd.at(*apart), across], [across, rr.at(*apart)]]) + np.diag(np.tile(prior, 2))
    wanted = np.concatenate([rd.at(fy, fx), rs.at(fy, fx)])
    grid = np.zeros((2, side, side), np.complex64)
    grid[:, fy % side, fx % side] = np.linalg.solve(normal, wanted).reshape(2, -1)
    flow = fft.ifft2(grid).real * (side * side * _GRAIN)
    return np.asarray(np.rint(flow) / _GRAIN, np.float32)


class _Low:
    """The spectrum of a real plane, to be looked up at any frequencies."""

    def __init__(self, plane: Plane) -> None:
        self._half = fft.rfft2(plane)

    def at(self, fy: Integers, fx: Integers) -> NDArray[np.complex64]:
        """Coefficients at integer frequencies, negative ones too."""
        mirrored = fx < 0
        found = self._half[np.where(mirrored, -fy, fy) % self._half.shape[0], np.abs(fx)]
        return np.asarray(np.where(mirrored, found.conj(), found), np.complex64)


def warped(picture: Plane, flow: Flow) -> Plane:
    """picture(x - flow(x)) on the torus: what stood displaced by `flow` comes back."""
    height, width = picture.shape[:2]
    columns, rows = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    away = np.float32(_REACH) - np.clip(flow, 3 - _REACH, _REACH - 3)
    method = cv2.INTER_CUBIC if picture.ndim == 3 else cv2.INTER_LINEAR
    return np.asarray(cv2.remap(wrap(picture, _REACH), columns + away[1], rows + away[0], method), np.float32)
