"""How the line of a suspect moved against the drawn tile: everything that needs no key.

Model. Where the suspect is laid on the drawn tile, its artwork is P(x + d(x)) + noise, with P the drawn tile
recoloured as the suspect is, so the residual is r = d . grad P + noise. For white noise the matched filter of
an asked field d is sum_x r(x) grad P(x) . d(x) / var(x): linear in d, so it is enough to keep the Fourier
coefficients of the vector plane v = r grad P / var over the band of the field.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy import fft

from watermark.line import recolour
from watermark.line.field import OUTER, KeyedField, band
from watermark.line.settle import settled
from watermark.line.warp import GRID, slopes
from watermark.pictures import Pixels, Plane, blur_torus

_CLIP = 2.5
_LIMIT = 2.0
_SOFT = 0.6


@dataclass(frozen=True)
class Motion:
    """Whitened spectra of what moved, (views, 2, components) complex64: down and right, one per prediction."""

    spectra: NDArray[np.complex64]

    def evidence(self, field: KeyedField, mark_ids: Sequence[int]) -> NDArray[np.float64]:
        """(n,) z of the mark ids, the best view of each."""
        scale = np.sqrt((np.abs(self.spectra) ** 2).sum((1, 2)) / 2) + 1e-9
        best = [
            ((self.spectra * field.phases(mark_id).conj()).real.sum((1, 2)) / scale).max()
            for mark_id in mark_ids
        ]
        return np.array(best, np.float64)


def observe(seen: Plane, weight: Plane, drawn: Pixels) -> Motion:
    """Everything that needs no key, for a suspect (S, S, 3) with its (S, S) weight and the drawn tile."""
    side = seen.shape[0]
    method = cv2.INTER_AREA if min(drawn.shape[:2]) > side else cv2.INTER_CUBIC
    artwork = np.asarray(cv2.resize(drawn, (side, side), interpolation=method), np.float32)
    mask = np.asarray(weight > 0, np.float32)
    sharp = softened(artwork, seen, mask)
    straight, mask = settled(sharp, seen, mask)
    predicted = recolour.local(sharp, straight, mask)
    views = [_plane(predicted, straight, mask), _plane_by_table(artwork, straight, mask)]
    ratio = (drawn.shape[0] / min(drawn.shape[:2]), drawn.shape[1] / min(drawn.shape[:2]))
    return Motion(np.stack([_spectrum(view, ratio) for view in views]))


def softened(artwork: Plane, seen: Plane, mask: Plane) -> Plane:
    """The drawn tile blurred as the suspect is."""
    best, chosen = -1.0, artwork
    for sigma in (0.0, 0.7, 1.1, 1.6, 2.2, 3.0):
        soft = blur_torus(artwork, sigma) if sigma else artwork
        error = (recolour.local(soft, seen, mask) - seen) * mask[..., None]
        fit = 1.0 / (1.0 + float(np.abs(error).mean()))
        if fit > best:
            best, chosen = fit, soft
    return chosen


def _plane(predicted: Plane, seen: Plane, mask: Plane) -> NDArray[np.float32]:
    """(2, S, S) matched-filter plane of a prediction."""
    down, right = slopes(blur_torus(predicted, 0.5))
    return _weighted(seen - predicted, down, right, mask)


def _plane_by_table(artwork: Plane, seen: Plane, mask: Plane) -> NDArray[np.float32]:
    became, bins = recolour.table(artwork, seen, mask)
    half = [np.roll(artwork, step, axis) * 0.25 + artwork * 0.75 for axis in (0, 1) for step in (-1, 1)]
    after_y, before_y, after_x, before_x = (became[recolour.bin_of(h)] for h in half)
    return _weighted(seen - became[bins], (after_y - before_y) * 2, (after_x - before_x) * 2, mask)


def _weighted(residual: Plane, down: Plane, right: Plane, mask: Plane) -> NDArray[np.float32]:
    """Residual times slope over variance; the variance is that of flat ground plus that of an edge."""
    error = (residual**2).sum(2)
    steep = (down**2 + right**2).sum(2)
    flat = float(np.median(error[mask > 0])) + 1.0
    edge = (mask > 0) & (steep > 4 * flat)
    unsteady = float(np.mean(np.minimum(error[edge] / steep[edge], 1.0))) if edge.any() else 1.0
    variance = flat + unsteady * steep
    around = blur_torus(mask, 10.0) + np.float32(1e-3)
    local = blur_torus(np.minimum(error / variance, 9.0) * mask, 10.0) / around
    variance *= local + np.float32(0.2)
    bound = _CLIP * np.sqrt(variance)[..., None]
    held = np.clip(residual, -bound, bound) * (mask / variance)[..., None]
    return np.stack([(held * down).sum(2), (held * right).sum(2)])


def _spectrum(plane: NDArray[np.float32], ratio: tuple[float, float]) -> NDArray[np.complex64]:
    """(2, components): coefficients of the band, each over the mean magnitude around it, limited."""
    side = plane.shape[-1]
    axis = np.arange(-OUTER - 4, OUTER + 5)
    grid = fft.fft2(plane)[:, axis[:, None] % side, axis[None, :] % side]
    grid = grid / np.array(ratio)[:, None, None]
    around = cv2.blur(np.sqrt((np.abs(grid) ** 2).mean(0)), (9, 9)) + 1e-12
    fy, fx = band()
    place = (slice(None), fy + OUTER + 4, fx + OUTER + 4)
    level = np.abs(grid[place]) / around[place[1:]]
    turned = np.exp(1j * np.pi * (fy + fx) * (1 / GRID - 1 / side))
    white = grid[place] / around[place[1:]] * np.minimum(1.0, _LIMIT / np.maximum(level, 1e-6)) * turned
    return np.asarray(white, np.complex64)
