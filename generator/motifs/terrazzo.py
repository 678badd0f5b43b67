"""Terrazzo: stone chips of every ink, large ones first, then ever smaller into the gaps."""

from __future__ import annotations

import math

import numpy as np

from generator.archive.layout import scatter
from generator.archive.shapes import Outline, blob
from generator.motifs.sheet import Sheet

Chip = tuple[float, float, float]


def draw_terrazzo(sheet: Sheet) -> None:
    """Paint chips that do not overlap: a spread of large ones, then three rounds of filling."""
    wanted = round(5.0 * sheet.cells**2)
    reach = sheet.by_density(0.34, 0.42, 0.48) / math.sqrt(wanted)
    chips = [(x, y, reach * sheet.between(0.75, 1.1)) for x, y in scatter(sheet.dice, wanted)]
    for shrink in (0.5, 0.32, 0.22):
        chips += _fill(sheet, chips, reach * shrink, wanted)
    for number, (x, y, radius) in enumerate(chips):
        main = number < wanted and number % 5 < 2
        ink = sheet.ink(0) if main else sheet.ink(number)
        sheet.stamp([(_chip(sheet, number), ink)], x, y, radius)


def _fill(sheet: Sheet, chips: list[Chip], radius: float, wanted: int) -> list[Chip]:
    """Chips of `radius` at random free places, touching nothing."""
    taken = np.array(chips)
    added: list[Chip] = []
    for x, y in sheet.dice.uniform(0.0, 1.0, (wanted * 8, 2)):
        gap = np.abs(taken[:, :2] - (x, y))
        free = np.sqrt((np.minimum(gap, 1.0 - gap) ** 2).sum(axis=1)) - taken[:, 2]
        if float(free.min()) > radius * 1.25:
            added.append((float(x), float(y), radius * sheet.between(0.7, 1.0)))
            taken = np.concatenate([taken, [added[-1]]])
    return added


def _chip(sheet: Sheet, number: int) -> Outline:
    """A chip of radius about one: angular, a pebble, or either by turns."""
    if sheet.words.style == "pebble" or (sheet.words.style == "mixed" and number % 2 == 0):
        waves = [(sheet.between(0.04, 0.16), sheet.between(0.0, 6.28)) for _ in range(3)]
        return blob(0.95, waves, 40)
    corners = sheet.one_of(4, 5, 6)
    angle = 2.0 * math.pi * (np.arange(corners) + sheet.dice.uniform(-0.28, 0.28, corners)) / corners
    reach = sheet.dice.uniform(0.72, 1.12, corners)
    return np.stack([reach * np.cos(angle), reach * np.sin(angle)], axis=1)
