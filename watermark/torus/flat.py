"""Views of a suspect that is not flat: follow its repeat, lay the picture flat, look again."""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np
from numpy.typing import NDArray

from watermark.lattice.coarse import coarse
from watermark.lattice.perspective import (
    LEAST_TILT,
    refine,
    straightening,
    vanishing_line,
    with_homography,
)
from watermark.pictures import LARGEST_SIDE, SMALLEST_SIDE, Pixels
from watermark.protocol import Lattice
from watermark.torus.views import Looks, View, basis_of, likely

Matrix = NDArray[np.float64]

MOST_REFINED = 2
MOST_RECTIFIED = 4
_FLAT_ENOUGH = 0.9


def flattened_views(looks: Looks) -> Iterator[View]:
    """Views with perspective; none where the repeat as recovered is nearly perfect."""
    ranked = likely(looks)
    if max((lattice.score for lattice in ranked), default=0.0) >= _FLAT_ENOUGH:
        return
    best = sorted(ranked, key=lambda lattice: -lattice.score)[:MOST_REFINED]
    for start in [*best, *coarse(looks.pixels)]:
        refined = refine(looks.pixels, start)
        straight = None if refined is None else _straightened(looks.pixels, refined)
        if refined is None or straight is None:
            continue
        flat, matrix = Looks(straight[0]), straight[1]
        laid = matrix @ refined.matrix
        basis = (laid[:2, :2] / laid[2, 2]).T - np.outer(laid[2, :2], laid[:2, 2]) / laid[2, 2] ** 2
        yield View(refined, basis, flat.spectrum(basis))
        yield View(refined, basis, flat.spectrum(basis, "local"))
        for lattice in likely(flat)[:MOST_RECTIFIED]:
            back = np.asarray(np.linalg.inv(matrix) @ lattice.matrix, np.float64)
            yield View(with_homography(lattice, back), basis_of(lattice), flat.spectrum(basis_of(lattice)))


def _straightened(pixels: Pixels, refined: Lattice) -> tuple[Pixels, Matrix] | None:
    """(the box that lies inside the straightened picture, 3x3 from the suspect's pixels to the box's)."""
    height, width = pixels.shape[:2]
    centre = np.array([width / 2, height / 2])
    line = vanishing_line(refined.matrix, centre)
    if float(np.hypot(*line)) * max(height, width) / 2 < LEAST_TILT:
        return None
    straight = straightening(line, centre)
    corners = np.array([[[0, 0], [width, 0], [width, height], [0, height]]], np.float64)
    mapped = np.sort(cv2.perspectiveTransform(corners, straight)[0], axis=0)
    low, high = np.ceil(mapped[1]).astype(int), np.floor(mapped[2]).astype(int)
    if (high - low).min() < SMALLEST_SIDE or (high - low).max() > LARGEST_SIDE:
        return None
    cut = np.array([[1.0, 0.0, -low[0]], [0.0, 1.0, -low[1]], [0.0, 0.0, 1.0]]) @ straight
    box = (int(high[0] - low[0]), int(high[1] - low[1]))
    flat = cv2.warpPerspective(pixels, cut, box, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(flat, np.uint8), np.asarray(cut, np.float64)
