"""Separations as a mill exposes them: one black and white picture for each ink, with registration marks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from generator.draft import Pixels
from generator.lettering import plain_letters

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageDraw import ImageDraw
    from PIL.ImageFont import FreeTypeFont, ImageFont

MARGIN_MM = 12
_LEAST_LETTERS = 6  # px


def margin_px(dpi: int) -> int:
    """Width in pixels of the margin round a screen."""
    return max(24, round(MARGIN_MM * dpi / 25.4))


def screen(separations: Pixels, ink: int, dpi: int, label: str) -> Image:
    """A 1-bit picture, black where the ink prints, in a margin with marks and the label.

    The tile stands `margin_px(dpi)` from every side; the marks are in the same places on each screen.
    """
    from PIL import Image, ImageDraw

    edge, margin = separations.shape[0], margin_px(dpi)
    plate = np.full((edge + 2 * margin,) * 2, 255, np.uint8)
    plate[margin:-margin, margin:-margin] = np.where(separations == ink, 0, 255)
    picture = Image.fromarray(plate)
    draw = ImageDraw.Draw(picture)
    middle, near, far = margin + edge // 2, margin // 2, margin + edge + margin // 2
    for centre in ((near, near), (far, near), (near, far), (far, far)):
        _mark(draw, centre, margin // 3)
    for centre in ((middle, near), (middle, far), (near, middle), (far, middle)):
        _mark(draw, centre, margin // 3)
    reach = margin // 3
    _write(draw, label, ((near + reach, middle - reach), (middle + reach, far - reach)), far, margin)
    return picture.convert("1", dither=Image.Dither.NONE)


def _write(draw: ImageDraw, label: str, free: Sequence[tuple[int, int]], y: int, margin: int) -> None:
    """The label in the `free` stretches between the marks, in smaller letters and in lines where need be."""
    from PIL import ImageFont

    text = plain_letters(label)
    gap = min(margin // 8, (free[0][1] - free[0][0]) // 8)
    for size in range(max(10, margin // 4), _LEAST_LETTERS - 1, -1):
        font, step = ImageFont.load_default(size), size * 5 // 4
        lines = _wrapped(text, font, free[0][1] - free[0][0] - 2 * gap)
        rows = margin * 9 // 10 // step
        if len(lines) <= rows * len(free):
            break
    for place, (left, _) in enumerate(free):
        here = lines[place * rows : (place + 1) * rows]
        for row, line in enumerate(here):
            middle = y + step * (2 * row + 1 - len(here)) // 2
            draw.text((left + gap, middle), line, fill=0, font=font, anchor="lm")


def _wrapped(text: str, font: FreeTypeFont | ImageFont, width: int) -> list[str]:
    """Lines that are no wider than `width`; a word that is wider by itself is broken."""
    lines = [""]
    for word in text.split(" "):
        rest, joined = word, f"{lines[-1]} {word}" if lines[-1] else word
        if font.getlength(joined) <= width:
            lines[-1] = joined
            continue
        while font.getlength(rest) > width and len(rest) > 1:
            fits = max(n for n in range(1, len(rest)) if n == 1 or font.getlength(rest[:n]) <= width)
            lines.append(rest[:fits])
            rest = rest[fits:]
        lines.append(rest)
    return [line.strip() for line in lines if line.strip()]


def _mark(draw: ImageDraw, centre: tuple[int, int], reach: int) -> None:
    """A cross in a circle."""
    x, y = centre
    thick = max(1, reach // 15)
    draw.line((x - reach, y, x + reach, y), fill=0, width=thick)
    draw.line((x, y - reach, x, y + reach), fill=0, width=thick)
    round_ = reach * 2 // 3
    draw.ellipse((x - round_, y - round_, x + round_, y + round_), outline=0, width=thick)
