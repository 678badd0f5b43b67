"""The ways to look at a suspect, in the order they are tried: cheap and likely first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from watermark.lattice.coarse import coarse
from watermark.lattice.folding import fold, whole
from watermark.lattice.perspective import (
    LEAST_TILT,
    refine,
    straightening,
    vanishing_line,
    with_homography,
)
from watermark.lattice.recovery import recover
from watermark.pictures import LARGEST_SIDE, SMALLEST_SIDE, Pixels, Plane
from watermark.protocol import Lattice
from watermark.torus.spectrum import CANVAS, Prefilter
from watermark.torus.sync import SHEARED, SYMMETRIES

Matrix = NDArray[np.float64]

MOST_LATTICES = 20
MOST_REFINED = 4
MOST_RECTIFIED = 5
_SHORTEST_PERIOD = 90.0
_FLAT_ENOUGH = 0.9


@dataclass(frozen=True)
class View:
    """One way to look at the suspect: folded by a lattice, its artwork taken out by a prefilter."""

    lattice: Lattice
    tile: Plane
    prefilter: Prefilter

    @property
    def orientations(self) -> int:
        """How many orientations are tried; an oblique repeat may have been drawn in a sheared basis."""
        u, v = np.array(self.lattice.u), np.array(self.lattice.v)
        oblique = abs(u @ v) > 0.2 * np.hypot(*u) * np.hypot(*v)
        return len(SHEARED) if oblique else len(SYMMETRIES)


def views(pixels: Pixels) -> Iterator[View]:
    """The picture as one tile; its repeats as recovered; with perspective; recovered again without it."""
    yield _view(pixels, whole(pixels))
    lattices = [lattice for lattice in recover(pixels, MOST_LATTICES) if _holds_a_mark(lattice)]
    for lattice in lattices:
        yield _view(pixels, lattice)
    if max((lattice.score for lattice in lattices), default=0.0) < _FLAT_ENOUGH:
        yield from _foreshortened(pixels, lattices)


def _view(pixels: Pixels, lattice: Lattice, prefilter: Prefilter = "bilateral") -> View:
    return View(lattice, fold(pixels, lattice, CANVAS)[0], prefilter)


def _holds_a_mark(lattice: Lattice) -> bool:
    """Below this period nearly all of the band is beyond the pixels of the suspect."""
    return lattice.area >= _SHORTEST_PERIOD**2


def _foreshortened(pixels: Pixels, lattices: list[Lattice]) -> Iterator[View]:
    tilted: list[Lattice] = []
    rough = [lattice for lattice in coarse(pixels) if _holds_a_mark(lattice)]
    best = sorted(lattices, key=lambda lattice: -lattice.score)[:MOST_REFINED]
    for lattice in [*best, *rough]:
        refined = refine(pixels, lattice)
        if refined is None:
            continue
        tilted.append(refined)
        yield _view(pixels, refined)
        yield _view(pixels, refined, "local")
    for refined in tilted[:2]:
        yield from _rectified(pixels, refined)


def _rectified(pixels: Pixels, refined: Lattice) -> Iterator[View]:
    """Recover the repeat again without perspective: the tile may be a multiple of what was refined."""
    straight = _straightened(pixels, refined)
    if straight is None:
        return
    flat, matrix = straight
    for lattice in recover(flat, MOST_RECTIFIED):
        if _holds_a_mark(lattice):
            original = with_homography(
                lattice, np.asarray(np.linalg.inv(matrix) @ lattice.matrix, np.float64)
            )
            yield replace(_view(flat, lattice), lattice=original)


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
