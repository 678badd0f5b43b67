"""From the bytes of one picture to upright RGB pixels, in bounded memory.

The header is read before any pixel is decoded, so an image bomb costs nothing. Only raster formats with a
decoder inside the process are opened. Two ways: exact (tiles, marks), and reduced to a longest side, which
also reads what is too large to be held whole: JPEG scaled by its decoder, PNG in bands.
"""

from __future__ import annotations

import io
import math
from collections.abc import Callable
from typing import TYPE_CHECKING, cast

import numpy as np
from numpy.typing import NDArray

from forensics.sources import jpeg, png_bands
from forensics.sources.colour import Converter, converter
from forensics.sources.outcomes import FORMATS, problem

if TYPE_CHECKING:
    from PIL import Image

MIN_SIDE_PX = 32
MAX_SIDE_PX = 16_384
MAX_PIXELS = 89_000_000  # Pillow warns of anything larger
MAX_REDUCED_SIDE_PX = 65_535  # the longest a JPEG can say
MAX_REDUCED_PIXELS = 300_000_000
MAX_DECODING_BYTES = 640 << 20
ADVICE = f"scale it down to at most {MAX_SIDE_PX} px a side and {MAX_PIXELS // 1_000_000} megapixels"
_ORIENTATION = 0x0112
_BAND_PIXELS = 4_000_000
_LANCZOS_LOBES = 3.0
# What a decoder holds at once for each pixel it decodes (docs/inputs.md has the measured peaks).
_BYTES_PER_PIXEL = {"WEBP": 16, "AVIF": 16, "GIF": 16, "TIFF": 8}
_ANIMATED_BYTES_PER_PIXEL = 16
# EXIF 2.32, tag 0x0112 -> quarter turns to the left, after mirroring left to right.
_TURNS = {
    2: (0, True),
    3: (2, False),
    4: (2, True),
    5: (1, True),
    6: (3, False),
    7: (3, True),
    8: (1, False),
}
_LEAST_DPI, _MOST_DPI = 10.0, 10_000.0
_UNCHOSEN_DPI = (72, 96)  # what programs write when nobody chose
_ONE_BYTE_MODES = ("1", "L", "P")


def open_header(data: bytes) -> Image.Image:
    """The picture, opened but not decoded. PictureError for anything that is not one."""
    from PIL import Image

    if not data:
        raise problem("picture-empty")
    Image.init()  # registers every format; Pillow stumbles over a listed one it has not loaded yet
    for name in FORMATS:
        factory, accept = Image.OPEN[name]
        if accept is None or accept(data[:16]) is True:
            try:
                # Not Image.open: its size check is ours to make, and it answers with a process-wide warning.
                return _factory(name, factory)(io.BytesIO(data), "")
            except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
                raise problem("picture-too-large", size="far too many pixels", advice=ADVICE) from error
            except Exception as error:
                raise problem("picture-not-an-image") from error
    raise problem("picture-not-an-image")


def _factory(name: str, registered: object) -> Callable[[io.BytesIO, str], Image.Image]:
    # The registered opener of JPEG turns phones' double pictures into a format of its own.
    from PIL import JpegImagePlugin

    found = JpegImagePlugin.JpegImageFile if name == "JPEG" else registered
    return cast("Callable[[io.BytesIO, str], Image.Image]", found)


def check_size(image: Image.Image, data: bytes, max_side: int | None) -> None:
    """PictureError when the picture is too small to be examined or too large to be decoded."""
    width, height = image.size
    if min(width, height) < MIN_SIDE_PX:
        raise problem("picture-too-small", width=width, height=height, least=MIN_SIDE_PX)
    longest, pixels = (
        (MAX_SIDE_PX, MAX_PIXELS) if max_side is None else (MAX_REDUCED_SIDE_PX, MAX_REDUCED_PIXELS)
    )
    if max_side is not None and min(width, height) * max_side < MIN_SIDE_PX * max(width, height):
        size = f"{width} x {height} px"
        raise problem("picture-too-large", size=size, advice="it is too long; cut it into pieces")
    too_many = max(width, height) > longest or width * height > pixels
    if too_many or _peak_bytes(image, data, max_side) > MAX_DECODING_BYTES:
        raise problem("picture-too-large", size=f"{width} x {height} px", advice=ADVICE)


def decode(image: Image.Image, data: bytes, max_side: int | None) -> NDArray[np.uint8]:
    """The first frame as uint8 (H, W, 3) RGB, upright; decoders raise whatever they stumble over."""
    from PIL import Image as Pillow

    if max_side is not None:
        if image.format == "JPEG":
            image.draft(None, _drafted(image.size, max_side))
        elif png_bands.worth_it(image, data):
            pixels = png_bands.decode(image, data, _factor(image.size, max_side))
            pixels = _scaled(Pillow.fromarray(pixels), lambda part: part, max_side)
            return _upright(pixels, _unloaded_orientation(image))
    image.seek(0)
    return decode_frame(image, max_side)


