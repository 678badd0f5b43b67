"""Dots: plain polka, ringed, and petalled like a string of beads."""

from __future__ import annotations

from generator.archive.shapes import Motif, circle, joined, ring_of_dots, scalloped
from generator.motifs.fillers import strew
from generator.motifs.places import gaps, places
from generator.motifs.sheet import SOLID, Sheet


def draw_dots(sheet: Sheet) -> None:
    """Paint one dot per place, inks taking turns, with pin dots or the era's small motif between."""
    taken = places(sheet)
    reach = sheet.by_density(0.22, 0.3, 0.39)
    make = {"plain": _plain, "ringed": _ringed, "petalled": _petalled}[sheet.words.style]
    motifs = [make(sheet, ink) for ink in sheet.fills]
    for place in taken:
        sheet.stamp(motifs[place.number % len(motifs)], place.x, place.y, place.room * reach)
    if sheet.words.style == "petalled":
        strew(sheet, taken, reach * 1.2, 0.12)
    elif sheet.words.density != "sparse":
        pin: Motif = [(circle(1.0, points=32), SOLID + sheet.ink(1))]
        for x, y, distance in gaps(taken, len(taken)):
            free = distance - taken[0].room * reach
            if free > taken[0].room * 0.12:
                sheet.stamp(pin, x, y, min(free * 0.45, taken[0].room * 0.08))


def _plain(_sheet: Sheet, ink: int) -> Motif:
    return [(circle(1.0, points=72), ink)]


def _ringed(sheet: Sheet, ink: int) -> Motif:
    inner = sheet.on(ink) or ink
    rings: Motif = [(circle(1.1, points=72), ink), (circle(0.8, points=72), SOLID), (circle(0.6), inner)]
    return [*rings, (circle(0.25), SOLID + (sheet.on(inner, 2) if sheet.words.inks > 4 else 0))]


def _petalled(sheet: Sheet, ink: int) -> Motif:
    inner = sheet.on(ink) or ink
    count = sheet.one_of(8, 10, 12)
    beads = ring_of_dots(count, 1.12, 1.7 / count, sheet.on(ink, 2) or inner)
    body: Motif = [(scalloped(0.84, count, 0.1), ink), (circle(0.5), SOLID), (circle(0.34), inner)]
    return joined([beads, body])
