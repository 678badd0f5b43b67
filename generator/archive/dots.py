"""Dots: plain polka, ringed, and petalled like a string of beads."""

from __future__ import annotations

from generator.archive.canvas import Sheet
from generator.archive.layout import gaps, spots
from generator.archive.shapes import Motif, circle, joined, ring_of_dots, scalloped


def draw_dots(sheet: Sheet) -> None:
    """Paint one dot per spot, inks taking turns, with pin dots in the gaps when dense."""
    places = spots(sheet)
    reach = sheet.by_density(0.2, 0.29, 0.38)
    make = {"plain": _plain, "ringed": _ringed, "petalled": _petalled}[sheet.words.style]
    turns = _ink_turns(sheet)
    motifs = [make(sheet, ink, inner) for ink, inner in turns]
    for spot in places:
        sheet.canvas.place(motifs[spot.number % len(motifs)], spot.x, spot.y, spot.room * reach, spot.angle)
    if sheet.words.density != "sparse":
        pin: Motif = [(circle(1.0), sheet.accent or sheet.main)]
        for x, y, distance in gaps(places)[: len(places)]:
            free = distance - places[0].room * reach
            if free > places[0].room * 0.12:
                sheet.canvas.place(pin, x, y, min(free * 0.45, places[0].room * 0.075))


def _ink_turns(sheet: Sheet) -> list[tuple[int, int]]:
    """Pairs (ink, inner ink) that neighbouring dots take in turn."""
    if sheet.words.inks == 2:
        return [(1, 0)]
    if sheet.words.inks == 3:
        return [(1, 2), (2, 1)]
    return [(1, 2), (2, 3)]


def _plain(_sheet: Sheet, ink: int, _inner: int) -> Motif:
    return [(circle(1.0, points=72), ink)]


def _ringed(_sheet: Sheet, ink: int, inner: int) -> Motif:
    return [
        (circle(1.1, points=72), ink),
        (circle(0.82, points=72), 0),
        (circle(0.6), inner or ink),
        (circle(0.24), 0),
    ]


def _petalled(_sheet: Sheet, ink: int, inner: int) -> Motif:
    beads = ring_of_dots(10, 1.12, 0.17, inner or ink)
    body: Motif = [(scalloped(0.84, 10, 0.1), ink), (circle(0.5), 0), (circle(0.34), inner or ink)]
    return joined([beads, body])
