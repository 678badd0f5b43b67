"""The spectrum of a picture at any frequency, not only at those of its own transform.

Folding a picture by a repeat and transforming the fold is the same as sampling the picture's own spectrum at
the reciprocal lattice, only dearer: one transform of the picture serves every repeat one cares to try. This
is the non-uniform transform by interpolation (Fessler and Sutton, "Nonuniform fast Fourier transforms using
min-max interpolation", 2003), with OpenCV's Lanczos kernel: the plane is divided by the kernel's transform,
padded, transformed and interpolated. Relative error 2 % at OVERSAMPLING 1.5, well below the noise of a mark.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy import fft

from watermark.pictures import Plane

Reals = NDArray[np.float64]
Complexes = NDArray[np.complex64]

OVERSAMPLING = 1.5
_MARGIN = 8
_LOBES = 4


class PlaneSpectrum:
    """Fourier transform of a real plane (H, W), its origin the pixel (H // 2, W // 2)."""

    def __init__(self, plane: Plane) -> None:
        height, width = plane.shape
        self.shape = height, width
        rows, columns = (fft.next_fast_len(int(side * OVERSAMPLING), real=True) for side in plane.shape)
        half = fft.rfft2(_centred(_sharpened(plane, rows, columns), rows, columns))
        mirror = half[-np.arange(rows) % rows, _MARGIN:0:-1].conj()
        both = np.ascontiguousarray(np.concatenate([mirror, half], axis=1), np.complex64)
        self._rows, self._columns = rows, columns
        self._table = both.view(np.float32).reshape(rows, -1, 2)

    def at(self, fy: Reals, fx: Reals) -> Complexes:
        """Values at frequencies in cycles per pixel, arrays of one shape; frequencies within -0.48..0.48."""
        turned = fx < 0
        sign = np.where(turned, -1.0, 1.0)
        y = np.asarray((fy * sign % 1.0) * self._rows, np.float32)
        x = np.asarray(fx * sign * self._columns + _MARGIN, np.float32)
        flat = (y.reshape(len(y), -1), x.reshape(len(x), -1))
        seen = cv2.remap(self._table, flat[1], flat[0], cv2.INTER_LANCZOS4, borderMode=cv2.BORDER_WRAP)
        values = np.ascontiguousarray(seen).view(np.complex64).reshape(fx.shape)
        return np.where(turned, values.conj(), values)


def _sharpened(plane: Plane, rows: int, columns: int) -> Plane:
    """The plane divided by the transform of the interpolation kernel."""
    down = _kernel_transform((np.arange(plane.shape[0]) - plane.shape[0] // 2) / rows)
    across = _kernel_transform((np.arange(plane.shape[1]) - plane.shape[1] // 2) / columns)
    return np.asarray(plane / down[:, None] / across, np.float32)


def _kernel_transform(places: Reals) -> Plane:
    """Transform of the Lanczos kernel of four lobes, at `places` in cycles per sample."""
    steps = np.arange(-_LOBES, _LOBES, 1 / 32)
    kernel = np.sinc(steps) * np.sinc(steps / _LOBES)
    grid = np.linspace(-0.5, 0.5, 257)
    transform = np.cos(2 * np.pi * np.outer(grid, steps)) @ kernel / 32
    return np.asarray(np.interp(places, grid, transform), np.float32)


def _centred(plane: Plane, rows: int, columns: int) -> Plane:
    """Padded with zeros to (rows, columns), the middle pixel at (0, 0)."""
    padded = np.zeros((rows, columns), np.float32)
    up, left = plane.shape[0] // 2, plane.shape[1] // 2
    down, right = plane.shape[0] - up, plane.shape[1] - left
    padded[:down, :right] = plane[up:, left:]
    padded[rows - up :, :right] = plane[:up, left:]
    padded[:down, columns - left :] = plane[up:, :left]
    padded[rows - up :, columns - left :] = plane[:up, :left]
    return padded
