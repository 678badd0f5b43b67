"""Seamless tiles drawn with numpy alone: flat blobs with petals, strewn over a ground."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.uint8]


def strewn(
    seed: int,
    side: int = 512,
    motifs: int = 26,
    *,
    inks: int = 5,
    light: tuple[int, int] = (40, 225),
    radii: tuple[float, float] = (0.025, 0.085),
) -> Image:
    """uint8 (side, side, 3). `inks` are counted with the ground; `radii` are shares of the side."""
    rng = np.random.default_rng(seed)
    colours = rng.uniform(*light, (inks, 3))
    y, x = np.mgrid[0:side, 0:side] / side
    tile = np.broadcast_to(colours[0], (side, side, 3)).copy()
    for k in range(motifs):
        cx, cy, radius = rng.uniform(0, 1), rng.uniform(0, 1), rng.uniform(*radii)
        dx, dy = (x - cx + 0.5) % 1 - 0.5, (y - cy + 0.5) % 1 - 0.5
        petals, turn = rng.integers(2, 7), rng.uniform(0, 6.3)
        edge = radius * (1 + 0.35 * np.cos(petals * np.arctan2(dy, dx) + turn))
        cover = np.clip((edge - np.hypot(dx, dy)) * side + 0.5, 0, 1)[..., None]
        tile = tile * (1 - cover) + colours[1 + k % (inks - 1)] * cover
    return np.round(tile).astype(np.uint8)
