"""Flowers: daisies, roses and folk tulips, with leaves beneath and buds in the gaps."""

from __future__ import annotations

import math

from generator.archive.canvas import Sheet
from generator.archive.layout import Spot, gaps, spots
from generator.archive.shapes import (
    Motif,
    circle,
    curve,
    half_leaf,
    joined,
    leaf,
    moved,
    petal,
    ribbon,
    ring_of_dots,
    scaled,
    scalloped,
    turned,
    whorl,
)


def draw_floral(sheet: Sheet) -> None:
    """Paint blossoms on their spots, leaves under them, and small buds where there is room."""
    places = spots(sheet)
    reach = sheet.by_density(0.36, 0.44, 0.5)
    heads = _heads(sheet)
    leaves = _leaf_pair(sheet)
    lean = sheet.between(0.5, 1.1)
    if sheet.words.style != "tulip":
        for spot in places:
            sheet.canvas.place(leaves, spot.x, spot.y, spot.room * reach * 1.12, _facing(spot) + lean)
    for spot in places:
        head = heads[spot.number % len(heads)]
        sheet.canvas.place(head, spot.x, spot.y, spot.room * reach, _facing(spot))
    if sheet.words.density != "sparse":
        _fill_gaps(sheet, places, reach)


def _facing(spot: Spot) -> float:
    return spot.angle


def _heads(sheet: Sheet) -> list[Motif]:
    """Two blossoms of one style that take turns; with three inks or more they swap colours."""
    make = {"daisy": _daisy, "rose": _rose, "tulip": _tulip}[sheet.words.style]
    first = make(sheet, sheet.main, sheet.detail)
    if sheet.words.inks > 2 and sheet.words.style != "tulip":
        return [first, make(sheet, sheet.second, sheet.accent if sheet.words.inks > 3 else sheet.main)]
    return [first]


def _daisy(sheet: Sheet, ink: int, inner: int) -> Motif:
    count = sheet.one_of(8, 9, 11)
    tip = sheet.between(0.55, 0.95)
    width = 2.0 * math.pi * 0.62 / count * sheet.between(0.95, 1.1)
    outer: Motif = [(petal(1.0, width, tip, 0.12), ink), (petal(0.66, width * 0.3, 0.2, 0.3), inner)]
    heart = 0 if sheet.accent == ink else sheet.accent
    centre: Motif = [(circle(0.3), 0), (circle(0.25), heart or inner)]
    seeds = ring_of_dots(7, 0.14, 0.035, 0 if heart else ink)
    return joined([whorl(outer, count), centre, seeds, [(circle(0.05), 0 if heart else ink)]])


def _rose(sheet: Sheet, ink: int, inner: int) -> Motif:
    turn = sheet.between(0.0, 1.0)
    rings: list[Motif] = []
    for step, (radius, lobes) in enumerate(((0.98, 6), (0.72, 5), (0.46, 4))):
        phase = turn + step * 0.55
        rings.append([(scalloped(radius * 0.94, lobes, 0.16, phase=phase), ink)])
        crescent: Motif = [(petal(radius * 0.88, radius * 0.34, 0.9, radius * 0.7), inner)]
        rings.append(whorl(crescent, lobes, phase))
        rings.append([(scalloped(radius * 0.76, lobes, 0.16, phase=phase), 0 if step == 2 else ink)])
    heart = sheet.accent if sheet.accent not in (ink, 0) else inner
    return joined([*rings, [(circle(0.22), heart)], [(circle(0.09), ink)]])


def _tulip(sheet: Sheet, ink: int, inner: int) -> Motif:
    stem: Motif = [(ribbon(curve((0.0, 0.0), (0.06, 0.5), (0.0, 1.0)), 0.07, 0.09), sheet.second)]
    blade = moved(turned([(leaf(0.85, 0.34, 0.16), sheet.second)], 0.62), 0.02, 0.95)
    cup = [
        (turned([(petal(0.98, 0.5, 0.35), ink)], side * 0.3)[0][0] + (0.0, 0.1), ink) for side in (-1.0, 1.0)
    ]
    heart: Motif = [(petal(0.92, 0.4, 0.45) + (0.0, 0.08), inner), (petal(0.6, 0.2, 0.5) + (0.0, 0.0), ink)]
    crown = moved(ring_of_dots(1, 0.0, 0.06, sheet.accent or sheet.main), 0.0, -0.98)
    dots = [(circle(0.05, side * 0.42, -0.8, 16), sheet.accent or sheet.main) for side in (-1.0, 1.0)]
    plant = joined([stem, blade, scaled(blade, 1.0, flip=True), cup, heart, crown, dots])
    return moved(scaled(plant, 0.92), 0.0, 0.02)


def _leaf_pair(sheet: Sheet) -> Motif:
    ink = sheet.accent or sheet.main if sheet.words.inks == 2 else sheet.accent
    blade: Motif = [(leaf(1.18, 0.52), ink), (half_leaf(1.12, 0.44), ink)]
    vein: Motif = [(ribbon(curve((0.0, -0.3), (0.0, -0.6), (0.0, -1.05)), 0.05, 0.02), 0)]
    one = joined([blade, vein])
    count = int(sheet.by_density(2, 3, 3))
    return whorl(one, count)


def _fill_gaps(sheet: Sheet, places: list[Spot], reach: float) -> None:
    """Buds in the widest gaps, so that the eye finds no rivers between the blossoms."""
    ink = sheet.detail or sheet.main
    bud = joined([whorl([(petal(1.0, 0.72, 0.9), ink)], 5), [(circle(0.3), sheet.accent)]])
    berry: Motif = [(circle(0.5), sheet.accent or sheet.main)]
    for x, y, distance in gaps(places):
        free = distance - places[0].room * reach
        if free > places[0].room * 0.1:
            size = min(free * 0.8, places[0].room * 0.2)
            sheet.canvas.place(bud if size > places[0].room * 0.12 else berry, x, y, size)
