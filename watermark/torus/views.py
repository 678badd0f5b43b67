"""The ways to look at a suspect, in the order they are tried: cheap and likely first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from watermark.lattice.coarse import coarse
from watermark.lattice.folding import fold, whole
from watermark.lattice.perspective import refine, with_homography
from watermark.lattice.recovery import recover
from watermark.pictures import Pixels, Plane
from watermark.protocol import Lattice
from watermark.torus.spectrum import CANVAS, Prefilter
from watermark.torus.sync import SHEARED, SYMMETRIES

Matrix = NDArray[np.float64]

MOST_LATTICES = 20
MOST_REFINED = 4
MOST_RECTIFIED = 5
_SHORTEST_PERIOD = 90.0
_FLAT_ENOUGH = 0.9
_TILTED = 0.012


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
    """Take the perspective out and recover the repeat again: the tile may be a multiple of what was refined."""
    straight = _straightening(pixels, refined.matrix)
    if straight is None:
        return
    flat, matrix = straight
    for lattice in recover(flat, MOST_RECTIFIED):
        if _holds_a_mark(lattice):
            original = with_homography(lattice, np.linalg.inv(matrix) @ lattice.matrix)
            yield replace(_view(flat, lattice), lattice=original)


def _straightening(pixels: Pixels, matrix: Matrix) -> tuple[Pixels, Matrix] | None:
    """(picture without perspective, cut to what is seen; 3x3 from the suspect's pixels to its pixels)."""
    height, width = pixels.shape[:2]
    centre = np.array([width / 2, height / 2, 1.0])
    horizon = np.linalg.inv(matrix)[2]
    horizon = horizon / (horizon @ centre)
    tilt = horizon[:2]
    if np.hypot(*tilt) * max(height, width) / 2 < _TILTED:
        return None
    shift, back, bend = np.eye(3), np.eye(3), np.eye(3)
    shift[:2, 2], back[:2, 2] = -centre[:2], centre[:2]
    bend[2, :2] = tilt
    straight = np.asarray(back @ bend @ shift)
    flat = cv2.warpPerspective(pixels, straight, (width, height), flags=cv2.INTER_CUBIC)
    seen = np.asarray(cv2.warpPerspective(np.full((height, width), 255, np.uint8), straight, (width, height)))
    rows = np.flatnonzero((seen > 250).mean(1) > 0.8)
    columns = np.flatnonzero((seen > 250).mean(0) > 0.8)
    if len(rows) < 128 or len(columns) < 128:
        return None
    cut = np.eye(3)
    cut[:2, 2] = -columns[0], -rows[0]
    part = flat[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    return np.ascontiguousarray(part, dtype=np.uint8), np.asarray(cut @ straight)
