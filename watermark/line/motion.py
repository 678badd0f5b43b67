"""How the line of a suspect moved against the drawn tile: everything that needs no key.

Model. Where the suspect is laid on the drawn tile, its artwork is P(x + d(x)) + noise, with P the drawn tile
recoloured and blurred as the suspect is, so the residual is r = d . grad P + noise. The matched filter of an
asked field d is sum_x r(x) grad P(x) . d(x) / var(x): linear in d, so it is enough to keep the Fourier
coefficients of the vector plane v = r grad P / var over the band of the field.

Luma and chroma are apart throughout, as codecs treat them: chroma is often blurred and coarsely coded. The
views of the evidence are luma alone and all three, for each of three readings of the suspect (recoloured;
brought to a few inks, resampled since; brought to a few inks on this very grid), then the likelihood of the
inks themselves (`watermark.line.flips`), and the sum of the seven.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy import fft

from watermark.line.aligning import aligned, aligned_by_inks
from watermark.line.field import OUTER, KeyedField, band
from watermark.line.flips import flips
from watermark.line.inks import find_palette
from watermark.line.laid import Laid
from watermark.line.palette import Palette
from watermark.line.recolour import predicted
from watermark.line.settle import settled
from watermark.line.slope import noise_levels, slopes
from watermark.line.warp import GRID
from watermark.pictures import Pixels, Plane

_EDGE_NOISE = 0.02
_THRESHOLD_NOISE = 0.005
_BLURS_OF_INKS = (0.0, 0.5, 0.9)
_AROUND = 9
_EVERY = 2
_LIMIT = 2.0
_OPPONENT = np.array([[0.299, 0.587, 0.114], [-0.1687, -0.3313, 0.5], [0.5, -0.4187, -0.0813]], np.float32)


@dataclass(frozen=True)
class Motion:
    """Whitened spectra of what moved: (views, 2, components) complex64, down and right."""

    spectra: NDArray[np.complex64]

    def evidence(self, field: KeyedField, mark_ids: Sequence[int]) -> NDArray[np.float64]:
        """(n,) z of the mark ids, the best view of each."""
        scale = np.sqrt((np.abs(self.spectra) ** 2).sum((1, 2)) / 2) + 1e-9
        best = [
            float(((self.spectra * field.phases(mark_id).conj()).real.sum((1, 2)) / scale).max())
            for mark_id in mark_ids
        ]
        return np.array(best, np.float64)


def observe(seen: Plane, weight: Plane, drawn: Pixels) -> Motion:
    """What moved in a suspect (S, S, 3) with its (S, S) weight, against the drawn (H, W, 3) tile."""
    side = seen.shape[0]
    method = cv2.INTER_AREA if min(drawn.shape[:2]) > side else cv2.INTER_CUBIC
    artwork = np.asarray(cv2.resize(drawn, (side, side), interpolation=method), np.float32)
    mask = np.asarray(weight > 0, np.float32)
    straight, mask = settled(artwork, _opponent(seen, mask), mask)
    return _moved(_views(artwork, straight, mask), drawn)


def observe_laid(seen: Plane, laid: Laid, drawn: Pixels) -> Motion | None:
    """What moved in a suspect (H, W, 3) of few inks, left as it is, that lies on the tile as `laid` says.

    Six views: luma and all channels of the two readings of its inks, their likelihood, and the sum. None
    where too little is seen to tell its inks.
    """
    artwork = np.asarray(cv2.resize(drawn, (GRID, GRID), interpolation=cv2.INTER_AREA), np.float32)
    colours = _opponent(seen, laid.mask)
    laid = aligned(laid, artwork, colours)
    some = slice(None, None, _EVERY), slice(None, None, _EVERY)
    palette = find_palette(laid.showing(artwork)[some], colours[some], laid.mask[some])
    if palette is None:
        return None
    laid = aligned_by_inks(laid, artwork, colours, palette)
    planes = _views_of_inks(laid.showing(artwork), colours, laid.mask, palette)
    return _moved([laid.carried(plane) for plane in planes], drawn)


def _moved(planes: list[NDArray[np.float32]], drawn: Pixels) -> Motion:
    """The spectra of planes of the tile, whose sides may differ."""
    stretch = np.array(drawn.shape[:2]) / min(drawn.shape[:2])
    return Motion(_with_all([_spectrum(plane / stretch[:, None, None]) for plane in planes]))


def _opponent(seen: Plane, mask: Plane) -> Plane:
    """Luma and two chroma planes; what was not seen gets the mean colour."""
    filled = np.where(mask[..., None] > 0, seen, seen[mask > 0].mean(0) if mask.any() else 0)
    return np.asarray(cv2.transform(np.asarray(filled, np.float32), _OPPONENT), np.float32)


def _views(artwork: Plane, seen: Plane, mask: Plane) -> list[NDArray[np.float32]]:
    """Matched-filter planes of a suspect that was recoloured, and of one that was brought to a few inks."""
    guess = predicted(artwork, seen, mask)
    planes = _planes(seen - guess, slopes(guess), mask, _EDGE_NOISE)
    palette = find_palette(artwork, seen, mask)
    if palette is None:
        return [*planes * 3, planes[0]]
    return [*planes, *_views_of_inks(artwork, seen, mask, palette)]


def _views_of_inks(artwork: Plane, seen: Plane, mask: Plane, palette: Palette) -> list[NDArray[np.float32]]:
    """Matched-filter planes of a suspect that was brought to the inks of a palette."""
    guess = predicted(palette.paint(artwork), seen, mask, _BLURS_OF_INKS)
    planes = _planes(seen - guess, slopes(guess), mask, _EDGE_NOISE)
    planes += _planes(seen - guess, palette.slopes(artwork), mask, _THRESHOLD_NOISE)
    return [*planes, flips(artwork, seen, mask, palette)]


def _planes(
    residual: Plane, slope: tuple[Plane, Plane], mask: Plane, edge_noise: float
) -> list[NDArray[np.float32]]:
    """(2, S, S) matched-filter planes, down and right: of luma, and of luma and chroma."""
    down, right = slope
    steep = down**2 + right**2
    held = residual * mask[..., None] / (noise_levels(residual, steep, mask) + edge_noise * steep)
    luma = np.stack([held[..., 0] * down[..., 0], held[..., 0] * right[..., 0]])
    return [luma, np.stack([np.einsum("yxc,yxc->yx", held, s) for s in (down, right)])]


def _with_all(spectra: list[NDArray[np.complex64]]) -> NDArray[np.complex64]:
    """The spectra of the views, and the sum of all of them at equal loudness."""
    even = [spectrum / (np.sqrt((np.abs(spectrum) ** 2).sum()) + 1e-9) for spectrum in spectra]
    return np.asarray(np.stack([*even, np.sum(even, axis=0)]), np.complex64)


def _spectrum(plane: NDArray[np.float32]) -> NDArray[np.complex64]:
    """(2, components): coefficients of the band, each over the mean magnitude around it, limited.

    Referred to the pixel centres of the field's own grid, which are those of any other grid up to a phase.
    """
    side, reach = plane.shape[-1], OUTER + _AROUND // 2
    axis = np.arange(-reach, reach + 1) % side
    grid = fft.fft2(plane)[:, axis[:, None], axis[None, :]]
    around = cv2.blur(np.sqrt((np.abs(grid) ** 2).mean(0)), (_AROUND, _AROUND)) + 1e-12
    fy, fx = band()
    place = (fy + reach, fx + reach)
    white = grid[:, *place] / around[place]
    white *= np.minimum(1.0, _LIMIT / np.maximum(np.abs(white), 1e-6))
    return np.asarray(white * np.exp(1j * np.pi * (fy + fx) * (1 / GRID - 1 / side)), np.complex64)
