"""Add perspective to a lattice: a photograph or a product shot shows the repeat foreshortened.

Seen in perspective, moving the pattern by a period e is a conjugate translation X -> X + t_e (l . X) of
homogeneous pixels, with l the vanishing line and t_e on it (Schaffalitzky and Zisserman, "Planar grouping for
automatic detection of vanishing lines and points", 2000). With pixels counted from the centre of the picture,
l = (g, 1) and t_e = (d_e, -g . d_e): six unknowns g, d_u, d_v, fitted to matches one period apart. In
the picture divided by 1 + g . X every repeat is a plain translation by d_e: blocks are matched there.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.optimize import least_squares

from watermark.lattice.convergence import converging
from watermark.lattice.matching import Matches, repeats
from watermark.lattice.settling import settled
from watermark.lattice.stripes import tiles_of
from watermark.pictures import Pixels
from watermark.protocol import Lattice, Point

Matrix = NDArray[np.float64]
LEAST_TILT = 0.01
_MATCHING_PERIOD = 200.0
_REACHES = (0.15, 0.06, 0.04)
_FEWEST_MATCHES = 12
_CLOSE = 0.02
# Measured over 160 fits: right repeats end at 0.69 and more, wrong ones of aperiodic art at 0.57 and less.
_LEAST_AGREEMENT = 0.6


@dataclass(frozen=True)
class Elation:
    """g: vanishing line, per pixel; basis: rows d_u, d_v in pixels; centre: pixel all is counted from."""

    line: Matrix
    basis: Matrix
    centre: Matrix

    def moved(self, points: Matrix, steps: Matrix) -> Matrix:
        """Where pixels (n, 2) come again after lattice steps (n, 2)."""
        offset, shift = points - self.centre, steps @ self.basis
        depth = 1 + offset @ self.line
        scale = 1 - (shift @ self.line) * depth
        return np.asarray(self.centre + (offset + shift * depth[:, None]) / scale[:, None], np.float64)

    @property
    def matrix(self) -> Matrix:
        """3x3: periods to pixels, cell (0, 0) starting at the centre."""
        forward = np.eye(3)
        forward[:2, :2] = self.basis.T
        forward[2, :2] = -self.basis @ self.line
        return np.asarray(_shift(self.centre) @ forward, np.float64)


def straightening(line: Matrix, centre: Matrix) -> Matrix:
    """3x3: pixels to pixels without the perspective of a vanishing line, unchanged at the centre."""
    divide = np.eye(3)
    divide[2, :2] = line
    return np.asarray(_shift(centre) @ divide @ _shift(-centre), np.float64)


def vanishing_line(matrix: Matrix, centre: Matrix) -> Matrix:
    """The g of a map from periods to pixels; zero for an affine one."""
    row = np.linalg.inv(matrix)[2]
    return np.asarray(row[:2] / (row[:2] @ centre + row[2]), np.float64)


def _shift(by: Matrix) -> Matrix:
    return np.array([[1.0, 0.0, by[0]], [0.0, 1.0, by[1]], [0.0, 0.0, 1.0]])


def refine(pixels: Pixels, lattice: Lattice) -> Lattice | None:
    """The lattice with perspective, more exact than before; None where the picture does not bear it out."""
    if lattice.kind == "whole":
        return None
    if lattice.kind == "stripe":
        return _striped(pixels, lattice)
    shrink = min(1.0, _MATCHING_PERIOD / float(np.sqrt(lattice.area)))
    small = pixels
    if shrink < 1:
        reduced = cv2.resize(pixels, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA)
        small = np.asarray(reduced, np.uint8)
    found = _fit(small, np.array([lattice.u, lattice.v], np.float64) * shrink)
    if found is None:
        return None
    enlarge = np.diag([1 / shrink, 1 / shrink, 1.0])
    return with_homography(lattice, settled(pixels, lattice, np.asarray(enlarge @ found.matrix, np.float64)))


def _striped(pixels: Pixels, lattice: Lattice) -> Lattice | None:
    """The square tile that holds as many waves as the lattice does, with the perspective of the stripes."""
    found = converging(pixels)
    if found is None:
        return None
    before, wave, line = found
    counts = np.rint(np.array([lattice.u, lattice.v]) @ before)
    size = np.array([pixels.shape[1], pixels.shape[0]], np.float64)
    elation = Elation(line, tiles_of(wave, (int(counts[0]), int(counts[1])))[0], size / 2)
    return with_homography(lattice, elation.matrix)


def _fit(pixels: Pixels, basis: Matrix) -> Elation | None:
    """Alternate matching in the straightened picture and fitting; None unless enough matches end up close."""
    size = np.array([pixels.shape[1], pixels.shape[0]], np.float64)
    elation = Elation(np.zeros(2), basis, size / 2)
    agreement = 0.0
    for reach in _REACHES:
        matches = _matches(pixels, elation, reach)
        if len(matches) < _FEWEST_MATCHES:
            return None
        elation, agreement = _solved(matches, elation, float(size.max()))
        if np.abs(elation.line) @ size / 2 >= 0.9:
            return None
    return elation if agreement >= _LEAST_AGREEMENT else None


def _matches(pixels: Pixels, elation: Elation, reach: float) -> Matches:
    """Matches found in the straightened picture, given in pixels of the picture itself."""
    straight = straightening(elation.line, elation.centre)
    size = (pixels.shape[1], pixels.shape[0])
    flat = np.asarray(cv2.warpPerspective(pixels, straight, size), np.uint8)
    seen = np.asarray(cv2.warpPerspective(np.full(size[::-1], 255, np.uint8), straight, size)) > 250
    found = repeats(flat, elation.basis, reach, seen)
    back = np.linalg.inv(straight)
    return replace(found, start=_mapped(found.start, back), end=_mapped(found.end, back))


def _mapped(points: Matrix, matrix: NDArray[np.floating]) -> Matrix:
    if len(points) == 0:
        return points
    return np.asarray(cv2.perspectiveTransform(points[None], matrix)[0], np.float64)


def _solved(matches: Matches, start: Elation, longest: float) -> tuple[Elation, float]:
    """Robust least squares in pixels of the picture; also the likeness-weighted share of close matches."""
    close = _CLOSE * float(np.sqrt(abs(np.linalg.det(start.basis)))) + 0.5
    unpack = _unpacker(start, longest)

    def misses(values: Matrix) -> Matrix:
        return np.asarray(unpack(values).moved(matches.start, matches.step) - matches.end, np.float64)

    weights = np.sqrt(matches.likeness)[:, None]
    initial = np.concatenate([start.line * longest, start.basis.ravel() / longest])
    solved = least_squares(
        lambda x: (misses(x) * weights).ravel(), initial, loss="soft_l1", f_scale=close / 2
    )
    near = np.hypot(*misses(solved.x).T) < close
    held = min(matches.likeness[near & (matches.step[:, axis] != 0)].sum() for axis in (0, 1))
    share = float(matches.likeness[near].sum() / matches.likeness.sum()) if held > 0 else 0.0
    return unpack(solved.x), share


def _unpacker(start: Elation, longest: float) -> Callable[[Matrix], Elation]:
    def unpack(values: Matrix) -> Elation:
        return replace(start, line=values[:2] / longest, basis=values[2:].reshape(2, 2) * longest)

    return unpack


def with_homography(lattice: Lattice, matrix: Matrix) -> Lattice:
    """The lattice laid by `matrix`, periods to pixels; u and v are its first steps from the new origin."""
    places = _mapped(np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]]), matrix)
    first, second, third = (row.tolist() for row in matrix / matrix[2, 2])
    return replace(
        lattice,
        origin=_point(places[0]),
        u=_point(places[1] - places[0]),
        v=_point(places[2] - places[0]),
        homography=(_triple(first), _triple(second), _triple(third)),
    )


def _point(values: Matrix) -> Point:
    return float(values[0]), float(values[1])


def _triple(values: list[float]) -> tuple[float, float, float]:
    return values[0], values[1], values[2]
