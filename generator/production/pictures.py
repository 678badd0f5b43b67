"""Pixels as files for print: real size in the header, and what the numbers mean as an ICC profile."""

from __future__ import annotations

import io
from functools import cache
from typing import TYPE_CHECKING, Any

from generator.draft import Pixels

if TYPE_CHECKING:
    from PIL.Image import Image

PNG_LEVEL = 6
XMP_TAG = 700  # XMP specification part 3, TIFF
_DATE = slice(24, 36)  # of an ICC header (ICC.1, 7.2.1); fixed, so that the same pixels are the same bytes
_ANY_DATE = bytes((7, 208, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0))  # 2000-01-01


@cache
def srgb_profile() -> bytes:
    """The ICC profile of sRGB."""
    from PIL import ImageCms

    made = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    made[_DATE] = _ANY_DATE
    return bytes(made)


def encode(pixels: Pixels, mime: str, dpi: float, xmp: str = "") -> bytes:
    """uint8 RGB (H, W, 3) as `image/png` or `image/tiff` (deflated) with profile and resolution.

    A TIFF holds the packet `xmp`; a PNG gets its own afterwards.
    """
    from PIL import Image

    options: dict[str, Any] = {"icc_profile": srgb_profile(), "dpi": (dpi, dpi)}
    if mime == "image/png":
        return _saved(Image.fromarray(pixels), "PNG", compress_level=PNG_LEVEL, **options)
    return _saved(Image.fromarray(pixels), "TIFF", compression="tiff_adobe_deflate", **_told(xmp), **options)


def encode_screen(picture: Image, dpi: float, xmp: str = "") -> bytes:
    """A 1-bit picture as TIFF (CCITT group 4) with its resolution and the packet `xmp`."""
    return _saved(picture, "TIFF", compression="group4", dpi=(dpi, dpi), **_told(xmp))


def _told(xmp: str) -> dict[str, Any]:
    return {"tiffinfo": {XMP_TAG: xmp.encode()}} if xmp else {}


def _saved(picture: Image, form: str, **options: Any) -> bytes:
    file = io.BytesIO()
    picture.save(file, form, **options)
    return file.getvalue()
