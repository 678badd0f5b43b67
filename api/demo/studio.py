"""Light, shadow and surfaces for drawn product photographs. All images are float32 RGB, 0..255."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.float32]
Mask = NDArray[np.float32]
Colour = tuple[float, float, float]


def backdrop(size: tuple[int, int], top: Colour, bottom: Colour) -> Picture:
    """A (height, width, 3) vertical run from one colour to another."""
    t = np.linspace(0, 1, size[1], dtype=np.float32)[:, None, None]
    run = (1 - t) * np.array(top, np.float32) + t * np.array(bottom, np.float32)
    return np.repeat(run, size[0], axis=1).astype(np.float32)


def clouds(rng: np.random.Generator, size: tuple[int, int], cell: float) -> Mask:
    """Smooth noise of about unit variance with features of ``cell`` px."""
    columns, rows = max(3, int(size[0] / cell) + 3), max(3, int(size[1] / cell) + 3)
    coarse = rng.normal(0, 1, (rows, columns)).astype(np.float32)
    return np.asarray(cv2.resize(coarse, size, interpolation=cv2.INTER_CUBIC), np.float32)


def streaks(rng: np.random.Generator, size: tuple[int, int], length: float) -> Mask:
    """Horizontal grain, as of wood or brushed plaster."""
    noise = rng.normal(0, 1, (size[1], size[0])).astype(np.float32)
    grain = np.asarray(cv2.GaussianBlur(noise, (0, 0), sigmaX=length, sigmaY=0.9), np.float32)
    return np.asarray(grain / grain.std(), np.float32)


def polygon(size: tuple[int, int], corners: NDArray[np.float64]) -> Mask:
    """Antialiased mask of a polygon, corners (n, 2) in px."""
    mask = np.zeros((size[1], size[0]), np.uint8)
    cv2.fillPoly(mask, [np.round(corners * 16).astype(np.int32)], 255, cv2.LINE_AA, 4)
    return np.asarray(mask / 255.0, np.float32)


def ellipse(size: tuple[int, int], centre: tuple[float, float], radii: tuple[float, float]) -> Mask:
    """Antialiased mask of an upright ellipse."""
    angle = np.linspace(0, 2 * np.pi, 180, endpoint=False)
    return polygon(
        size, np.stack([centre[0] + radii[0] * np.cos(angle), centre[1] + radii[1] * np.sin(angle)], 1)
    )


def over(picture: Picture, layer: Picture | Colour, mask: Mask) -> Picture:
    """A layer (a picture or a colour) laid over the picture where the mask says."""
    m = mask[..., None]
    return np.asarray(picture * (1 - m) + np.asarray(layer, np.float32) * m, np.float32)


def shadow(
    picture: Picture, mask: Mask, *, blur: float, offset: tuple[float, float], depth: float
) -> Picture:
    """The soft shadow of a shape; ``depth`` 0..1, offset and blur in px."""
    move = np.array([[1, 0, offset[0]], [0, 1, offset[1]]], np.float32)
    moved = cv2.warpAffine(mask, move, (mask.shape[1], mask.shape[0]))
    soft = np.asarray(cv2.GaussianBlur(moved, (0, 0), blur), np.float32)
    return np.asarray(picture * (1 - depth * soft[..., None]), np.float32)


def stroke(size: tuple[int, int], points: NDArray[np.float64], width: float) -> Mask:
    """Antialiased mask of a thick line through points (n, 2)."""
    mask = np.zeros((size[1], size[0]), np.uint8)
    line = np.round(points * 16).astype(np.int32)
    cv2.polylines(mask, [line], False, 255, max(1, round(width)), cv2.LINE_AA, 4)
    return np.asarray(mask / 255.0, np.float32)


def lit(picture: Picture, light: Mask) -> Picture:
    """The picture multiplied by a map of light, 1 leaving it as it is."""
    return np.asarray(picture * light[..., None], np.float32)


def photographed(picture: Picture, rng: np.random.Generator) -> NDArray[np.uint8]:
    """What a camera makes of a scene: falling-off corners, a little blur and grain."""
    height, width = picture.shape[:2]
    y, x = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
    taken = picture * (1 - 0.14 * (x**2 + y**2) / 2)[..., None]
    taken = cv2.GaussianBlur(taken.astype(np.float32), (0, 0), 0.55)
    taken = taken + rng.normal(0, 2.0, (height, width, 1)) + rng.normal(0, 0.8, (height, width, 3))
    return np.asarray(np.clip(np.round(taken), 0, 255), np.uint8)
