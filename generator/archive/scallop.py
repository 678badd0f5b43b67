"""Scallops: rows of overlapping scales, each row over the one above."""

from __future__ import annotations

import math
from collections.abc import Callable

from generator.archive.canvas import Sheet
from generator.archive.shapes import Motif, circle, joined, moved, petal, scaled, sector, turned

Maker = Callable[[Sheet, int, int], Motif]


def draw_scallop(sheet: Sheet) -> None:
    """Paint rows from above the tile to below it, so that the overlap closes round the torus."""
    n = sheet.columns
    make: Maker = {"ringed": _ringed, "fan": _fan, "solid": _solid}[sheet.words.style]
    rows = 4 * n if sheet.words.style == "ringed" else 2 * n
    motifs = [make(sheet, ink, inner) for ink, inner in _inks(sheet)]
    turns = {(row, column): _turn(sheet, row, column) for row in range(rows) for column in range(n)}
    for row in range(-3, rows + 4):
        for column in range(n):
            motif = motifs[turns[row % rows, column] % len(motifs)]
            x, y = (column + 0.5 * (row % 2)) / n, row / rows
            for outline, ink in moved(scaled(motif, 0.5 / n), x, y):
                sheet.canvas.fill(outline, ink, wrap_rows=False)
    if sheet.words.style == "solid":
        sheet.canvas.inks[:] = sheet.canvas.inks[::-1].copy()


def _inks(sheet: Sheet) -> list[tuple[int, int]]:
    return {2: [(1, 0)], 3: [(1, 2), (2, 1)], 4: [(1, 2), (2, 3)]}[sheet.words.inks]


def _turn(sheet: Sheet, row: int, column: int) -> int:
    """Which motif a scale takes: by row in a grid, by pair of rows in a half-drop, else by chance."""
    if sheet.words.layout == "tossed":
        return sheet.one_of(0, 1)
    return row if sheet.words.layout == "grid" else row // 2 + column


def _ringed(sheet: Sheet, ink: int, inner: int) -> Motif:
    """Seigaiha: concentric rings, the ground between them."""
    gap = sheet.by_density(0.11, 0.085, 0.06)
    return [
        (circle(1.0, points=72), 0),
        (circle(1.0 - gap, points=72), ink),
        (circle(0.74, points=64), 0),
        (circle(0.74 - gap, points=64), inner or ink),
        (circle(0.46), 0),
        (circle(0.46 - gap), ink),
        (circle(0.18, points=32), 0),
    ]


def _fan(sheet: Sheet, ink: int, inner: int) -> Motif:
    """The fan of the 1920s: ribs that spread from the foot of each scale."""
    gap = sheet.by_density(0.1, 0.07, 0.05)
    body: Motif = [(circle(1.0, points=72), 0), (circle(1.0 - gap, points=72), ink)]
    ribs = []
    for k in range(-3, 4):
        rib: Motif = [(petal(1.5, 0.26, 0.75, 0.5), inner)]
        ribs.append(moved(turned(rib, k * 0.26), 0.0, 0.72))
    foot: Motif = [(sector(0.0, 0.42, -1.2, 1.2) + (0.0, 0.72), sheet.accent if sheet.accent != ink else 0)]
    return joined([body, *ribs, foot])


def _solid(sheet: Sheet, ink: int, inner: int) -> Motif:
    """A fish scale with a drop and a row of beads inside its edge."""
    gap = sheet.by_density(0.12, 0.08, 0.05)
    body: Motif = [(circle(1.0, points=72), 0), (circle(1.0 - gap, points=72), ink)]
    drop: Motif = [(petal(0.62, 0.42, 0.8, -0.1), inner)]
    beads = [
        (circle(0.055, math.sin(angle) * 0.76, -math.cos(angle) * 0.76, 14), inner)
        for angle in (-1.2, -0.8, -0.4, 0.0, 0.4, 0.8, 1.2)
    ]
    return joined([body, drop, beads])
