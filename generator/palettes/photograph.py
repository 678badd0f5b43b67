"""A palette from a photograph: its colours gathered into k inks in OKLab, the same each time."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from generator.errors import BriefError
from generator.palette import MAX_INKS, MIN_INKS, parse_palette
from generator.palettes.colour import Colours, ink_of, light_of_oklab, linear, oklab

_SIDE = 160  # pixels: a photograph is looked at this small
_CELL = 0.02  # of OKLab: colours nearer than this are counted together
_ROUNDS = 40
_APART = 0.04  # of OKLab: inks nearer than this look like one


def from_photograph(pixels: NDArray[np.uint8], count: int) -> tuple[str, ...]:
    """`count` inks of a picture (H, W, 3), uint8: by how much they cover, the ground first.

    Raises BriefError: field `inks` for a count that no palette has, `palette` for a picture of fewer colours.
    """
    if isinstance(count, bool) or not MIN_INKS <= count <= MAX_INKS:
        raise BriefError("inks", f"{count} is no number of inks", f"give {MIN_INKS} to {MAX_INKS}")
    if pixels.ndim != 3 or pixels.shape[2] != 3 or pixels.dtype != np.uint8 or not pixels.size:
        raise BriefError("palette", "the photograph is not RGB of 8 bits", "save it as RGB")
    colours, weights = _cells(pixels)
    centres, covered = _clusters(colours, weights, count)
    order = np.argsort(-covered, kind="stable")
    inks = [ink_of(light_of_oklab(centres[each])) for each in order]
    gaps = [np.linalg.norm(centres[a] - centres[b]) for a in range(len(inks)) for b in range(a)]
    if len(set(inks)) < count or min(gaps) < _APART:
        problem = f"the photograph does not have {count} colours that look apart"
        raise BriefError("palette", problem, "ask for fewer inks, or give another photograph")
    return parse_palette(inks)


def _cells(pixels: NDArray[np.uint8]) -> tuple[Colours, Colours]:
    """Mean OKLab (n, 3) of the colours that fall into each cell, and how many pixels fell there (n,)."""
    scale = min(1.0, _SIDE / max(pixels.shape[:2]))
    size = (max(1, round(pixels.shape[1] * scale)), max(1, round(pixels.shape[0] * scale)))
    small = np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.float64)
    colours = oklab(linear(small.reshape(-1, 3) / 255.0))
    cells = np.floor(colours / _CELL + 0.5).astype(np.int64)
    _, place, counts = np.unique(cells, axis=0, return_inverse=True, return_counts=True)
    total = np.zeros((len(counts), 3))
    np.add.at(total, place.reshape(-1), colours)
    return total / counts[:, None], counts.astype(np.float64)


def _clusters(colours: Colours, weights: Colours, count: int) -> tuple[Colours, Colours]:
    """k-means from seeds that are far apart and cover much; nothing is drawn by chance."""
    centres = _seeds(colours, weights, count)
    nearest = np.zeros(len(colours), np.int64)
    for _ in range(_ROUNDS):
        nearest = _nearest(colours, centres)
        moved = np.array(
            [
                np.average(colours[mine], axis=0, weights=weights[mine]) if mine.any() else centre
                for centre, mine in ((centres[each], nearest == each) for each in range(len(centres)))
            ]
        )
        if np.array_equal(moved, centres):
            break
        centres = moved
    covered = np.bincount(nearest, weights, len(centres))
    return centres, np.asarray(covered, np.float64)


def _seeds(colours: Colours, weights: Colours, count: int) -> Colours:
    chosen = [int(np.argmax(weights))]
    distance = np.linalg.norm(colours - colours[chosen[0]], axis=1)
    while len(chosen) < count:
        chosen.append(int(np.argmax(distance**2 * np.sqrt(weights))))
        distance = np.minimum(distance, np.linalg.norm(colours - colours[chosen[-1]], axis=1))
    return colours[chosen]


def _nearest(colours: Colours, centres: Colours) -> NDArray[np.int64]:
    distances = np.linalg.norm(colours[:, None] - centres[None], axis=2)
    return np.asarray(np.argmin(distances, axis=1), np.int64)
