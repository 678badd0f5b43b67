"""Marble: veins, swirled inks, and the bands of an agate."""

from __future__ import annotations

import numpy as np

from generator.motifs.cloth import Field, periodic_noise
from generator.motifs.sheet import Sheet


def draw_marble(sheet: Sheet) -> None:
    """Paint a stone by levels of noise that is bent by more noise."""
    {"veined": _veined, "swirled": _swirled, "agate": _agate}[sheet.words.style](sheet)
    sheet.settle()


def _bent(sheet: Sheet, cells: int, reach: float, octaves: int = 3) -> Field:
    """Noise whose coordinates were pushed about by other noise, as ink is by a comb."""
    edge = sheet.cloth.edge
    base = periodic_noise(sheet.dice, edge, cells, octaves)
    push = [periodic_noise(sheet.dice, edge, cells, 2) * reach * edge / cells for _ in range(2)]
    rows, columns = np.mgrid[0:edge, 0:edge]
    down = np.rint(rows + push[0]).astype(np.int64) % edge
    across = np.rint(columns + push[1]).astype(np.int64) % edge
    return np.asarray(base[down, across], dtype=np.float64)


def _veined(sheet: Sheet) -> None:
    """Thin lines where noise changes sign, thick and thin, with clouds of the other inks beside them."""
    cells = 2 * sheet.cells
    field, width = _bent(sheet, cells, 0.45, 3), periodic_noise(sheet.dice, sheet.cloth.edge, cells, 1)
    heavy = sheet.by_density(0.05, 0.08, 0.12) * sheet.hand.line
    inks = sheet.cloth.inks
    for ink in sheet.fills[2:]:
        cloud = _bent(sheet, cells, 0.3, 2)
        inks[cloud > 0.42] = ink
    for ink in sheet.fills[1:2]:
        inks[np.abs(_bent(sheet, cells, 0.4, 3)) < heavy * 0.6] = ink
    inks[np.abs(field) < heavy * (0.55 + 0.6 * width.clip(-0.6, 1.0))] = sheet.ink(0)


def _swirled(sheet: Sheet) -> None:
    """Bands of every ink drawn out into swirls."""
    field = _bent(sheet, 2 * sheet.cells, 0.75, 2)
    turns = sheet.by_density(2.2, 3.2, 4.2) / 2.0
    count = sheet.words.inks
    level = np.floor(field * turns * count * 0.8).astype(np.int64) % (2 * count - 2)
    order = [*range(count), *range(count - 2, 0, -1)]
    sheet.cloth.inks[:] = np.array(order, dtype=np.uint8)[level]


def _agate(sheet: Sheet) -> None:
    """Contour lines about hollows, with a fine line of ground between the bands."""
    field = periodic_noise(sheet.dice, sheet.cloth.edge, 2 * sheet.cells, 2)
    bands = field * sheet.by_density(3.5, 5.0, 6.5)
    number, inside = np.floor(bands).astype(np.int64), bands % 1.0
    inks = np.array(sheet.fills, dtype=np.uint8)[number % len(sheet.fills)]
    gap = sheet.by_density(0.5, 0.36, 0.24)
    sheet.cloth.inks[:] = np.where(inside < gap, 0, inks)
