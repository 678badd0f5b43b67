"""Paper, words and frames of the evidence sheet. Pillow's own typeface, so the same everywhere."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Literal

import cv2
import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from PIL import ImageFont

Image = NDArray[np.uint8]
Colour = tuple[int, int, int]

PAPER: Colour = (251, 248, 242)
INK: Colour = (29, 36, 48)
QUIET: Colour = (108, 114, 128)
LINE: Colour = (214, 207, 194)
ACCENT: Colour = (214, 58, 48)
WHITE: Colour = (255, 255, 255)
SHADOW: Colour = (24, 24, 28)


class Sheet:
    """A sheet of paper to put pictures and words on; ``image`` is (height, width, 3) uint8 RGB."""

    def __init__(self, width: int, height: int) -> None:
        self.image: Image = np.full((height, width, 3), PAPER, np.uint8)

    def put(self, picture: Image, x: int, y: int) -> None:
        """A picture with a hairline around it."""
        height, width = picture.shape[:2]
        self.box(x - 1, y - 1, width + 2, height + 2, LINE)
        self.image[y : y + height, x : x + width] = picture

    def box(self, x: int, y: int, width: int, height: int, colour: Colour) -> None:
        """A filled rectangle."""
        self.image[max(y, 0) : y + height, max(x, 0) : x + width] = colour

    def write(
        self,
        text: str,
        x: int,
        y: int,
        *,
        size: int = 13,
        colour: Colour = QUIET,
        align: Literal["left", "right", "middle"] = "left",
    ) -> int:
        """One line of text, its top at y; returns its width in px."""
        width = measure(text, size)
        left = x - {"left": 0, "right": width, "middle": width // 2}[align]
        from PIL import Image as Pictures
        from PIL import ImageDraw

        canvas = Pictures.fromarray(self.image)
        ImageDraw.Draw(canvas).text((left, y), text, font=_font(size), fill=colour)
        self.image = np.array(canvas, np.uint8)
        return width


def measure(text: str, size: int) -> int:
    """Width of a line of text in px."""
    return round(_font(size).getlength(text))


def shortened(text: str, size: int, width: int) -> str:
    """The text, cut with an ellipsis to fit a width in px."""
    if measure(text, size) <= width:
        return text
    while text and measure(text + "…", size) > width:
        text = text[:-1]
    return text + "…"


@lru_cache(maxsize=8)
def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    from PIL import ImageFont

    return ImageFont.load_default(size)


def fitted(picture: Image, width: int, height: int) -> Image:
    """The picture scaled to fit into a box."""
    scale = min(width / picture.shape[1], height / picture.shape[0])
    return scaled(picture, (max(1, round(picture.shape[1] * scale)), max(1, round(picture.shape[0] * scale))))


def scaled(picture: Image, size: tuple[int, int]) -> Image:
    """The picture at a size (width, height): averaged when smaller, smooth when larger."""
    smaller = size[0] * size[1] < picture.shape[0] * picture.shape[1]
    method = cv2.INTER_AREA if smaller else cv2.INTER_CUBIC
    return np.array(cv2.resize(picture, size, interpolation=method), np.uint8)
