"""Views of a suspect that is not flat: follow its repeat, lay the picture flat, look again."""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np
from numpy.typing import NDArray

from watermark.lattice.basis import same_lattice
from watermark.lattice.coarse import coarse
from watermark.lattice.flattening import flattened
from watermark.lattice.perspective import (
    LEAST_TILT,
    refine,
    straightening,
    vanishing_line,
    with_homography,
)
from watermark.pictures import LARGEST_SIDE, SMALLEST_SIDE, Pixels
from watermark.protocol import Lattice
from watermark.torus.views import (
    SHORTEST_PERIOD,
    Looks,
    View,
    basis_of,
    first_views,
    likely,
    motif_views,
)

Matrix = NDArray[np.float64]

MOST_REFINED = 2
MOST_STRAIGHTENED = 5
MOST_RECTIFIED = 4
MOST_IRONED = 2
_FINE_MOTIF = 130.0
_CLEARLY = 0.1
_FLAT_ENOUGH = 0.9


def flattened_views(looks: Looks) -> Iterator[View]:
    """Views of the picture laid flat; none where the repeat as recovered is nearly perfect."""
    ranked = [lattice for lattice in likely(looks) if lattice.kind != "stripe"]  # flat or not, it fits along
    stripes = [lattice for lattice in likely(looks) if lattice.kind == "stripe"]
    if max((lattice.score for lattice in ranked), default=0.0) >= _FLAT_ENOUGH:
        return
    rough = coarse(looks.pixels)
    yield from _ironed(looks, rough)
    best = sorted(ranked, key=lambda lattice: -lattice.score)[:MOST_REFINED]
    best += sorted(stripes, key=lambda lattice: lattice.area)[:MOST_REFINED]
    starts = [*best, *(lattice for lattice in rough if lattice.area >= SHORTEST_PERIOD**2)]
    for start in _different(starts)[:MOST_STRAIGHTENED]:
        yield from _straight(looks, start)


def _different(lattices: list[Lattice]) -> list[Lattice]:
    kept: list[Lattice] = []
    for lattice in lattices:
        if not any(same_lattice(basis_of(known), basis_of(lattice)) for known in kept):
            kept.append(lattice)
    return kept


def _ironed(looks: Looks, rough: list[Lattice]) -> Iterator[View]:
    """Cloth whose motifs repeat more finely than it waves: the motifs tell the waves."""
    before = max((lattice.score for lattice in looks.lattices), default=0.0)
    fine = [lattice for lattice in [*rough, *looks.lattices] if lattice.area <= _FINE_MOTIF**2]
    for start in sorted(fine, key=lambda lattice: -lattice.score)[:MOST_IRONED]:
        flat = Looks(flattened(looks.pixels, basis_of(start)).pixels)
        if max((lattice.score for lattice in flat.lattices), default=0.0) > before + _CLEARLY:
            yield from first_views(flat)
            yield from motif_views(flat)


def _straight(looks: Looks, start: Lattice) -> Iterator[View]:
    """With one vanishing line; the repeat is recovered again once the perspective is gone."""
    refined = refine(looks.pixels, start)
    straight = None if refined is None else _straightened(looks.pixels, refined)
    if refined is None or straight is None:
        return
    flat, matrix = Looks(straight[0]), straight[1]
    basis = _affine(matrix @ refined.matrix)
    yield View(refined, basis, flat.spectrum(basis))
    yield View(refined, basis, flat.spectrum(basis, "local"))
    for lattice in likely(flat)[:MOST_RECTIFIED]:
        back = np.asarray(np.linalg.inv(matrix) @ lattice.matrix, np.float64)
        yield View(with_homography(lattice, back), basis_of(lattice), flat.spectrum(basis_of(lattice)))


def _affine(laid: Matrix) -> Matrix:
    """Rows u and v at the origin of a map from periods to pixels that has next to no perspective left."""
    scale = laid[2, 2]
    return np.asarray((laid[:2, :2] / scale).T - np.outer(laid[2, :2], laid[:2, 2]) / scale**2, np.float64)


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
