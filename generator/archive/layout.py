"""Where motifs stand: the three layouts of the trade, on the torus."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from generator.archive.canvas import Sheet

Points = NDArray[np.float64]


@dataclass(frozen=True)
class Spot:
    """One place for a motif: centre, room (edge of its cell), turn in radians, and running number."""

    x: float
    y: float
    room: float
    angle: float
    number: int


def spots(sheet: Sheet) -> list[Spot]:
    """Places for the principal motif in the sheet's layout."""
    if sheet.words.layout == "tossed":
        return _tossed(sheet)
    return _grid(sheet) if sheet.words.layout == "grid" else _half_drop(sheet)


def _grid(sheet: Sheet) -> list[Spot]:
    n = sheet.columns
    cells = [(i, j) for j in range(n) for i in range(n)]
    return [Spot((i + 0.5) / n, (j + 0.5) / n, 1.0 / n, 0.0, i + j) for i, j in cells]


def _half_drop(sheet: Sheet) -> list[Spot]:
    rows = sheet.columns
    columns = max(2, rows)
    room = 0.72 if rows == 1 else 1.0 / rows
    cells = [(i, j) for i in range(columns) for j in range(rows)]
    return [
        Spot((i + 0.5) / columns, (j + 0.25 + 0.5 * (i % 2)) / rows, room, 0.0, i + (0 if rows == 1 else j))
        for i, j in cells
    ]


def _tossed(sheet: Sheet) -> list[Spot]:
    wanted = max(2, round(sheet.columns**2 * 1.5))
    places = scatter(sheet.dice, wanted)
    room = 0.84 / math.sqrt(wanted)
    return [
        Spot(x, y, room * sheet.between(0.85, 1.12), sheet.between(0.0, 2.0 * math.pi), k)
        for k, (x, y) in enumerate(places)
    ]


def scatter(dice: np.random.Generator, wanted: int, tries: int = 48) -> list[tuple[float, float]]:
    """`wanted` well-spread points on the unit torus (Mitchell's best candidate, 1991)."""
    placed = dice.uniform(0.0, 1.0, (1, 2))
    while len(placed) < wanted:
        candidates = dice.uniform(0.0, 1.0, (tries, 2))
        best = int(np.argmax(nearest(candidates, placed)))
        placed = np.concatenate([placed, candidates[best : best + 1]])
    return [(float(x), float(y)) for x, y in placed]


def nearest(points: Points, others: Points) -> Points:
    """Distance on the unit torus from each of `points` (N, 2) to the closest of `others` (M, 2)."""
    gap = np.abs(points[:, None, :] - others[None, :, :])
    gap = np.minimum(gap, 1.0 - gap)
    return np.asarray(np.sqrt((gap**2).sum(axis=2)).min(axis=1), dtype=np.float64)


def gaps(places: list[Spot], resolution: int = 48) -> list[tuple[float, float, float]]:
    """The emptiest places between spots as (x, y, distance), best first, not crowding each other."""
    axis = (np.arange(resolution) + 0.5) / resolution
    field = np.stack(np.meshgrid(axis, axis), axis=-1).reshape(-1, 2)
    taken = np.array([(spot.x, spot.y) for spot in places])
    found: list[tuple[float, float, float]] = []
    for _ in places:
        distance = nearest(field, taken)
        best = int(np.argmax(distance))
        found.append((float(field[best, 0]), float(field[best, 1]), float(distance[best])))
        taken = np.concatenate([taken, field[best : best + 1]])
    return found
