"""Arches: rainbows, nested doorways and rising suns."""

from __future__ import annotations

import math

from generator.archive.canvas import Sheet
from generator.archive.layout import gaps, spots
from generator.archive.shapes import Motif, archband, archway, circle, joined, moved, petal, sector, turned


def draw_arches(sheet: Sheet) -> None:
    """Paint one arch per spot; when tossed they turn freely, with dots between them."""
    places = spots(sheet)
    reach = sheet.by_density(0.38, 0.43, 0.48)
    shrink = 0.82 if sheet.words.layout == "tossed" else 1.0
    make = {"rainbow": _rainbow, "nested": _nested, "sunrise": _sunrise}[sheet.words.style]
    motifs = [make(sheet, shift) for shift in range(2 if sheet.words.inks > 2 else 1)]
    for spot in places:
        motif = motifs[spot.number % len(motifs)]
        sheet.canvas.place(motif, spot.x, spot.y, spot.room * reach * shrink, spot.angle)
    if sheet.words.density == "sparse" or sheet.words.layout != "grid":
        dot: Motif = [(circle(1.0), sheet.accent or sheet.main)]
        for x, y, distance in gaps(places)[: len(places)]:
            free = distance - places[0].room * reach
            if free > places[0].room * 0.08:
                sheet.canvas.place(dot, x, y, min(free * 0.5, places[0].room * 0.07))


def _order(sheet: Sheet, shift: int) -> list[int]:
    """Inks from the outer band inwards."""
    orders = {2: [1, 1, 1], 3: [1, 2, 1], 4: [1, 2, 3]}[sheet.words.inks]
    return orders if not shift else [orders[1], orders[0], orders[2] if sheet.words.inks == 4 else 2]


def _rainbow(sheet: Sheet, shift: int) -> Motif:
    """Three bands with ground between them, open at the foot."""
    parts: Motif = []
    radius, band, gap = 1.0, 0.22, 0.09
    for ink in _order(sheet, shift):
        parts.append((archband(radius, radius - band, 0.55), ink))
        radius -= band + gap
    return moved(parts, 0.0, 0.22)


def _nested(sheet: Sheet, shift: int) -> Motif:
    """A doorway: arch in arch without gaps, a sun over the step."""
    inks = _order(sheet, shift)
    edge: Motif = [(archband(0.86, 0.7, 1.0), inks[0]), (archband(0.62, 0.44, 1.0), inks[1])]
    door: Motif = [(archway(0.34, 1.0), inks[2])]
    sun: Motif = [(circle(0.16, 0.0, -0.02), 0)]
    return moved(joined([edge, door, sun]), 0.0, -0.08)


def _sunrise(sheet: Sheet, shift: int) -> Motif:
    """A half sun with rays under an arch."""
    inks = _order(sheet, shift)
    arch: Motif = [(archband(1.0, 0.84, 0.22), inks[0])]
    rays = [turned([(petal(0.76, 0.17, 0.6, 0.44), inks[1])], (k - 3) * math.pi / 7.0) for k in range(7)]
    sun: Motif = [(sector(0.0, 0.36, -math.pi / 2, math.pi / 2), inks[2])]
    return moved(joined([arch, *rays, sun]), 0.0, 0.36)
