"""Contact sheets: the tiles of a half, and one tile under every attack."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np

from bench.repeat_forensics.attacks import Attack, generator_for
from bench.repeat_forensics.pencil import Pixels
from bench.repeat_forensics.tiles import Tile

_WIDTH, _HEIGHT, _CAPTION, _GAP = 196, 150, 22, 8


def attacked(tile: Tile, attacks: Sequence[Attack], path: Path, columns: int = 8) -> None:
    """One tile under every one of the attacks, with their names."""
    pictures = [attack.apply(tile.pixels, generator_for(attack, tile.name)) for attack in attacks]
    _written(_sheet(pictures, [attack.name for attack in attacks], columns), path)


def collected(tiles: Sequence[Tile], path: Path, columns: int = 8) -> None:
    """Tiles in their repeat, two by one and a half, with their names."""
    pictures = [np.tile(tile.pixels, (2, 2, 1))[: tile.pixels.shape[0] * 3 // 2] for tile in tiles]
    _written(_sheet(pictures, [tile.name for tile in tiles], columns), path)


def _sheet(pictures: Sequence[Pixels], names: Sequence[str], columns: int) -> Pixels:
    rows = -(-len(pictures) // columns)
    height, width = _HEIGHT + _CAPTION + _GAP, _WIDTH + _GAP
    sheet = np.full((rows * height + _GAP, columns * width + _GAP, 3), 255, np.uint8)
    for number, (picture, name) in enumerate(zip(pictures, names, strict=True)):
        top, left = number // columns * height + _GAP, number % columns * width + _GAP
        small = _fitted(picture)
        y, x = top + (_HEIGHT - small.shape[0]) // 2, left + (_WIDTH - small.shape[1]) // 2
        sheet[y : y + small.shape[0], x : x + small.shape[1]] = small
        _caption(sheet, name, (left, top + _HEIGHT))
    return sheet


def _fitted(picture: Pixels) -> Pixels:
    scale = min(_WIDTH / picture.shape[1], _HEIGHT / picture.shape[0])
    size = (round(picture.shape[1] * scale), round(picture.shape[0] * scale))
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)


def _caption(sheet: Pixels, name: str, at: tuple[int, int]) -> None:
    """The name in Pillow's own type, written onto the sheet."""
    from PIL import Image, ImageDraw, ImageFont

    box = sheet[at[1] : at[1] + _CAPTION, at[0] : at[0] + _WIDTH]
    label = Image.fromarray(box)
    draw = ImageDraw.Draw(label)
    size = 13
    while size > 8 and draw.textlength(name, ImageFont.load_default(size)) > _WIDTH:
        size -= 1
    draw.text((0, 3), name, fill=(34, 49, 63), font=ImageFont.load_default(size))
    box[:] = np.asarray(label)


def _written(sheet: Pixels, path: Path) -> None:
    bgr = np.ascontiguousarray(sheet[..., ::-1])
    cv2.imwrite(str(path), bgr, [cv2.IMWRITE_JPEG_QUALITY, 82])
