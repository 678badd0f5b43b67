"""The sides of an outline: straight lines laid through its parts, and how they meet.

A line goes through the points of a part by least squares, and lines meet in their intersection: a corner, or
the apex of a quadratic Bezier curve between the middles of both, as in Potrace (Selinger 2003). So an edge
that wavered is straight, and a corner that was worn is sharp.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from generator.drafting.tracing import Outline, Points

_TRIMMED = 0.15  # of a part at either end: there the corner wears it
_ROUND = 0.55  # how near an outline comes to its corner, as a share of how near an arc would
_SHARPEST = np.radians(25.0)  # what turns less is no corner
_EIGHTH = np.pi / 4.0
_LEANS = np.radians(4.0)  # a side that leans less is upright
_LONG, _MOST_WORN, _LONGER = 6.0, 3, 1.6  # few short sides between two long ones, longer than they together
_BENT = np.radians(40.0), np.radians(135.0)  # how far a corner turns that wears off
_APART = 2.2  # how far a corner may lie from the outline, in `unit`
# By the square a point may be sharper, and what is worn off it more; a side that leans, and is much shorter
# than its neighbours, is what is left of a corner; and where upright meets level, less need be left of both.
_POINT, _POINTED, _SLANTS, _BESIDE = np.radians(150.0), 3.5, np.radians(8.0), 2.5
_SHORT, _RIGHT, _SURE = 3.5, 2.8, 3.0  # of a right angle: its sides, what is worn off, what is made upright
_CURVE = np.linspace(0.0, 1.0, 9)
Numbers = NDArray[np.float64]
Places = NDArray[np.int64]


@dataclass(frozen=True)
class Sides:
    """Lines through the parts of an outline, from point `start` to `end`: a middle and a direction each.

    `closed` and `turn` are the outline's, `unit` is a sample of screens in samples of it. Those that are
    `square` are drawn by one: two long sides meet in a corner, also where little of it is left.
    """

    closed: Points
    turn: complex
    unit: float
    start: Places
    end: Places
    length: Numbers
    middle: Points
    way: Points
    square: bool = False

    @classmethod
    def laid(cls, outline: Outline, cuts: Places, unit: float, *, square: bool = False) -> Sides:
        """Least squares by sums over the points before each; a side too short for it is its chord."""
        points, start, end = outline.closed, cuts[:-1], cuts[1:]
        chord = points[end] - points[start]
        length = np.abs(chord)
        trimmed = ((end - start) * _TRIMMED).astype(np.int64)
        first, last = start + trimmed, end - trimmed + 1
        middle, squares = (_mean(part, first, last) for part in (points, points**2))
        # The square of a direction is that of (x + iy)^2 about the middle: its angle is twice the line's.
        way = np.exp(0.5j * np.angle(squares - middle**2))
        way = np.where((way * np.conj(chord)).real < 0.0, -way, way)
        short = (last - first < 4) | (length < 1.5 * unit)
        way = np.where(short, chord / np.maximum(length, 1e-9), way)
        middle = np.where(short, (points[start] + points[end]) / 2.0, middle)
        return cls(points, outline.turn, unit, start, end, length, middle, way, square)

    def trued(self) -> Sides:
        """With long sides that are nearly upright, level or diagonal made so."""
        angle, length = np.angle(self.way), self.length / self.unit
        leans = leaning(angle)
        true = (leans < _LEANS) & (length > (_SURE if self.square else 5.0)) & (leans * length < 1.5)
        return replace(self, way=np.where(true, np.exp(1j * np.round(angle / _EIGHTH) * _EIGHTH), self.way))

    def sharpened(self) -> Sides:
        """Without the short sides that wear off a corner between two long ones."""
        count = len(self.way)
        long = np.flatnonzero(self._long()).tolist()
        kept = np.ones(count, np.bool_)
        for side, other in zip(long, [*long[1:], *(each + count for each in long[:1])], strict=True):
            between = np.arange(side + 1, other) % count
            if 0 < len(between) <= _MOST_WORN and int(kept.sum()) - len(between) >= 3:
                kept[between] = not self._worn(side, other % count, between)
        parts = {name: getattr(self, name)[kept] for name in ("start", "end", "length", "middle", "way")}
        return replace(self, **parts)

    def _long(self) -> NDArray[np.bool_]:
        long = self.length >= _LONG * self.unit
        if not self.square:
            return np.asarray(long)
        long |= _upright(self.way) & (self.length >= _SHORT * self.unit)
        beside = np.minimum(np.roll(self.length, 1), np.roll(self.length, -1))
        left = (leaning(np.angle(self.way)) > _SLANTS) & (_BESIDE * self.length < beside)
        return np.asarray(long & ~left)

    def _reach(self, way: Points, other: Points) -> Numbers:
        """How far from the outline the corner of two directions may lie."""
        if not self.square:
            return np.full(len(way), _APART * self.unit)
        bend = np.abs(np.angle(other * np.conj(way)))
        pointed = np.minimum(1.0 / (1.0 + np.cos(np.clip(bend, np.pi / 2.0, _POINT))), _POINTED)
        return np.asarray(self.unit * np.where(_right(way, other), _RIGHT, _APART * pointed))

    def _worn(self, side: int, other: int, between: Places) -> bool:
        """Whether the short sides between two long ones are what is left of their corner."""
        ways = self.way[np.concatenate([[side], between, [other]])]
        turns = np.angle(ways[1:] * np.conj(ways[:-1]))
        bend = float(turns.sum())
        most = _POINT if self.square else _BENT[1]
        if not _BENT[0] < abs(bend) < most or (np.sign(turns) != np.sign(bend)).any():
            return False
        longer = 1.0 if self.square and _right(ways[:1], ways[-1:]).all() else _LONGER
        if self.length[between].sum() * longer > min(self.length[side], self.length[other]):
            return False
        after = np.where(np.append(between, other) < side, self.turn, 0.0)  # they lie beyond the first point
        worn = [
            self.closed[self.start[each] : self.end[each] + 1] + turn
            for each, turn in zip(between, after, strict=False)
        ]
        corner, _ = meeting(self.middle[[side]], ways[:1], self.middle[[other]] + after[-1], ways[-1:])
        return bool(np.abs(corner - np.concatenate(worn)).min() < self._reach(ways[:1], ways[-1:])[0])

    def drawn(self) -> Points:
        """The points of the outline redrawn: corners, and nine of each curve."""
        corners = self._corners()
        before = np.append(corners[-1] - self.turn, corners[:-1])
        after = np.append(corners[1:], corners[0] + self.turn)
        come, go = corners - before, after - corners
        bend = np.abs(np.angle(go * np.conj(come)))
        reach = np.minimum(np.abs(come), np.abs(go))
        arc = reach / 2.0 * np.tan(bend / 4.0)
        near = _ROUND * arc
        if self.square:
            ways = np.roll(self.way, 1), self.way
            least = np.where(_right(*ways), _SHORT, _LONG) * self.unit
            cornered = (bend > _BENT[0]) & (reach >= least)
            near = np.where(cornered, np.maximum(near, self._reach(*ways)), near)
        sharp = (bend > _SHARPEST) & (self._nearness(corners) < near)
        longest = np.maximum(reach, _LONG * self.unit) / 2.0
        leave, arrive = corners - _cut_to(come / 2.0, longest), corners + _cut_to(go / 2.0, longest)
        along = _CURVE[:, None]
        curves = (1 - along) ** 2 * leave + 2 * along * (1 - along) * corners + along**2 * arrive
        return np.concatenate([corners[k : k + 1] if sharp[k] else curves[:, k] for k in range(len(corners))])

    def _corners(self) -> Points:
        """Where each side meets the one before it; where lines nearly run along, the point between them."""
        middle, end = np.roll(self.middle, 1), self.closed[np.roll(self.end, 1)]
        middle[0] -= self.turn
        end[0] -= self.turn
        start = self.closed[self.start]
        met, crossing = meeting(middle, np.roll(self.way, 1), self.middle, self.way)
        between = (start + end) / 2.0
        reach = self._reach(np.roll(self.way, 1), self.way)
        astray = np.abs(met - between) > reach + np.abs(start - end)
        return np.where(astray | (np.abs(crossing) < 0.05), between, met)

    def _nearness(self, corners: Points) -> Numbers:
        """How near the outline itself comes to each corner."""
        count = len(self.closed) - 1
        reach = np.arange(-int(4 * self.unit), int(4 * self.unit) + 1)
        places = self.start[:, None] + reach
        around = self.closed[places % count] + places // count * self.turn
        return np.asarray(np.abs(around - corners[:, None]).min(axis=1))


def _mean(values: Points, first: Places, last: Places) -> Points:
    sums = np.append(0.0, np.cumsum(values))
    return np.asarray((sums[last] - sums[first]) / (last - first))


def leaning(angle: Numbers) -> Numbers:
    """How far directions are from the nearest that is upright, level or diagonal, in radians."""
    return np.abs(angle - np.round(angle / _EIGHTH) * _EIGHTH)


def _upright(way: Points) -> NDArray[np.bool_]:
    """Which directions are upright or level, as only those are that were made so."""
    return np.asarray(np.minimum(np.abs(way.real), np.abs(way.imag)) < 1e-6)


def _right(way: Points, other: Points) -> NDArray[np.bool_]:
    return np.asarray(_upright(way) & _upright(other) & (np.abs((np.conj(way) * other).real) < 1e-6))


def meeting(middle: Points, way: Points, other: Points, other_way: Points) -> tuple[Points, Numbers]:
    """Where lines meet, and the sine of the angle between them."""
    crossing = (np.conj(way) * other_way).imag
    with np.errstate(divide="ignore", invalid="ignore"):
        share = (np.conj(other - middle) * other_way).imag / crossing
        found = middle + share * way
    return np.where(np.isfinite(found), found, np.inf), crossing


def _cut_to(way: Points, longest: Numbers) -> Points:
    return np.asarray(way * np.minimum(1.0, longest / np.maximum(np.abs(way), 1e-9)))
