"""Lattices: eight-pointed stars and crosses, quatrefoils, and Greek frets."""

from __future__ import annotations

import math

import numpy as np

from generator.archive.shapes import Motif, Outline, circle, joined, petal, turned, whorl
from generator.motifs.fillers import box, filler, rhombus
from generator.motifs.sheet import SOLID, Sheet

_FRET = (*("11111111", "10000000", "10111110", "10100010", "10101010", "10111010", "10000010", "11111110"),)


def draw_lattice(sheet: Sheet) -> None:
    """Paint a figure in every cell and what joins it to its neighbours."""
    if sheet.words.style == "fret":
        _fret(sheet)
        return
    n = sheet.cells
    figure = _star if sheet.words.style == "star" else _quatrefoil
    drop = sheet.words.layout == "half-drop"
    columns = 2 * n if drop and n == sheet.span else n
    for i in range(columns):
        for j in range(n):
            x, y = (i + 0.5) / columns, (j + 0.5 + (0.5 * (i % 2) if drop else 0.0)) / n
            size = 0.5 / n * (0.72 if columns > n else 1.0)
            sheet.stamp(figure(sheet, sheet.ink(i + j)), x, y, size)
    _joints(sheet, columns, n, drop)


def _joints(sheet: Sheet, columns: int, n: int, drop: bool) -> None:
    """Small figures where four cells meet, and for the grid where two do."""
    ink = sheet.ink(len(sheet.fills) - 1)
    small: Motif = (
        filler(sheet, ink)
        if sheet.words.density == "dense"
        else [(rhombus(0.9, 0.9), ink), (rhombus(0.4, 0.4), SOLID + sheet.on(ink))]
    )
    size = sheet.by_density(0.1, 0.13, 0.16) / n
    for i in range(columns):
        for j in range(n):
            y = (j + (0.5 * (i % 2) if drop else 0.0)) / n
            if drop:
                sheet.stamp(small, (i + 0.5) / columns, y, size * 0.8)
            else:
                sheet.stamp(small, i / columns, y, size)


def _star_outline(points: int, outer: float, inner: float, phase: float = 0.0) -> Outline:
    angle = phase + np.arange(2 * points) * math.pi / points
    radius = np.where(np.arange(2 * points) % 2 == 0, outer, inner)
    return np.stack([radius * np.sin(angle), -radius * np.cos(angle)], axis=1)


def _star(sheet: Sheet, ink: int) -> Motif:
    """Khatam: a star of eight points in a frame of the next ink, nested."""
    one, two = sheet.on(ink), sheet.on(ink, 2)
    reach = sheet.by_density(0.9, 0.97, 1.03)
    rings: Motif = [
        (_star_outline(8, reach, reach * 0.765), ink),
        (_star_outline(8, reach * 0.84, reach * 0.64), SOLID),
    ]
    rings += [
        (_star_outline(8, reach * 0.76, reach * 0.58), one or ink),
        (_star_outline(8, 0.46, 0.35), SOLID),
    ]
    heart = whorl([(petal(0.36, 0.2, sheet.hand.tip, 0.04), two or ink)], 8)
    return joined([rings, heart, [(circle(0.09), SOLID)]])


def _quatrefoil(sheet: Sheet, ink: int) -> Motif:
    """Four lobes as a band of ink, a second band inside, and a flower at the heart."""
    one, two = sheet.on(ink), sheet.on(ink, 2)
    reach = sheet.by_density(0.9, 0.96, 1.0)
    thick = 0.07 + 0.05 * sheet.hand.line
    bands: Motif = []
    for radius, colour in (
        (reach, ink),
        (reach - thick, 0),
        (reach - thick - 0.07, one or ink),
        (reach - 2 * thick - 0.07, 0),
    ):
        bands.append((_lobes(radius), colour if colour else SOLID))
    count = sheet.one_of(4, 8)
    flower = whorl([(petal(0.42, 1.5 / count, sheet.hand.tip, 0.06), two or ink)], count)
    return joined([bands, turned(flower, math.pi / count), [(circle(0.12), SOLID + sheet.on(two or ink))]])


def _lobes(radius: float) -> Outline:
    """The outline of four discs about a square."""
    angle = np.linspace(0.0, 2.0 * math.pi, 160, endpoint=False)
    quarter = (angle + math.pi / 4) % (math.pi / 2) - math.pi / 4
    centre, disc = 0.5, 0.5
    reach = centre * np.cos(quarter) + np.sqrt(np.maximum(disc**2 - (centre * np.sin(quarter)) ** 2, 0.0))
    return radius * np.stack([reach * np.sin(angle), -reach * np.cos(angle)], axis=1)


def _fret(sheet: Sheet) -> None:
    """Greek key: a meander on a grid of eight by eight, mirrored in every second cell."""
    n = sheet.cells
    pattern = np.array([[int(bit) for bit in row] for row in _FRET])
    for i in range(n):
        for j in range(n):
            cell = pattern[:, ::-1] if (i + (j if sheet.words.layout == "half-drop" else 0)) % 2 else pattern
            ink = sheet.ink(j if sheet.words.layout == "grid" else i + j)
            for row, column in zip(*np.nonzero(cell), strict=True):
                left, top = column / 8, row / 8
                square = box(left, top, (column + 1) / 8 + 1e-6, (row + 1) / 8 + 1e-6)
                sheet.cloth.fill((square + (i, j)) / n, ink)
            if sheet.words.inks > 3 and sheet.words.density == "dense":
                sheet.cloth.fill((box(0.28, 0.28, 0.34, 0.34) + (i, j)) / n, sheet.on(ink))
    if sheet.words.density == "sparse":
        sheet.cloth.inks[sheet.cloth.rim() < 0.022 / n] = 0
    sheet.settle()
