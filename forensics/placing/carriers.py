"""The pattern that every mark of a key shares, looked for in a window of a suspect without its stripes.

The synchronisation frequencies up to 64 cycles a tile are taken: finer ones tell a place more exactly, but
are lost where the window is laid a little too long or aslant.
"""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy import fft

from forensics.placing.blocks import SIDE, Plane
from forensics.placing.known import ORIENTATIONS
from forensics.placing.unfold import Matrix

GRID = 256
UNIT = SIDE // GRID
_HALF = 64
_OUTER = 64
_CLIP = 8.0
_LONG = 16.0
_AROUND = 9
_STRONGEST = 1.5
_LUMA = np.array([0.299, 0.587, 0.114], np.float32)
_TAPER = np.sqrt(np.outer(np.hanning(2 * _HALF + 2), np.hanning(2 * _HALF + 2)))[1:-1, 1:-1].astype(
    np.float32
)

Pixels = NDArray[np.uint8]
Vector = NDArray[np.float64]
Half = NDArray[np.complex64]


class Carrier:
    """The synchronisation pattern of one key in one orientation.

    ``allowed`` (256, 256): the shifts, in units of 2 tile px, that leave the artwork as it is.
    """

    def __init__(self, band: Any, orientation: int, allowed: NDArray[np.bool_]) -> None:
        use = band.sync & (band.radius <= _OUTER)
        values = band.phases[use] / band.radius[use]
        spectrum = np.zeros((GRID, GRID), np.complex64)
        spectrum[band.fy[use] % GRID, band.fx[use] % GRID] = values
        spectrum[-band.fy[use] % GRID, -band.fx[use] % GRID] = values.conj()
        (a, b), (c, d) = ORIENTATIONS[orientation]
        y, x = np.mgrid[0:GRID, 0:GRID]
        turned = (a * y + b * x) % GRID, (c * y + d * x) % GRID
        near = cv2.dilate(allowed.astype(np.uint8), np.ones((3, 3), np.uint8))[::UNIT, ::UNIT]
        self.allowed = np.asarray(near, np.uint8)[turned] > 0
        self._spectrum = fft.rfft2(fft.ifft2(spectrum).real.astype(np.float32)[turned]).conj()

    def surface(self, seen: Half) -> Plane:
        """Size of the correlation with a window at every shift (y, x), in its standard deviations.

        Of either sign: the suspect may be a negative.
        """
        found = fft.irfft2(seen * self._spectrum, (GRID, GRID))
        return np.asarray(np.abs(found) / (found.std() + 1e-12), np.float32)


def window(pixels: Pixels, centre: Vector, matrix: Matrix, place: Vector, direction: Vector) -> Half:
    """Half spectrum of the suspect around ``centre`` (x, y), laid on the tile at ``place``, tile px.

    ``matrix`` (2, 2): tile px to suspect px there. ``direction``: unit vector in the tile across its stripes.
    """
    linear = UNIT * matrix
    whole = np.rint(place / UNIT)
    middle = centre - linear @ (place / UNIT - whole + _HALF)
    placed = np.hstack([linear, middle[:, None]])
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    patch = cv2.warpAffine(
        pixels, placed, (2 * _HALF, 2 * _HALF), flags=flags, borderMode=cv2.BORDER_REPLICATE
    )
    canvas = np.zeros((GRID, GRID), np.float32)
    across, down = (np.arange(2 * _HALF) + int(start) - _HALF for start in whole)
    left = _without_stripes(np.asarray(patch @ _LUMA, np.float32), direction)
    canvas[np.ix_(down % GRID, across % GRID)] = left * _TAPER
    return _whitened(fft.rfft2(canvas))


def _whitened(values: Half) -> Half:
    magnitude = np.abs(values)
    around = cv2.blur(magnitude, (_AROUND, _AROUND)) + np.float32(1e-6)
    limited = np.minimum(magnitude / around, _STRONGEST)
    return np.asarray(values / (magnitude + 1e-9) * limited, np.complex64)


def _without_stripes(light: Plane, direction: Vector) -> Plane:
    """Less its mean along the stripes, of even loudness."""
    stripes = cv2.filter2D(light, -1, _line(-direction[1], direction[0]), borderType=cv2.BORDER_REFLECT)
    left = np.clip(light - stripes, -_CLIP, _CLIP)
    loudness = np.sqrt(np.maximum(cv2.GaussianBlur(left * left, (0, 0), 4.0), 0.0)) + np.float32(1.0)
    return np.asarray(left / loudness, np.float32)


def _line(x: float, y: float) -> Plane:
    """A Gaussian along a unit vector, (33, 33), summing to one."""
    rows, columns = np.mgrid[-16:17, -16:17]
    along, off = columns * x + rows * y, columns * y - rows * x
    kernel = np.exp(-((along * UNIT / _LONG) ** 2) / 2) * np.maximum(1 - np.abs(off), 0)
    return np.asarray(kernel / kernel.sum(), np.float32)
