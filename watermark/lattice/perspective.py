"""Add perspective to a lattice: a photograph or a product shot shows the repeat foreshortened.

Six parameters (an affine map and two of perspective) are fitted to block matches one period apart, in two or
three rounds, each inside the picture rectified by the last; then every visible period is settled against the
mean tile, which takes the error below a pixel.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.optimize import least_squares

from watermark.lattice.matching import Matches, repeats
from watermark.lattice.settling import settled
from watermark.pictures import Pixels
from watermark.protocol import Lattice, Point

Matrix = NDArray[np.float64]
_WORKING_PERIOD = 220.0
_ROUNDS = 3
_FEWEST_MATCHES = 10


@dataclass(frozen=True)
class _Tilt:
    """Pixels to periods about a centre: periods = affine @ d / (1 + tilt . d / half), d = pixel - centre."""

    affine: Matrix
    tilt: Matrix
    centre: Matrix
    half: float

    def periods(self, points: Matrix) -> Matrix:
        offset = points - self.centre
        return np.asarray((offset @ self.affine.T) / (1 + (offset / self.half) @ self.tilt)[:, None])

    @property
    def rectifying(self) -> Matrix:
        """3x3: pixels to pixels without perspective, unchanged at the centre."""
        shift, back = np.eye(3), np.eye(3)
        shift[:2, 2], back[:2, 2] = -self.centre, self.centre
        bend = np.eye(3)
        bend[2, :2] = self.tilt / self.half
        return np.asarray(back @ bend @ shift)

    @property
    def homography(self) -> Matrix:
        """3x3: periods to pixels."""
        shift = np.eye(3)
        shift[:2, 2] = -self.centre
        forward = np.eye(3)
        forward[:2, :2] = self.affine
        forward[2, :2] = self.tilt / self.half
        return np.asarray(np.linalg.inv(forward @ shift))


def refine(pixels: Pixels, lattice: Lattice) -> Lattice | None:
    """The lattice with perspective, more exact than before; None where the picture does not bear it out."""
    if lattice.kind == "whole":
        return None
    shrink = min(1.0, _WORKING_PERIOD / float(np.sqrt(lattice.area)))
    small = pixels
    if shrink < 1:
        small = np.asarray(
            cv2.resize(pixels, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA), np.uint8
        )
    reach = 0.2 if lattice.kind == "coarse" else 0.12
    tilt = _tilted(small, np.array([lattice.u, lattice.v]) * shrink, reach)
    if tilt is None:
        return None
    matrix = np.diag([1 / shrink, 1 / shrink, 1.0]) @ tilt.homography
    return with_homography(lattice, settled(pixels, lattice, matrix))


def with_homography(lattice: Lattice, matrix: Matrix) -> Lattice:
    """The lattice whose cell (0, 0) starts where `matrix` puts it; u, v are the local period vectors there."""
    matrix = matrix / matrix[2, 2]
    origin, right, down = (_applied(matrix, point) for point in ((0.0, 0.0), (1.0, 0.0), (0.0, 1.0)))
    return replace(
        lattice,
        u=(right[0] - origin[0], right[1] - origin[1]),
        v=(down[0] - origin[0], down[1] - origin[1]),
        origin=origin,
        homography=tuple(tuple(float(x) for x in row) for row in matrix),
    )


def _applied(matrix: Matrix, point: Point) -> Point:
    x, y, w = matrix @ np.array([point[0], point[1], 1.0])
    return float(x / w), float(y / w)


def _tilted(pixels: Pixels, basis: Matrix, reach: float) -> _Tilt | None:
    height, width = pixels.shape[:2]
    first = _Tilt(
        np.linalg.inv(basis.T), np.zeros(2), np.array([width / 2, height / 2]), max(height, width) / 2
    )
    tilt = first
    for turn in range(_ROUNDS):
        matches = _matches(pixels, tilt, reach if turn == 0 else 0.05)
        if len(matches) < _FEWEST_MATCHES:
            return None
        tilt, good = _fitted(matches, tilt, first)
        if good is None:
            return None
    return tilt if _is_sound(tilt, first) else None


def _matches(pixels: Pixels, tilt: _Tilt, reach: float) -> Matches:
    """Matches found in the picture rectified by `tilt`, in coordinates of the picture itself."""
    size = (pixels.shape[1], pixels.shape[0])
    basis = np.linalg.inv(tilt.affine).T
    if np.hypot(*tilt.tilt) < 0.004:
        return repeats(pixels, basis, reach)
    straight = tilt.rectifying
    flat = np.asarray(cv2.warpPerspective(pixels, straight, size), np.uint8)
    full = np.full(pixels.shape[:2], 255, np.uint8)
    seen = np.asarray(cv2.warpPerspective(full, straight, size)) > 250
    found = repeats(flat, basis, reach, seen)
    back = np.linalg.inv(straight)
    return replace(found, start=_moved(found.start, back), end=_moved(found.end, back))


def _moved(points: Matrix, matrix: Matrix) -> Matrix:
    moved = np.c_[points, np.ones(len(points))] @ matrix.T
    return np.asarray(moved[:, :2] / moved[:, 2:])


def _fitted(matches: Matches, tilt: _Tilt, first: _Tilt) -> tuple[_Tilt, Matrix | None]:
    """Robust fit of all matches; also the mask of those within 2 px, None if too few agree."""
    period = 1 / np.sqrt(abs(np.linalg.det(first.affine)))

    def candidate(values: Matrix) -> _Tilt:
        return replace(tilt, affine=values[:4].reshape(2, 2), tilt=values[4:])

    def errors(values: Matrix) -> Matrix:
        trial = candidate(values)
        steps = trial.periods(matches.end) - trial.periods(matches.start)
        return np.asarray((steps - matches.step) * period)

    def residuals(values: Matrix) -> Matrix:
        weighted = (errors(values) * matches.likeness[:, None]).ravel()
        stay = (values[:4] - first.affine.ravel()) * period * period * 0.03
        return np.concatenate([weighted, stay, values[4:] * 2.0])

    solved = least_squares(
        residuals,
        np.concatenate([tilt.affine.ravel(), tilt.tilt]),
        loss="cauchy",
        x_scale=np.array([1 / period] * 4 + [0.1, 0.1]),
        max_nfev=60,
    )
    good = np.hypot(*errors(solved.x).T) < 2
    directions = len(np.unique(matches.step[good], axis=0))
    enough = good.mean() >= 0.35 and good.sum() >= 6 and directions >= 2
    return candidate(solved.x), good if enough else None


def _is_sound(tilt: _Tilt, first: _Tilt) -> bool:
    growth = abs(np.linalg.det(tilt.affine)) / abs(np.linalg.det(first.affine))
    return bool(0.4 < growth < 2.5 and np.hypot(*tilt.tilt) < 0.9)
