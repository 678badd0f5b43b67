"""Seamless flat-ink tiles of 512 px, drawn here, and the things done to them in the wild."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

SIDE = 512
INKS = [(246, 233, 228), (196, 69, 106), (63, 95, 66), (242, 184, 160)]


def _printed(draw, inks=INKS):
    """Draw at twice the size, at every wrap of the torus, then halve: anti-aliased flat inks."""
    side = 2 * SIDE
    sheet = np.full((side, side, 3), inks[0], np.uint8)
    for right in (-side, 0, side):
        for down in (-side, 0, side):
            draw(sheet, np.array([right, down]), side)
    return cv2.resize(sheet, (SIDE, SIDE), interpolation=cv2.INTER_AREA)


def floral():
    rng = np.random.default_rng(1)
    flowers = [(rng.random(2), rng.random() * 360) for _ in range(18)]

    def draw(sheet, wrap, side):
        for place, turn in flowers:
            middle = (place * side + wrap).astype(int)
            for petal in range(5):
                angle = np.deg2rad(72 * petal + turn)
                at = (middle + 0.035 * side * np.array([np.cos(angle), np.sin(angle)])).astype(int)
                ink = INKS[2] if petal == 0 else INKS[1]
                cv2.ellipse(sheet, at.tolist(), (36, 13), float(np.rad2deg(angle)), 0, 360, ink, -1)
            cv2.circle(sheet, middle.tolist(), 14, INKS[3], -1)

    return _printed(draw)


def dots():
    def draw(sheet, wrap, side):
        for row in range(12):
            for column in range(6):
                place = np.array([(column + 0.25 + row % 2 / 2) / 6, (row + 0.5) / 12])
                cv2.circle(sheet, (place * side + wrap).astype(int).tolist(), 30, INKS[1], -1)

    return _printed(draw)


def stripes():
    rng = np.random.default_rng(3)
    sheet = np.full((SIDE, SIDE, 3), INKS[0], np.uint8)
    left = 0
    while left < SIDE - 40:
        width = int(rng.integers(6, 28))
        sheet[:, left : left + width] = INKS[int(rng.integers(1, 4))]
        left += width + int(rng.integers(6, 24))
    return sheet


def terrazzo():
    rng = np.random.default_rng(4)
    chips = [(rng.random(2), rng.uniform(0.02, 0.06), rng.random(6), rng.integers(1, 4)) for _ in range(90)]

    def draw(sheet, wrap, side):
        for place, size, corners, ink in chips:
            angles = np.sort(corners) * 2 * np.pi
            rim = place * side + wrap + size * side * np.stack([np.cos(angles), np.sin(angles)], axis=1)
            cv2.fillPoly(sheet, [rim.astype(np.int32)], INKS[int(ink)])

    return _printed(draw)


TILES = {"floral": floral, "dots": dots, "stripes": stripes, "terrazzo": terrazzo}


@pytest.fixture(scope="session")
def tiles():
    return {name: draw() for name, draw in TILES.items()}
