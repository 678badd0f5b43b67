"""Small pictures for the report: JPEG files beside it, never larger than a person looks at them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]


def save_thumbnail(pixels: Pixels, path: Path, longest_px: int) -> Path:
    """Write `pixels` (H, W, 3), shrunk until no side is longer than `longest_px`; returns the path."""
    from PIL import Image

    path.parent.mkdir(parents=True, exist_ok=True)
    picture = Image.fromarray(pixels)
    picture.thumbnail((longest_px, longest_px), Image.Resampling.LANCZOS)
    picture.save(path, quality=88)
    return path


def in_repeat(tile: Pixels, columns: int, rows: int) -> Pixels:
    """The tile laid `columns` by `rows` times in straight repeat."""
    return np.tile(tile, (rows, columns, 1))
