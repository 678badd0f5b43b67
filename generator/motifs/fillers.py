"""The small motifs that each era strews between the large ones."""

from __future__ import annotations

import math

import numpy as np

from generator.archive.shapes import (
    Motif,
    Outline,
    blob,
    circle,
    curve,
    joined,
    leaf,
    moved,
    petal,
    ribbon,
    turned,
    whorl,
)
from generator.motifs.places import Place, gaps
from generator.motifs.sheet import SOLID, Sheet


def strew(sheet: Sheet, taken: list[Place], reach: float, largest: float = 0.2) -> None:
    """Put the era's small motif where places leave room; `reach` is a motif's radius over its room."""
    if sheet.words.density == "sparse":
        return
    kinds = [filler(sheet, sheet.ink(number)) for number in (len(sheet.fills) - 1, 1)]
    share = sheet.by_density(0.0, 0.6, 1.0)
    room = taken[0].room
    for number, (x, y, distance) in enumerate(gaps(taken, max(2, round(len(taken) * share)))):
        free = distance - room * reach
        if free > room * 0.09:
            angle = sheet.between(0.0, 2.0 * math.pi) if sheet.words.layout == "tossed" else 0.0
            sheet.stamp(kinds[number % 2], x, y, min(free * 0.8, room * largest), angle)


def filler(sheet: Sheet, ink: int) -> Motif:
    """The small motif of the sheet's era, of radius one."""
    makers = {
        "sprig": _sprig,
        "tendril": _tendril,
        "lozenge": _lozenge,
        "spark": _spark,
        "pop": _pop,
        "ring": _ring,
        "dart": _dart,
        "pebble": _pebble,
    }
    return makers[sheet.hand.filler](sheet, ink)


def _sprig(sheet: Sheet, ink: int) -> Motif:
    stalk: Motif = [(ribbon(curve((0.0, 1.0), (0.1, 0.3), (0.0, -0.3)), 0.14, 0.1), SOLID + ink)]
    blades = [moved(turned([(leaf(0.95, 0.42), ink)], side), 0.0, 0.5) for side in (-0.9, 0.9)]
    bud: Motif = (
        [(circle(0.3, 0.0, -0.6, 24), sheet.on(ink))] if sheet.on(ink) else [(circle(0.3, 0.0, -0.6), ink)]
    )
    return joined([stalk, *blades, bud])


def _tendril(_sheet: Sheet, ink: int) -> Motif:
    turn = np.linspace(0.4, 3.4 * math.pi, 60)
    spiral = np.stack([0.085 * turn * np.cos(turn), 0.085 * turn * np.sin(turn)], axis=1)
    return [(ribbon(spiral, 0.14, 0.3), SOLID + ink), (circle(0.17, 0.04, 0.02, 20), SOLID + ink)]


def _lozenge(sheet: Sheet, ink: int) -> Motif:
    return [(rhombus(0.62, 1.0), ink), (rhombus(0.26, 0.42), sheet.on(ink))]


def _spark(_sheet: Sheet, ink: int) -> Motif:
    rays = whorl([(petal(1.0, 0.22, 0.0), SOLID + ink)], 4)
    return joined([rays, whorl([(petal(0.6, 0.16, 0.0), SOLID + ink)], 4, math.pi / 4)])


def _pop(sheet: Sheet, ink: int) -> Motif:
    return joined([whorl([(circle(0.42, 0.0, -0.55, 28), ink)], 5), [(circle(0.34), sheet.on(ink))]])


def _ring(sheet: Sheet, ink: int) -> Motif:
    return [(circle(1.0), ink), (circle(0.62), 0), (circle(0.34), sheet.on(ink) or ink)]


def _dart(_sheet: Sheet, ink: int) -> Motif:
    if ink % 2:
        return [(polygon((0.0, -1.0), (0.87, 0.5), (-0.87, 0.5)), ink)]
    return [(squiggle(1.0, 0.3, 0.26), SOLID + ink)]


def _pebble(sheet: Sheet, ink: int) -> Motif:
    return [(blob(0.85, [(sheet.between(0.08, 0.2), sheet.between(0.0, 6.28)) for _ in range(2)], 36), ink)]


def polygon(*corners: tuple[float, float]) -> Outline:
    """A closed outline through these corners."""
    return np.array(corners, dtype=np.float64)


def rhombus(half_width: float, half_height: float) -> Outline:
    """A diamond about the origin."""
    return polygon((0.0, -half_height), (half_width, 0.0), (0.0, half_height), (-half_width, 0.0))


def box(left: float, top: float, right: float, bottom: float) -> Outline:
    """An upright rectangle."""
    return polygon((left, top), (right, top), (right, bottom), (left, bottom))


def squiggle(half: float, swing: float, width: float, waves: float = 1.5) -> Outline:
    """A wavy stroke from -half to half."""
    x = np.linspace(-half, half, 60)
    return ribbon(np.stack([x, swing * np.sin(np.pi * waves * x / half)], axis=1), width, width)
