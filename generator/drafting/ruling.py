"""Outlines of what is all made with a ruler: straight sides in the few directions of the drawing.

A drawing of chevrons, blocks or checks has all its edges in a few directions (Coughlan and Yuille 1999 see a
city so). Each side of an outline takes the nearest of them, sides of one direction that follow each other are
one, what is too short to be a side is what wear left of a corner, and sides meet where their lines do.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from generator.drafting.sides import Numbers, Sides, leaning, meeting
from generator.drafting.tracing import Outline, Points, first_most

_LEANING, _BUILT = np.radians(5.0), 1.0 / 3.0  # what leans less is upright; so much of a built drawing does
_BINS, _BESIDE, _MOST = 180, 4, 4  # of half a turn; bins to either side that are of a direction; directions
_APART, _SHARE, _ALL = 18, 0.06, 0.28  # bins between directions; of the length in one, and in all of them
_TRUE = np.radians(4.0)  # a direction so near to upright, level or diagonal is
_LEANS = np.radians(22.0)  # how far a side may lean from its direction
_SHORT, _OFFSET, _FAR = 3.0, 1.5, 5.0  # in samples of screens: no side; between lines that are one; off
_WORN, _LONGER, _BENT = 5.0, 2.0, (np.radians(40.0), np.radians(150.0))  # what is left of a corner
_ALIKE, _MEETS, _CROSSES = 1e-9, 0.2, 0.3  # sines between directions
_EIGHTH = np.pi / 4.0


def built(outlines: Sequence[Outline], unit: float) -> bool:
    """Whether a drawing is made with a ruler: many of its edges stand upright, level or diagonal.

    Directions are taken across some samples of screens, `unit` of the outlines' each. Of edges in any
    direction a fifth would; of those of ginghams and herringbones two in three do.
    """
    way, length = _edges(outlines, unit)
    return float(length[leaning(way) < _LEANING].sum()) > _BUILT * float(length.sum())


def directions(outlines: Sequence[Outline], unit: float) -> Points:
    """The few directions in which many edges of a drawing run; none if they run in many."""
    way, length = _edges(outlines, unit)
    place = (np.mod(way, np.pi) / np.pi * _BINS).astype(np.int64) % _BINS
    left, found, held = np.bincount(place, weights=length, minlength=_BINS), [], 0.0
    total = float(length.sum())
    for _ in range(_MOST):
        wide = np.sum([np.roll(left, shift) for shift in range(-_BESIDE, _BESIDE + 1)], axis=0)
        most = int(first_most(wide))
        if wide[most] <= _SHARE * total:
            break
        held += float(wide[most])
        near = (most + np.arange(-_BESIDE, _BESIDE + 1)) % _BINS
        found.append(_direction(way, length * np.isin(place, near)))
        left[(most + np.arange(-_APART, _APART + 1)) % _BINS] = 0.0
    return np.exp(1j * np.array(found if held > _ALL * total else []))


def _edges(outlines: Sequence[Outline], unit: float) -> tuple[Numbers, Numbers]:
    """The direction of every edge, across some samples, in radians, and its length."""
    ways, lengths = [np.zeros(0)], [np.zeros(0)]
    for outline in outlines:
        if reach := min(int(3 * unit), len(outline.points) // 4):
            behind, ahead = outline.beside(reach)
            ways.append(np.angle(ahead - behind))
            lengths.append(np.abs(np.diff(outline.closed)))
    return np.concatenate(ways), np.concatenate(lengths)


def _direction(way: Numbers, length: Numbers) -> float:
    """The mean of directions, by their doubles."""
    mean = float(np.angle((length * np.exp(2j * way)).sum())) / 2.0
    true = round(mean / _EIGHTH) * _EIGHTH
    return true if abs(mean - true) < _TRUE else mean


@dataclass(frozen=True)
class _Side:
    """A side: a point of its line, its direction and length, and which points of the outline it is of."""

    middle: complex
    way: complex
    length: float
    start: int
    end: int

    def follows(self, other: _Side, most: float) -> bool:
        """Whether it goes on where the other ends, their lines as far apart as this at most."""
        off = abs((np.conj(self.way) * (other.middle - self.middle)).imag)
        return abs(self.way - other.way) < _ALIKE and off <= most

    def joined(self, other: _Side) -> _Side:
        """Both as one, the other the later."""
        length = self.length + other.length
        middle = (self.middle * self.length + other.middle * other.length) / length
        return _Side(middle, self.way, length, self.start, other.end)

    def moved(self, turn: complex, count: int) -> _Side:
        """The same once more around the outline of so many points."""
        return _Side(self.middle + turn, self.way, self.length, self.start + count, self.end + count)


def in_directions(sides: Sides, ways: Points) -> Points | None:
    """The corners of an outline with its sides in these directions; None where that is another shape."""
    found = _joined(_taken(sides, ways), sides)
    found = _joined([each for each in found if each.length >= _SHORT * sides.unit], sides)
    found = _joined(_without_worn(found, _WORN * sides.unit), sides)
    found = _crossed(found, ways, sides)
    if len(found) < (2 if sides.turn else 3):
        return None
    middles, own = np.array([each.middle for each in found]), np.array([each.way for each in found])
    before = np.roll(middles, 1)
    before[0] -= sides.turn
    corners, crossing = meeting(before, np.roll(own, 1), middles, own)
    if (np.abs(crossing) < _MEETS).any() or _away(sides, corners) > _FAR * sides.unit:
        return None
    return corners


def _taken(sides: Sides, ways: Points) -> list[_Side]:
    """The sides in the direction nearest to each, without those that lean from all."""
    found = []
    for middle, way, length, start, end in zip(
        sides.middle, sides.way, sides.length, sides.start, sides.end, strict=True
    ):
        own = _nearest(ways, way)
        if abs(np.angle(way * np.conj(own))) < _LEANS:
            found.append(_Side(complex(middle), own, float(length), int(start), int(end)))
    return found


def _nearest(ways: Points, way: complex) -> complex:
    along = (np.conj(ways) * way).real
    nearest = int(first_most(np.abs(along)))
    return complex(ways[nearest] * np.sign(along[nearest]))


def _joined(sides: list[_Side], around: Sides) -> list[_Side]:
    """Sides of one line that follow each other as one."""
    most, found = _OFFSET * around.unit, list(sides[:1])
    for each in sides[1:]:
        if each.follows(found[-1], most):
            found[-1] = found[-1].joined(each)
        else:
            found.append(each)
    if len(found) > 1:
        again = found[0].moved(around.turn, len(around.closed) - 1)
        if again.follows(found[-1], most):
            found[-1] = found[-1].joined(again)
            del found[0]
    return found


def _without_worn(sides: list[_Side], most: float) -> list[_Side]:
    """Without sides up to this long that wear off the corner of two much longer ones."""
    found = []
    for before, each, after in zip([*sides[-1:], *sides[:-1]], sides, [*sides[1:], *sides[:1]], strict=True):
        first, second = np.angle(each.way * np.conj(before.way)), np.angle(after.way * np.conj(each.way))
        corner = first * second > 0.0 and _BENT[0] < abs(first + second) < _BENT[1]
        longer = min(before.length, after.length) > _LONGER * each.length
        if not (corner and longer and each.length < most):
            found.append(each)
    return found


def _crossed(sides: list[_Side], ways: Points, around: Sides) -> list[_Side]:
    """With a side across between two that run along each other: the end of a bar, or a step."""
    count, found = len(around.closed) - 1, []
    again = [first.moved(around.turn, count) for first in sides[:1]]
    for each, other in zip(sides, [*sides[1:], *again], strict=True):
        found.append(each)
        if abs((np.conj(each.way) * other.way).imag) < _ALIKE and each.end <= other.start:
            places = np.arange(each.end, other.start + 1)
            between = Outline(around.closed[:-1], around.turn).at(places)
            ahead = (np.conj(each.way) * (between - each.middle)).real
            ends = (np.conj(each.way) * other.way).real < 0.0
            middle = between[int(first_most(ahead))] if ends else between.mean()
            found.append(_Side(complex(middle), _across(between, each.way, ways), 0.0, each.end, other.start))
    return found


def _across(between: Points, way: complex, ways: Points) -> complex:
    """The direction in which a bar that runs this `way` ends: one of the drawing's, upright, level or
    square to it."""
    quarter = len(between) // 4
    chord = between[-1 - quarter] - between[quarter]
    others = np.append(ways, [1.0, 1.0j])
    others = np.append(others[np.abs((np.conj(way) * others).imag) > _CROSSES], 1j * way)
    return _nearest(others, chord) if abs(chord) > 0.0 else 1j * way


def _away(sides: Sides, corners: Points) -> float:
    """How far the outline comes from a polygon at most, and a corner of that from the outline."""
    ways = np.append(corners[1:], corners[0] + sides.turn) - corners
    outline, corner = np.full(len(sides.closed), np.inf), np.full(len(corners), np.inf)
    for turn in {0.0, sides.turn, -sides.turn}:
        places = sides.closed[:, None] + turn - corners
        share = (places * np.conj(ways)).real / np.maximum(np.abs(ways) ** 2, 1e-12)
        outline = np.minimum(outline, np.abs(places - share.clip(0.0, 1.0) * ways).min(axis=1))
        corner = np.minimum(corner, np.abs(places).min(axis=0))
    return float(max(outline.max(), corner.max()))
