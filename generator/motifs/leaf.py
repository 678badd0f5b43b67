"""Foliage: branches with berries, broad single leaves, palm fronds and ferns."""

from __future__ import annotations

import math

from generator.archive.shapes import (
    Motif,
    circle,
    curve,
    half_leaf,
    joined,
    leaf,
    moved,
    ribbon,
    turned,
)
from generator.motifs.fillers import strew
from generator.motifs.places import places
from generator.motifs.sheet import SOLID, Sheet


def draw_leaf(sheet: Sheet) -> None:
    """Paint sprigs on their places, leaning with the symmetry, with small motifs between."""
    taken = places(sheet)
    reach = sheet.by_density(0.44, 0.52, 0.58)
    make = {"branch": _branch, "single": _single, "palm": _palm, "fern": _fern}[sheet.words.style]
    sprigs = [make(sheet, ink) for ink in sheet.fills[:3]]
    lean = sheet.between(0.2, 0.55)
    for place in taken:
        sprig = sprigs[place.number % len(sprigs)]
        tilt = -lean if place.flip else lean
        sheet.stamp(sprig, place.x, place.y, place.room * reach, place.angle + tilt, place.flip)
    strew(sheet, taken, reach * 0.85, 0.15)


def _spine(sheet: Sheet) -> tuple[tuple[float, float], ...]:
    sway = 0.1 + 0.25 * sheet.hand.swing * sheet.between(0.6, 1.2)
    return (0.0, 1.0), (sway, 0.4), (-sway, -0.3), (0.0, -0.85)


def _branch(sheet: Sheet, ink: int) -> Motif:
    spine = curve(*_spine(sheet))
    parts: list[Motif] = [[(ribbon(spine, 0.07, 0.03), SOLID + ink)]]
    pairs, plump = sheet.one_of(4, 5), 0.34 + 0.16 * sheet.hand.tip
    other = sheet.on(ink) if sheet.words.inks > 3 else ink
    for k in range(pairs):
        at = spine[int((0.18 + 0.72 * k / pairs) * (len(spine) - 1))]
        length = 0.62 - 0.06 * k
        vein = ribbon(curve((0, -0.12), (0, -0.3), (0, -length * 0.85)), 0.035, 0.015)
        for side, colour in ((-1.0, ink), (1.0, other)):
            blade: Motif = [(leaf(length, length * plump), colour), (vein, SOLID)]
            parts.append(moved(turned(blade, side * 0.95), float(at[0]), float(at[1])))
    parts.append(moved([(leaf(0.42, 0.2), ink)], 0.0, -0.72))
    berry: Motif = [(circle(0.085), sheet.on(ink, 2) or ink)]
    parts.extend(moved(berry, side * 0.34, 0.78) for side in (-1.0, 1.0))
    return joined(parts)


def _single(sheet: Sheet, ink: int) -> Motif:
    bend, inner = sheet.between(-0.2, 0.2) * (0.5 + sheet.hand.swing), sheet.on(ink)
    width = 0.85 + 0.35 * sheet.hand.tip
    blade: Motif = [(leaf(1.9, width, bend), ink)]
    if inner and sheet.words.stroke != "line":
        blade.append((half_leaf(1.9, width, bend), inner))
    vein = SOLID + (ink if sheet.words.stroke == "line" else 0)
    veins: Motif = [(ribbon(curve((0.0, 0.2), (0.0, -0.9), (bend * 0.8, -1.75)), 0.075, 0.025), vein)]
    for k in range(5):
        y, spread = -0.3 - 0.28 * k, 0.4 * width * math.sin(math.pi * (0.25 + 0.13 * k))
        shift = bend * (y / 1.9) ** 2
        for side in (-1.0, 1.0):
            end = (shift + side * spread, y - 0.26)
            path = curve((shift, y), (shift + side * spread * 0.6, y - 0.1), end)
            veins.append((ribbon(path, 0.045, 0.02), vein))
    stalk: Motif = [(ribbon(curve((0.0, 0.28), (0.02, 0.1), (0.0, -0.05)), 0.08, 0.07), SOLID + ink)]
    return moved(joined([stalk, blade, veins]), 0.0, 0.88)


def _palm(sheet: Sheet, ink: int) -> Motif:
    sway = 0.1 + 0.15 * sheet.hand.swing
    spine = curve((sway, 1.05), (sway * 1.3, 0.3), (0.0, -0.2), (-sway, -0.7))
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
    parts.append([(ribbon(spine, 0.085, 0.035), SOLID + (sheet.on(ink) or ink))])
    return joined(parts)


def _fern(sheet: Sheet, ink: int) -> Motif:
    """A frond of many small leaves that grow shorter towards a curled tip."""
    spine = curve(*_spine(sheet))
    parts: list[Motif] = [[(ribbon(spine, 0.06, 0.03), SOLID + (sheet.on(ink) or ink))]]
    for k in range(9):
        at = spine[int((0.14 + 0.095 * k) * (len(spine) - 1))]
        length = 0.5 * (1.0 - 0.085 * k)
        for side in (-1.0, 1.0):
            blade: Motif = [(leaf(length, 0.135, side * 0.1), ink)]
            parts.append(moved(turned(blade, side * 0.92), float(at[0]), float(at[1])))
    parts.append(moved([(leaf(0.3, 0.13), ink)], 0.0, -0.76))
    return joined(parts)
