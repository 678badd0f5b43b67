"""Foliage: branches with berries, broad single leaves, and palm fronds."""

from __future__ import annotations

import math

from generator.archive.canvas import Sheet
from generator.archive.layout import Spot, gaps, spots
from generator.archive.shapes import (
    Motif,
    circle,
    curve,
    half_leaf,
    joined,
    leaf,
    moved,
    ribbon,
    scaled,
    turned,
)


def draw_leaf(sheet: Sheet) -> None:
    """Paint sprigs on their spots, alternately mirrored, with berries or small leaves between."""
    places = spots(sheet)
    reach = sheet.by_density(0.42, 0.5, 0.58)
    make = {"branch": _branch, "single": _single, "palm": _palm}[sheet.words.style]
    sprigs = [make(sheet, sheet.main, sheet.detail)]
    if sheet.words.inks > 2:
        sprigs.append(make(sheet, sheet.second, sheet.main if sheet.words.inks == 3 else sheet.accent))
    lean = sheet.between(0.25, 0.6)
    for spot in places:
        sprig = scaled(sprigs[spot.number % len(sprigs)], 1.0, flip=spot.number % 2 == 1)
        tilt = lean if spot.number % 2 else -lean
        sheet.canvas.place(sprig, spot.x, spot.y, spot.room * reach, spot.angle + tilt)
    if sheet.words.density != "sparse":
        _berries(sheet, places, reach)


def _branch(sheet: Sheet, ink: int, inner: int) -> Motif:
    sway = sheet.between(0.1, 0.25)
    spine = curve((0.0, 1.0), (sway, 0.4), (-sway, -0.3), (0.0, -0.85))
    parts: list[Motif] = [[(ribbon(spine, 0.07, 0.03), ink)]]
    pairs = sheet.one_of(4, 5)
    for k in range(pairs):
        at = spine[int((0.18 + 0.72 * k / pairs) * (len(spine) - 1))]
        length = 0.62 - 0.06 * k
        for side in (-1.0, 1.0):
            blade: Motif = [
                (leaf(length, length * 0.42), ink),
                (ribbon(curve((0, -0.12), (0, -0.3), (0, -length * 0.85)), 0.035, 0.015), 0),
            ]
            parts.append(moved(turned(blade, side * 0.95), float(at[0]), float(at[1])))
    parts.append(moved([(leaf(0.42, 0.2), ink)], 0.0, -0.72))
    berry: Motif = [(circle(0.075), sheet.accent or inner or ink)]
    parts.extend(moved(berry, side * 0.34, 0.78 - 0.0 * side) for side in (-1.0, 1.0))
    return joined(parts)


def _single(sheet: Sheet, ink: int, inner: int) -> Motif:
    bend = sheet.between(-0.12, 0.12)
    blade: Motif = [(leaf(1.9, 1.08, bend), ink)]
    if inner:
        blade.append((half_leaf(1.9, 1.08, bend), inner))
    veins = [(ribbon(curve((0.0, 0.2), (0.0, -0.9), (bend * 0.8, -1.75)), 0.075, 0.025), 0)]
    for k in range(5):
        y = -0.3 - 0.28 * k
        spread = 0.42 * math.sin(math.pi * (0.25 + 0.13 * k))
        for side in (-1.0, 1.0):
            end = (side * spread, y - 0.26)
            veins.append(
                (ribbon(curve((bend * 0.1, y), (side * spread * 0.6, y - 0.1), end), 0.045, 0.02), 0)
            )
    stalk: Motif = [(ribbon(curve((0.0, 0.28), (0.02, 0.1), (0.0, -0.05)), 0.07, 0.06), ink)]
    return moved(joined([stalk, blade, veins]), 0.0, 0.88)


def _palm(sheet: Sheet, ink: int, inner: int) -> Motif:
    spine = curve((0.08, 1.05), (0.12, 0.3), (0.0, -0.2), (-0.06, -0.7))
    parts: list[Motif] = []
    count = sheet.one_of(7, 8)
    for k in range(count):
        along = k / (count - 1)
        at = spine[int((0.22 + 0.76 * along) * (len(spine) - 1))]
        length = 0.78 * math.sin(math.pi * (0.28 + 0.55 * along)) + 0.12
        for side in (-1.0, 1.0):
            blade: Motif = [(leaf(length, 0.19, side * 0.1), ink)]
            parts.append(moved(turned(blade, side * (1.35 - 0.95 * along)), float(at[0]), float(at[1])))
    parts.append(moved([(leaf(0.6, 0.18), ink)], float(spine[-1, 0]), float(spine[-1, 1]) + 0.1))
    parts.append([(ribbon(spine, 0.085, 0.035), inner or ink)])
    return joined(parts)


def _berries(sheet: Sheet, places: list[Spot], reach: float) -> None:
    ink = sheet.accent or sheet.main
    trio: Motif = [(circle(0.3, math.sin(a) * 0.5, -math.cos(a) * 0.5, 20), ink) for a in (0.0, 2.094, 4.189)]
    for x, y, distance in gaps(places):
        free = distance - places[0].room * reach * 0.8
        if free > places[0].room * 0.1:
            sheet.canvas.place(trio, x, y, min(free * 0.6, places[0].room * 0.13), sheet.between(0.0, 2.0))
