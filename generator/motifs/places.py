"""Where motifs stand and which way they look: the four layouts and four symmetries of the trade."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from generator.archive.layout import nearest, scatter
from generator.motifs.sheet import Sheet


@dataclass(frozen=True)
class Place:
    """One place for a motif: centre, room (edge of its cell), turn in radians, mirrored or not, number."""

    x: float
    y: float
    room: float
    angle: float
    flip: bool
    number: int


def places(sheet: Sheet) -> list[Place]:
    """Places for the principal motif, in the sheet's layout and symmetry."""
    if sheet.words.layout == "tossed":
        return _tossed(sheet)
    cells = _grid(sheet) if sheet.words.layout == "grid" else _shifted(sheet)
    if sheet.words.layout == "brick":
        cells = [(y, x, room, number) for x, y, room, number in cells]
    return [Place(x, y, room, *_facing(sheet, number), number) for x, y, room, number in cells]


def _grid(sheet: Sheet) -> list[tuple[float, float, float, int]]:
    n = sheet.cells
    return [((i + 0.5) / n, (j + 0.5) / n, 1.0 / n, i + j) for j in range(n) for i in range(n)]


def _shifted(sheet: Sheet) -> list[tuple[float, float, float, int]]:
    """Columns of which every second one hangs half a cell lower."""
    rows, alone = sheet.cells, sheet.cells == sheet.span
    columns = 2 * rows if alone else rows
    room = (0.74 if alone else 1.0) / rows
    return [
        ((i + 0.5) / columns, (j + 0.25 + 0.5 * (i % 2)) / rows, room, i + (0 if alone else j))
        for i in range(columns)
        for j in range(rows)
    ]


def _tossed(sheet: Sheet) -> list[Place]:
    wanted = max(2, round(sheet.cells**2 * 1.5))
    room = 0.86 / math.sqrt(wanted)
    found = []
    for number, (x, y) in enumerate(scatter(sheet.dice, wanted)):
        angle, flip = _facing(sheet, number)
        lean = math.pi if sheet.words.symmetry == "four-way" else 0.4
        turn = angle + sheet.between(-lean, lean)
        found.append(Place(x, y, room * sheet.between(0.85, 1.1), turn, flip, number))
    return found


def _facing(sheet: Sheet, number: int) -> tuple[float, bool]:
    """Turn and mirroring of the `number`-th motif."""
    if sheet.words.symmetry == "two-way":
        return math.pi * (number % 2), False
    if sheet.words.symmetry == "four-way":
        return math.pi / 2.0 * (number % 4), False
    return 0.0, sheet.words.symmetry == "mirrored" and number % 2 == 1


def gaps(taken: list[Place], count: int, resolution: int = 48) -> list[tuple[float, float, float]]:
    """The `count` emptiest points between places as (x, y, distance), best first, not crowding each other."""
    axis = (np.arange(resolution) + 0.5) / resolution
    field = np.stack(np.meshgrid(axis, axis), axis=-1).reshape(-1, 2)
    distance = nearest(field, np.array([(place.x, place.y) for place in taken]))
    found = []
    for _ in range(count):
        best = int(np.argmax(distance))
        x, y = field[best]
        found.append((float(x), float(y), float(distance[best])))
        distance = np.minimum(distance, nearest(field, field[best : best + 1]))
    return found
