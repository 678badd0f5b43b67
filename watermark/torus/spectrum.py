"""From a folded tile to the whitened spectrum the mark is looked for in."""

from __future__ import annotations

from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy import fft

from watermark.pictures import Plane, blur_torus, luma, wrap
from watermark.torus.band import OUTER

Spectrum = NDArray[np.complex64]
Prefilter = Literal["bilateral", "local"]

CANVAS = 512
_CLIP = 8.0
_SOFT = 1.2


def residual(tile: Plane, prefilter: Prefilter) -> Plane:
    """(M, M) luminance of an RGB torus tile without its artwork, of even loudness everywhere.

    "bilateral" keeps the edges of flat artwork out of the residual; "local" only evens out the loudness,
    which is better for soft or noisy artwork.
    """
    unit = tile.shape[0] / 512.0
    grey = luma(tile)
    detail = grey - (_artwork(tile, grey, unit) if prefilter == "bilateral" else blur_torus(grey, 6 * unit))
    if prefilter == "bilateral":
        detail = np.clip(detail, -_CLIP, _CLIP)
        detail -= blur_torus(detail, 7 * unit)
    loudness = np.sqrt(np.maximum(blur_torus(detail * detail, 5 * unit), 0))
    return np.clip(detail / (loudness + np.float32(_SOFT)), -2.5, 2.5)


def _artwork(tile: Plane, grey: Plane, unit: float) -> Plane:
    """Luminance of the edge-preserving smoothing; its range follows the texture of the tile."""
    texture = float(np.median(np.abs(grey - blur_torus(grey, 3 * unit))))
    reach = float(np.clip(10 + 2.2 * texture, 14, 36))
    margin = 24
    smooth = cv2.bilateralFilter(wrap(tile, margin), 2 * int(9 * unit) + 1, reach, 6 * unit)
    return luma(np.asarray(smooth[margin:-margin, margin:-margin], np.float32))


def spectrum(plane: Plane, period: float) -> Spectrum:
    """(2*OUTER+1, 2*OUTER+1) whitened spectrum, frequency (0, 0) in the middle.

    Every coefficient is divided by the mean magnitude around it and limited to 1.5, so that no line of the
    artwork outweighs the mark. `period` (pixels of the suspect per tile) fades out frequencies above its
    Nyquist limit: they hold nothing but noise.
    """
    axis = np.arange(-OUTER, OUTER + 1)
    band = fft.fft2(plane.astype(np.float32))[np.ix_(axis % plane.shape[0], axis % plane.shape[1])]
    magnitude = np.abs(band)
    around = cv2.blur(magnitude, (17, 17)) + 1e-9
    limited = np.minimum(magnitude / around, 1.5)
    radius = np.hypot(*np.meshgrid(axis, axis, indexing="ij"))
    seen = 1.0 / (1.0 + (radius / (0.40 * period)) ** 8)
    return np.asarray(band / (magnitude + 1e-9) * limited * seen, np.complex64)
