"""A palette as a picture: swatches with their names, and the same as colour-blind people see them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from generator.draft import Pixels
from generator.lettering import plain_letters
from generator.palette import ink_rgb, parse_palette
from generator.palettes.colour import DEFICIENCIES, ink_of, seen

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw

_WIDE, _HIGH, _ROW, _GAP, _LEFT = 200, 200, 56, 16, 140
_PAPER, _TEXT = (255, 255, 255), (40, 40, 40)


def swatches(palette: Sequence[str], names: Sequence[str] | None = None) -> Pixels:
    """uint8 RGB (H, W, 3): a row of inks with `names` and hex, and below it a row for each deficiency.

    Raises BriefError for what is no palette.
    """
    from PIL import Image, ImageDraw, ImageFont

    inks = parse_palette(palette)
    told = tuple(names or inks)
    size = (
        _LEFT + len(inks) * (_WIDE + _GAP) + _GAP,
        _HIGH + 60 + len(DEFICIENCIES) * (_ROW + _GAP) + 2 * _GAP,
    )
    sheet = Image.new("RGB", size, _PAPER)
    draw, font = ImageDraw.Draw(sheet), ImageFont.load_default(15)
    draw.text((_GAP, _GAP + _HIGH // 2), "as printed", _TEXT, font)
    for place, ink in enumerate(inks):
        left = _LEFT + place * (_WIDE + _GAP)
        _swatch(draw, left, _GAP, _HIGH, ink)
        draw.text((left, _GAP + _HIGH + 8), _shown(told[place]), _TEXT, font)
        draw.text((left, _GAP + _HIGH + 28), ink if told[place] != ink else "", _TEXT, font)
    for row, name in enumerate(DEFICIENCIES):
        top = _GAP + _HIGH + 60 + row * (_ROW + _GAP)
        draw.text((_GAP, top + _ROW // 2 - 8), name, _TEXT, font)
        for place, ink in enumerate(inks):
            _swatch(draw, _LEFT + place * (_WIDE + _GAP), top, _ROW, ink_of(seen(ink, name)))
    return np.asarray(sheet)


def _swatch(draw: ImageDraw, left: int, top: int, high: int, ink: str) -> None:
    box = (left, top, left + _WIDE - 1, top + high - 1)
    draw.rectangle(box, fill=ink_rgb(ink), outline=(215, 215, 215))


def _shown(name: str) -> str:
    """What the built-in font has letters for."""
    return plain_letters(name[:24])
