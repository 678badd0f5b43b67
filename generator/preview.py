"""Pictures of tiles for people: repeats and contact sheets."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from generator.draft import Pixels
from generator.errors import BriefError

REPEATS = ("block", "half-drop", "brick", "mirror", "rotated")
MOST_PIXELS = 100_000_000
_TURNS = ((0, 3), (1, 2))  # quarter turns of four tiles round a corner


def repeat(pixels: Pixels, kind: str = "block", columns: int = 3, rows: int = 3) -> Pixels:
    """Lay a tile (H, W, 3) out as cloth of shape (rows * H, columns * W, 3).

    A half-drop shifts every second column down by half a tile, a brick every second row sideways, a mirror
    turns every second tile over, rotated turns each of four by a quarter more. Raises BriefError on an
    unknown kind, a count below one, a cloth above 100 million pixels, or a rotated tile that is not square.
    """
    if kind not in REPEATS:
        raise BriefError("kind", f"{kind!r} is not a repeat", f"use one of {', '.join(REPEATS)}")
    if columns < 1 or rows < 1:
        raise BriefError("columns", f"{columns} by {rows} is empty", "lay out at least one tile")
    height, width = pixels.shape[:2]
    if kind == "rotated" and height != width:
        raise BriefError("tile", f"{width} x {height} px cannot be rotated", "give a square tile")
    if columns * rows * height * width > MOST_PIXELS:
        size = f"{columns * width} x {rows * height} px is too large"
        raise BriefError("columns", size, f"lay out at most {MOST_PIXELS:,} pixels")
    bands = [[_laid(pixels, kind, column, row) for column in range(columns)] for row in range(rows)]
    return np.concatenate([np.concatenate(band, axis=1) for band in bands], axis=0)


def _laid(pixels: Pixels, kind: str, column: int, row: int) -> Pixels:
    height, width = pixels.shape[:2]
    if kind == "half-drop":
        return np.roll(pixels, (column % 2) * height // 2, axis=0)
    if kind == "brick":
        return np.roll(pixels, (row % 2) * width // 2, axis=1)
    if kind == "mirror":
        return pixels[:: 1 - 2 * (row % 2), :: 1 - 2 * (column % 2)]
    if kind == "rotated":
        return np.rot90(pixels, _TURNS[row % 2][column % 2])
    return pixels


def contact_sheet(tiles: Sequence[Pixels], columns: int = 4, gap: int = 12, ground: int = 255) -> Pixels:
    """Tiles of one shape (H, W, 3) side by side with a gap in pixels on a grey `ground` (0..255).

    Raises BriefError when there are no tiles or their shapes differ.
    """
    if not tiles or len({tile.shape for tile in tiles}) != 1:
        raise BriefError("tiles", "are none or of different shapes", "give tiles of one shape")
    height, width, _ = tiles[0].shape
    columns = max(1, min(columns, len(tiles)))
    rows = -(-len(tiles) // columns)
    shape = (gap + rows * (height + gap), gap + columns * (width + gap), 3)
    sheet = np.full(shape, ground, dtype=np.uint8)
    for number, tile in enumerate(tiles):
        top = gap + number // columns * (height + gap)
        left = gap + number % columns * (width + gap)
        sheet[top : top + height, left : left + width] = tile
    return sheet
