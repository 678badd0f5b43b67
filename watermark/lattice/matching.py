"""Where does each block of a picture come again, one period away?"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from watermark.lattice.features import artwork
from watermark.pictures import Pixels, Plane

Vectors = NDArray[np.float64]
STEPS = np.array([(1, 0), (0, 1), (1, 1), (1, -1)], float)
_LEAST_LIKENESS = 0.3
_LEAST_TEXTURE = 0.15
_BLOCKS = 70


@dataclass(frozen=True)
class Matches:
    """Block centres (x, y) in px, where they come again, by which lattice step (n, 2), and how alike (n,)."""

    start: Vectors
    end: Vectors
    step: Vectors
    likeness: Vectors

    def __len__(self) -> int:
        return len(self.likeness)


def repeats(pixels: Pixels, basis: Vectors, reach: float, seen: NDArray[np.bool_] | None = None) -> Matches:
    """Match blocks of a picture one lattice step away, within `reach` periods of where the basis puts them.

    basis: rows are u and v in pixels. seen: (H, W), False where the picture holds nothing.
    """
    features = _planes(pixels, seen)
    period = float(np.sqrt(abs(np.linalg.det(basis))))
    block, margin = int(np.clip(0.3 * period, 24, 90)), int(reach * period) + 3
    found: list[tuple[Vectors, Vectors, Vectors, float]] = []
    for corner in _corners(pixels.shape[:2], block):
        template = features[corner[1] : corner[1] + block, corner[0] : corner[0] + block]
        if template[..., 0].std() < _LEAST_TEXTURE:
            continue
        for step in STEPS:
            match = _search(features, template, corner + step @ basis, margin)
            if match is not None:
                found.append((corner + block / 2, match[0] + block / 2, step, match[1]))
    if not found:
        empty = np.zeros((0, 2))
        return Matches(empty, empty, empty, np.zeros(0))
    start, end, steps, likeness = (np.array(column) for column in zip(*found, strict=True))
    return Matches(start, end, steps, likeness)


def _planes(pixels: Pixels, seen: NDArray[np.bool_] | None) -> Plane:
    complex_plane = artwork(pixels)
    planes = np.stack([complex_plane.real, complex_plane.imag * 0.5], axis=-1)
    if seen is not None:
        planes *= cv2.erode(seen.astype(np.uint8), np.ones((13, 13), np.uint8))[..., None]
    return np.asarray(planes, np.float32)


def _corners(shape: tuple[int, int], block: int) -> list[Vectors]:
    height, width = shape
    across = int(np.sqrt(_BLOCKS * width / height)) + 1
    xs = np.linspace(1, max(1, width - block - 2), across)
    ys = np.linspace(1, max(1, height - block - 2), max(2, _BLOCKS // across))
    return [np.array([int(x), int(y)]) for y in ys for x in xs]


def _search(features: Plane, template: Plane, expected: Vectors, margin: int) -> tuple[Vectors, float] | None:
    """Sub-pixel corner where the template fits best within `margin` px of `expected`, and how well."""
    x, y = (round(float(c)) - margin for c in expected)
    height, width = template.shape[0] + 2 * margin, template.shape[1] + 2 * margin
    if x < 0 or y < 0 or y + height > features.shape[0] or x + width > features.shape[1]:
        return None
    scores = cv2.matchTemplate(features[y : y + height, x : x + width], template, cv2.TM_CCOEFF_NORMED)
    summit = subpixel_summit(np.asarray(scores, np.float32), margin)
    if summit is None:
        return None
    return np.array([x, y]) + summit[0], summit[1]


def subpixel_summit(scores: Plane, margin: int) -> tuple[Vectors, float] | None:
    """((x, y), height) of the highest score if it is not on the rim and is alike enough."""
    _, best, _, (x, y) = cv2.minMaxLoc(scores)
    if best < _LEAST_LIKENESS or not (0 < x < 2 * margin and 0 < y < 2 * margin):
        return None
    dx = _vertex(scores[y, x - 1], scores[y, x], scores[y, x + 1])
    dy = _vertex(scores[y - 1, x], scores[y, x], scores[y + 1, x])
    return np.array([x + dx, y + dy]), float(best)


def _vertex(before: float, middle: float, after: float) -> float:
    bend = min(-1e-6, float(before) - 2 * float(middle) + float(after))
    return float(np.clip(0.5 * (float(before) - float(after)) / bend, -0.5, 0.5))
