"""Arches: rainbows, nested doorways and rising suns."""

from __future__ import annotations

import math

from generator.archive.shapes import Motif, archband, archway, circle, joined, moved, petal, sector, turned
from generator.motifs.fillers import strew
from generator.motifs.places import places
from generator.motifs.sheet import SOLID, Sheet


def draw_arches(sheet: Sheet) -> None:
    """Paint one arch per place, inks in another order by turns, with the era's small motif between."""
    taken = places(sheet)
    reach = sheet.by_density(0.38, 0.43, 0.48)
    shrink = 0.86 if sheet.words.layout == "tossed" else 1.0
    make = {"rainbow": _rainbow, "nested": _nested, "sunrise": _sunrise}[sheet.words.style]
    motifs = [make(sheet, shift) for shift in range(min(3, len(sheet.fills)))]
    for place in taken:
        motif = motifs[place.number % len(motifs)]
        sheet.stamp(motif, place.x, place.y, place.room * reach * shrink, place.angle, place.flip)
    if sheet.words.density != "sparse":
        strew(sheet, taken, reach * 1.02, 0.1)


def _rainbow(sheet: Sheet, shift: int) -> Motif:
    """Bands with ground between them, open at the foot, as many as there are inks."""
    count = max(3, min(5, len(sheet.fills)))
    band = 0.9 / count * 0.72
    gap = 0.9 / count - band
    parts: Motif = []
    for step in range(count):
        radius = 1.0 - step * (band + gap)
        parts.append((archband(radius, max(0.03, radius - band), 0.55), sheet.ink(step + shift)))
    return moved(parts, 0.0, 0.22)


def _nested(sheet: Sheet, shift: int) -> Motif:
    """A doorway: arch in arch, a sun over the step."""
    inks = [sheet.ink(shift + step) for step in range(3)]
    edge: Motif = [(archband(0.86, 0.7, 1.0), inks[0]), (archband(0.62, 0.44, 1.0), inks[1])]
    if len(sheet.fills) > 1:
        edge += [
            (circle(0.035, math.sin(a) * 0.78, -math.cos(a) * 0.78, 12), SOLID + sheet.on(inks[0], 2))
            for a in (-1.2, -0.6, 0.0, 0.6, 1.2)
        ]
    door: Motif = [(archway(0.34, 1.0), inks[2]), (circle(0.16, 0.0, -0.02), SOLID + sheet.on(inks[2]))]
    return moved(joined([edge, door]), 0.0, -0.08)


def _sunrise(sheet: Sheet, shift: int) -> Motif:
    """A half sun with rays under an arch."""
    inks = [sheet.ink(shift + step) for step in range(3)]
    arch: Motif = [(archband(1.0, 0.84, 0.22), inks[0])]
    count = sheet.one_of(5, 7, 9)
    ray: Motif = [(petal(0.76, 1.25 / count, 0.2 + 0.6 * sheet.hand.tip, 0.44), inks[1])]
    rays = [turned(ray, (k - (count - 1) / 2) * math.pi / count) for k in range(count)]
    sun: Motif = [(sector(0.0, 0.36, -math.pi / 2, math.pi / 2), inks[2])]
    return moved(joined([arch, *rays, sun]), 0.0, 0.36)
