"""Seamless test tiles drawn with numpy alone: motifs strewn on the torus, textures, stripes, dots."""

from __future__ import annotations

import numpy as np
import pytest
from looking import looked_once as looked_once
from numpy.typing import NDArray
from strewn import strewn

Image = NDArray[np.uint8]


@pytest.fixture(scope="session")
def tiles() -> list[Image]:
    """24 distinct seamless tiles, 256 px."""
    return [
        strewn(seed, 256, 10 + seed % 3 * 8, inks=4, light=(30, 235), radii=(0.04, 0.1)) for seed in range(24)
    ]


@pytest.fixture(scope="session")
def tile(tiles: list[Image]) -> Image:
    return tiles[0]
