"""Refuse pixel arrays the watermarks cannot work on; small image helpers shared by them."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from watermark.errors import MarkIdError, PictureError

Pixels = NDArray[np.uint8]
Plane = NDArray[np.float32]

SMALLEST_SIDE, LARGEST_SIDE = 128, 8192
LUMA = np.array([0.299, 0.587, 0.114], np.float32)


def check_picture(pixels: object, smallest: int = SMALLEST_SIDE) -> Pixels:
    """The array itself, contiguous, if it is uint8 (H, W, 3) with sides of `smallest`..8192 px."""
    if not isinstance(pixels, np.ndarray) or pixels.dtype != np.uint8:
        kind = getattr(pixels, "dtype", type(pixels).__name__)
        raise PictureError(f"pixels: expected a uint8 array, got {kind}; convert it to 8-bit RGB first")
    if pixels.ndim != 3 or pixels.shape[2] != 3:
        raise PictureError(f"pixels: expected shape (H, W, 3), got {pixels.shape}; convert it to RGB")
    height, width = pixels.shape[:2]
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
    return np.ascontiguousarray(pixels)


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
