"""Printed cloth for the demo's wild pictures: a tile repeated, turned, scaled, cropped, recoloured."""

from __future__ import annotations

from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.uint8]
Layout = Literal["block", "half-drop", "brick"]
_PAD = 4


def cloth(
    tile: Image,
    size: tuple[int, int],
    *,
    scale: float = 1.0,
    degrees: float = 0.0,
    phase: tuple[float, float] = (0.0, 0.0),
    layout: Layout = "block",
) -> Image:
    """A (height, width, 3) view of the endless repeat of a tile (n, n, 3).

    ``size`` is (width, height) in px, ``scale`` px per tile px, ``phase`` the tile position (x, y in tiles)
    at the middle of the picture.
    """
    across, down = flat_coordinates(size, tile.shape[0] * scale, degrees, phase)
    return sample(tile, across, down, layout=layout, scale=scale)


def flat_coordinates(
    size: tuple[int, int], side: float, degrees: float, phase: tuple[float, float]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Tile coordinates (in tiles) of every pixel of a flat picture on which a repeat is ``side`` px long."""
    width, height = size
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    x, y = (x - width / 2) / side, (y - height / 2) / side
    cosine, sine = float(np.cos(np.deg2rad(degrees))), float(np.sin(np.deg2rad(degrees)))
    across = cosine * x + sine * y + phase[0]
    down = -sine * x + cosine * y + phase[1]
    return np.asarray(across, np.float32), np.asarray(down, np.float32)


def sample(
    tile: Image,
    across: NDArray[np.float32],
    down: NDArray[np.float32],
    *,
    layout: Layout = "block",
    scale: float = 1.0,
) -> Image:
    """The repeat of a tile at tile coordinates (in tiles); ``scale`` px a tile px keeps it from aliasing."""
    if layout == "half-drop":
        down = np.asarray(down + 0.5 * (np.floor(across) % 2), np.float32)
    elif layout == "brick":
        across = np.asarray(across + 0.5 * (np.floor(down) % 2), np.float32)
    side = max(16, round(tile.shape[0] * min(scale, 1.0)))
    interpolation = cv2.INTER_AREA if side < tile.shape[0] else cv2.INTER_CUBIC
    sized = cv2.resize(tile, (side, side), interpolation=interpolation)
    padded = cv2.copyMakeBorder(sized, _PAD, _PAD, _PAD, _PAD, cv2.BORDER_WRAP)
    x = ((across % 1.0) * side + _PAD - 0.5).astype(np.float32)
    y = ((down % 1.0) * side + _PAD - 0.5).astype(np.float32)
    return np.asarray(cv2.remap(padded, x, y, cv2.INTER_CUBIC), np.uint8)


def hue_turned(image: Image, degrees: float) -> Image:
    """Every hue turned by so many degrees."""
    hsv = np.array(cv2.cvtColor(image, cv2.COLOR_RGB2HSV_FULL))
    hsv[..., 0] = (hsv[..., 0].astype(int) + round(degrees * 256 / 360)) % 256
    return np.asarray(cv2.cvtColor(hsv, cv2.COLOR_HSV2RGB_FULL), np.uint8)


def greyed(image: Image) -> Image:
    """The picture without colour."""
    return np.asarray(cv2.cvtColor(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB), np.uint8)


def gradient_mapped(image: Image, inks: list[tuple[int, int, int]]) -> Image:
    """Lightness mapped to a run of colours from dark to light: the quick way to a new colourway."""
    grey = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)
    places = np.linspace(0, 255, len(inks))
    table = np.stack([np.interp(np.arange(256), places, np.array(inks)[:, c]) for c in range(3)], axis=1)
    return np.asarray(np.round(table)[grey], np.uint8)


def palette_swapped(image: Image, inks: list[tuple[int, int, int]]) -> Image:
    """The picture's main colours replaced one by one, each pixel keeping its distance from its colour."""
    flat = image.reshape(-1, 3).astype(np.float32)
    cv2.setRNGSeed(1)
    stop = (cv2.TERM_CRITERIA_EPS + cv2.TERM_CRITERIA_MAX_ITER, 20, 0.5)
    some = flat[:: max(1, len(flat) // 20_000)]
    _, _, centres = cv2.kmeans(some, len(inks), np.zeros(0, np.int32), stop, 2, cv2.KMEANS_PP_CENTERS)
    order = np.argsort(centres.sum(1))
    replacement = np.empty_like(centres)
    replacement[order] = np.array(sorted(inks, key=sum), np.float32)
    nearest = ((flat[:, None] - centres[None]) ** 2).sum(2).argmin(1)
    swapped = replacement[nearest] + flat - centres[nearest]
    return np.asarray(np.clip(np.round(swapped), 0, 255), np.uint8).reshape(image.shape)


def jpeg(image: Image, quality: int) -> bytes:
    """The picture as JPEG of a quality."""
    done, data = cv2.imencode(
        ".jpg", np.ascontiguousarray(image[..., ::-1]), [cv2.IMWRITE_JPEG_QUALITY, quality]
    )
    if not done:
        raise RuntimeError("the JPEG encoder of OpenCV refused the picture")
    return bytes(data.tobytes())
