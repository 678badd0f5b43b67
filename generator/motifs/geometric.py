"""Geometrics that fill the plane: triangles, hexagons of three rhombs, and quarter circles."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from generator.motifs.sheet import Sheet

Cells = NDArray[np.int64]


def draw_geometric(sheet: Sheet) -> None:
    """Paint a tessellation; tossed ones take inks and turns by chance, the others by rule."""
    {"triangle": _triangles, "hexagon": _hexagons, "quarter": _quarters}[sheet.words.style](sheet)
    sheet.settle()


def _inks(sheet: Sheet, shape: tuple[int, ...], rule: Cells) -> NDArray[np.uint8]:
    """An ink for every cell of a lattice: by `rule`, or by chance; the ground as often as density allows."""
    share = sheet.by_density(0.5, 0.34, 0.18)
    if sheet.words.layout == "tossed":
        drawn = sheet.dice.integers(0, len(sheet.fills), shape)
        empty = sheet.dice.random(shape) < share
    else:
        drawn, empty = rule % len(sheet.fills), rule % 6 < round(share * 6)
    table = np.array(sheet.fills, dtype=np.uint8)[drawn]
    return np.where(empty, 0, table).astype(np.uint8)


def _triangles(sheet: Sheet) -> None:
    """Right or equilateral-looking triangles: each square cell cut along a diagonal."""
    x, y = sheet.grid()
    n = 2 * sheet.cells
    column, row = np.floor(x * n).astype(np.int64) % n, np.floor(y * n).astype(np.int64) % n
    u, v = x * n % 1.0, y * n % 1.0
    i, j = np.meshgrid(np.arange(n), np.arange(n))
    if sheet.words.symmetry == "four-way":
        lean = sheet.dice.integers(0, 2, (n, n)) if sheet.words.layout == "tossed" else (i + j) % 2
    else:
        lean = np.zeros((n, n), dtype=np.int64)
    upper = np.where(lean[row, column] == 1, u + v < 1.0, v < u)
    first = _inks(sheet, (n, n), i + 2 * j)
    second = _inks(sheet, (n, n), 2 * i + j + 3)
    sheet.cloth.inks[:] = np.where(upper, first[row, column], second[row, column])


def _hexagons(sheet: Sheet) -> None:
    """Tumbling blocks: hexagons cut into three rhombs, their lids and sides in three inks."""
    x, y = sheet.grid()
    n = 3 * sheet.cells
    # Hexagons stand point up, every second row half a width over; three across to two rows of pairs is the
    # smallest whole ratio in which they look regular.
    across, down = x * n, y * 2.0 * sheet.cells
    lattices = ((0.0, 0.0), (0.5, 0.5))
    offsets = []
    for shift_x, shift_y in lattices:
        cx, cy = np.round(across - shift_x) + shift_x, np.round(down - shift_y) + shift_y
        offsets.append((across - cx, (down - cy) * 1.5, cx, cy))
    first, second = (np.maximum(np.abs(u), np.abs(u) / 2.0 + np.abs(v)) for u, v, _, _ in offsets)
    nearer = first <= second
    u, v, cx, cy = (np.where(nearer, one, two) for one, two in zip(*offsets, strict=True))
    face = np.where(v < -np.abs(u) * 0.5, 0, np.where(u < 0, 1, 2))
    found = _faces(sheet)[face].astype(np.int64)
    if sheet.words.layout == "tossed" and len(sheet.fills) > 2:
        turn = (np.round(cx).astype(np.int64) + 2 * np.round(cy).astype(np.int64)) % n % len(sheet.fills)
        found = np.where(found > 0, sheet.fills[0] + (found - sheet.fills[0] + turn) % len(sheet.fills), 0)
    sheet.cloth.inks[:] = found
    gap = sheet.by_density(0.05, 0.028, 0.0)
    rib = np.where(face == 0, 1.0, np.minimum(np.abs(u), np.abs(v + np.abs(u) * 0.5)))
    lid = np.abs(v + np.abs(u) * 0.5)
    rim = np.abs(first - second)
    if gap:
        sheet.cloth.inks[(rib < gap) | ((face == 0) & (lid < gap)) | (rim < 2.0 * gap)] = 0


def _faces(sheet: Sheet) -> NDArray[np.uint8]:
    """The inks of the top and the two sides of a block."""
    fills = sheet.fills
    three = [fills[0], fills[1 % len(fills)], fills[2 % len(fills)]]
    if len(fills) < 3:
        three = [0, fills[0], fills[-1]] if len(fills) == 2 else [0, fills[0], fills[0]]
    return np.array(three, dtype=np.uint8)


def _quarters(sheet: Sheet) -> None:
    """Each square holds a quarter disc, by turns in every corner, with a second arc inside."""
    x, y = sheet.grid()
    n = 2 * sheet.cells
    column, row = np.floor(x * n).astype(np.int64) % n, np.floor(y * n).astype(np.int64) % n
    u, v = x * n % 1.0, y * n % 1.0
    i, j = np.meshgrid(np.arange(n), np.arange(n))
    corner = sheet.dice.integers(0, 4, (n, n)) if sheet.words.layout == "tossed" else (i % 2) + 2 * (j % 2)
    if sheet.words.symmetry == "one-way":
        corner = (i + j) % 2
    turn = corner[row, column]
    s, t = np.where(turn % 2 == 1, 1.0 - u, u), np.where(turn >= 2, 1.0 - v, v)
    radius = np.hypot(s, t)
    outer, inner = _inks(sheet, (n, n), i + 3 * j + 5), _inks(sheet, (n, n), 2 * i + j + 4)
    back = (
        np.where((i + j) % 2 == 0, 0, _inks(sheet, (n, n), 5 * i + 3 * j + 2))
        if sheet.words.inks > 3
        else np.zeros((n, n), np.uint8)
    )
    outer = np.where(
        outer == back, sheet.ink(0) if sheet.words.inks == 2 else (back % (sheet.words.inks - 1)) + 1, outer
    )
    inner = np.where(inner == outer, 0, inner)
    reach = sheet.by_density(0.82, 0.92, 1.0)
    found = np.where(radius < reach, outer[row, column], back[row, column])
    sheet.cloth.inks[:] = np.where(radius < reach * 0.5, inner[row, column], found)
