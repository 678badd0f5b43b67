"""Sample grids beside the training log."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from generator.draft import Pixels
from generator.palette import ink_rgb
from generator.preview import contact_sheet

PREVIEW_PALETTE = ("#f6ecd6", "#17274f", "#c8553d", "#d6a01f", "#5f8a7a", "#7a2f4f")


def save_tiles(path: Path, tiles: Sequence[Pixels], columns: int = 8) -> None:
    """Write a contact sheet as PNG."""
    Image.fromarray(contact_sheet(tiles, columns, gap=4)).save(path)


def painted_screens(screens: NDArray[np.uint8]) -> Pixels:
    """Soft screens (H, W, n) as a picture: each lays its ink over the ground in its strength."""
    inks = np.array([ink_rgb(ink) for ink in PREVIEW_PALETTE], dtype=np.float64)
    cover = screens.astype(np.float64) / 255.0
    ground = np.clip(1.0 - cover.sum(axis=-1, keepdims=True), 0.0, 1.0)
    painted = ground * inks[0] + cover @ inks[1 : 1 + screens.shape[-1]]
    return np.asarray(np.clip(np.rint(painted), 0, 255), dtype=np.uint8)