def decode_frame(image: Image.Image, max_side: int | None) -> NDArray[np.uint8]:
    """The frame the picture stands at, like `decode`."""
    image.load()
    pixels = _in_bands(image) if max_side is None else _scaled(image, converter(image), max_side)
    return _upright(pixels, image.getexif().get(_ORIENTATION, 1))


def fits_animated(image: Image.Image) -> bool:
    """Whether frames of this size can be laid over one another in memory."""
    return image.width * image.height * _ANIMATED_BYTES_PER_PIXEL <= MAX_DECODING_BYTES


def encode(image: Image.Image, dpi: float | None) -> bytes:
    """A PNG that `decode_image` reads back exactly. The same picture gives the same bytes."""
    buffer = io.BytesIO()
    image.save(buffer, "PNG", compress_level=1, **({"dpi": (dpi, dpi)} if dpi else {}))
    return buffer.getvalue()


def stated_dpi(image: Image.Image) -> float | None:
    """Dots per inch, where the file states one that somebody chose."""
    try:
        across, down = (float(each) for each in image.info["dpi"])
    except (KeyError, TypeError, ValueError, ArithmeticError):
        return None
    if not (_LEAST_DPI <= across <= _MOST_DPI and abs(across - down) <= across / 100):
        return None
    dpi = round(across, 1)
    return None if round(dpi) in _UNCHOSEN_DPI else dpi


def _in_bands(image: Image.Image) -> NDArray[np.uint8]:
    """The decoded picture as RGB, converted band by band so that one copy is held only."""
    convert = converter(image)
    width, height = image.size
    result = np.empty((height, width, 3), np.uint8)
    rows = max(1, _BAND_PIXELS // width)
    for top in range(0, height, rows):
        bottom = min(top + rows, height)
        result[top:bottom] = np.asarray(convert(image.crop((0, top, width, bottom))))
    return result


def _scaled(image: Image.Image, convert: Converter, max_side: int) -> NDArray[np.uint8]:
    """Like `_in_bands`, scaled down to ``max_side``; a band is cut with the rows its filter reaches into."""
    from PIL import Image

    width, height = image.size
    if max(width, height) <= max_side:
        return _in_bands(image)
    scale = max_side / max(width, height)
    wide, high = max(1, round(width * scale)), max(1, round(height * scale))
    result, step = np.empty((high, wide, 3), np.uint8), height / high
    reach = _LANCZOS_LOBES * step + 1
    rows = max(1, int(_BAND_PIXELS / width / step))
    for top in range(0, high, rows):
        bottom = min(top + rows, high)
        first, last = max(0, int(top * step - reach)), min(height, math.ceil(bottom * step + reach))
        band = convert(image.crop((0, first, width, last)))
        box = (0.0, top * step - first, float(width), min(bottom * step, height) - first)
        part = band.resize((wide, bottom - top), Image.Resampling.LANCZOS, box=box)
        result[top:bottom] = np.asarray(part)
    return result


def _factor(size: tuple[int, int], max_side: int) -> int:
    return max(1, max(size) // max_side)


def _scale(size: tuple[int, int], max_side: int) -> int:
    """What a JPEG decoder can divide the sides by, and stay at or above ``max_side``."""
    return next(each for each in (8, 4, 2, 1) if each <= _factor(size, max_side))


def _drafted(size: tuple[int, int], max_side: int) -> tuple[int, int]:
    scale = _scale(size, max_side)
    return max(1, size[0] // scale), max(1, size[1] // scale)


def _upright(pixels: NDArray[np.uint8], orientation: object) -> NDArray[np.uint8]:
    turn, mirrored = _TURNS.get(orientation, (0, False)) if isinstance(orientation, int) else (0, False)
    if mirrored:
        pixels = pixels[:, ::-1]
    return np.ascontiguousarray(np.rot90(pixels, turn))


def _unloaded_orientation(image: Image.Image) -> object:
    # image.getexif() would decode a PNG to look for EXIF behind the pixels.
    from PIL import Image as Pillow

    exif = Pillow.Exif()
    exif.load(image.info.get("exif", b""))
    return exif.get(_ORIENTATION, 1)


def _peak_bytes(image: Image.Image, data: bytes, max_side: int | None) -> int:
    width, height = image.size
    kind = image.format or ""
    if kind == "JPEG":
        if max_side is not None:
            width, height = (-(-side // _scale(image.size, max_side)) for side in image.size)
        return width * height * 4 + jpeg.coefficient_bytes(data)
    if kind == "PNG" and max_side is not None and png_bands.worth_it(image, data):
        return png_bands.peak_bytes(image, _factor(image.size, max_side))
    each = _BYTES_PER_PIXEL.get(kind, 1 if image.mode in _ONE_BYTE_MODES else 4)
    return width * height * each
