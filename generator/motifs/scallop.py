"""Scallops: rows of overlapping scales, each row over the one above."""

from __future__ import annotations

import math
from collections.abc import Callable

from generator.archive.shapes import Motif, circle, joined, moved, petal, scaled, sector, turned
from generator.motifs.sheet import SOLID, Sheet

Maker = Callable[[Sheet, int], Motif]


def draw_scallop(sheet: Sheet) -> None:
    """Paint rows from above the tile to below it, so that the overlap closes round the torus."""
    n = sheet.cells
    make: Maker = {"ringed": _ringed, "fan": _fan, "solid": _solid}[sheet.words.style]
    rows = 4 * n if sheet.words.style == "ringed" else 2 * n
    count = len(sheet.fills)
    motifs = [make(sheet, ink) for ink in sheet.fills[: count if rows % count == 0 else 2]]
    by_row = sheet.chance(0.5)
    for row in range(-4, rows + 4):
        for column in range(n):
            turn = row % rows if by_row or n % 2 else row % rows // 2 + column
            _lay(sheet, motifs[turn % len(motifs)], (column + 0.5 * (row % 2)) / n, row / rows)
    if sheet.words.style == "solid":
        sheet.cloth.inks[:] = sheet.cloth.inks[::-1].copy()


def _lay(sheet: Sheet, motif: Motif, x: float, y: float) -> None:
    """One scale, in the tile's stroke; only columns wrap, the rows were laid beyond the tile."""
    size, width = 0.5 / sheet.cells, sheet.weight(0.45 / sheet.cells)
    stroke, alone = sheet.words.stroke, sheet.words.inks == 2
    for outline, ink in moved(scaled(motif, size), x, y):
        solid, number = divmod(ink, SOLID)
        if stroke == "flat" or solid:
            sheet.cloth.fill(
                outline, (number or sheet.ink(0)) if stroke == "line" and solid else number, False
            )
            continue
        line = (number or sheet.ink(0)) if stroke == "line" else (1 - number if alone else sheet.key)
        grown = 1.0 + width / size
        sheet.cloth.fill((outline - (x, y)) * grown + (x, y), line, False)
        sheet.cloth.fill(outline, 0 if stroke == "line" else number, False)


def _ringed(sheet: Sheet, ink: int) -> Motif:
    """Seigaiha: concentric rings, the ground between them."""
    gap = sheet.by_density(0.11, 0.085, 0.06)
    flat = sheet.words.stroke == "flat"
    rings: Motif = [(circle(1.0, points=72), 0)] if flat else []
    for step, radius in enumerate((1.0, 0.74, 0.46)):
        colour = ink if step != 1 else sheet.on(ink) or ink
        rings += [(circle(radius, points=72), SOLID * (not flat))] if step and flat else []
        rings += [(circle(radius - gap, points=64), colour)]
    return [*rings, (circle(0.18, points=32), 0 if flat else sheet.on(ink, 2))]


def _fan(sheet: Sheet, ink: int) -> Motif:
    """The fan of the 1920s: ribs that spread from the foot of each scale."""
    gap = sheet.by_density(0.1, 0.07, 0.05)
    count = sheet.one_of(3, 4)
    body: Motif = [(circle(1.0, points=72), SOLID), (circle(1.0 - gap, points=72), ink)]
    rib: Motif = [(petal(1.5, 0.92 / count, 0.6 + 0.4 * sheet.hand.tip, 0.5), SOLID + sheet.on(ink))]
    ribs = [moved(turned(rib, k * 0.84 / count), 0.0, 0.72) for k in range(-count, count + 1)]
    foot: Motif = [(sector(0.0, 0.42, -1.2, 1.2) + (0.0, 0.72), sheet.on(ink, 2))]
    return joined([body, *ribs, foot])


def _solid(sheet: Sheet, ink: int) -> Motif:
    """A fish scale with a drop and a row of beads inside its edge."""
    gap = sheet.by_density(0.12, 0.08, 0.05)
    inner = sheet.on(ink)
    body: Motif = [(circle(1.0, points=72), SOLID), (circle(1.0 - gap, points=72), ink)]
    drop: Motif = [(petal(0.62, 0.42, 0.8, -0.1), SOLID + inner)]
    beads: Motif = [
        (circle(0.055, math.sin(angle) * 0.76, -math.cos(angle) * 0.76, 14), SOLID + sheet.on(ink, 2))
        for angle in (-1.2, -0.8, -0.4, 0.0, 0.4, 0.8, 1.2)
    ]
    return joined([body, drop, beads])
