"""Mark a picture of few inks without adding a colour: only the line moves, pixel by pixel.

A separation cannot carry the luminance mark: rounding to the palette erases it, and dithering between inks is
nothing a printer accepts. The line can be moved: each ink's coverage is made soft, moved by the keyed field,
and every pixel whose largest coverage thereby changes gets the new ink. All others keep theirs, so thin lines
and single dots are not eroded. Reading such a mark takes the original (see `watermark.line`).
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from watermark.errors import MarkNotReadError, PictureError
from watermark.line import LineMark, false_match_bound
from watermark.line.pvalue import ACCEPT
from watermark.pictures import (
    Pixels,
    Plane,
    blur_torus,
    check_mark_id,
    check_picture,
    enlarged_rows,
    strips,
    wrap,
)

Ink = Sequence[int]

MOST_INKS = 64
_SOFT = 0.8
_REACH = 8
_GRID = 512
_SMALLEST_TILE = 256
_AMPLITUDES = (0.3, 0.4, 0.5)


def mark_inks(line: LineMark, pixels: Pixels, mark_id: int, inks: Sequence[Ink]) -> Pixels:
    """A marked copy of a uint8 (H, W, 3) picture of these RGB inks, of these inks; 256..8192 px a side.

    Raises PictureError when there are other colours, MarkNotReadError when there is too little line to move.
    """
    index = indexed(check_picture(pixels, _SMALLEST_TILE), inks)
    field = line.field.displacement(check_mark_id(mark_id, line.bits), _GRID)
    unit = min(index.shape) / 512.0
    palette = np.asarray(inks, np.uint8)
    for amplitude in _AMPLITUDES:
        marked = palette[moved(index, np.asarray(field * np.float32(amplitude * unit)))]
        if false_match_bound(float(evidence(line, marked, pixels, [mark_id])[0])) <= ACCEPT:
            return marked
    raise MarkNotReadError(
        f"mark_id {mark_id:#x} does not read back from the line of this {index.shape[1]}x{index.shape[0]} "
        "picture of few inks; use a larger tile or one with more edges, or mark it without `inks`"
    )


def evidence(line: LineMark, marked: Pixels, drawn: Pixels, mark_ids: Sequence[int]) -> NDArray[np.float64]:
    """(n,) z of every asked id, as `LineMark.evidence` gives it, for a picture in place on the drawn one.

    Both are softened: at a hard edge a pixel is one ink or the other, and has no slope to move along.
    """
    seen, original = (_reduced(picture) for picture in (marked, drawn))
    everywhere = np.ones((_GRID, _GRID), np.float32)
    return line.evidence(seen, everywhere, np.asarray(np.rint(original), np.uint8), mark_ids)


def _reduced(picture: Pixels) -> Plane:
    size = cv2.resize(picture, (_GRID, _GRID), interpolation=cv2.INTER_AREA)
    return blur_torus(np.asarray(size, np.float32), _SOFT)


def indexed(pixels: Pixels, inks: Sequence[Ink]) -> NDArray[np.uint8]:
    """(H, W) index into `inks` of every pixel. Raises PictureError where a pixel is of none of them."""
    palette = np.asarray(inks)
    if palette.ndim != 2 or palette.shape[1] != 3 or not 2 <= len(palette) <= MOST_INKS:
        raise PictureError(f"inks: expected 2..{MOST_INKS} RGB colours, got shape {palette.shape}")
    index = np.full(pixels.shape[:2], 255, np.uint8)
    for number, ink in enumerate(palette):
        index[(pixels == ink).all(axis=2)] = number
    strange = int((index == 255).sum())
    if strange:
        raise PictureError(
            f"pixels: {strange} pixels have none of the {len(palette)} inks; give all inks, or reduce the "
            "picture to them first, or mark it without `inks`"
        )
    return index


def moved(index: NDArray[np.uint8], displacement: Plane) -> NDArray[np.uint8]:
    """The (H, W) ink of every pixel after moving the line by (2, G, G) px, down and right, on the torus."""
    height, width = index.shape
    wrapped = [wrap(plane, 2) for plane in displacement]
    result = index.copy()
    for rows in strips(height):
        around = np.arange(rows.start - _REACH, rows.stop + _REACH)
        strip = np.take(index, around, axis=0, mode="wrap")
        shifts = [enlarged_rows(plane, 2, rows, (height, width)) for plane in wrapped]
        result[rows] = _moved_strip(strip, shifts[0], shifts[1])
    return result


def _moved_strip(strip: NDArray[np.uint8], down: Plane, right: Plane) -> NDArray[np.uint8]:
    """The ink after the motion, for the rows of `strip` that are _REACH inside it."""
    columns, rows = (
        axis.astype(np.float32) for axis in np.meshgrid(np.arange(down.shape[1]), np.arange(down.shape[0]))
    )
    columns, rows = columns + _REACH, rows + _REACH
    still, after = _Largest(down.shape), _Largest(down.shape)
    for ink in np.unique(strip).tolist():
        coverage = np.pad((strip == ink).astype(np.float32), ((0, 0), (_REACH, _REACH)), mode="wrap")
        coverage = np.asarray(cv2.GaussianBlur(coverage, (0, 0), _SOFT), np.float32)
        still.offer(ink, coverage[_REACH:-_REACH, _REACH:-_REACH])
        shifted = cv2.remap(coverage, columns + right, rows + down, cv2.INTER_CUBIC)
        after.offer(ink, np.asarray(shifted, np.float32))
    kept = strip[_REACH:-_REACH]
    return np.where(still.ink == after.ink, kept, after.ink)


class _Largest:
    """The ink of the largest coverage offered so far, pixel by pixel."""

    def __init__(self, shape: tuple[int, ...]) -> None:
        self.ink = np.zeros(shape, np.uint8)
        self._coverage = np.full(shape, -1, np.float32)

    def offer(self, ink: int, coverage: Plane) -> None:
        larger = coverage > self._coverage
        self.ink[larger], self._coverage[larger] = ink, coverage[larger]
