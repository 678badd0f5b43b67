"""The atomic age: starbursts, boomerangs and orbits."""

from __future__ import annotations

import math

import numpy as np

from generator.archive.shapes import Motif, circle, curve, joined, petal, ribbon, turned, whorl
from generator.motifs.fillers import strew
from generator.motifs.places import places
from generator.motifs.sheet import SOLID, Sheet


def draw_atomic(sheet: Sheet) -> None:
    """Paint one figure per place, inks taking turns, with the era's small motif between."""
    taken = places(sheet)
    reach = sheet.by_density(0.38, 0.45, 0.52)
    make = {"burst": _burst, "boomerang": _boomerang, "orbit": _orbit}[sheet.words.style]
    figures = [make(sheet, ink) for ink in sheet.fills[:3]]
    lean = sheet.between(0.0, 0.5)
    for place in taken:
        figure = figures[place.number % len(figures)]
        sheet.stamp(figure, place.x, place.y, place.room * reach, place.angle + lean, place.flip)
    strew(sheet, taken, reach * 0.8, 0.12)


def _burst(sheet: Sheet, ink: int) -> Motif:
    """Long and short spikes that end in balls, with a star over their crossing."""
    count, other = sheet.one_of(4, 6), sheet.on(ink) or ink
    thin = 0.06 * sheet.hand.line
    spike: Motif = [(ribbon(curve((0, 0), (0, -0.5), (0, -0.86)), thin, thin), SOLID + ink)]
    ball: Motif = [(circle(0.1, 0.0, -0.9, 24), other)]
    short: Motif = [(petal(0.72, 0.2, 0.05), SOLID + ink)]
    fine: Motif = [(petal(0.5, 0.12, 0.05), SOLID + (sheet.on(ink, 2) or ink))]
    middle: Motif = [(circle(0.15), other), (circle(0.07), SOLID + sheet.on(other))]
    rays = [whorl(joined([spike, ball]), count), whorl(short, count, math.pi / count)]
    return joined([*rays, whorl(fine, 2 * count, math.pi / (2 * count)), middle])


def _boomerang(sheet: Sheet, ink: int) -> Motif:
    """A rounded boomerang with a second one on it, and three dots in its elbow."""
    path = curve((-0.82, 0.5), (-0.35, -0.75), (0.05, -0.85), (0.86, 0.3), points=48)
    along = np.linspace(0.0, math.pi, 48)
    body = _swelling(path, 0.16 + 0.3 * np.sin(along))
    inner = _swelling(path[6:42], 0.05 + 0.14 * np.sin(along[6:42]))
    dots: Motif = [
        (circle(0.09 - 0.015 * k, 0.02 + 0.2 * k, 0.2 + 0.12 * k, 20), SOLID + (sheet.on(ink, 2) or ink))
        for k in range(3)
    ]
    return [(body, ink), (inner, SOLID + sheet.on(ink)), *dots]


def _swelling(path: np.ndarray, width: np.ndarray) -> np.ndarray:
    """A stroke whose width follows `width` along the path, with round ends."""
    step = np.gradient(path, axis=0)
    normal = np.stack([-step[:, 1], step[:, 0]], axis=1) / np.linalg.norm(step, axis=1, keepdims=True)
    half = 0.5 * width[:, None]
    ends = [_cap(path[-1], step[-1], width[-1]), _cap(path[0], -step[0], width[0])]
    return np.concatenate([path + half * normal, ends[0], (path - half * normal)[::-1], ends[1]])


def _cap(at: np.ndarray, along: np.ndarray, width: float) -> np.ndarray:
    """Half a disc beyond the end of a stroke, from its left to its right."""
    turn = math.atan2(along[1], along[0]) + np.linspace(math.pi / 2, -math.pi / 2, 10)
    return np.asarray(at + 0.5 * width * np.stack([np.cos(turn), np.sin(turn)], axis=1))


def _orbit(sheet: Sheet, ink: int) -> Motif:
    """Three elliptical orbits with an electron on each, about a nucleus."""
    thin = 0.05 * sheet.hand.line
    angle = np.linspace(0.0, 2.0 * math.pi, 72)
    ellipse = np.stack([0.95 * np.cos(angle), 0.34 * np.sin(angle)], axis=1)
    parts: list[Motif] = []
    for k in range(3):
        one: Motif = [(ribbon(ellipse, thin, thin), SOLID + ink)]
        one += [
            (
                circle(0.1, 0.95 * math.cos(1.0 + 2.1 * k), 0.34 * math.sin(1.0 + 2.1 * k), 24),
                sheet.on(ink) or ink,
            )
        ]
        parts.append(turned(one, k * math.pi / 3.0))
    heart: Motif = [(circle(0.2), sheet.on(ink, 2) or ink), (circle(0.09), SOLID)]
    return joined([*parts, heart])
