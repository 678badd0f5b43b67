"""Animal skins: leopard rosettes, zebra bands, and the cells of a giraffe."""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from generator.archive.layout import scatter
from generator.archive.shapes import Motif, Outline, blob
from generator.motifs.cloth import periodic_noise
from generator.motifs.sheet import SOLID, Sheet


def draw_animal(sheet: Sheet) -> None:
    """Paint one of three skins."""
    {"leopard": _leopard, "zebra": _zebra, "giraffe": _giraffe}[sheet.words.style](sheet)


def _leopard(sheet: Sheet) -> None:
    """Broken rings about a warm middle, and small spots between."""
    wanted = round(7 * sheet.cells**2)
    reach = sheet.by_density(0.34, 0.4, 0.46) / math.sqrt(wanted)
    spots = scatter(sheet.dice, wanted + wanted // 2)
    for number, (x, y) in enumerate(spots):
        if number < wanted:
            rosette = _rosette(sheet, sheet.ink(0), sheet.on(sheet.ink(0), 1 + number % 2))
            sheet.stamp(rosette, x, y, reach * sheet.between(0.85, 1.15), sheet.between(0.0, 6.28))
        else:
            speck: Motif = [(_wobbly(sheet, 0.34), SOLID + sheet.ink(0 if number % 3 else 2))]
            sheet.stamp(speck, x, y, reach * 0.75, sheet.between(0.0, 6.28))


def _wobbly(sheet: Sheet, radius: float) -> Outline:
    waves = [(sheet.between(0.05, 0.2), sheet.between(0.0, 6.28)) for _ in range(3)]
    return blob(radius, waves, 40)


def _rosette(sheet: Sheet, ink: int, middle: int) -> Motif:
    """Two to four arcs of uneven width round a middle that is a little off centre."""
    parts: Motif = [(_wobbly(sheet, 0.56), SOLID + middle)] if middle and sheet.words.stroke != "line" else []
    count = sheet.one_of(2, 3, 3, 4)
    turn = sheet.between(0.0, 6.28)
    for k in range(count):
        length = 2.0 * math.pi / count * sheet.between(0.62, 0.86)
        parts.append((_arc(sheet, turn + 2.0 * math.pi * k / count, length), SOLID + ink))
    return parts


def _arc(sheet: Sheet, start: float, length: float) -> Outline:
    """A piece of a ring that swells in its middle."""
    along = np.linspace(0.0, 1.0, 18)
    angle = start + length * along
    swell = 0.06 + sheet.between(0.13, 0.21) * np.sin(np.pi * along) ** 0.6
    middle = 0.8 + 0.05 * np.sin(3.0 * angle)
    outer, inner = middle + swell, middle - swell * 0.8
    ring = [np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1) for radius in (outer, inner)]
    return np.concatenate([ring[0], ring[1][::-1]])


def _zebra(sheet: Sheet) -> None:
    """Bands that wander, fork and close, two inks of them by turns when there are more."""
    edge, n = sheet.cloth.edge, sheet.cells
    x, y = sheet.cloth.grid()
    drift = periodic_noise(sheet.dice, edge, 2 * n, 2)
    detail = periodic_noise(sheet.dice, edge, 4 * n, 2)
    phase = 3.0 * n * y + 0.95 * drift + 0.12 * np.sin(2 * np.pi * n * x)
    strength = np.sin(2.0 * np.pi * phase) + 0.55 * detail
    painted = strength > sheet.by_density(0.45, 0.12, -0.2)
    row = np.floor(phase + 0.25).astype(np.int64)
    inks = np.array(sheet.fills, dtype=np.uint8)
    chosen = (
        inks[np.zeros_like(row)]
        if len(inks) == 1
        else inks[np.where(row % 3 == 2, 1 + row // 3 % (len(inks) - 1), 0)]
    )
    sheet.cloth.inks[:] = np.where(painted, chosen, 0)
    sheet.settle()


def _giraffe(sheet: Sheet) -> None:
    """Cells about scattered points with a gap of ground between them, some with a darker heart."""
    edge, wanted = sheet.cloth.edge, round(5 * sheet.cells**2)
    owner = _bent_cells(sheet, _cells(scatter(sheet.dice, wanted, 24), edge))
    sheet.cloth.inks[:] = owner
    depth = sheet.cloth.rim() * math.sqrt(wanted)
    inks = np.array(sheet.fills, dtype=np.uint8)
    ink = inks[np.where(owner % 3 == 1, 1, 0) % len(inks)]
    heart = (depth > 0.24) & (len(inks) > 2)
    found = np.where(heart, inks[2 % len(inks)], ink)
    sheet.cloth.inks[:] = np.where(depth > sheet.by_density(0.13, 0.085, 0.05), found, 0)
    sheet.settle()


def _cells(points: list[tuple[float, float]], edge: int) -> NDArray[np.uint8]:
    """For every sample the number (modulo 251) of the point that is nearest on the torus."""
    seeds = np.ones((edge, edge), dtype=np.uint8)
    rows, columns = (np.array([point[k] * edge for point in points]).astype(np.int64) % edge for k in (1, 0))
    seeds[rows, columns] = 0
    margin = edge // 2
    wrapped = np.pad(seeds, margin, mode="wrap")
    _, labels = cv2.distanceTransformWithLabels(wrapped, cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL)
    number = np.full(int(labels.max()) + 1, 0, dtype=np.uint8)
    for k, (row, column) in enumerate(zip(rows, columns, strict=True)):
        for down in (row + margin - edge, row + margin, row + margin + edge):
            for across in (column + margin - edge, column + margin, column + margin + edge):
                if 0 <= down < len(wrapped) and 0 <= across < len(wrapped):
                    number[labels[down, across]] = k % 251
    return np.asarray(number[labels[margin : margin + edge, margin : margin + edge]], dtype=np.uint8)


def _bent_cells(sheet: Sheet, cells: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The cells with their straight borders bent."""
    edge = sheet.cloth.edge
    reach = 0.05 / sheet.cells * edge
    push = [reach * periodic_noise(sheet.dice, edge, 5 * sheet.cells, 2) for _ in range(2)]
    rows, columns = np.mgrid[0:edge, 0:edge]
    down, across = (
        np.rint(base + by).astype(np.int64) % edge for base, by in zip((rows, columns), push, strict=True)
    )
    return np.asarray(cells[down, across], dtype=np.uint8)
