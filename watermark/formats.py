"""Marks for the pixel formats pictures come in: grey, grey + alpha, RGB and RGBA, of 8 or 16 bits.

The algorithms work on RGB in 0..255. Here a picture is shown to them as such, and only the change they make
is carried back, so that alpha, 16-bit precision and what lies under full transparency stay as they were.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from watermark.errors import PictureError
from watermark.pictures import Pixels, Plane, enlarged_rows, strips, wrap

Samples = NDArray[Any]

PER_GREY_LEVEL = 257
_FILL_SIDE = 256


def marked_as(pixels: Samples, marked: Callable[[Any], Any]) -> Samples:
    """`pixels` changed as `marked` changes an RGB picture of it, in the format of `pixels`.

    pixels: (H, W), (H, W, 1..4), uint8 or uint16: grey, grey + alpha, RGB or RGBA, alpha not premultiplied.
    marked: is given (H, W, 3), uint8, or float32 in 0..255 for a 16-bit picture, and returns the same type.
    """
    check_format(pixels)
    working = _working(pixels)
    changed = marked(working)
    result = np.empty_like(pixels)
    for rows in strips(pixels.shape[0]):
        result[rows] = _changed(pixels[rows], working[rows], changed[rows])
    return result


def as_seen(pixels: Samples) -> Pixels:
    """(H, W, 3) uint8: a picture of any format `marked_as` takes, as it is seen on white paper."""
    check_format(pixels)
    seen = np.empty((*pixels.shape[:2], 3), np.uint8)
    for rows in strips(pixels.shape[0]):
        colour, alpha = _parts(pixels[rows])
        seen[rows] = np.rint(255 + alpha * (colour - 255))
    return seen


def check_format(pixels: object) -> None:
    """Raise PictureError unless the array is in a format `marked_as` takes."""
    if not isinstance(pixels, np.ndarray) or pixels.dtype.kind != "u" or pixels.dtype.itemsize > 2:
        kind = getattr(pixels, "dtype", type(pixels).__name__)
        raise PictureError(f"pixels: expected an array of uint8 or uint16, got {kind}; convert it to one")
    if pixels.ndim not in (2, 3) or (pixels.ndim == 3 and not 1 <= pixels.shape[2] <= 4):
        raise PictureError(
            f"pixels: expected shape (H, W) or (H, W, 1..4), got {pixels.shape}; "
            "convert it to grey or RGB, with alpha or without"
        )


def _working(pixels: Samples) -> Any:
    """What the algorithm sees: RGB, with colours spread under the transparent pixels, which have none."""
    ground = _ground(pixels)
    working = np.empty((*pixels.shape[:2], 3), np.uint8 if pixels.dtype.itemsize == 1 else np.float32)
    for rows in strips(pixels.shape[0]):
        colour, alpha = _parts(pixels[rows])
        if ground is not None:
            under = enlarged_rows(ground, 2, rows, (pixels.shape[0], pixels.shape[1]))
            colour = under + alpha * (colour - under)
        working[rows] = np.rint(colour) if working.dtype == np.uint8 else colour
    return working


def _changed(pixels: Samples, working: Samples, marked: Samples) -> Samples:
    """Rows of the picture with the change added, in its own format."""
    planes = pixels.reshape(*pixels.shape[:2], -1)
    change = (marked.astype(np.float32) - working)[..., : 1 if planes.shape[2] < 3 else 3]
    scale, largest = (1, 255) if pixels.dtype.itemsize == 1 else (PER_GREY_LEVEL, 65535)
    count = change.shape[2]
    result = planes.copy()
    added = np.clip(planes[..., :count] + np.rint(change * np.float32(scale)), 0, largest)
    visible = planes[..., -1:] > 0 if _has_alpha(pixels) else True
    result[..., :count] = np.where(visible, added, planes[..., :count])
    return result.reshape(pixels.shape)


def _parts(pixels: Samples) -> tuple[Plane, Plane]:
    """(colour (n, W, 3) float32 in 0..255, alpha (n, W, 1) float32 in 0..1) of some rows."""
    planes = pixels.reshape(*pixels.shape[:2], -1).astype(np.float32)
    wide = pixels.dtype.itemsize == 2
    planes /= np.float32(PER_GREY_LEVEL if wide else 1)
    alpha = planes[..., -1:] / np.float32(255) if _has_alpha(pixels) else np.ones_like(planes[..., :1])
    grey = planes.shape[2] < 3
    return np.repeat(planes[..., :1], 3, axis=2) if grey else planes[..., :3], alpha


def _has_alpha(pixels: Samples) -> bool:
    return pixels.ndim == 3 and pixels.shape[2] in (2, 4)


def _ground(pixels: Samples) -> Plane | None:
    """Small wrapped map of the colours around, for the transparent pixels; None for an opaque picture.

    Without it the rim of the opaque artwork would be a line to move, and the mark would show there.
    """
    if not _has_alpha(pixels):
        return None
    size = (_FILL_SIDE, _FILL_SIDE)
    tinted = np.zeros((*size, 4), np.float32)
    edges = np.linspace(0, pixels.shape[0], _FILL_SIDE + 1).astype(int)
    for row, (top, bottom) in enumerate(pairwise(edges.tolist())):
        colour, alpha = _parts(pixels[top : max(bottom, top + 1)])
        both = np.concatenate([colour * alpha, alpha], axis=2)
        tinted[row] = cv2.resize(both, (_FILL_SIDE, 1), interpolation=cv2.INTER_AREA)
    return wrap(_spread(tinted), 2)


def _spread(tinted: Plane) -> Plane:
    """Colours of premultiplied (N, N, 4) samples, spread into the holes from coarser and coarser means."""
    total, weight = tinted[..., :3], tinted[..., 3:]
    if tinted.shape[0] > 1:
        half = cv2.resize(tinted, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
        coarse = cv2.resize(_spread(np.asarray(half, np.float32)), tinted.shape[:2])
        total = total + (1 - weight) * coarse.reshape(total.shape)
        weight = np.ones_like(weight)
    return np.asarray(total / np.maximum(weight, 1e-6), np.float32)
