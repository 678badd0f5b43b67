"""Trellises: bars that cross in diamonds, straight, curved or grown over, with a flower in each field."""

from __future__ import annotations

import math

import numpy as np

from generator.archive.shapes import Motif, circle, joined, leaf, petal, ribbon, turned, whorl
from generator.motifs.fillers import filler, rhombus
from generator.motifs.sheet import SOLID, Sheet


def draw_trellis(sheet: Sheet) -> None:
    """Paint bars between the knots of a diamond grid, knots over them, and a flower in every field."""
    n = sheet.cells
    knots = [((i + 0.5 * (j % 2)) / n, j / (2 * n), j) for j in range(2 * n) for i in range(n)]
    bar = _bar(sheet)
    for x, y, _ in knots:
        for side in (False, True):
            sheet.stamp(bar, x, y, 0.5 / n, 0.0, side)
    flower, knot = _flower(sheet), _knot(sheet)
    for x, y, _ in knots:
        sheet.stamp(knot, x, y, sheet.by_density(0.05, 0.07, 0.085) / n)
    for number, (x, y, _) in enumerate(knots):
        motif = flower if number % 2 or sheet.words.density == "dense" else filler(sheet, sheet.ink(2))
        size = sheet.by_density(0.13, 0.18, 0.21) * (1.0 if motif is flower else 0.6)
        sheet.stamp(motif, x + 0.5 / n, y, size / n)


def _bar(sheet: Sheet) -> Motif:
    """The bar from a knot to the next one down on the right, one cell wide: from (0, 0) to (1, 1)."""
    along = np.linspace(0.0, 1.0, 40)
    swing = {"diamond": 0.0, "curved": 0.085, "vine": 0.05}[sheet.words.style]
    bend = swing * np.sin(2.0 * math.pi * along)
    path = np.stack([along + bend, along - bend], axis=1)
    width = sheet.by_density(0.07, 0.11, 0.16) * (0.7 + 0.3 * sheet.hand.line)
    ink = sheet.ink(0)
    bar: Motif = [(ribbon(path, width, width), SOLID + ink)]
    if sheet.words.style == "diamond" and sheet.words.density != "sparse":
        bar.append((ribbon(path, width * 0.3, width * 0.3), SOLID + (sheet.on(ink) or 0)))
    if sheet.words.style == "vine":
        for k, (x, y) in enumerate(path[5:38:6]):
            blade: Motif = [(leaf(0.26, 0.14, 0.05), sheet.ink(1))]
            bar += [(o + (x, y), i) for o, i in turned(blade, 2.36 + (1.0 if k % 2 else -1.0))]
    return bar


def _knot(sheet: Sheet) -> Motif:
    ink = sheet.ink(1)
    if sheet.words.style == "diamond":
        return [(rhombus(1.5, 1.5), ink), (rhombus(0.6, 0.6), SOLID + (sheet.on(ink) or 0))]
    return [(circle(1.3), ink), (circle(0.55), SOLID + (sheet.on(ink) or 0))]


def _flower(sheet: Sheet) -> Motif:
    ink = sheet.ink(1)
    count = sheet.one_of(*sheet.hand.petals)
    petals = whorl([(petal(1.0, 3.7 / count, sheet.hand.tip, 0.12), ink)], count)
    leaves = whorl([(leaf(1.35, 0.42), sheet.ink(2))], 4, math.pi / 4)
    return joined([leaves, petals, [(circle(0.3), sheet.on(ink))]])
