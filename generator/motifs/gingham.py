"""Gingham: woven checks, checkerboards and the houndstooth."""

from __future__ import annotations

import numpy as np

from generator.motifs.plaid import weave
from generator.motifs.sheet import Sheet


def draw_gingham(sheet: Sheet) -> None:
    """Paint even checks; more than two inks take turns from stripe to stripe."""
    {"classic": _classic, "buffalo": _buffalo, "houndstooth": _houndstooth}[sheet.words.style](sheet)


def _stripes(sheet: Sheet, per_cell: int) -> tuple[np.ndarray, np.ndarray]:
    """For every sample along the tile, the number of its stripe, and where in its repeat it lies (0..1)."""
    place = (np.arange(sheet.cloth.edge) + 0.5) / sheet.cloth.edge * sheet.cells * per_cell
    return np.floor(place).astype(np.int64), place % 1.0


def _classic(sheet: Sheet) -> None:
    """Warp and weft alike: full ink where both are coloured, a twill of ink and ground where one is."""
    number, inside = _stripes(sheet, 2)
    share = sheet.by_density(0.4, 0.5, 0.6)
    inks = np.array(sheet.fills, dtype=np.uint8)[number % len(sheet.fills)]
    threads = np.where(inside < share, inks, 0).astype(np.uint8)
    weave(sheet, threads, threads)


def _buffalo(sheet: Sheet) -> None:
    """A checkerboard with a thin overcheck when there are inks for it."""
    number, inside = _stripes(sheet, 2)
    checks = (number[:, None] + number[None, :]) % 2 == 0
    column = (number[None, :] + number[:, None]) // 2 % max(1, min(2, len(sheet.fills)))
    inks = np.array(sheet.fills[:2], dtype=np.uint8)[column % len(sheet.fills[:2])]
    found = np.where(checks, inks, 0).astype(np.uint8)
    if len(sheet.fills) > 2:
        width = sheet.by_density(0.05, 0.08, 0.12)
        line = np.abs(inside - 0.5) < width / 2.0
        ink = np.array(sheet.fills[2:], dtype=np.uint8)[number // 2 % len(sheet.fills[2:])]
        found = np.where(line[None, :], ink[None, :], found)
        found = np.where(line[:, None], ink[:, None], found)
    sheet.cloth.inks[:] = found


def _houndstooth(sheet: Sheet) -> None:
    """Four dark and four light threads each way in a two-by-two twill: the broken check of the weave."""
    threads = 8
    count = sheet.cells * threads
    thread = np.arange(sheet.cloth.edge) * count // sheet.cloth.edge
    dark = thread % threads < threads * sheet.by_density(0.375, 0.5, 0.625)
    over = (thread[:, None] + thread[None, :]) % 4 < 2
    coloured = np.where(over, dark[None, :], dark[:, None])
    check = thread // threads
    inks = np.array(sheet.fills, dtype=np.uint8)[(check[:, None] + check[None, :]) % len(sheet.fills)]
    sheet.cloth.inks[:] = np.where(coloured, inks, 0)
