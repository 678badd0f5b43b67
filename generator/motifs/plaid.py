"""Plaids: tartan setts, windowpanes and madras, woven as a twill where two inks cross."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from generator.motifs.sheet import Sheet

Threads = NDArray[np.uint8]
_TWILL = 24  # diagonals of the weave to a training unit: as fine as print and network can hold


def draw_plaid(sheet: Sheet) -> None:
    """Paint the sett along and across; where the inks differ, the twill shows one and the other by turns."""
    across, down = _threads(sheet), _threads(sheet) if sheet.words.style == "madras" else None
    weave(sheet, across, across if down is None else down)


def weave(sheet: Sheet, warp: Threads, weft: Threads) -> None:
    """Lay ink numbers of warp (edge,) and weft (edge,) over each other in a two-by-two twill."""
    edge = sheet.cloth.edge
    axis = np.arange(edge)
    diagonal = ((axis[None, :] + axis[:, None]) * _TWILL * sheet.span) // edge
    above = diagonal % 2 == 0
    sheet.cloth.inks[:] = np.where(above, warp[None, :], weft[:, None])


def _threads(sheet: Sheet) -> Threads:
    """The ink of each thread across the tile: the sett repeated, mirrored or running."""
    shares, inks = {"tartan": _tartan, "windowpane": _windowpane, "madras": _madras}[sheet.words.style](sheet)
    if sheet.words.symmetry == "mirrored":
        shares, inks = [*shares, *shares[::-1]], [*inks, *inks[::-1]]
    edges = np.cumsum(np.array(shares) / sum(shares))[:-1]
    count = sheet.span * {"large": 1, "medium": 2, "small": 3}[sheet.words.scale]
    place = (np.arange(sheet.cloth.edge) + 0.5) / sheet.cloth.edge * count % 1.0
    return np.array(inks, dtype=np.uint8)[np.searchsorted(edges, place, side="right")]


def _tartan(sheet: Sheet) -> tuple[list[float], list[int]]:
    """Broad fields of the first inks with pin lines of the others."""
    ground = sheet.by_density(3.2, 2.0, 1.2)
    inks = [0, sheet.ink(0), 0]
    shares = [ground, sheet.between(1.2, 2.2), sheet.between(0.3, 0.6)]
    for number in range(1, max(2, len(sheet.fills))):
        shares += [sheet.between(0.25, 0.45), sheet.between(0.5, 1.3)]
        inks += [sheet.ink(number), sheet.ink(0) if number % 2 else 0]
    return shares, inks


def _windowpane(sheet: Sheet) -> tuple[list[float], list[int]]:
    """A wide ground crossed by thin lines, single or in pairs."""
    line = 0.32 * sheet.hand.line
    shares, inks = [sheet.by_density(5.0, 3.4, 2.2), line], [0, sheet.ink(0)]
    for number in range(1, len(sheet.fills)):
        shares += [0.5, line * (0.7 if number % 2 else 1.0)]
        inks += [0, sheet.ink(number)]
    return [*shares, sheet.by_density(2.4, 1.6, 0.9)], [*inks, 0]


def _madras(sheet: Sheet) -> tuple[list[float], list[int]]:
    """Many stripes of all inks in irregular widths."""
    count = sheet.one_of(6, 7, 8)
    inks = [(number * 2 + number // 3) % sheet.words.inks for number in range(count)]
    shares = [
        sheet.between(0.3, 1.6) * (sheet.by_density(1.9, 1.2, 0.8) if ink == 0 else 1.0) for ink in inks
    ]
    return shares, inks
