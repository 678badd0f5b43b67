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


def recolour(tile: Pixels, inks: tuple[str, ...], others: tuple[str, ...]) -> Pixels:
    """`tile` (H, W, 3), printed in `inks`, put in the inks of another palette of the same length.

    Every pixel goes to the ink nearest to it, so this is a preview for the eye, not a production file.
    """
    palette, target = (np.array([_rgb(ink) for ink in colours], np.float32) for colours in (inks, others))
    distance = ((tile[:, :, None, :].astype(np.float32) - palette) ** 2).sum(-1)
    printed: Pixels = target[distance.argmin(-1)].astype(np.uint8)
    return printed


def _rgb(ink: str) -> tuple[int, int, int]:
    return int(ink[1:3], 16), int(ink[3:5], 16), int(ink[5:7], 16)
