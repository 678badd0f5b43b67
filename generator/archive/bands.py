"""Stripes and chevrons: sequences of bands, laid straight, slanted or in zigzag."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from generator.archive.canvas import Sheet
from generator.archive.layout import Spot
from generator.archive.shapes import Motif, circle, petal, turned

Field = NDArray[np.float64]


def draw_stripe(sheet: Sheet) -> None:
    """Paint a symmetrical sequence of broad bands and pin lines; beads ride on it in a half-drop."""
    x, y = sheet.canvas.grid()
    n = max(1, sheet.columns)
    along = {"vertical": x, "horizontal": y, "diagonal": x + y}[sheet.words.style]
    across = {"vertical": y, "horizontal": x, "diagonal": x - y}[sheet.words.style]
    if sheet.words.layout == "tossed":
        along = along + 0.1 / n * np.sin(2.0 * np.pi * n * across)
    _bands(sheet, along * n, _sequence(sheet))
    if sheet.words.layout == "half-drop":
        _beads(sheet, n)


def _sequence(sheet: Sheet) -> list[tuple[float, int]]:
    """Half a symmetrical repeat as (share of the width, ink), from the middle of the ground outwards."""
    ground = sheet.by_density(0.42, 0.3, 0.18)
    pin = 0.05
    if sheet.words.inks == 2:
        return [(ground, 0), (pin, 1), (0.07, 0), (1.0, 1)]
    if sheet.words.inks == 3:
        return [(ground, 0), (pin, 2), (0.07, 0), (0.2, 1), (pin, 0), (1.0, 1)]
    return [(ground, 0), (pin, 3), (0.07, 0), (0.16, 1), (pin, 0), (0.1, 2), (1.0, 1)]


def _bands(sheet: Sheet, position: Field, sequence: list[tuple[float, int]]) -> None:
    """Give every sample the ink of its place in a repeat of length one, mirrored about the half."""
    place = np.abs((position % 1.0) - 0.5) * 2.0
    edges = np.cumsum([share for share, _ in sequence])[:-1]
    inks = np.array([ink for _, ink in sequence], dtype=np.uint8)
    sheet.canvas.inks[:] = inks[np.searchsorted(edges, 1.0 - place, side="right")]


def _beads(sheet: Sheet, n: int) -> None:
    """Small leaves in a row down the middle of the ground, as on a ribbon."""
    ink = sheet.accent or sheet.main
    width = sheet.by_density(0.42, 0.3, 0.18) / n
    bead: Motif = [(petal(1.0, 0.9, 0.4, -1.0), ink)] if sheet.words.inks > 2 else [(circle(0.7), ink)]
    per_repeat = 4 if sheet.words.density == "sparse" else 6
    for k in range(n):
        for step in range(per_repeat * n):
            along, offset = (step + 0.5 * (k % 2)) / (per_repeat * n), k / n
            _bead_at(sheet, bead, Spot(offset, along, 0.36 * width, 0.0, step))


def _bead_at(sheet: Sheet, bead: Motif, spot: Spot) -> None:
    if sheet.words.style == "vertical":
        sheet.canvas.place(bead, spot.x, spot.y, spot.room)
    elif sheet.words.style == "horizontal":
        sheet.canvas.place(turned(bead, np.pi / 2), spot.y, spot.x, spot.room)
    else:
        sheet.canvas.place(turned(bead, np.pi / 4), spot.x - spot.y, spot.y, spot.room * 0.7)


def draw_chevron(sheet: Sheet) -> None:
    """Paint zigzag bands: upright in a half-drop, rounded to waves when tossed."""
    x, y = sheet.canvas.grid()
    if sheet.words.layout == "half-drop":
        x, y = y, x
    n = sheet.columns
    teeth = np.abs(((x * n) % 1.0) - 0.5) * 2.0
    if sheet.words.layout == "tossed":
        teeth = 0.5 + 0.5 * np.cos(2.0 * np.pi * x * n)
    if sheet.words.style == "herringbone":
        _herringbone(sheet, x, y)
    elif sheet.words.style == "zigzag":
        _zigzag(sheet, y * n + 0.5 * teeth)
    else:
        _stacked(sheet, y * n + 0.62 * teeth)


def _zigzag(sheet: Sheet, position: Field) -> None:
    """Broad bands, one after the other, with ground between them."""
    ground = sheet.by_density(0.62, 0.5, 0.34)
    rest = (1.0 - ground) / 2.0
    turns = {2: [1, 1], 3: [1, 2], 4: [1, 2]}[sheet.words.inks]
    edges = np.array([ground / 2, ground / 2 + rest, ground + rest])
    inks = np.array([0, turns[0], 0, turns[1]], dtype=np.uint8)
    place = position % 1.0
    sheet.canvas.inks[:] = inks[np.searchsorted(edges, place, side="right")]
    if sheet.words.inks == 4:
        line = np.abs(((position + 1.0 - (ground + 1.0 + rest) / 2.0 + rest) % 1.0) - 0.5) < 0.035
        sheet.canvas.inks[line] = 3


def _stacked(sheet: Sheet, position: Field) -> None:
    """Flame stitch: bands of every ink nested without a break."""
    orders = {2: [0, 1, 0, 1], 3: [0, 1, 2, 1], 4: [0, 1, 2, 3, 2, 1]}[sheet.words.inks]
    ground = sheet.by_density(0.44, 0.3, 0.2)
    shares = np.array([ground, *[(1.0 - ground) / (len(orders) - 1)] * (len(orders) - 1)])
    inks = np.array(orders, dtype=np.uint8)
    sheet.canvas.inks[:] = inks[np.searchsorted(np.cumsum(shares)[:-1], position % 1.0, side="right")]


def _herringbone(sheet: Sheet, x: Field, y: Field) -> None:
    """Slanted planks that turn at every column, with a seam of ground between them."""
    n = sheet.columns * 2
    seam = sheet.by_density(0.26, 0.18, 0.1)
    column = np.floor(x * n).astype(np.int64)
    inside = (x * n) % 1.0
    slope = np.where(column % 2 == 0, inside, 1.0 - inside)
    position = y * n * 1.0 + slope
    plank = np.floor(position).astype(np.int64) + 2 * (column // 2)
    turns = np.array({2: [1, 1], 3: [1, 2], 4: [1, 2, 1, 3]}[sheet.words.inks], dtype=np.uint8)
    inks = turns[(plank % n) % len(turns)]
    gap = ((position % 1.0) < seam) | (np.abs(inside - 0.5) > 0.5 - seam * 0.3)
    sheet.canvas.inks[:] = np.where(gap, 0, inks)
