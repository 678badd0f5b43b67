"""Very large PNGs, decoded band by band.

A row of a PNG depends on the row above only (ISO/IEC 15948, clause 9). So the stream is inflated a band of
rows at a time, and each band is handed to Pillow as a small PNG of its own: the last row of the band before,
unfiltered, then the rows as they came. Never more than a few bands are in memory.
"""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from forensics.sources.colour import converter

if TYPE_CHECKING:
    from PIL import Image

_WHOLE_BYTES = 128 << 20  # what is smaller is decoded at once
_BAND_BYTES = 16 << 20
_FED_BYTES = 1 << 16
_SIGNATURE = b"\x89PNG\r\n\x1a\n"
# Colour type -> samples of a pixel, or bytes of a pixel -> the 8-bit colour type that has as many.
_SAMPLES = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
_STAND_IN = {1: 0, 2: 4, 3: 2, 4: 6}
# (Bit depth, colour type) -> Pillow's mode and the layout of the unfiltered rows.
_LAYOUTS = {
    (1, 0): ("1", "1"),
    (2, 0): ("L", "L;2"),
    (4, 0): ("L", "L;4"),
    (8, 0): ("L", "L"),
    (16, 0): ("I;16", "I;16B"),
    (8, 2): ("RGB", "RGB"),
    (1, 3): ("P", "P;1"),
    (2, 3): ("P", "P;2"),
    (4, 3): ("P", "P;4"),
    (8, 3): ("P", "P"),
    (8, 4): ("LA", "LA"),
    (8, 6): ("RGBA", "RGBA"),
}


@dataclass(frozen=True, slots=True)
class _Layout:
    width: int
    height: int
    depth: int
    colour: int
    interlaced: bool

    @classmethod
    def of(cls, data: bytes) -> _Layout:
        width, height, depth, colour, _packing, _filter, interlace = struct.unpack_from(">IIBBBBB", data, 16)
        return cls(width, height, depth, colour, interlace != 0)

    @property
    def row_bytes(self) -> int:
        return -(-self.width * self.depth * _SAMPLES[self.colour] // 8)

    @property
    def pixel_bytes(self) -> int:
        return max(1, self.depth * _SAMPLES[self.colour] // 8)


def worth_it(image: Image.Image, data: bytes) -> bool:
    """Whether this is a PNG too large to be decoded at once, and of a kind that can be cut in bands."""
    if image.format != "PNG" or image.width * image.height * 4 <= _WHOLE_BYTES:
        return False
    layout = _Layout.of(data)
    return (layout.depth, layout.colour) in _LAYOUTS and not layout.interlaced


def peak_bytes(image: Image.Image, factor: int) -> int:
    """What decoding holds at most: some copies of a band, and the result twice over while it is scaled."""
    return 8 * _BAND_BYTES + 6 * (image.width // factor + 1) * (image.height // factor + 1)


def decode(image: Image.Image, data: bytes, factor: int) -> NDArray[np.uint8]:
    """An opened, not loaded PNG as RGB, each side a ``factor``-th. ValueError when the stream ends early."""
    layout = _Layout.of(data)
    convert = converter(image)
    result = np.empty((-(-layout.height // factor), -(-layout.width // factor), 3), np.uint8)
    row = 0
    for raw in _unfiltered(data, layout, factor):
        band = convert(_picture(raw, layout, image)).reduce(factor)
        result[row : row + band.height] = np.asarray(band)
        row += band.height
    return result


def _unfiltered(data: bytes, layout: _Layout, factor: int) -> Iterator[bytes]:
    """The rows without their filters, a multiple of ``factor`` rows at a time."""
    rows = max(1, _BAND_BYTES // (layout.row_bytes + 1) // factor) * factor
    above = bytes(layout.row_bytes)
    inflated = _inflated(data, (layout.row_bytes + 1) * rows)
    left = layout.height
    while left:
        count = min(rows, left)
        filtered = next(inflated, b"")[: count * (layout.row_bytes + 1)]
        if len(filtered) < count * (layout.row_bytes + 1):
            raise ValueError(f"it ends {left} rows early")
        raw = _stand_in(b"\0" + above + filtered, layout, count + 1)[layout.row_bytes :]
        above = raw[-layout.row_bytes :]
        left -= count
        yield raw


def _stand_in(filtered: bytes, layout: _Layout, rows: int) -> bytes:
    """Unfilter rows through Pillow's decoder, as an 8-bit PNG with as many bytes a pixel."""
    from PIL import Image

    width = layout.row_bytes // layout.pixel_bytes
    header = struct.pack(">IIBBBBB", width, rows, 8, _STAND_IN[layout.pixel_bytes], 0, 0, 0)
    body = _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(filtered, 0)) + _chunk(b"IEND", b"")
    with Image.open(io.BytesIO(_SIGNATURE + body), formats=("PNG",)) as picture:
        return picture.tobytes()


def _picture(raw: bytes, layout: _Layout, image: Image.Image) -> Image.Image:
    from PIL import Image

    mode, rows = _LAYOUTS[layout.depth, layout.colour]
    size = (layout.width, len(raw) // layout.row_bytes)
    picture = Image.frombytes(mode, size, raw, "raw", rows)
    if mode == "P" and image.palette is not None:
        picture.putpalette(image.palette.palette)
    picture.info = dict(image.info)
    return picture


def _inflated(data: bytes, size: int) -> Iterator[bytes]:
    """The image data in pieces of ``size`` bytes, the last one shorter."""
    inflater, piece = zlib.decompressobj(), bytearray()
    for packed in _image_data(data):
        while packed and not inflater.eof:
            piece += inflater.decompress(packed, size - len(piece))
            packed = inflater.unconsumed_tail
            if len(piece) == size:
                yield bytes(piece)
                piece.clear()
    if piece:
        yield bytes(piece)


def _image_data(data: bytes) -> Iterator[bytes]:
    """The contents of the IDAT chunks, little by little."""
    at = len(_SIGNATURE)
    while at + 8 <= len(data):
        length, kind = struct.unpack_from(">I4s", data, at)
        if kind == b"IDAT":
            for start in range(at + 8, min(at + 8 + length, len(data)), _FED_BYTES):
                yield data[start : min(start + _FED_BYTES, at + 8 + length)]
        at += length + 12


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
