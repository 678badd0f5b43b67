"""How well a tile meets itself: the change across its seam, beside the change across lines like it inside.

A generator's changes gather at the borders of its latents, and the seam is such a border. It is therefore
held against interior lines at the same latent phase only; against all lines the measure misleads.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from generator.draft import Pixels
from generator.errors import BriefError

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw

LATENTS = 32  # across a tile of the smallest training canvas; others have a multiple
SMALLEST = 64
MOST_RATIO = 1.5
_SHOWN, _ZOOM, _CROP, _GAP = 640, 6, 48, 24
_PAPER, _TEXT, _INSIDE, _SEAM = (255, 255, 255), (40, 40, 40), (150, 150, 150), (200, 40, 40)


@dataclass(frozen=True)
class Seam:
    """One seam. `change` is the mean absolute change of a channel across it, 0..255; `inside` those of the
    interior lines at its latent phase, `strongest` the largest across any line inside."""

    change: float
    inside: tuple[float, ...]
    strongest: float

    @property
    def ratio(self) -> float:
        """The change across the seam over the mean change inside; 1 where nothing changes at all."""
        mean = float(np.mean(self.inside))
        return self.change / mean if mean else 1.0 if not self.change else float("inf")

    @property
    def closed(self) -> bool:
        """Whether the seam is like a line inside: near the mean at its phase, or no stronger than any.

        A motif that stands on the seam, such as a row of arches, has its like inside; a tear has not.
        """
        return self.ratio <= MOST_RATIO or self.change <= self.strongest


def seams(pixels: Pixels) -> tuple[Seam, Seam]:
    """The upright and the level seam of a tile (H, W, 3), uint8. Raises BriefError for one below 64 px."""
    if pixels.ndim != 3 or min(pixels.shape[:2]) < SMALLEST:
        raise BriefError("tile", f"shape {pixels.shape} is too small", f"give {SMALLEST} px or more a side")
    return _seam(pixels), _seam(pixels.transpose(1, 0, 2))


def joins(pixels: Pixels, kind: str) -> tuple[Seam, Seam]:
    """As `seams`, where tiles meet in a repeat of `generator.preview`.

    A tile that is seamless in a block need not be so in a half-drop. Raises BriefError on an unknown kind.
    """
    from generator.preview import repeat

    height, width = pixels.shape[:2]
    cloth, found = repeat(pixels, kind, 2, 2), seams(pixels)
    across = _change(cloth[:, width - 1], cloth[:, width])
    down = _change(cloth[height - 1], cloth[height])
    return replace(found[0], change=across), replace(found[1], change=down)


def _seam(pixels: Pixels) -> Seam:
    width = pixels.shape[1]
    places = [round(width * number / LATENTS) for number in range(LATENTS)]
    changes = [_change(pixels[:, place - 1], pixels[:, place]) for place in range(width)]
    return Seam(changes[0], tuple(changes[place] for place in places[1:]), max(changes[1:]))


def _change(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> float:
    return float(np.abs(one.astype(np.int16) - other.astype(np.int16)).mean())


def proof(pixels: Pixels) -> Pixels:
    """A picture of the seams, uint8 RGB: the tile moved by half so that they cross in its middle, the
    crossing and a part of each seam enlarged without smoothing, and their changes beside those inside.

    Raises BriefError for a tile below 64 px.
    """
    from PIL import Image, ImageDraw

    found = seams(pixels)
    height, width = pixels.shape[:2]
    moved = np.roll(pixels, (height // 2, width // 2), axis=(0, 1))
    side = _CROP * _ZOOM
    sheet = Image.new("RGB", (_SHOWN + 4 * _GAP + 2 * side, _SHOWN + 2 * _GAP), _PAPER)
    draw = ImageDraw.Draw(sheet)
    tall = round(_SHOWN * min(1.0, height / width))
    sheet.paste(Image.fromarray(moved).resize((round(tall * width / height), tall)), (_GAP, _GAP))
    _ticks(draw, round(tall * width / height), tall)
    left = _SHOWN + 2 * _GAP
    places = ((height // 2, width // 2), (height // 4, width // 2), (height // 2, width // 4))
    for number, (row, column) in enumerate(places):
        crop = moved[row - _CROP // 2 : row + _CROP // 2, column - _CROP // 2 : column + _CROP // 2]
        enlarged = Image.fromarray(np.ascontiguousarray(crop)).resize((side, side), Image.Resampling.NEAREST)
        sheet.paste(enlarged, (left + number % 2 * (side + _GAP), _GAP + number // 2 * (side + _GAP)))
    for number, (name, seam) in enumerate(zip(("upright", "level"), found, strict=True)):
        _chart(draw, left + side + _GAP, _GAP + side + _GAP + number * (side // 2 + 8), name, seam)
    return np.asarray(sheet)


def _ticks(draw: ImageDraw, wide: int, tall: int) -> None:
    """Short lines outside the picture that point at the seams."""
    middle_x, middle_y = _GAP + wide // 2, _GAP + tall // 2
    for start, end in ((4, _GAP - 4), (_GAP + tall + 4, 2 * _GAP + tall - 4)):
        draw.line((middle_x, start, middle_x, end), fill=_SEAM, width=2)
    for start, end in ((4, _GAP - 4), (_GAP + wide + 4, 2 * _GAP + wide - 4)):
        draw.line((start, middle_y, end, middle_y), fill=_SEAM, width=2)


def _chart(draw: ImageDraw, left: int, top: int, name: str, seam: Seam) -> None:
    """The changes inside as bars in their order, the seam's first and in red."""
    from PIL import ImageFont

    font, side = ImageFont.load_default(13), _CROP * _ZOOM
    word = "closed" if seam.closed else "OPEN"
    told = f"{name} seam {seam.ratio:.2f} x inside ({word})"
    draw.text((left, top), told, _TEXT if seam.closed else _SEAM, font)
    values = (seam.change, *seam.inside)
    tallest, step = max(*values, 1e-9), side / len(values)
    high = side // 2 - 34
    for number, value in enumerate(values):
        bar = max(1, round(high * value / tallest))
        box = (left + number * step, top + 22 + high - bar, left + (number + 0.7) * step, top + 22 + high)
        draw.rectangle(box, fill=_SEAM if number == 0 else _INSIDE)
