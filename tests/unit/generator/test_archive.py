"""The archive draws the same tile on every machine until its version is raised."""

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
