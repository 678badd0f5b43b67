"""The first edition draws the same tile on every machine, for as long as a recipe of it is kept."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from generator.archive.draw import draw_tile
from generator.words import DENSITIES, LAYOUTS, SCALES, STYLES, Attributes, families


@pytest.mark.parametrize("family", families())
def test_every_setting_draws_with_every_ink_it_is_given(family: str) -> None:
    settings = itertools.product(STYLES[family], SCALES, DENSITIES, LAYOUTS)
    for number, (style, scale, density, layout) in enumerate(settings):
        if number % 4:
            continue
        inks = 2 + number // 4 % 3
        tile = draw_tile(Attributes(family, style, scale, density, layout, inks), number, 128)
        assert tile.shape == (128, 128)
        assert tile.max() < inks
        shares = np.bincount(tile.ravel(), minlength=inks) / tile.size
        assert shares[0] < 0.99
        assert shares[1:].max() > 0.01


VERSION_1 = {
    "floral": [433.6, 179.0, 251.6, 135.9],
    "leaf": [777.5, 97.9, 98.4, 26.2],
    "dots": [710.8, 134.9, 135.0, 19.3],
    "stripe": [337.9, 421.9, 109.4, 130.9],
    "chevron": [429.7, 250.0, 250.0, 70.3],
    "scallop": [404.5, 196.2, 297.7, 101.6],
    "arches": [591.7, 152.7, 152.7, 102.8],
    "terrazzo": [645.6, 119.3, 156.3, 78.8],
}


@pytest.mark.parametrize("family", families())
def test_version_1_draws_what_it_always_drew(family: str) -> None:
    """Thousandths of each ink: they change with any drawing rule, and not with a processor's rounding."""
    words = Attributes(family, next(iter(STYLES[family])), "medium", "balanced", "half-drop", 4)
    tile = draw_tile(words, 1, 256)
    shares = np.bincount(tile.ravel(), minlength=4) * 1000 / tile.size
    assert np.abs(shares - VERSION_1[family]).max() < 1.0
