"""The swatch sheet: one page that says which inks go where, and how much of each."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from generator.draft import Pixels
from generator.lettering import plain_letters
from generator.palette import ink_rgb
from generator.palettes.colour import lab_of, light_of

_MM = 72 / 25.4
_LEFT, _TOP, _PICTURE, _SWATCH, _STEP = 18 * _MM, 279 * _MM, 76 * _MM, 22 * _MM, 28 * _MM
_SHOWN_PX = 512


@dataclass(frozen=True)
class Swatch:
    """An ink with its name and the share of the tile it covers, 0..1."""

    ink: str
    name: str
    share: float


def swatch_sheet(title: str, tile: Pixels, swatches: Sequence[Swatch], facts: Sequence[str]) -> bytes:
    """A page of A4 as PDF, the same bytes for the same arguments. `tile` is shown, `facts` are its lines."""
    from reportlab.lib.pagesizes import A4
    from reportlab.pdfgen.canvas import Canvas

    file = io.BytesIO()
    page = Canvas(file, pagesize=A4, invariant=1)
    page.setTitle(plain_letters(title))
    page.setFont("Helvetica-Bold", 16)
    page.drawString(_LEFT, _TOP - 14, plain_letters(title))
    page.drawImage(_picture(tile), _LEFT, _TOP - 26 - _PICTURE, _PICTURE, _PICTURE)
    page.setFont("Helvetica", 8.5)
    for number, fact in enumerate(facts):
        page.drawString(_LEFT + _PICTURE + 8 * _MM, _TOP - 34 - 12 * number, plain_letters(fact))
    top = _TOP - 26 - _PICTURE - 10 * _MM - _SWATCH
    for number, swatch in enumerate(swatches):
        _draw(page, top - number * _STEP, number, swatch)
    page.showPage()
    page.save()
    return file.getvalue()


def _draw(page: Any, bottom: float, number: int, swatch: Swatch) -> None:
    red, green, blue = ink_rgb(swatch.ink)
    lightness, a, b = lab_of(light_of(swatch.ink))
    page.setFillColorRGB(red / 255, green / 255, blue / 255)
    page.setStrokeColorRGB(0.8, 0.8, 0.8)
    page.rect(_LEFT, bottom, 2 * _SWATCH, _SWATCH, fill=1)
    page.setFillColorRGB(0, 0, 0)
    left = _LEFT + 2 * _SWATCH + 8 * _MM
    role = "ground" if number == 0 else f"ink {number}"
    page.setFont("Helvetica-Bold", 11)
    page.drawString(left, bottom + _SWATCH - 14, plain_letters(f"{role}: {swatch.name}"))
    page.setFont("Helvetica", 9)
    page.drawString(left, bottom + _SWATCH - 28, f"{swatch.ink}   RGB {red} {green} {blue}")
    page.drawString(left, bottom + _SWATCH - 41, f"Lab (D50) {lightness:.1f} {a:.1f} {b:.1f}")
    page.drawString(left, bottom + _SWATCH - 54, f"covers {100 * swatch.share:.1f} % of the tile")


def _picture(tile: Pixels) -> Any:
    from PIL import Image
    from reportlab.lib.utils import ImageReader

    shown = Image.fromarray(tile)
    shown.thumbnail((_SHOWN_PX, _SHOWN_PX), Image.Resampling.LANCZOS)
    return ImageReader(shown)
