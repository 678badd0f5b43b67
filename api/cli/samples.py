"""Pictures read and written in the format they came in: grey, alpha and 16 bits stay what they are."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from api.cli.context import STANDARD
from api.errors import InputError

if TYPE_CHECKING:
    from watermark.formats import Samples

# Formats that keep every pixel: a lossy one may erase what was just put in.
LOSSLESS = (".png", ".tif", ".tiff", ".webp")
MOST_INKS = 64
_KEPT_MODES = ("L", "LA", "RGBA", "I;16", "I;16B")
_DEEP_PNG = 16


def read_samples(data: bytes) -> Samples:
    """Pixels (H, W[, 3 or 4]), uint8 or uint16, as the file holds them; others as 8-bit RGB. PictureError."""
    import cv2
    import numpy as np

    from forensics import decode_image

    pixels = decode_image(data)  # refuses what is no picture, too large, damaged
    if not _is_kept(data):
        return pixels
    found = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
    if found is None or found.shape[:2] != pixels.shape[:2] or found.dtype.kind != "u":
        return pixels
    return np.ascontiguousarray(_swapped(np.asarray(found)))


def inks_of(pixels: Samples) -> list[list[int]]:
    """The colours of a picture of few inks. InputError when there are too many of them."""
    import numpy as np

    colours = np.unique(pixels.reshape(-1, pixels.shape[-1]), axis=0)
    if pixels.ndim != 3 or len(colours) > MOST_INKS:
        raise InputError(
            f"inks: the picture has {len(colours)} colours, more than {MOST_INKS}; mark it without --inks",
            field="inks",
        )
    return [[int(channel) for channel in colour] for colour in colours]


def lossless(target: str) -> str:
    """The ending of a file that keeps every pixel; stdout is PNG. InputError for any other."""
    suffix = ".png" if target == STANDARD else Path(target).suffix.lower()
    if suffix not in LOSSLESS:
        raise InputError(
            f"output: {target} has no lossless format; end it in {', '.join(LOSSLESS)}", field="output"
        )
    return suffix


def encode_samples(pixels: Samples, suffix: str) -> bytes:
    """The bytes of a picture file of a `lossless` format. InputError when it cannot hold these pixels."""
    if pixels.dtype.itemsize == 1 and pixels.ndim == 3 and pixels.shape[2] == 3:
        return _with_pillow(pixels, suffix)
    if suffix == ".webp":
        raise InputError("output: .webp holds 8-bit RGB only here; end it in .png or .tif", field="output")
    import cv2

    written, data = cv2.imencode(suffix, _swapped(pixels))
    if not written:
        raise InputError(f"output: {suffix} cannot hold these pixels; end it in .png", field="output")
    return bytes(data)


def _is_kept(data: bytes) -> bool:
    from forensics.sources.decoding import open_header

    header = open_header(data)
    deep = header.format == "PNG" and data[24] == _DEEP_PNG
    return header.format in ("PNG", "TIFF") and (deep or header.mode in _KEPT_MODES)


def _swapped(pixels: Samples) -> Samples:
    """OpenCV keeps blue first."""
    if pixels.ndim == 2:
        return pixels
    order: Sequence[int] = (2, 1, 0, 3)[: pixels.shape[2]]
    return pixels[..., list(order)]


def _with_pillow(pixels: Samples, suffix: str) -> bytes:
    from PIL import Image

    options: dict[str, tuple[str, dict[str, Any]]] = {
        ".png": ("PNG", {"optimize": True}),
        ".webp": ("WEBP", {"lossless": True}),
    }
    name, more = options.get(suffix, ("TIFF", {"compression": "tiff_lzw"}))
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, name, **more)
    return file.getvalue()
