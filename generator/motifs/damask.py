"""Damask: ornaments that mirror about their axis, in drops: medallions, ogees and acanthus scrolls."""

from __future__ import annotations

import math

import numpy as np

from generator.archive.shapes import (
    Motif,
    Outline,
    circle,
    curve,
    joined,
    leaf,
    moved,
    petal,
    ribbon,
    scaled,
    scalloped,
    turned,
    whorl,
)
from generator.motifs.fillers import filler
from generator.motifs.places import gaps, places
from generator.motifs.sheet import SOLID, Sheet


def draw_damask(sheet: Sheet) -> None:
    """Paint one ornament per place; ogees stand in frames that touch each other."""
    taken = places(sheet)
    reach = sheet.by_density(0.44, 0.51, 0.58)
    make = {"medallion": _medallion, "ogee": _ogee, "acanthus": _acanthus}[sheet.words.style]
    ornament = make(sheet)
    for place in taken:
        sheet.stamp(ornament, place.x, place.y, place.room * reach, 0.0, place.flip)
    small = filler(sheet, sheet.ink(len(sheet.fills) - 1))
    for x, y, distance in gaps(taken, len(taken)):
        free = distance - taken[0].room * reach * 0.75
        if free > taken[0].room * 0.06:
            sheet.stamp(small, x, y, min(free * 0.75, taken[0].room * sheet.by_density(0.06, 0.09, 0.12)))


def _both(half: Motif) -> Motif:
    """The half and its mirror image."""
    return joined([half, scaled(half, 1.0, flip=True)])


def _scroll(x: float, y: float, size: float, turn: float, width: float = 0.075) -> Outline:
    """A volute: a stroke that rolls up about (x, y)."""
    angle = np.linspace(0.0, 2.6 * math.pi, 60)
    radius = size * (1.0 - 0.3 * angle / math.pi)
    path = np.stack([x + radius * np.cos(angle + turn), y + radius * np.sin(angle + turn)], axis=1)
    return ribbon(path, width, width * 0.5)


def _palmette(sheet: Sheet, ink: int, size: float) -> Motif:
    """A fan of seven petals over a drop."""
    tip = sheet.hand.tip
    fan = [
        turned([(petal(size, size * 0.3, tip, size * 0.1), ink)], side * 0.42)
        for side in (-3, 3, -2, 2, -1, 1, 0)
    ]
    heart = sheet.on(ink)
    return joined(
        [
            *fan,
            [
                (petal(size * 0.55, size * 0.22, 0.6, size * 0.1), SOLID + heart),
                (circle(size * 0.16), heart or ink),
            ],
        ]
    )


def _medallion(sheet: Sheet) -> Motif:
    ink, inner = sheet.ink(0), sheet.ink(1)
    count = 2 * sheet.one_of(4, 5, 6)
    crown = moved(_palmette(sheet, inner, 0.42), 0.0, -0.52)
    foot = moved(turned(_palmette(sheet, inner, 0.34), math.pi), 0.0, 0.58)
    rosette = joined(
        [
            whorl([(petal(0.5, 0.24, sheet.hand.tip, 0.1), ink)], count),
            [(circle(0.2), SOLID), (circle(0.16), sheet.on(ink) or ink), (circle(0.07), SOLID)],
        ]
    )
    arm: Motif = [(_scroll(0.56, -0.5, 0.2, 2.4), SOLID + ink), (_scroll(0.5, 0.55, 0.19, -2.6), SOLID + ink)]
    arm += turned([(leaf(0.6, 0.26, 0.2), ink)], 1.25)
    arm += moved(turned([(leaf(0.42, 0.2, -0.12), inner)], 0.8), 0.36, -0.12)
    arm += moved(turned([(leaf(0.42, 0.2, 0.12), inner)], 2.3), 0.36, 0.16)
    return joined([_both(arm), crown, foot, rosette])


def _ogee(sheet: Sheet) -> Motif:
    """A pointed frame of two S-curves with a palmette on a stem inside."""
    ink, inner = sheet.ink(0), sheet.ink(1)
    frame = _frame(1.06)
    hole = _frame(0.9)
    beads: Motif = [(circle(0.035, x, y, 12), SOLID + (sheet.on(ink) or 0)) for x, y in _frame(0.98)[::6]]
    plant = moved(_palmette(sheet, inner, 0.55), 0.0, 0.02)
    blades = _both(moved(turned([(leaf(0.5, 0.2, 0.16), sheet.ink(2))], 0.95), 0.02, 0.42))
    stem: Motif = [(ribbon(curve((0.0, 0.1), (0.0, 0.4), (0.0, 0.72)), 0.06, 0.05), SOLID + sheet.ink(2))]
    return joined(
        [[(frame, ink), (hole, SOLID * (sheet.words.stroke != "line"))], beads, stem, blades, plant]
    )


def _frame(size: float) -> Outline:
    along = np.linspace(-1.0, 1.0, 41)
    half = 0.5 * (1.0 + np.cos(math.pi * along)) * 0.68
    right = np.stack([half, along * 1.02], axis=1)
    return size * np.concatenate([right, right[::-1][1:-1] * (-1.0, 1.0)])


def _acanthus(sheet: Sheet) -> Motif:
    """Leaves that unroll left and right of an axis, over a scalloped shield."""
    ink, inner, third = sheet.ink(0), sheet.ink(1), sheet.ink(2)
    half: Motif = []
    for k, (y, length, turn) in enumerate(
        ((0.62, 0.8, 1.0), (0.3, 0.78, 0.75), (-0.02, 0.66, 0.5), (-0.3, 0.5, 0.28))
    ):
        blade: Motif = [(leaf(length, 0.3, 0.42 * (0.5 + sheet.hand.swing)), (ink, third)[k % 2])]
        blade += [
            (ribbon(curve((0.0, -0.06), (0.0, -length * 0.4), (0.18, -length * 0.75)), 0.04, 0.015), SOLID)
        ]
        half += moved(turned(blade, turn), 0.05, y)
    half += [
        (_scroll(0.3, 0.72, 0.19, 0.6), SOLID + inner),
        (_scroll(0.24, -0.62, 0.15, -0.8), SOLID + inner),
    ]
    shield: Motif = [
        (scalloped(0.24, 6, 0.14) + (0.0, 0.24), inner),
        (circle(0.1, 0.0, 0.24), sheet.on(inner)),
    ]
    bud = moved(_palmette(sheet, inner, 0.4), 0.0, -0.5)
    return joined([_both(half), shield, bud])
