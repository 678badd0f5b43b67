"""The likeliest of the places that look alike: found by the pixels, undone exactly."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from forensics.asking.places import Placed, likeliest, turned
from forensics.placing.known import ORIENTATIONS, KnownTile

SIDE = 512
FULL = np.ones((SIDE, SIDE), np.float32)


@pytest.fixture(scope="module")
def dots() -> KnownTile:
    """Eleven dots a side do not fall on 512 px evenly: no two of them are drawn alike."""
    y, x = ((np.mgrid[0:SIDE, 0:SIDE] + 0.5) * 11 / SIDE) % 1 - 0.5
    cover = np.clip((0.3 - np.hypot(x, y)) * SIDE / 11 + 0.5, 0, 1)[..., None]
    return KnownTile(np.uint8(cover * (30, 60, 160) + (1 - cover) * (240, 225, 200)), drawn=True)


@pytest.mark.parametrize("orientation", [0, 1, 6])
def test_finds_the_place_by_its_pixels(dots: KnownTile, orientation: int) -> None:
    inverse = next(k for k, m in enumerate(ORIENTATIONS) if np.array_equal(m, ORIENTATIONS[orientation].T))
    shown = np.roll(turned(dots.art.astype(np.float32), inverse), (140, 279), axis=(0, 1))
    coded = cv2.imdecode(cv2.imencode(".jpg", np.uint8(shown))[1], cv2.IMREAD_COLOR).astype(np.float32)
    placed = likeliest(coded, FULL, dots)
    assert np.abs(placed.tile - dots.art).mean() < np.abs(coded - dots.art).mean()
    assert np.abs(placed.tile - dots.art).mean() < 4


def test_stays_where_no_place_is_likelier(dots: KnownTile) -> None:
    placed = likeliest(dots.art.astype(np.float32), FULL, dots)
    assert (placed.orientation, placed.shift) == (0, (0, 0))
    nothing = likeliest(np.zeros((SIDE, SIDE, 3), np.float32), 0 * FULL, dots)
    assert np.array_equal(nothing.tile, np.zeros((SIDE, SIDE, 3)))


def test_places_compose() -> None:
    """given(p) = tile(M p - s), whatever was turned first."""
    shown = np.random.default_rng(1).random((SIDE, SIDE)).astype(np.float32)
    for first, second in ((1, 2), (3, 5), (7, 4)):
        one, two = (12, 500), (77, 3)
        once = np.roll(turned(shown, first), (-one[0], -one[1]), (0, 1))
        twice = np.roll(turned(once, second), (-two[0], -two[1]), (0, 1))
        placed = Placed(shown, FULL, first, one)
        orientation, shift = placed.composed(second, two)
        assert np.array_equal(twice, np.roll(turned(shown, orientation), (-shift[0], -shift[1]), (0, 1)))
