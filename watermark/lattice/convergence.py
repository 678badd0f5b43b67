"""Perspective of stripes, which repeat in one direction only: how they converge and crowd tells it all.

Evenly spaced parallel lines are seen as the level lines of f(X) = c + q . X / (1 + g . X), X in pixels from
the centre of the picture, q their frequency there, g the vanishing line of `watermark.lattice.perspective`.
f is the phase of the stripes, followed over the picture as in `watermark.lattice.flattening`.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.optimize import least_squares

from watermark.lattice.features import artwork
from watermark.lattice.flattening import followed
from watermark.lattice.wave import LONGEST_SIDE, wave_of
from watermark.pictures import Pixels, Plane

Field = NDArray[np.float64]

_PASSES = ((2, 1.0), (4, 1.0), (4, 1.5))
_CLOSE = 0.12
_LEAST_AGREEMENT = 0.6
_STEEPEST = 0.9


def converging(pixels: Pixels) -> tuple[Field, Field, Field] | None:
    """(wave before, wave at the centre, vanishing line g) of a striped (H, W, 3) picture, per pixel.

    None where it is not striped, or its stripes are not those of a flat thing.
    """
    wave = wave_of(pixels)
    if wave is None:
        return None
    height, width = pixels.shape[:2]
    shrink = min(1.0, LONGEST_SIDE / max(height, width))
    small = cv2.resize(pixels, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA)
    art = artwork(np.asarray(small, np.uint8))
    features = np.stack([art.real, art.imag], axis=-1)
    found = _followed(features, wave / shrink)
    return None if found is None else (wave, found[0] * shrink, found[1] * shrink)


def _followed(features: Plane, wave: Field) -> tuple[Field, Field] | None:
    line, agreement = np.zeros(2), 0.0
    size = np.array([features.shape[1], features.shape[0]], np.float64)
    for harmonics, reach in _PASSES:
        places, phase, weight = _phases(features, wave, line, harmonics, reach)
        if weight.sum() <= 0:
            return None
        wave, line, agreement = _solved(places, phase, weight, wave, line)
        if np.abs(line) @ size / 2 >= _STEEPEST:
            return None
    return (wave, line) if agreement >= _LEAST_AGREEMENT else None


def _phases(
    features: Plane, wave: Field, line: Field, harmonics: int, reach: float
) -> tuple[Field, Field, Field]:
    """(places (n, 2) from the centre of the picture, the phase of the stripes there, its weight)."""
    height, width = features.shape[:2]
    centre = np.array([width, height]) / 2
    divide = np.eye(3)
    divide[2, :2] = line
    to_middle = np.array([[1.0, 0, -centre[0]], [0, 1.0, -centre[1]], [0, 0, 1.0]])
    straight = np.linalg.inv(to_middle) @ divide @ to_middle
    flat = np.asarray(cv2.warpPerspective(features, straight, (width, height)), np.float32)
    ahead, weight = followed(flat, wave, harmonics, reach)
    rows, columns = ahead.shape
    x, y = (np.arange(columns) + 0.5) * width / columns, (np.arange(rows) + 0.5) * height / rows
    nodes = np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2) - 0.5 - centre
    places = nodes / (1 - nodes @ line)[:, None]
    inside = (1 - nodes @ line > 0) & (np.abs(places) < centre).all(1)
    return places[inside], (nodes @ wave + ahead.ravel())[inside], weight.ravel()[inside]


def _solved(
    places: Field, phase: Field, weight: Field, wave: Field, line: Field
) -> tuple[Field, Field, float]:
    """(wave at the centre, vanishing line, weighted share of places where they fit)."""
    far = float(np.abs(places).max())
    start = np.concatenate([[0.0], wave * far, line * far])

    def misses(values: Field) -> Field:
        depth = np.maximum(1 + places @ values[3:] / far, 0.05)
        return np.asarray(values[0] + places @ values[1:3] / far / depth - phase, np.float64)

    loud = np.sqrt(weight / weight.max())
    start[0] = -float(np.median(misses(start)))
    solved = least_squares(lambda x: misses(x) * loud, start, loss="soft_l1", f_scale=_CLOSE / 2).x
    close = np.abs(misses(solved)) < _CLOSE
    return solved[1:3] / far, solved[3:] / far, float(weight[close].sum() / weight.sum())
