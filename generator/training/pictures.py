"""Sample grids beside the training log."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PIL import Image

from generator.draft import Pixels
from generator.preview import contact_sheet


def save_tiles(path: Path, tiles: Sequence[Pixels], columns: int = 8) -> None:
    """Write a contact sheet as PNG."""
    Image.fromarray(contact_sheet(tiles, columns, gap=4)).save(path)
