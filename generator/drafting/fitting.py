"""An outline drawn with as few straight lines and curves as stay near it, as a draughtsman would.

The outline is cut where it leaves its chord (Ramer 1972; Douglas and Peucker 1973), and each part becomes a
side (`generator/drafting/sides.py`). What is drawn free-hand is made fair (`generator/drafting/fairing.py`).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from generator.drafting.fairing import faired
from generator.drafting.sides import Places, Sides, leaning
from generator.drafting.tracing import Outline, Points, first_most

_LEAST = 8  # points of an outline that is fitted
_CIRCLE = 96  # points of a circle
_LEANING, _BUILT = np.radians(5.0), 1.0 / 3.0  # what leans less is upright; so much of a built drawing does
_OVAL, _WAVERS = 0.018, 0.25  # how far a circle may be from one: of its radius, and in `unit`
_OF_WIDTH = 0.24  # of what it encloses by its length, which is half its width


def built(outlines: Sequence[Outline], unit: float) -> bool:
    """Whether a drawing is made with a ruler: many of its edges stand upright, level or diagonal.

    Directions are taken across some samples of screens, `unit` of the outlines' each. Of edges in any
    direction a fifth would; of those of ginghams and herringbones two in three do.
    """
    true = total = 0.0
    for outline in outlines:
        reach = min(int(3 * unit), len(outline.points) // 4)
        if reach:
            behind, ahead = outline.beside(reach)
            length = np.abs(np.diff(outline.closed))
            true += float(length[leaning(np.angle(ahead - behind)) < _LEANING].sum())
            total += float(length.sum())
    return true > _BUILT * total


def fitted(
    outline: Outline, unit: float, most: float, *, ruled: bool, square: bool = False, fair: bool = False
) -> Outline:
    """The outline redrawn, about `most` samples of screens from it at most, `unit` of its own each.

    In a drawing that is `ruled` sides that lean a little are upright and worn corners sharp; by the `square`
    all corners of long sides are. In any other it is made `fair`.
    """
    if len(outline.points) < _LEAST:
        return outline
    if (circle := _circle(outline, unit)) is not None:
        return circle
    if fair and not ruled:
        return faired(outline, unit)
    begun = _begun_at_a_corner(outline, unit)
    cuts = _cuts(begun.closed, _tolerance(outline, most * unit), begun.turn)
    if len(cuts) < 4:
        return outline
    sides = Sides.laid(begun, cuts, unit, square=ruled and square)
    return Outline((sides.trued().sharpened() if ruled else sides).drawn(), outline.turn)


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
    around = float(np.abs(np.diff(outline.closed)).sum())
    return min(most, _OF_WIDTH * abs(outline.area) / max(around, 1e-9))


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
