"""Block matching of a picture with itself: where does each block come again, one period away?

Blocks are compared by normalised cross-correlation of the artwork (`watermark.lattice.features`), over all
displacements within reach, and placed between pixels by a parabola through the summit.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from watermark.lattice.features import artwork
from watermark.pictures import Pixels, Plane

Vectors = NDArray[np.float64]
Match = tuple[Vectors, Vectors, Vectors, float]
"""One row of `Matches`: start, end, step, likeness."""

# Along both sides, and along both diagonals as further witnesses of the sides.
STEPS = np.array([(1, 0), (0, 1), (1, 1), (1, -1)], float)

_LEAST_LIKENESS = 0.3
_LEAST_TEXTURE = 0.15  # deviation of luminance below which a block looks like any other
_COLOUR_WEIGHT = 0.5  # JPEG usually keeps colour at half the resolution
_BLOCKS = 70
_BLOCK_SHARE = 0.3  # of a period
_SMALLEST_BLOCK, _LARGEST_BLOCK = 24, 90
_RIM = 13  # px around what is not seen, where the features hold its outline


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
    """Match blocks of a uint8 (H, W, 3) picture one lattice step away.

    basis: rows are u and v in px; reach: how far off it may be, in periods; seen: (H, W), False where the
    picture holds nothing.
    """
    features = _planes(pixels, seen)
    period = float(np.sqrt(abs(np.linalg.det(basis))))
    block = int(np.clip(_BLOCK_SHARE * period, _SMALLEST_BLOCK, _LARGEST_BLOCK))
    margin = int(reach * period) + 3
    found: list[Match] = []
    for corner in _corners(pixels.shape[:2], block):
        found += _seen_again(features, corner, block, basis, margin)
    if not found:
        empty = np.zeros((0, 2))
        return Matches(empty, empty, empty, np.zeros(0))
    start, end, steps, likeness = (np.array(column) for column in zip(*found, strict=True))
    return Matches(start, end, steps, likeness)


def _planes(pixels: Pixels, seen: NDArray[np.bool_] | None) -> Plane:
    """(H, W, 2) artwork: luminance and colour; zero where nothing is seen, and close to it."""
    art = artwork(pixels)
    planes = np.stack([art.real, art.imag * _COLOUR_WEIGHT], axis=-1)
    if seen is not None:
        planes *= cv2.erode(seen.astype(np.uint8), np.ones((_RIM, _RIM), np.uint8))[..., None]
    return np.asarray(planes, np.float32)


def _corners(shape: tuple[int, int], block: int) -> list[Vectors]:
    """Upper left corners (x, y) of about _BLOCKS blocks, evenly spread over a (height, width)."""
    height, width = shape
    across = int(np.sqrt(_BLOCKS * width / height)) + 1
    xs = np.linspace(1, max(1, width - block - 2), across)
    ys = np.linspace(1, max(1, height - block - 2), max(2, _BLOCKS // across))
    return [np.array([int(x), int(y)]) for y in ys for x in xs]


def _seen_again(features: Plane, corner: Vectors, block: int, basis: Vectors, margin: int) -> Iterator[Match]:
    """The matches of one block, `block` px a side, at most one for each of STEPS."""
    x, y = int(corner[0]), int(corner[1])
    template = features[y : y + block, x : x + block]
    if template[..., 0].std() < _LEAST_TEXTURE:
        return
    for step in STEPS:
        match = _search(features, template, corner + step @ basis, margin)
        if match is not None:
            yield corner + block / 2, match[0] + block / 2, step, match[1]


def _search(features: Plane, template: Plane, expected: Vectors, margin: int) -> tuple[Vectors, float] | None:
    """Corner (x, y), between pixels, where the template fits best, and how well.

    None unless all within `margin` px of `expected` lies in the picture and the best is a summit there.
    """
    x, y = (round(float(c)) - margin for c in expected)
    height, width = template.shape[0] + 2 * margin, template.shape[1] + 2 * margin
    if x < 0 or y < 0 or y + height > features.shape[0] or x + width > features.shape[1]:
        return None
    scores = cv2.matchTemplate(features[y : y + height, x : x + width], template, cv2.TM_CCOEFF_NORMED)
    summit = subpixel_summit(np.asarray(scores, np.float32), margin)
    return None if summit is None else (np.array([x, y]) + summit[0], summit[1])


def subpixel_summit(scores: Plane, margin: int) -> tuple[Vectors, float] | None:
    """((x, y), height) of the highest of (2 margin + 1, 2 margin + 1) scores, placed between pixels.

    None if nothing is alike enough, or the highest is on the rim: there it may go on rising.
    """
    _, best, _, (x, y) = cv2.minMaxLoc(scores)
    if best < _LEAST_LIKENESS or not (0 < x < 2 * margin and 0 < y < 2 * margin):
        return None
    dx = _vertex(scores[y, x - 1], scores[y, x], scores[y, x + 1])
    dy = _vertex(scores[y - 1, x], scores[y, x], scores[y + 1, x])
    return np.array([x + dx, y + dy]), float(best)


def _vertex(before: float, middle: float, after: float) -> float:
    """Where the parabola through three equidistant samples peaks, within half a step."""
    bend = min(-1e-6, float(before) - 2 * float(middle) + float(after))
    return float(np.clip(0.5 * (float(before) - float(after)) / bend, -0.5, 0.5))
