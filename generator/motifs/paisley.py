"""Paisley: the boteh, a teardrop with a bent tip, plain in layers, jewelled, or feathered."""

from __future__ import annotations

import math

import numpy as np

from generator.archive.shapes import Motif, Outline, circle, joined, moved, petal, ribbon, scaled, whorl
from generator.motifs.fillers import strew
from generator.motifs.places import places
from generator.motifs.sheet import SOLID, Sheet


def draw_paisley(sheet: Sheet) -> None:
    """Paint one boteh per place, inks taking turns, with the era's small motif between."""
    taken = places(sheet)
    reach = sheet.by_density(0.4, 0.47, 0.54)
    make = {"boteh": _plain, "jewelled": _jewelled, "feathered": _feathered}[sheet.words.style]
    drops = [make(sheet, ink) for ink in sheet.fills[: 2 if len(sheet.fills) > 1 else 1]]
    for place in taken:
        drop = drops[place.number % len(drops)]
        sheet.stamp(drop, place.x, place.y, place.room * reach, place.angle + 0.15, place.flip)
    strew(sheet, taken, reach * 0.9, 0.16)


def boteh(size: float, points: int = 96) -> Outline:
    """The teardrop: a disc whose top is drawn out and bends to the right."""
    angle = np.linspace(0.0, 2.0 * math.pi, points, endpoint=False)
    x, y = np.sin(angle), -np.cos(angle)
    rise = np.clip(-y, 0.0, 1.0) ** 1.5
    width = 0.62 * (1.0 - 0.88 * rise**1.6)
    return size * np.stack([x * width + 0.62 * rise**2.2 - 0.12, y * 0.62 - 0.62 * rise + 0.33], axis=1)


def _flower(sheet: Sheet, ink: int, size: float) -> Motif:
    count = sheet.one_of(*sheet.hand.petals)
    petals = whorl([(petal(size, size * 3.6 / count, sheet.hand.tip, size * 0.1), ink)], count)
    middle: Motif = [(circle(size * 0.3), SOLID + (sheet.on(ink) or 0))]
    return moved(joined([petals, middle]), -0.12, 0.36)


def _inside(size: float) -> Outline:
    """A smaller boteh within the full one, about the same heart."""
    return (boteh(1.0) - (-0.12, 0.36)) * size + (-0.12 + 0.05 * (1.0 - size), 0.36 + 0.02 * (1.0 - size))


def _plain(sheet: Sheet, ink: int) -> Motif:
    """Layers of every ink, one in the other, and a flower at the heart."""
    one, two = sheet.on(ink), sheet.on(ink, 2)
    layers: Motif = [(boteh(1.0), ink), (_inside(0.86), SOLID), (_inside(0.78), one or ink)]
    layers += (
        [(_inside(0.58), SOLID if one else 0), (_inside(0.5), two or ink)]
        if two
        else [(_inside(0.58), SOLID)]
    )
    return joined([layers, _flower(sheet, ink, 0.26)])


def _jewelled(sheet: Sheet, ink: int) -> Motif:
    """A row of beads along the edge, inside and out."""
    one, two = sheet.on(ink), sheet.on(ink, 2) or ink
    outside: Motif = [(circle(0.06, x, y, 16), SOLID + two) for x, y in _inside(1.16)[::4]]
    rim: Motif = [(boteh(1.0), ink), (_inside(0.8), SOLID), (_inside(0.7), one or ink)]
    jewels: Motif = [(circle(0.045, x, y, 16), SOLID) for x, y in _inside(0.9)[::5]]
    return joined([outside, rim, jewels, _flower(sheet, two if two != one else ink, 0.3)])


def _feathered(sheet: Sheet, ink: int) -> Motif:
    """Petals round the outside, like the eye of a peacock's feather, and a curl along the middle."""
    one, two = sheet.on(ink), sheet.on(ink, 2) or ink
    edge = _inside(0.98)
    following = np.roll(edge, -1, axis=0) - np.roll(edge, 1, axis=0)
    fringe: Motif = []
    for (x, y), (dx, dy) in zip(edge[::5], following[::5], strict=True):
        out = math.atan2(dy, dx)
        shape = scaled([(petal(0.24, 0.17, 0.8, -0.04), two)], 1.0)
        turn = out
        cos, sin = math.cos(turn), math.sin(turn)
        fringe += [(outline @ np.array([[cos, sin], [-sin, cos]]) + (x, y), k) for outline, k in shape]
    body: Motif = [(_inside(0.96), ink), (_inside(0.66), one)]
    curl = _inside(0.5)[20:84]
    line: Motif = [(ribbon(curl, 0.05, 0.03), SOLID + (two if two != one else ink))]
    return joined([fringe, body, line, _flower(sheet, ink if one else 0, 0.24)])
