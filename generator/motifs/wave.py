"""Waves: rolling bands, breaking crests and fine ripples."""

from __future__ import annotations

import math

import numpy as np

from generator.archive.shapes import Motif, circle, ribbon
from generator.motifs.cloth import periodic_noise
from generator.motifs.sheet import SOLID, Sheet
from generator.motifs.stripe import bands


def draw_wave(sheet: Sheet) -> None:
    """Paint waves across the cloth; in a brick every second row is half a wave further."""
    if sheet.words.style == "crest":
        _crests(sheet)
        return
    x, y = sheet.grid()
    n = sheet.cells
    if sheet.words.style == "ripple":
        noise = periodic_noise(sheet.dice, sheet.cloth.edge, n, 2)
        swing = 0.42 * sheet.between(0.7, 1.1)
        position = y * n * 2 + swing * noise + 0.18 * np.sin(2 * np.pi * n * x)
    else:
        position = y * n + _roll(sheet, x * n, y * n)
    bands(sheet, position, _sequence(sheet))
    sheet.settle()


def _roll(sheet: Sheet, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """A sine for most eras, and for the seventies one that swells, as on a surfboard."""
    height = sheet.by_density(0.26, 0.22, 0.18)
    bulge = 0.12 * np.sin(2 * np.pi * (2 * x + (0.5 if sheet.words.layout == "brick" else 0.0)))
    flow = height * np.sin(2 * np.pi * (x + (0.5 * np.floor(y) if sheet.words.layout == "brick" else 0.0)))
    if sheet.words.layout == "brick":
        flow = height * np.sin(2 * np.pi * x) * np.cos(2 * np.pi * y)
    return np.asarray(flow + bulge * sheet.hand.swing, dtype=np.float64)


def _sequence(sheet: Sheet) -> list[tuple[float, int]]:
    ground = sheet.by_density(1.3, 0.8, 0.45)
    found = [(ground, 0)]
    for ink in sheet.fills:
        found += [(sheet.between(0.4, 0.7), ink)]
        if sheet.hand.line < 1.3:
            found += [(0.22, 0)]
    return found


def _crests(sheet: Sheet) -> None:
    """Rows of curling crests, the lower before the upper, as in a woodcut."""
    n = sheet.cells
    rows = 2 * n
    for row in range(-2, rows + 3):
        ink = sheet.ink(row % rows)
        crest = _crest(sheet, ink)
        turned_back = sheet.words.symmetry == "two-way" and row % 2 == 1
        for column in range(n):
            x = (column + (0.5 * (row % 2) if sheet.words.layout == "brick" else 0.0)) / n
            motif = [(outline * (-1.0 if turned_back else 1.0, 1.0), k) for outline, k in crest]
            _lay(sheet, motif, x, row / rows)


def _crest(sheet: Sheet, ink: int) -> Motif:
    """One wave, a cell wide, with a curl at its tip and a foam line under its back."""
    along = np.linspace(0.0, 1.0, 40)
    back = np.stack([along - 0.5, -0.42 * np.sin(0.5 * math.pi * along) ** 2.2], axis=1)
    curl = [(0.5 + 0.02, -0.42), (0.6, -0.36), (0.62, -0.26), (0.55, -0.2), (0.48, -0.22), (0.52, -0.28)]
    hollow = [(0.5, -0.3), (0.42, -0.22), (0.42, -0.1), (0.5, 0.0), (0.5, 0.62), (-0.5, 0.62)]
    body = np.concatenate([back, np.array(curl), np.array(hollow)])
    inner = sheet.on(ink)
    lines: Motif = []
    for step in range(int(sheet.by_density(1, 2, 3))):
        path = np.stack([along - 0.5, 0.1 + 0.11 * step - 0.3 * np.sin(0.5 * math.pi * along) ** 2.2], axis=1)
        lines.append((ribbon(path[4:36], 0.03, 0.03), SOLID + inner))
    foam: Motif = [
        (circle(0.045, 0.36, -0.44, 16), SOLID + (sheet.on(ink, 2) or ink)),
        (circle(0.03, 0.26, -0.46, 14), SOLID + (sheet.on(ink, 2) or ink)),
    ]
    return [(body, ink), *lines, *foam]


def _lay(sheet: Sheet, motif: Motif, x: float, y: float) -> None:
    size = 1.0 / sheet.cells
    for outline, ink in motif:
        solid, number = divmod(ink, SOLID)
        placed = outline * size + (x, y)
        line = sheet.words.stroke == "line"
        if solid:
            sheet.cloth.fill(placed, number or (sheet.ink(0) if line else 0), False)
            continue
        gap = placed + (0.0, -0.05 * size)
        edge = 0 if sheet.words.stroke == "flat" else (number if line else sheet.key)
        sheet.cloth.fill(gap, edge, False)
        sheet.cloth.fill(placed, 0 if line else number, False)
