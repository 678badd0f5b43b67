"""An outline drawn with as few straight lines and curves as stay near it, as a draughtsman would.

The outline is cut where it leaves its chord (Ramer 1972; Douglas and Peucker 1973), and each part becomes a
side (`generator/drafting/sides.py`). What is drawn free-hand is made fair (`generator/drafting/fairing.py`).
"""

from __future__ import annotations

import numpy as np

from generator.drafting.fairing import faired
from generator.drafting.ruling import in_directions
from generator.drafting.sides import Places, Sides
from generator.drafting.tracing import Outline, Points, first_most

_LEAST = 8  # points of an outline that is fitted
_CIRCLE = 96  # points of a circle
_OVAL, _WAVERS = 0.018, 0.25  # how far a circle may be from one: of its radius, and in `unit`
_OF_WIDTH = 0.24  # of what it encloses by its length, which is half its width


def fitted(outline: Outline, unit: float, most: float, *, ruled: bool, square: bool = False) -> Outline:
    """The outline redrawn, about `most` samples of screens from it at most, `unit` of its own each.

    In a drawing that is `ruled` sides that lean a little are upright and worn corners sharp; by the `square`
    all corners of long sides are.
    """
    if (plain := _plain(outline, unit)) is not None:
        return plain
    sides = _sides(outline, unit, most, square=ruled and square)
    if sides is None:
        return outline
    return Outline((sides.trued().sharpened() if ruled else sides).drawn(), outline.turn)


def curved(outline: Outline, unit: float, *, smooth: bool = False) -> Outline:
    """The outline redrawn free-hand: fair curves between corners, or one where it is `smooth`."""
    plain = _plain(outline, unit)
    return faired(outline, unit, smooth=smooth) if plain is None else plain


def straightened(outline: Outline, unit: float, most: float, ways: Points) -> Outline:
    """The outline redrawn with its sides in these directions, if there are any and it is about the same shape
    so; else as one that is `fitted` by the square."""
    if (plain := _plain(outline, unit)) is not None:
        return plain
    sides = _sides(outline, unit, most, square=True)
    if sides is None:
        return outline
    corners = in_directions(sides, ways) if len(ways) else None
    return Outline(sides.trued().sharpened().drawn() if corners is None else corners, outline.turn)


def _plain(outline: Outline, unit: float) -> Outline | None:
    """The circle that it all but is, or itself if it has few points."""
    return outline if len(outline.points) < _LEAST else _circle(outline, unit)


def _sides(outline: Outline, unit: float, most: float, *, square: bool) -> Sides | None:
    begun = _begun_at_a_corner(outline, unit)
    cuts = _cuts(begun.closed, _tolerance(outline, most * unit), begun.turn)
    return Sides.laid(begun, cuts, unit, square=square) if len(cuts) >= 4 else None


def _circle(outline: Outline, unit: float) -> Outline | None:
    """The circle that the outline all but is."""
    if outline.turn:
        return None
    centre, radius = outline.points.mean(), float(np.sqrt(abs(outline.area) / np.pi))
    oval = float(np.sqrt(((np.abs(outline.points - centre) - radius) ** 2).mean()))
    if radius < 1.5 * unit or oval > max(_OVAL * radius, min(_WAVERS * unit, 2.0 * _OVAL * radius)):
        return None
    return Outline(centre + radius * np.exp(2j * np.pi * np.arange(_CIRCLE) / _CIRCLE), 0j)


def _tolerance(outline: Outline, most: float) -> float:
    """How far from the outline it may be redrawn: less where it encloses little."""
    if outline.turn:
        return most
    return min(most, _OF_WIDTH * abs(outline.area) / max(outline.length, 1e-9))


def _begun_at_a_corner(outline: Outline, unit: float) -> Outline:
    """The same outline from the point where it turns most."""
    points, turn = outline.points, outline.turn
    behind, ahead = outline.beside(min(max(2, int(2 * unit)), len(points) - 1))
    start = int(first_most(np.abs(np.angle((ahead - points) * np.conj(points - behind)))))
    return Outline(np.append(points[start:], points[:start] + turn), turn)


def _cuts(closed: Points, most: float, turn: complex) -> Places:
    """Where to cut, first and last point included."""
    last = len(closed) - 1
    if turn:
        return _cut(closed, most, [(0, last)])
    farthest = int(first_most(np.abs(closed - closed[0])))
    return _cut(closed, most, [(0, farthest), (farthest, last)])


def _cut(points: Points, most: float, parts: list[tuple[int, int]]) -> Places:
    kept = {place for part in parts for place in part}
    while parts:
        start, end = parts.pop()
        if end - start < 2:
            continue
        chord, between = points[end] - points[start], points[start + 1 : end] - points[start]
        share = ((between * np.conj(chord)).real / max(abs(chord) ** 2, 1e-12)).clip(0.0, 1.0)
        away = np.abs(between - share * chord)
        farthest = int(first_most(away))
        if away[farthest] > most:
            middle = start + 1 + farthest
            kept.add(middle)
            parts += [(start, middle), (middle, end)]
    return np.array(sorted(kept))
