"""Move the line of a tile, inside a quality budget.

For displacements d far below a pixel, I(x + d) = I(x) + d . grad I(x) up to terms of d**2, so the change is
linear in the amplitude and the budget is met exactly: one pass measures the loss at unit amplitude, a second
adds the change. Values stay between those of the neighbouring pixels, so no new colour appears beside an
edge of two inks.

Where to be loud: a change of d px at an edge of contrast C costs d**2 C**2 of quality. Against sensor and
coding noise it earns as much again, but against a palette, where an edge is wherever a threshold says, it
earns by d alone: weak edges are the better buy. The amplitude goes as 1 / sqrt(C).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray

from watermark.line.field import KeyedField
from watermark.line.slope import slopes
from watermark.pictures import Pixels, Plane, blur_torus, wrap

Picture = TypeVar("Picture", Pixels, Plane)

GRID = 512
_STRIP = 256
_WEAK = 12.0


def displaced(
    pixels: Picture, field: KeyedField, mark_id: int, amplitude: float, loudest_db: float
) -> Picture:
    """The displaced tile, same shape and type; its PSNR at least `loudest_db` before rounding."""
    height, width = pixels.shape[:2]
    unit = min(height, width) / 512.0
    field_px = field.displacement(mark_id, GRID) * (loudness(pixels) * np.float32(unit * amplitude))
    allowed = 255.0**2 * 10 ** (-loudest_db / 10) * pixels.size
    spent = sum(float(np.square(change, dtype=np.float64).sum()) for _, change in _changes(pixels, field_px))
    gain = np.float32(min(1.0, np.sqrt(allowed / max(spent, 1e-9))))
    moved = np.empty_like(pixels)
    for rows, change in _changes(pixels, field_px):
        strip = pixels[rows] + gain * change
        moved[rows] = np.clip(np.rint(strip), 0, 255) if pixels.dtype == np.uint8 else strip
    return moved


def loudness(pixels: Pixels | Plane) -> Plane:
    """(GRID, GRID) share, at most 1, of the full amplitude each place gets: weak edges more than strong."""
    small = np.asarray(cv2.resize(pixels, (GRID, GRID), interpolation=cv2.INTER_AREA), np.float32)
    down, right = slopes(small)
    energy = (down**2 + right**2).sum(2) / 3
    contrast = np.sqrt(blur_torus(energy**2, 8.0) / (blur_torus(energy, 8.0) + 1e-3))
    return np.asarray(np.sqrt(_WEAK / np.maximum(contrast, _WEAK)), np.float32)


def _changes(
    pixels: Pixels | Plane, field: NDArray[np.float32]
) -> Iterator[tuple[slice, NDArray[np.float32]]]:
    """Strip by strip: the rows, and what moving them by `field` (2, GRID, GRID) px changes there."""
    height, width = pixels.shape[:2]
    wrapped = [wrap(plane, 2) for plane in field]
    for top in range(0, height, _STRIP):
        bottom = min(height, top + _STRIP)
        strip = np.take(pixels, range(top - 1, bottom + 1), axis=0, mode="wrap").astype(np.float32)
        down, right = (_enlarged(plane, top, bottom, height, width) for plane in wrapped)
        yield slice(top, bottom), _moved(strip, down, right) - strip[1:-1]


def _enlarged(wrapped: Plane, top: int, bottom: int, height: int, width: int) -> Plane:
    rows = (np.arange(top, bottom, dtype=np.float32) + 0.5) * (GRID / height) - 0.5 + 2
    columns = (np.arange(width, dtype=np.float32) + 0.5) * (GRID / width) - 0.5 + 2
    across, along = np.meshgrid(columns, rows)
    enlarged = cv2.remap(wrapped, across, along, cv2.INTER_CUBIC)
    return np.asarray(enlarged, np.float32)[..., None]


def _moved(strip: Plane, down: Plane, right: Plane) -> Plane:
    """Rows 1..-1 of `strip`, moved; limited to the values around each pixel."""
    middle = strip[1:-1]
    left, after = np.roll(middle, 1, 1), np.roll(middle, -1, 1)
    above, below = strip[:-2], strip[2:]
    moved = middle + down * (below - above) / 2 + right * (after - left) / 2
    around = (left, after, above, below, middle)
    return np.clip(moved, np.minimum.reduce(around), np.maximum.reduce(around))
