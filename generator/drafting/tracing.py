"""Where the inks of soft screens end: closed outlines on the torus, between the samples."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Field = NDArray[np.float32]
Points = NDArray[np.complex128]  # x + iy, in samples of the field that was traced
_SAME = 9  # decimals in which numbers are told apart
_TOP, _LEFT, _BOTTOM, _RIGHT = range(4)
# The corners of a cell that lie inside (8 top left, 4 top right, 2 bottom right, 1 bottom left), and the
# sides between which the outline crosses it then, the inside on its left.
_CROSSED = {
    1: (_LEFT, _BOTTOM),
    2: (_BOTTOM, _RIGHT),
    3: (_LEFT, _RIGHT),
    4: (_RIGHT, _TOP),
    6: (_BOTTOM, _TOP),
    7: (_LEFT, _TOP),
    8: (_TOP, _LEFT),
    9: (_TOP, _BOTTOM),
    11: (_TOP, _RIGHT),
    12: (_RIGHT, _LEFT),
    13: (_RIGHT, _BOTTOM),
    14: (_BOTTOM, _LEFT),
}
# Two corners that lie across from each other: joined where the middle lies inside, apart where it does not.
_JOINED = {5: (_CROSSED[7], _CROSSED[13]), 10: (_CROSSED[11], _CROSSED[14])}
_APART = {5: (_CROSSED[4], _CROSSED[1]), 10: (_CROSSED[8], _CROSSED[2])}


@dataclass(frozen=True)
class Outline:
    """A closed curve on the torus: `points` (n,) of the plane, the last of which leads to the first + `turn`.

    `turn` is 0 but for curves that go around the tile, where it is whole tiles across and down.
    """

    points: Points
    turn: complex

    @property
    def closed(self) -> Points:
        """The points with the first again at the end."""
        return np.append(self.points, self.points[0] + self.turn)

    def at(self, places: NDArray[np.int64]) -> Points:
        """The points of these numbers, which may go around it, and around the tile."""
        count = len(self.points)
        return np.asarray(self.points[places % count] + places // count * self.turn)

    def beside(self, reach: int) -> tuple[Points, Points]:
        """For each point the one so many before it, and the one so many after it."""
        points = self.points
        before = np.append(points[-reach:] - self.turn, points[:-reach])
        return before, np.append(points[reach:], points[:reach] + self.turn)

    @property
    def length(self) -> float:
        """How long it is, in samples."""
        return float(np.abs(np.diff(self.closed)).sum())

    @property
    def area(self) -> float:
        """What it encloses, in square samples, positive around what lies inside."""
        return float((np.conj(self.points) * self.closed[1:]).imag.sum()) / 2.0

    def covers(self, least: float) -> bool:
        """Whether it encloses `least` square samples, or goes around the tile."""
        return self.turn != 0.0 or abs(self.area) >= least


def evenly(points: Points, count: int) -> Points:
    """So many equal steps along a way: `count` + 1 points, its ends among them."""
    along = np.append(0.0, np.cumsum(np.abs(np.diff(points))))
    wanted = np.linspace(0.0, along[-1], count + 1)
    return np.asarray(np.interp(wanted, along, points.real) + 1j * np.interp(wanted, along, points.imag))


def first_most(values: NDArray[np.float64], axis: int | None = None) -> NDArray[np.int64]:
    """Where the most is, the first where there are several: what is symmetric has two, which rounding would
    choose between, and another processor rounds otherwise."""
    return np.asarray(np.round(values, _SAME).argmax(axis=axis))


def traced(field: Field) -> list[Outline]:
    """The zero level of a field (H, W) on the torus, what is positive on its left (marching squares)."""
    height, width = field.shape
    field = np.where(field == 0.0, np.float32(1e-6), field)
    after = _followed(field)
    places, size = _places(field), complex(width, height)
    following, seen = after.tolist(), np.zeros(len(after), np.bool_).tolist()
    found = []
    for start in np.flatnonzero(after >= 0).tolist():
        path, place = [], start
        while not seen[place]:
            seen[place] = True
            path.append(place)
            place = following[place]
        if path:
            found.append(_unrolled(places[path], size))
    return found


def _places(field: Field) -> Points:
    """Where the zero level crosses the line from each sample to the right (2k) and down (2k + 1)."""
    rows, columns = np.indices(field.shape)
    right, below = np.roll(field, -1, 1), np.roll(field, -1, 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        across, down = field / (field - right), field / (field - below)
        here = columns + 1j * rows
        return np.stack([here + across, here + 1j * down], axis=-1).ravel()


def _followed(field: Field) -> NDArray[np.int64]:
    """For every crossing of `_places` the one that follows it along the outline, -1 where there is none."""
    top_left = field > 0.0
    top_right, bottom_left = np.roll(top_left, -1, 1), np.roll(top_left, -1, 0)
    code = 8 * top_left + 4 * top_right + 2 * np.roll(top_right, -1, 0) + bottom_left
    right = np.roll(field, -1, 1)
    inside = field + right + np.roll(field, -1, 0) + np.roll(right, -1, 0) > 0.0
    cell = np.arange(field.size).reshape(field.shape)
    sides = (2 * cell, 2 * cell + 1, 2 * np.roll(cell, -1, 0), 2 * np.roll(cell, -1, 1) + 1)
    after = np.full(2 * field.size, -1, np.int64)
    for corners, (start, end) in _CROSSED.items():
        here = code == corners
        after[sides[start][here]] = sides[end][here]
    for ways, which in ((_JOINED, inside), (_APART, ~inside)):
        for corners, pairs in ways.items():
            here = (code == corners) & which
            for start, end in pairs:
                after[sides[start][here]] = sides[end][here]
    return after


def _unrolled(points: Points, size: complex) -> Outline:
    """The outline in the plane: each point where it is nearest to the one before."""
    steps = np.roll(points, -1) - points
    steps -= np.round(steps.real / size.real) * size.real + 1j * np.round(steps.imag / size.imag) * size.imag
    ways = np.cumsum(steps)
    return Outline(points[0] + np.append(0.0, ways[:-1]), complex(np.round(ways[-1], 6)))
