"""A free-hand outline made fair, as a draughtsman's spline makes it: corners, and one even curve between two.

A corner is where an outline turns far at once. Between corners runs the curve with the least third
differences, whose curvature changes least (Moreton and Sequin 1992), of all that stay near the outline:
penalised least squares (Whittaker 1923; Eilers 2003), where a point that lies too far off weighs more the
next time.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from scipy.linalg import solveh_banded

from generator.drafting.sides import Numbers, Places, meeting
from generator.drafting.tracing import Outline, Points, evenly

# In samples of screens: how far an outline may be moved, one that goes around the tile too; how far it is
# steadied to find its corners, and across how much of it; how far off a corner may lie; and steps along it.
_NEAR, _AROUND, _STEADY, _REACH, _APART, _STEP, _LEAST_STEP = 2.0, 1.0, 1.0, 3.5, 2.5, 0.5, 0.2
_OF_WIDTH = 0.25  # how far it may be moved, of what it encloses by its length, which is half its width
_FEWEST, _CORNERS, _STEADIED = 32, 8, 40  # steps along an outline, reaches, and as far as it is steadied
_BEND, _AT_ONCE = np.radians(45.0), 1.3  # how far a corner turns, and as a multiple of its sides' turning
_WORN = 0.7  # of a reach beside a corner
_DIFFERENCES = (-1.0, 3.0, -3.0, 1.0)
_LIGHT, _PINNED, _HEAVIER, _MOST_OFF = 1e-6, 1e4, 1.5, 4.0  # weights of points, first and most; their growth
_TIMES, _NEARLY = 16, 1.15


def faired(outline: Outline, unit: float, *, smooth: bool = False) -> Outline:
    """The outline redrawn, `unit` of its samples to one of the screens: about two of these from it at most,
    and less where it encloses little. What is `smooth` has no corners."""
    length = outline.length
    most = _AROUND * unit if outline.turn else min(_NEAR * unit, _OF_WIDTH * abs(outline.area) / length)
    step = min(_STEP * unit, max(most, _LEAST_STEP * unit), length / _FEWEST)
    even = Outline(_stepped(outline.closed, step)[:-1], outline.turn)
    reach = max(2, round(min(_REACH * unit, length / _CORNERS) / step))
    places, corners = np.zeros(0, np.int64), np.zeros(0, np.complex128)
    if not smooth:
        steadied = _steadied(even, min(_STEADY * unit, length / _STEADIED) / step)
        places, corners = _corners(steadied, reach, _APART * unit)
    if len(places) == 0:
        onward = outline.turn * np.arange(len(even.points)) / len(even.points)
        return Outline(_fair(even.points - onward, most, pinned=False) + onward, outline.turn)
    ends = np.append(places[1:], places[0] + len(even.points))
    nexts = np.append(corners[1:], corners[0] + outline.turn)
    curves = []
    for start, end, corner, other in zip(places, ends, corners, nexts, strict=True):
        worn = min(int(_WORN * reach), int(end - start) // 4)
        between = even.at(np.arange(start + worn, end - worn + 1))
        run = _stepped(np.concatenate([[corner], between, [other]]), step)
        curves.append(_fair(run, most, pinned=True)[:-1])
    return Outline(np.concatenate(curves), outline.turn)


def _stepped(points: Points, step: float) -> Points:
    """Points about a step apart along a way, its ends among them."""
    return evenly(points, max(round(float(np.abs(np.diff(points)).sum()) / step), 8))


def _steadied(outline: Outline, spread: float) -> Outline:
    """The outline smoothed by a Gaussian, `spread` points wide."""
    reach = int(3.0 * spread) + 1
    weights = np.exp(-0.5 * (np.arange(-reach, reach + 1) / spread) ** 2)
    around = outline.at(np.arange(-reach, len(outline.points) + reach))
    return Outline(np.convolve(around, weights / weights.sum(), "valid"), outline.turn)


def _corners(outline: Outline, reach: int, apart: float) -> tuple[Places, Points]:
    """After which points an outline has corners, and where: where its sides would meet."""
    count = np.arange(len(outline.points))
    before, start, here, end, after = (outline.at(count + times * reach) for times in (-2, -1, 0, 1, 2))
    chords = np.stack([start - before, here - start, end - here, after - end])
    bends = np.abs(np.angle(chords[1:] * np.conj(chords[:-1])))
    at_once = (bends[1] > _BEND) & (bends[1] > _AT_ONCE * (bends[0] + bends[2]))
    places = _peaks(np.where(at_once, bends[1], 0.0), reach)
    found, _ = meeting(start[places], chords[0, places], end[places], chords[3, places])
    own = here[places]
    return places, np.where(np.abs(found - own) < apart, found, own)


def _peaks(values: Numbers, reach: int) -> Places:
    """Where values on a ring, none below 0, are the most of those so near; the first where several are."""
    values = np.round(values, 9)
    places = np.flatnonzero(values)
    near = values[(places[:, None] + np.arange(-reach, reach + 1)) % len(values)]
    own = values[places, None]
    most = (near[:, :reach] < own).all(axis=1) & (near[:, reach + 1 :] <= own).all(axis=1)
    return np.asarray(places[most])


def _fair(points: Points, most: float, *, pinned: bool) -> Points:
    """The fairest points about `most` from these, one for each: `pinned` at both ends, or of a ring."""
    count = len(points)
    order, band = _third_differences(count, ring=not pinned)
    wanted = np.stack([points.real, points.imag], axis=1)
    weights, sums = np.full(count, _LIGHT), np.empty((count, 2))
    for _ in range(_TIMES):
        if pinned:
            weights[[0, -1]] = _PINNED
        system = band.copy()
        system[0, order] += weights
        sums[order] = weights[:, None] * wanted
        solved = solveh_banded(system, sums, lower=True, check_finite=False)[order]
        found: Points = solved[:, 0] + 1j * solved[:, 1]
        off = np.abs(found - points) / most
        if off.max() < _NEARLY:
            break
        grown = np.where(off > 1.0, _HEAVIER * np.minimum(off, _MOST_OFF) ** 2, 1.0)
        weights = np.minimum(weights * grown, _PINNED)
    return found


@lru_cache(maxsize=128)
def _third_differences(count: int, *, ring: bool) -> tuple[Places, Numbers]:
    """The matrix of the sum of squared third differences of so many points: where each stands in it, and its
    lower bands. On a ring they stand there and back by turns, so that neighbours are two apart at most."""
    there, reach = np.arange(count), len(_DIFFERENCES) - 1
    order = np.minimum(2 * there, 2 * (count - 1 - there) + 1) if ring else there
    band = np.zeros((2 * reach + 1 if ring else reach + 1, count))
    start = there if ring else there[: count - reach]
    for first, one in enumerate(_DIFFERENCES):
        for second, other in list(enumerate(_DIFFERENCES))[first:]:
            places = order[(start + first) % count], order[(start + second) % count]
            np.add.at(band, (np.abs(places[0] - places[1]), np.minimum(*places)), one * other)
    return order, band
