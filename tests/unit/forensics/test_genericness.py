"""How common a tile's geometry is."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from forensics import generic

Image = NDArray[np.uint8]


def _periodic(kind: str, side: int = 256) -> Image:
    y, x = np.mgrid[0:side, 0:side]
    if kind == "stripe":
        level = (x // 32 % 2).astype(float)
    elif kind == "gingham":
        level = (x // 32 % 2 + y // 32 % 2) / 2
    else:
        level = (np.hypot(x % 64 - 32, y % 64 - 32) < 14).astype(float)
    return np.repeat((40 + 170 * level).astype(np.uint8)[..., None], 3, axis=2)


def test_stripes_ginghams_and_dots_are_anybodys() -> None:
    for kind in ("stripe", "gingham", "dots"):
        assert generic(_periodic(kind)) >= 0.8
    assert generic(np.full((64, 64, 3), 99, np.uint8)) == 1.0


def test_drawn_motifs_are_somebodys(tiles: list[Image]) -> None:
    assert max(generic(tile) for tile in tiles[:6]) < 0.5


def test_it_depends_on_the_tile_alone(tile: Image) -> None:
    assert generic(tile) == generic(tile.copy())
    assert abs(generic(np.roll(tile, (50, 90), (0, 1))) - generic(tile)) < 0.1
