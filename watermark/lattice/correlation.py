"""Autocorrelation of a picture over all displacements, normalised by the overlap."""

from __future__ import annotations

from copy import copy

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy import fft

from watermark.pictures import Plane

Vectors = NDArray[np.float64]
LEAST_OVERLAP = 0.12
_BLANK = 1e-6


class Autocorrelation:
    """Correlation of a plane (H, W), real or complex, with its own translates.

    Displacements are (dx, dy) in pixels, arrays of shape (..., 2). `even_spectrum` flattens the power
    spectrum first, so that a faint wide-band signal is not drowned by a few strong lines.
    """

    def __init__(self, plane: NDArray[np.complex64] | Plane, *, even_spectrum: bool = False) -> None:
        self.height, self.width = plane.shape
        shape = (fft.next_fast_len(int(self.height * 1.9)), fft.next_fast_len(int(self.width * 1.9)))
        if float(np.abs(plane - plane.mean()).max()) < _BLANK:
            self.surface = np.zeros(shape, np.float32)
        else:
            self.surface = _even(plane, shape) if even_spectrum else _normalised(plane, shape)
        self.rows, self.columns = shape
        seen = self.surface[self._overlap_map() > LEAST_OVERLAP][::7]
        self.typical = float(np.median(seen))
        self.noise = float(1.4826 * np.median(np.abs(seen - self.typical))) + 1e-6

    def blurred(self, sigma: float) -> Autocorrelation:
        """The same, its surface blurred by `sigma` px; `typical` and `noise` stay those of the sharp one."""
        centred = cv2.GaussianBlur(fft.fftshift(self.surface), (0, 0), sigma)
        smooth = copy(self)
        smooth.surface = np.asarray(fft.ifftshift(centred), np.float32)
        return smooth

    def _overlap_map(self) -> Plane:
        rows = 1 - np.abs(_signed(self.rows)) / self.height
        columns = 1 - np.abs(_signed(self.columns)) / self.width
        return np.asarray(np.outer(np.maximum(rows, 0), np.maximum(columns, 0)), np.float32)

    def overlap(self, displacements: Vectors) -> Vectors:
        """Share of the picture that overlaps its translate."""
        across = np.maximum(0, 1 - np.abs(displacements[..., 0]) / self.width)
        down = np.maximum(0, 1 - np.abs(displacements[..., 1]) / self.height)
        return np.asarray(across * down, np.float64)

    def near(self, displacements: Vectors, reach: int = 1) -> Vectors:
        """Largest correlation within `reach` pixels of each displacement."""
        values, _ = self.summits(displacements, reach)
        return values

    def summits(self, displacements: Vectors, reach: int) -> tuple[Vectors, Vectors]:
        """(values, sub-pixel displacements) of the best correlation within `reach` of each."""
        steps = np.arange(-reach, reach + 1)
        dy, dx = (grid.ravel() for grid in np.meshgrid(steps, steps, indexing="ij"))
        centre = np.rint(displacements).astype(int)
        x, y = centre[:, 0, None] + dx, centre[:, 1, None] + dy
        values = self.surface[y % self.rows, x % self.columns]
        best = values.argmax(1)
        rank = np.arange(len(centre))
        return values[rank, best].astype(np.float64), self._subpixel(x[rank, best], y[rank, best])

    def peaks(self, most: int, shortest: float = 20) -> tuple[Vectors, Vectors]:
        """(displacements (n, 2), heights (n,)) of local maxima in the half plane dy >= 0, highest first.

        The `most` highest, and as many of the shortest that are nearly as high: a fine repeat has more peaks
        than one can pair.
        """
        overlap = self._overlap_map()
        height = np.where(overlap > LEAST_OVERLAP, self.surface * np.sqrt(np.minimum(1, overlap * 2.5)), -1)
        height = np.asarray(height, np.float32)
        y, x = np.where((height >= cv2.dilate(height, np.ones((11, 11), np.uint8))) & (height > 0))
        dx, dy = _signed(self.columns)[x], _signed(self.rows)[y]
        kept = (np.hypot(dx, dy) >= shortest) & ((dy > 0) | ((dy == 0) & (dx > 0)))
        x, y = x[kept], y[kept]
        highest = np.argsort(-height[y, x], kind="stable")
        high = highest[height[y, x][highest] > 0.8 * height[y, x].max(initial=0)]
        signed = np.hypot(_signed(self.columns)[x], _signed(self.rows)[y])
        short = high[np.argsort(signed[high], kind="stable")][:most]
        order = np.array(list(dict.fromkeys([*highest[:most].tolist(), *short.tolist()])), int)
        order = order[np.argsort(-height[y, x][order], kind="stable")]
        x, y = x[order], y[order]
        places = self._subpixel(_signed(self.columns)[x], _signed(self.rows)[y])
        return places, height[y, x].astype(np.float64)

    def _subpixel(self, x: NDArray[np.intp], y: NDArray[np.intp]) -> Vectors:
        def at(down: int, across: int) -> NDArray[np.float64]:
            return np.asarray(self.surface[(y + down) % self.rows, (x + across) % self.columns], np.float64)

        middle = at(0, 0)
        across = x + _vertex(at(0, -1), middle, at(0, 1))
        down = y + _vertex(at(-1, 0), middle, at(1, 0))
        return np.stack([across, down], axis=-1)


def _vertex(before: Vectors, middle: Vectors, after: Vectors) -> Vectors:
    """Where the parabola through three equidistant samples peaks, within half a step."""
    bend = np.minimum(before - 2 * middle + after, -1e-9)
    return np.asarray(np.clip(0.5 * (before - after) / bend, -0.5, 0.5), np.float64)


def _signed(count: int) -> NDArray[np.intp]:
    places = np.arange(count)
    return np.where(places > count // 2, places - count, places)


def _overlap_counts(shape: tuple[int, int], padded: tuple[int, int]) -> Plane:
    ones = fft.rfft2(np.ones(shape, np.float32), padded)
    return np.asarray(fft.irfft2(np.abs(ones) ** 2, padded), np.float32)


def _normalised(plane: NDArray[np.complex64] | Plane, padded: tuple[int, int]) -> Plane:
    """Correlation over the geometric mean of the energies of both overlapping parts."""
    centred = plane - plane.mean()
    product = fft.ifft2(np.abs(fft.fft2(centred, padded)) ** 2).real
    energy = fft.rfft2(np.asarray(np.abs(centred) ** 2, np.float32), padded)
    ones = fft.rfft2(np.ones(plane.shape, np.float32), padded)
    ahead = np.maximum(fft.irfft2(energy.conj() * ones, padded), 1)
    behind = np.maximum(fft.irfft2(ones.conj() * energy, padded), 1)
    return np.asarray(product / np.maximum(np.sqrt(ahead * behind), 0.02 * product[0, 0]), np.float32)


def _even(plane: NDArray[np.complex64] | Plane, padded: tuple[int, int]) -> Plane:
    power = np.asarray(np.abs(fft.fft2(plane - plane.mean(), padded)) ** 2, np.float32)
    around = cv2.blur(power, (41, 41), borderType=cv2.BORDER_REFLECT) + 1e-9
    product = fft.ifft2(np.minimum(power / around, 6.0)).real
    share = np.maximum(_overlap_counts(plane.shape, padded), 1) / plane.size
    return np.asarray(product / (share * product[0, 0]), np.float32)
