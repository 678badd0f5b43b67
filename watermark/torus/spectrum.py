"""From pixels to the whitened spectrum the mark is looked for in.

Two ways lead there. `spectrum(residual(tile))` takes a folded tile, for those who have one.
`lattice_spectrum` takes the suspect itself: its artwork is removed once, its transform is sampled at the
reciprocal lattice of any repeat, so that a hypothesis costs milliseconds. Both give the same array.
"""

from __future__ import annotations

from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy import fft

from watermark.lattice.fourier import PlaneSpectrum
from watermark.pictures import Pixels, Plane, blur, luma, wrap
from watermark.torus.band import OUTER

Spectrum = NDArray[np.complex64]
Basis = NDArray[np.float64]
Prefilter = Literal["bilateral", "local"]

CANVAS = 512
_CLIP = 8.0
_SOFT = 1.2
_LOUDEST = 2.5
_NYQUIST = 0.40
_BEYOND = 0.48
_AROUND = 17
_STRONGEST_LINE = 1.5
_AXIS = np.arange(-OUTER, OUTER + 1)


def residual(tile: Plane, prefilter: Prefilter) -> Plane:
    """(M, M) luminance of an RGB torus tile without its artwork, of even loudness everywhere.

    "bilateral" keeps the edges of flat artwork out of the residual; "local" only evens out the loudness,
    which is better for soft or noisy artwork.
    """
    margin = tile.shape[0] // 16
    cut = slice(margin, -margin)
    return detail(wrap(tile, margin), tile.shape[0] / CANVAS, prefilter)[cut, cut]


def detail(picture: Plane | Pixels, unit: float, prefilter: Prefilter) -> Plane:
    """(H, W) luminance of an RGB picture without its artwork, of even loudness everywhere.

    unit: periods of the repeat in CANVAS px; the filters are as wide as the mark's waves are long.
    """
    grey = luma(picture)
    if prefilter == "local":
        left = grey - blur(grey, 6 * unit)
    else:
        left = np.clip(grey - _artwork(picture, grey, unit), -_CLIP, _CLIP)
        left -= blur(left, 7 * unit)
    loudness = np.sqrt(np.maximum(blur(left * left, 5 * unit), 0))
    return np.asarray(np.clip(left / (loudness + np.float32(_SOFT)), -_LOUDEST, _LOUDEST), np.float32)


def _artwork(picture: Plane | Pixels, grey: Plane, unit: float) -> Plane:
    """Luminance of the edge-preserving smoothing; its range follows the texture of the picture."""
    texture = float(np.median(np.abs(grey - blur(grey, 3 * unit))))
    reach = float(np.clip(10 + 2.2 * texture, 14, 36))
    diameter = 2 * max(2, int(7 * unit)) + 1
    smooth = cv2.bilateralFilter(picture.astype(np.float32), diameter, reach, 6 * unit)
    return luma(np.asarray(smooth, np.float32))


def spectrum(plane: Plane, period: float) -> Spectrum:
    """(2*OUTER+1, 2*OUTER+1) whitened spectrum of a folded residual, frequency (0, 0) in the middle.

    `period`: pixels of the suspect per tile; frequencies above its Nyquist limit hold nothing but noise.
    """
    values = fft.fft2(plane.astype(np.float32))[np.ix_(_AXIS % plane.shape[0], _AXIS % plane.shape[1])]
    radius = np.hypot(*np.meshgrid(_AXIS, _AXIS, indexing="ij"))
    return _whitened(values, _seen(radius / period))


def lattice_spectrum(plane: PlaneSpectrum, basis: Basis) -> Spectrum:
    """The same for a suspect that repeats by `basis`, rows u and v (x, y) in pixels of the plane.

    All visible periods add up: for a residual of even loudness that is the matched filter of a mark that
    repeats with the lattice.
    """
    ky, kx = np.meshgrid(_AXIS[OUTER:], _AXIS, indexing="ij")
    inverse = np.linalg.inv(basis)
    fx = inverse[0, 0] * kx + inverse[0, 1] * ky
    fy = inverse[1, 0] * kx + inverse[1, 1] * ky
    inside = np.maximum(np.abs(fx), np.abs(fy)) < _BEYOND
    values = plane.at(np.where(inside, fy, 0), np.where(inside, fx, 0))
    seen = np.where(inside, _seen(np.hypot(fx, fy)), 0)
    whole_band = np.concatenate([values[:0:-1, ::-1].conj(), values])
    return _whitened(whole_band, np.concatenate([seen[:0:-1, ::-1], seen]))


def _seen(cycles_per_pixel: NDArray[np.float64]) -> NDArray[np.float32]:
    return np.asarray(1.0 / (1.0 + (cycles_per_pixel / _NYQUIST) ** 8), np.float32)


def _whitened(values: NDArray[np.complex64], seen: NDArray[np.float32]) -> Spectrum:
    """Each coefficient over the mean magnitude around it, at most 1.5, so that no line outweighs the mark."""
    magnitude = np.abs(values)
    visible = np.asarray(seen > 0.05, np.float32)
    window = (_AROUND, _AROUND)
    around = cv2.blur(magnitude * visible, window) / (cv2.blur(visible, window) + 1e-3) + 1e-9
    limited = np.minimum(magnitude / around, _STRONGEST_LINE)
    return np.asarray(values / (magnitude + 1e-9) * limited * seen, np.complex64)
