"""Memphis: squiggles, shapes with shadows and dots, and confetti."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from generator.archive.shapes import Motif, circle, curve, joined, moved, ribbon, sector, turned
from generator.motifs.fillers import box, polygon, squiggle, strew
from generator.motifs.places import places
from generator.motifs.sheet import SOLID, Sheet

# A mixture needs company: more figures to a unit than other families have motifs.
_FIGURES = {"large": 2, "medium": 4, "small": 6}


def draw_memphis(sheet: Sheet) -> None:
    """Paint a mixture of figures, the next kind and the next ink at every place."""
    sheet = replace(sheet, cells=sheet.span * _FIGURES[sheet.words.scale])
    taken = places(sheet)
    reach = sheet.by_density(0.34, 0.42, 0.48)
    figures = {"squiggle": _squiggles, "blocks": _blocks, "confetti": _confetti}[sheet.words.style](sheet)
    for place in taken:
        figure = figures[place.number % len(figures)]
        angle = place.angle + (0.5 * (place.number % 3) if sheet.words.layout == "tossed" else 0.0)
        sheet.stamp(figure, place.x, place.y, place.room * reach, angle, place.flip)
    strew(sheet, taken, reach * 0.85, 0.13)


def _zigzag(half: float, swing: float, width: float, teeth: int = 5) -> np.ndarray:
    """A stroke with sharp turns, drawn as one outline."""
    x = np.linspace(-half, half, teeth + 1)
    y = np.where(np.arange(teeth + 1) % 2 == 0, swing, -swing)
    top = np.stack([x, y - width / 2], axis=1)
    return np.concatenate([top, (top + (0.0, width))[::-1]])


def _squiggles(sheet: Sheet) -> list[Motif]:
    """Wavy lines, zigzags and springs."""
    heavy = 0.2 + 0.06 * sheet.hand.line
    found: list[Motif] = []
    for number, ink in enumerate((*sheet.fills, *sheet.fills)):
        if number % 3 == 0:
            found.append([(squiggle(0.95, 0.32, heavy, 2.0), ink)])
        elif number % 3 == 1:
            found.append([(_zigzag(0.95, 0.34, heavy * 1.35), ink)])
        else:
            arc: Motif = [
                (ribbon(curve((-0.55, 0.3), (-0.4, -0.75), (0.4, -0.75), (0.55, 0.3)), heavy, heavy), ink)
            ]
            found.append(joined([arc, [(circle(heavy * 0.75, 0.0, 0.2, 24), sheet.on(ink) or ink)]]))
    return found


def _shadowed(sheet: Sheet, shape: np.ndarray, ink: int) -> Motif:
    """A shape over its drop shadow."""
    return (
        [(shape + (0.14, 0.14), SOLID + (sheet.on(ink) or ink)), (shape, SOLID if not sheet.on(ink) else ink)]
        if (sheet.on(ink))
        else [(shape, ink)]
    )


def _blocks(sheet: Sheet) -> list[Motif]:
    """Triangles, half discs, grids, columns of dots and steps, with shadows."""
    shapes = [
        polygon((0.0, -0.85), (0.8, 0.55), (-0.8, 0.55)),
        sector(0.0, 0.8, -math.pi / 2, math.pi / 2) + (0.0, 0.3),
        box(-0.6, -0.6, 0.6, 0.6),
        circle(0.68),
        polygon(
            (-0.7, 0.6),
            (-0.7, 0.1),
            (-0.2, 0.1),
            (-0.2, -0.35),
            (0.3, -0.35),
            (0.3, -0.8),
            (0.75, -0.8),
            (0.75, 0.6),
        ),
    ]
    found = []
    for number, shape in enumerate(shapes):
        ink = sheet.ink(number)
        motif = _shadowed(sheet, shape, ink)
        if number in (2, 3):
            motif += _pattern(sheet, number == 2, sheet.on(ink, 2))
        found.append(motif)
    return found


def _pattern(_sheet: Sheet, dotted: bool, ink: int) -> Motif:
    """Dots or bars inside a figure."""
    if dotted:
        return [(circle(0.09, x, y, 14), SOLID + ink) for x in (-0.35, 0.0, 0.35) for y in (-0.35, 0.0, 0.35)]
    return [(box(-0.42, y - 0.055, 0.42, y + 0.055), SOLID + ink) for y in (-0.3, 0.0, 0.3)]


def _confetti(sheet: Sheet) -> list[Motif]:
    """Small bars, crosses, rings and triangles."""
    found: list[Motif] = []
    for number in range(6):
        ink = sheet.ink(number)
        bar: Motif = [(box(-0.75, -0.17, 0.75, 0.17), ink)]
        cross: Motif = [(_plus(0.62, 0.2), ink)]
        ring: Motif = [(circle(0.6), ink), (circle(0.32), SOLID + sheet.on(ink) * (number % 2))]
        wedge: Motif = [(polygon((0.0, -0.62), (0.6, 0.42), (-0.6, 0.42)), ink)]
        found.append(
            (bar, cross, ring, wedge, moved([(squiggle(0.8, 0.24, 0.24), ink)], 0.0, 0.0), turned(bar, 0.8))[
                number
            ]
        )
    return found


def _plus(reach: float, half: float) -> np.ndarray:
    arm = [(-half, -reach), (half, -reach), (half, -half), (reach, -half), (reach, half), (half, half)]
    return polygon(*arm, *((-x, -y) for x, y in arm))
