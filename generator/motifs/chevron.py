"""Chevrons: zigzag bands, flame stitch, and rows of arrows."""

from __future__ import annotations

import numpy as np

from generator.motifs.cloth import Field
from generator.motifs.sheet import Sheet
from generator.motifs.stripe import Sequence, bands, mirrored


def draw_chevron(sheet: Sheet) -> None:
    """Paint bands that go up and down once a cell; a one-way sequence runs, a mirrored one turns back."""
    x, y = sheet.grid()
    n = sheet.cells
    teeth = np.abs((x * n % 1.0) - 0.5) * 2.0
    steep = {"zigzag": 0.5, "stacked": 0.7, "arrow": 0.5}[sheet.words.style]
    if sheet.words.style == "arrow":
        _arrows(sheet, x, y)
    else:
        bands(sheet, y * n + steep * teeth, _sequence(sheet))
    sheet.settle()


def _sequence(sheet: Sheet) -> Sequence:
    ground = sheet.by_density(1.5, 1.0, 0.6)
    if sheet.words.style == "stacked":
        found: Sequence = [(ground * 0.7, 0), *((sheet.between(0.35, 0.6), ink) for ink in sheet.fills)]
        return mirrored(found)
    found = [(ground * 0.5, 0)]
    for number, ink in enumerate(sheet.fills):
        found += [(0.55 if number % 2 == 0 else 0.16, ink), (ground * (0.5 if number % 2 == 0 else 0.2), 0)]
    return mirrored(found) if sheet.words.symmetry == "mirrored" else found


def _arrows(sheet: Sheet, x: Field, y: Field) -> None:
    """Columns of arrowheads with a seam between them; mirrored ones point either way by turns."""
    n = 2 * sheet.cells
    column = np.floor(x * n).astype(np.int64) % n
    inside = np.abs((x * n % 1.0) - 0.5) * 2.0
    slope = np.where((column % 2 == 1) & (sheet.words.symmetry == "mirrored"), -inside, inside)
    position = y * n + 0.5 * slope
    number = np.floor(position).astype(np.int64) % n
    rule = number + (column // 2 if sheet.words.inks > 3 else 0)
    inks = np.array(sheet.fills, dtype=np.uint8)[rule % len(sheet.fills)]
    share = sheet.by_density(0.42, 0.56, 0.72)
    seam = sheet.by_density(0.78, 0.86, 0.93)
    sheet.cloth.inks[:] = np.where(((position % 1.0) < share) & (inside < seam), inks, 0)
