"""Herringbone: parquet blocks, double blocks, and the broken twill of a tweed."""

from __future__ import annotations

import numpy as np

from generator.archive.shapes import Motif
from generator.motifs.fillers import box
from generator.motifs.sheet import SOLID, Sheet

_LENGTH = 4


def draw_herringbone(sheet: Sheet) -> None:
    """Paint blocks that lie by turns across and down, or threads that turn at every column."""
    if sheet.words.style == "tweed":
        _tweed(sheet)
        sheet.settle()
    else:
        _parquet(sheet)


def _parquet(sheet: Sheet) -> None:
    """Blocks of one by four on a lattice in which each diagonal step begins the next block."""
    period = 2 * _LENGTH
    count = period * sheet.span * {"large": 1, "medium": 2, "small": 3}[sheet.words.scale]
    unit = 1.0 / count
    seam = sheet.by_density(0.16, 0.1, 0.05)
    for i in range(count):
        for j in range(count):
            if (i - j) % period == 0:
                _block(sheet, _plank(sheet, i + 2 * j, _LENGTH, 1, seam), i * unit, j * unit, unit)
            if (i - j) % period == period - 1:
                _block(sheet, _plank(sheet, 2 * i + j + 1, 1, _LENGTH, seam), i * unit, j * unit, unit)


def _plank(sheet: Sheet, number: int, wide: int, high: int, seam: float) -> Motif:
    """One block, its ink by direction or by turns; a double one is split along its middle."""
    if sheet.words.symmetry == "one-way":
        ink = sheet.ink(0 if wide > high else 1)
        if len(sheet.fills) > 2 and number % 5 == 0:
            ink = sheet.ink(2 + number // 5)
    else:
        ink = sheet.ink(number // 3 + (1 if wide > high else 0))
    plank: Motif = [(box(seam, seam, wide - seam, high - seam), ink)]
    if sheet.words.style == "double":
        middle, half = (0.5, 0.09)
        along = (
            box(seam, middle - half, wide - seam, middle + half)
            if wide > high
            else box(middle - half, seam, middle + half, high - seam)
        )
        plank.append((along, SOLID + sheet.on(ink)))
    return plank


def _block(sheet: Sheet, plank: Motif, x: float, y: float, unit: float) -> None:
    sheet.stamp(plank, x, y, unit)


def _tweed(sheet: Sheet) -> None:
    """Slanted threads that turn back at every column, with a thin seam between columns."""
    x, y = sheet.grid()
    n = 2 * sheet.cells
    column = np.floor(x * n).astype(np.int64) % n
    inside = x * n % 1.0
    slope = np.where(column % 2 == 0, inside, 1.0 - inside)
    position = 2.0 * y * n + 1.6 * slope
    thread = np.floor(position).astype(np.int64) % (2 * n)
    rule = thread if sheet.words.symmetry == "one-way" else thread + column // 2
    inks = np.array(sheet.fills, dtype=np.uint8)[rule % len(sheet.fills)]
    ground = (position % 1.0) < sheet.by_density(0.56, 0.44, 0.32)
    seam = np.abs(inside - 0.5) > 0.5 - sheet.by_density(0.06, 0.045, 0.03)
    sheet.cloth.inks[:] = np.where(ground | seam, 0, inks)
