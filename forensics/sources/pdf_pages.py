"""The pages of a PDF as pictures. The one place that knows pypdfium2.

PDFium unpacks what it reads without a limit, so this runs in the process of `forensics.sources.pdf_worker`.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, BinaryIO

from forensics.errors import PictureError
from forensics.sources.decoding import MIN_SIDE_PX, check_size, encode, open_header
from forensics.sources.naming import printable
from forensics.sources.outcomes import problem
from forensics.sources.suspect import Limits

if TYPE_CHECKING:
    from PIL import Image
    from pypdfium2 import PdfDocument, PdfImage, PdfPage

_POINTS = 72.0  # to the inch
_MOST_DPI = 300.0
_MOST_OBJECTS = 200_000  # of a page
_MOST_IMAGE_PIXELS = 100_000_000  # of all images of a page: PDFium may unpack them whole
_OWN_PIXELS = 64_000_000  # of one image that is taken instead of its page
_COVERED = 0.8  # of the page, by the one image it is


def opened(stream: BinaryIO) -> PdfDocument:
    """The document in a seekable stream. PictureError when it is locked or damaged."""
    import pypdfium2

    try:
        return pypdfium2.PdfDocument(stream)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower():
            raise problem("archive-encrypted") from error
        raise problem("pdf-damaged", why=printable(str(error)[:120])) from error


def drawn(document: PdfDocument, number: int, limits: Limits) -> tuple[bytes, float]:
    """A page, counted from 0, as (bytes of a picture, dots per inch); PictureError when it cannot be drawn.

    Drawn at up to `Limits.page_pixels` and 300 dpi; the image itself when the page is just that.
    """
    try:
        page = document[number]
        try:
            return _drawn(page, limits)
        finally:
            page.close()
    except PictureError:
        raise
    except Exception as error:  # PDFium's helpers raise whatever they stumble over
        why = printable(str(error)[:120]) or type(error).__name__
        raise problem("pdf-page-damaged", why=why) from error


def _drawn(page: PdfPage, limits: Limits) -> tuple[bytes, float]:
    """A page as (bytes of a picture, dots per inch)."""
    width, height = page.get_size()
    dpi = _resolution(width, height, limits)
    images, others = _images(page)
    if len(images) == 1 and not others:
        own = _own(images[0], width * height, limits)
        if own is not None:
            return own
    drawn = page.render(scale=dpi / _POINTS).to_pil().convert("RGB")
    return encode(drawn, round(dpi, 1)), round(dpi, 1)


def _resolution(width: float, height: float, limits: Limits) -> float:
    """Dots per inch so that the page, in points, has at most the pixels and the side allowed."""
    if not (math.isfinite(width) and math.isfinite(height) and width > 0 and height > 0):
        raise problem("pdf-page-damaged", why="it has no size")
    inches = width * height / _POINTS**2
    dpi = min(_MOST_DPI, math.sqrt(limits.page_pixels / inches), limits.side / max(width, height) * _POINTS)
    if min(width, height) * dpi / _POINTS < MIN_SIDE_PX:
        wide, high = (round(each * dpi / _POINTS) for each in (width, height))
        raise problem("picture-too-small", width=wide, height=high, least=MIN_SIDE_PX)
    return dpi


def _images(page: PdfPage) -> tuple[list[PdfImage], bool]:
    """The images of a page, and whether text or drawings are seen beside them."""
    from pypdfium2 import raw

    images: list[Any] = []
    others, pixels = False, 0
    for count, each in enumerate(page.get_objects(max_depth=4)):
        if count > _MOST_OBJECTS:
            raise problem("pdf-page-too-heavy", what="more than 200,000 objects", advice="16 megapixels")
        if each.type == raw.FPDF_PAGEOBJ_IMAGE:
            images.append(each)
            wide, high = each.get_px_size()
            pixels += wide * high
        elif each.type != raw.FPDF_PAGEOBJ_FORM:
            others = others or not _is_invisible(each)
    if pixels > _MOST_IMAGE_PIXELS:
        what = f"images of {pixels // 1_000_000} megapixels"
        raise problem("pdf-page-too-heavy", what=what, advice="16 megapixels")
    return images, others


def _is_invisible(drawn: Any) -> bool:
    """Whether this is the text that a scanner's reading laid over the picture."""
    from pypdfium2 import raw

    if drawn.type != raw.FPDF_PAGEOBJ_TEXT:
        return False
    return bool(raw.FPDFTextObj_GetTextRenderMode(drawn) == raw.FPDF_TEXTRENDERMODE_INVISIBLE)


def _own(image: PdfImage, area: float, limits: Limits) -> tuple[bytes, float] | None:
    """The image a page consists of, as (its bytes, its dots per inch); None when the page must be drawn."""
    left, bottom, right, top = image.get_bounds()
    wide, high = image.get_px_size()
    shown = (right - left) * (top - bottom)
    if shown < _COVERED * area or wide * high > _OWN_PIXELS or min(wide, high) < MIN_SIDE_PX:
        return None
    dpi = round(math.sqrt(wide * high / shown) * _POINTS, 1)
    if image.get_filters() == ["DCTDecode"]:
        data = bytes(image.get_data())
        if _is_plain_jpeg(data, limits):
            return data, dpi
    picture = image.get_bitmap(render=False).to_pil().convert("RGB")
    return encode(_within(picture, limits.side), dpi), dpi


def _is_plain_jpeg(data: bytes, limits: Limits) -> bool:
    """Whether a JPEG means the same outside the PDF, which may turn round the inks of a CMYK one."""
    try:
        header = open_header(data)
        check_size(header, data, limits.side)
    except PictureError:
        return False
    return header.format == "JPEG" and header.mode in ("L", "RGB")


def _within(picture: Image.Image, side: int) -> Image.Image:
    if max(picture.size) > side:
        picture.thumbnail((side, side))
    return picture
