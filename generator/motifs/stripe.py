"""Stripes: broad bands and pin lines, straight or waved, upright, across or slanted."""

from __future__ import annotations

import numpy as np

from generator.motifs.cloth import Field
from generator.motifs.sheet import Sheet

Sequence = list[tuple[float, int]]


def draw_stripe(sheet: Sheet) -> None:
    """Paint a sequence of bands that repeats once a cell; tossed stripes wave."""
    x, y = sheet.grid()
    along = {"vertical": x, "horizontal": y, "diagonal": x + y}[sheet.words.style]
    across = {"vertical": y, "horizontal": x, "diagonal": x - y}[sheet.words.style]
    if sheet.words.layout == "tossed":
        along = along + 0.11 / sheet.cells * np.sin(2.0 * np.pi * sheet.cells * across)
    bands(sheet, along * sheet.cells, sequence(sheet))
    sheet.settle()


def sequence(sheet: Sheet) -> Sequence:
    """One repeat as (width, ink): every ink has its turn, wide or as a pin line, as the era likes it."""
    ground = sheet.by_density(1.5, 1.0, 0.55)
    pin = 0.13 + 0.05 * sheet.hand.line
    found: Sequence = [(ground, 0)]
    for number, ink in enumerate(sheet.fills):
        broad = 0.75 * sheet.between(0.7, 1.25)
        if sheet.words.era in ("seventies", "sixties"):
            found += [(broad * 0.8, ink)]  # bands side by side, as on a surfboard
        elif number % 2:
            found += [(pin, ink), (pin * 1.3, 0)]
        else:
            found += [(broad, ink), (pin * 1.3, 0)]
    return mirrored(found) if sheet.words.symmetry == "mirrored" else found


def mirrored(found: Sequence) -> Sequence:
    """The sequence and back again, without doubling its ends."""
    return [*found, *found[-2:0:-1]] if len(found) > 2 else found


def bands(sheet: Sheet, position: Field, found: Sequence) -> None:
    """Give every sample the ink of its place in a repeat of length one."""
    widths = np.array([width for width, _ in found])
    edges = np.cumsum(widths / widths.sum())[:-1]
    inks = np.array([ink for _, ink in found], dtype=np.uint8)
    sheet.cloth.inks[:] = inks[np.searchsorted(edges, position % 1.0, side="right")]
