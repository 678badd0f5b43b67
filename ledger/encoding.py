"""Pixels as a file with an XMP packet in it, written before the file is signed: the signature covers it."""

from __future__ import annotations

import io
import struct
import zlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Pixels = NDArray[np.uint8]

PNG_LEVEL = 6  # level 9 takes twelve times as long and saves a tenth
XMP_KEYWORD = b"XML:com.adobe.xmp"  # XMP specification part 3, PNG
XMP_TAG = 700  # and TIFF
_PNG_HEADER = 33  # signature and IHDR


def encoded(pixels: Pixels, mime: str, packet: str = "") -> bytes:
    """uint8 (H, W, 3) or (H, W) as PNG, JPEG (quality 95), WebP (lossless) or TIFF."""
    from PIL import Image

    file, picture, xmp = io.BytesIO(), Image.fromarray(pixels), packet.encode()
    if mime == "image/png":
        picture.save(file, "PNG", compress_level=PNG_LEVEL)
        return with_xmp(file.getvalue(), packet) if packet else file.getvalue()
    if mime == "image/jpeg":
        picture.save(file, "JPEG", quality=95, subsampling=0, xmp=xmp)
    elif mime == "image/webp":
        picture.save(file, "WEBP", lossless=True, xmp=xmp)
    else:
        picture.save(file, "TIFF", compression="tiff_lzw", tiffinfo={XMP_TAG: xmp})
    return file.getvalue()


def with_xmp(png: bytes, packet: str) -> bytes:
    """A PNG with the packet as its first text chunk (iTXt, not compressed)."""
    body = b"iTXt" + XMP_KEYWORD + b"\0" * 5 + packet.encode()
    chunk = struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))
    return png[:_PNG_HEADER] + chunk + png[_PNG_HEADER:]
