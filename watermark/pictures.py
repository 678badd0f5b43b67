"""Refuse pixel arrays the watermarks cannot work on; small image helpers shared by them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray

from watermark.errors import MarkIdError, PictureError

Pixels = NDArray[np.uint8]
Plane = NDArray[np.float32]
Picture = TypeVar("Picture", Pixels, Plane)

SMALLEST_SIDE, LARGEST_SIDE = 128, 8192
STRIP = 256
LUMA = np.array([0.299, 0.587, 0.114], np.float32)


def over_channels(values: Plane) -> Plane:
    """The sum over the last axis, of a few channels: numpy's own takes ten times as long, for the same."""
    total = values[..., 0].copy()
    for channel in range(1, values.shape[-1]):
        total += values[..., channel]
    return total


def check_picture(pixels: object, smallest: int = SMALLEST_SIDE) -> Pixels:
    """The array itself, contiguous, if it is uint8 (H, W, 3) with sides of `smallest`..8192 px."""
    if not isinstance(pixels, np.ndarray) or pixels.dtype != np.uint8:
        kind = getattr(pixels, "dtype", type(pixels).__name__)
        raise PictureError(f"pixels: expected a uint8 array, got {kind}; convert it to 8-bit RGB first")
    check_shape(pixels, smallest)
    return np.ascontiguousarray(pixels)


def check_tile(pixels: Picture, smallest: int = SMALLEST_SIDE) -> Picture:
    """As `check_picture`, but float32 in 0..255 is taken too: what is marked need not have been rounded."""
    if not isinstance(pixels, np.ndarray) or pixels.dtype != np.float32:
        check_picture(pixels, smallest)
        return pixels
    check_shape(pixels, smallest)
    if not (pixels.min() >= 0 and pixels.max() <= 255):
        raise PictureError("pixels: float32 values must lie in 0..255; scale them")
    return pixels


def check_shape(pixels: NDArray[Any], smallest: int) -> None:
    """Raise PictureError unless the array is (H, W, 3) with sides of `smallest`..8192 px."""
    if pixels.ndim != 3 or pixels.shape[2] != 3:
        raise PictureError(f"pixels: expected shape (H, W, 3), got {pixels.shape}; convert it to RGB")
    check_size(pixels.shape[0], pixels.shape[1], smallest)


def check_size(height: int, width: int, smallest: int) -> None:
    """Raise PictureError unless both sides are `smallest`..8192 px."""
    if min(height, width) < smallest:
        raise PictureError(
            f"pixels: {width}x{height} px is too small, the shorter side must be {smallest} px or more; "
            "use a larger rendition"
        )
    if max(height, width) > LARGEST_SIDE:
        raise PictureError(
            f"pixels: {width}x{height} px is too large, the longer side may be {LARGEST_SIDE} px; "
            "scale the picture down"
        )


def check_mark_id(mark_id: object, bits: int) -> int:
    """The mark id as an int if it fits in `bits` bits."""
    if isinstance(mark_id, bool) or not isinstance(mark_id, int | np.integer):
        raise MarkIdError(f"mark_id: expected an integer, got {type(mark_id).__name__}")
    if not 0 <= mark_id < 1 << bits:
        raise MarkIdError(f"mark_id: {mark_id} is outside 0 .. 2**{bits} - 1; allocate a smaller one")
    return int(mark_id)


def luma(pixels: NDArray[np.uint8] | Plane) -> Plane:
    """(H, W) float32 Rec. 601 luma of an (H, W, 3) picture."""
    return np.asarray(pixels.astype(np.float32) @ LUMA, np.float32)


def blur(plane: Plane, sigma: float) -> Plane:
    """Gaussian blur of a picture with mirrored borders."""
    return np.asarray(cv2.GaussianBlur(plane, (0, 0), sigma, borderType=cv2.BORDER_REFLECT), np.float32)


def wrap(plane: Plane, margin: int) -> Plane:
    """Pad a torus plane (H, W[, C]) with its own continuation."""
    wrapped = cv2.copyMakeBorder(plane, margin, margin, margin, margin, cv2.BORDER_WRAP)
    return np.asarray(wrapped, np.float32)


def blur_torus(plane: Plane, sigma: float) -> Plane:
    """Gaussian blur on the torus."""
    margin = int(3.5 * sigma) + 2
    blurred = cv2.GaussianBlur(wrap(plane, margin), (0, 0), sigma)
    return np.asarray(blurred[margin:-margin, margin:-margin], np.float32)


def strips(height: int) -> Iterator[slice]:
    """Slices of STRIP rows that cover a picture: large pictures are worked on strip by strip."""
    for top in range(0, height, STRIP):
        yield slice(top, min(height, top + STRIP))


def enlarged_rows(wrapped: Plane, margin: int, rows: slice, shape: tuple[int, int]) -> Plane:
    """Rows of a small torus map, wrapped by `margin`, enlarged to a picture of `shape` = (height, width)."""
    down, across = ((wrapped.shape[k] - 2 * margin) / shape[k] for k in (0, 1))
    y = (np.arange(rows.start, rows.stop, dtype=np.float32) + 0.5) * np.float32(down) - 0.5 + margin
    x = (np.arange(shape[1], dtype=np.float32) + 0.5) * np.float32(across) - 0.5 + margin
    grid_x, grid_y = np.meshgrid(x, y)
    return np.asarray(cv2.remap(wrapped, grid_x, grid_y, cv2.INTER_LINEAR), np.float32)
