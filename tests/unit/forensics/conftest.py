"""Seamless test tiles drawn with numpy alone: motifs strewn on the torus, textures, stripes, dots."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

Image = NDArray[np.uint8]


def strewn(seed: int, side: int = 256, motifs: int = 16) -> Image:
    """Flat blobs with petals in three inks, strewn over a ground, seamless."""
    rng = np.random.default_rng(seed)
    inks = rng.uniform(30, 235, (4, 3))
    y, x = np.mgrid[0:side, 0:side] / side
    tile = np.broadcast_to(inks[0], (side, side, 3)).copy()
    for k in range(motifs):
        cx, cy, radius = rng.uniform(0, 1), rng.uniform(0, 1), rng.uniform(0.04, 0.1)
        dx, dy = (x - cx + 0.5) % 1 - 0.5, (y - cy + 0.5) % 1 - 0.5
        petals, turn = rng.integers(2, 7), rng.uniform(0, 6.3)
        edge = radius * (1 + 0.35 * np.cos(petals * np.arctan2(dy, dx) + turn))
        cover = np.clip((edge - np.hypot(dx, dy)) * side + 0.5, 0, 1)[..., None]
        tile = tile * (1 - cover) + inks[1 + k % 3] * cover
    return np.round(tile).astype(np.uint8)


@pytest.fixture(scope="session")
def tiles() -> list[Image]:
    """24 distinct seamless tiles, 256 px."""
    return [strewn(seed, motifs=10 + seed % 3 * 8) for seed in range(24)]


@pytest.fixture(scope="session")
def tile(tiles: list[Image]) -> Image:
    return tiles[0]
