"""Flowers: daisies, roses, folk tulips and poppies, with leaves beneath and the era's small motif between."""

from __future__ import annotations

import math

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
    scaled,
    scalloped,
    turned,
    whorl,
)
from generator.motifs.fillers import strew
from generator.motifs.places import places
from generator.motifs.sheet import SOLID, Sheet


def draw_floral(sheet: Sheet) -> None:
    """Paint blossoms on their places, leaves under them, small motifs where there is room."""
    taken = places(sheet)
    reach = sheet.by_density(0.36, 0.43, 0.48)
    make = {"daisy": _daisy, "rose": _rose, "tulip": _tulip, "poppy": _poppy}[sheet.words.style]
    heads = [make(sheet, sheet.ink(k)) for k in range(min(3, max(1, len(sheet.fills) - 1)))]
    lean = sheet.between(0.5, 1.1)
    if sheet.words.style != "tulip":
        leaves = foliage(sheet, sheet.ink(len(sheet.fills) - 1))
        for place in taken:
            sheet.stamp(leaves, place.x, place.y, place.room * reach * 1.14, place.angle + lean, place.flip)
    for place in taken:
        head = heads[place.number % len(heads)]
        sheet.stamp(head, place.x, place.y, place.room * reach, place.angle, place.flip)
    strew(sheet, taken, reach)


def foliage(sheet: Sheet, ink: int) -> Motif:
    """Two or three leaves round the origin, with a vein, bent in the era's hand."""
    bend = 0.35 * sheet.hand.swing * sheet.between(0.6, 1.2)
    other = sheet.on(ink) if sheet.words.inks > 4 else ink
    blade: Motif = [(leaf(1.2, 0.5, bend), ink), (half_leaf(1.2, 0.5, bend), SOLID + other)]
    spine = ribbon(curve((0.0, -0.3), (bend * 0.3, -0.7), (bend * 0.9, -1.1)), 0.05, 0.02)
    one = blade if sheet.words.stroke == "line" else joined([blade, [(spine, SOLID)]])
    if sheet.words.stroke == "line":
        one = [(leaf(1.2, 0.5, bend), ink), (spine, SOLID + ink)]
    return whorl(one, int(sheet.by_density(2, 3, 3)))


def _daisy(sheet: Sheet, ink: int) -> Motif:
    count = sheet.one_of(*sheet.hand.petals)
    width = 2.0 * math.pi * 0.62 / count * sheet.between(0.95, 1.08)
    tip = min(1.0, sheet.hand.tip + sheet.between(0.0, 0.3))
    inner = sheet.on(ink)
    outer: Motif = [(petal(1.0, width, tip, 0.12), ink), (petal(0.66, width * 0.3, 0.2, 0.3), SOLID + inner)]
    heart = sheet.on(ink, 2) or sheet.on(ink)
    centre: Motif = [(circle(0.31), SOLID), (circle(0.26), heart)]
    seeds = whorl([(circle(0.04, 0.0, -0.14, 16), SOLID + (ink if heart != ink else 0))], 7)
    return joined([whorl(outer, count), centre, seeds])


def _rose(sheet: Sheet, ink: int) -> Motif:
    turn, inner = sheet.between(0.0, 1.0), sheet.on(ink)
    rings: list[Motif] = []
    for step, (radius, lobes) in enumerate(((0.98, 6), (0.72, 5), (0.46, 4))):
        phase = turn + step * 0.55
        rings.append([(scalloped(radius * 0.94, lobes, 0.16, phase=phase), ink)])
        crescent: Motif = [(petal(radius * 0.88, radius * 0.34, 0.9, radius * 0.7), SOLID + inner)]
        rings.append(whorl(crescent, lobes, phase))
        last = step == 2
        rings.append(
            [(scalloped(radius * 0.76, lobes, 0.16, phase=phase), SOLID * last + (0 if last else ink))]
        )
    heart = sheet.on(ink, 2) or inner
    return joined([*rings, [(circle(0.22), heart)], [(circle(0.09), SOLID + ink)]])


def _tulip(sheet: Sheet, ink: int) -> Motif:
    green, inner = sheet.ink(len(sheet.fills) - 1), sheet.on(ink)
    if green == ink:
        green = sheet.on(ink) or ink
    bend = 0.12 * sheet.hand.swing
    stem: Motif = [(ribbon(curve((0.0, 0.0), (bend, 0.5), (0.0, 1.0)), 0.07, 0.09), SOLID + green)]
    blade = moved(turned([(leaf(0.85, 0.34, 0.1 + bend), green)], 0.62), 0.02, 0.95)
    cup = joined(
        [moved(turned([(petal(0.98, 0.5, 0.35), ink)], side * 0.3), 0.0, 0.1) for side in (-1.0, 1.0)]
    )
    heart: Motif = [(petal(0.92, 0.4, 0.45) + (0.0, 0.08), inner), (petal(0.6, 0.2, 0.5), SOLID + ink)]
    beads: Motif = [
        (circle(0.06, x, y, 16), SOLID + inner or SOLID + ink) for x, y in ((0, -0.98), (0.42, -0.8))
    ]
    beads += [(circle(0.06, -0.42, -0.8, 16), SOLID + (inner or ink))]
    plant = joined([stem, blade, scaled(blade, 1.0, flip=True), cup, heart, beads])
    return moved(scaled(plant, 0.92), 0.0, 0.02)


def _poppy(sheet: Sheet, ink: int) -> Motif:
    count = sheet.one_of(4, 5)
    width = 1.25 if count == 4 else 1.05
    inner, heart = sheet.on(ink), sheet.on(ink, 2) or sheet.on(ink)
    parts: list[Motif] = []
    for k in range(count):
        one: Motif = [(petal(1.04, width + 0.09, 1.0, -0.03), SOLID), (petal(1.0, width, 1.0), ink)]
        one += [(petal(0.72, width * 0.42, 0.3, 0.28), SOLID + inner)] if sheet.words.stroke == "flat" else []
        parts.append(turned(one, 2.0 * math.pi * k / count))
    stamens = whorl([(circle(0.045, 0.0, -0.46, 14), SOLID + heart)], 11)
    threads = whorl([(petal(0.44, 0.035, 0.5, 0.2), SOLID + heart)], 11)
    return joined([*parts, threads, stamens, [(circle(0.2), SOLID + heart), (circle(0.09), SOLID + ink)]])
