"""From untrusted bytes to pixels. Where the bytes come from is the business of `forensics.sources`."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from forensics.sources.decoding import MAX_PIXELS, MAX_SIDE_PX, MIN_SIDE_PX, check_size, decode, open_header
from forensics.sources.naming import printable
from forensics.sources.outcomes import FORMATS, problem

__all__ = ["FORMATS", "MAX_PIXELS", "MAX_SIDE_PX", "MIN_SIDE_PX", "decode_image"]


def decode_image(data: bytes, *, max_side: int | None = None) -> NDArray[np.uint8]:
    """Bytes of a picture -> uint8 (H, W, 3) sRGB, upright.

    Animations give their first frame; EXIF orientation and embedded colour profiles are applied; transparency
    is laid over white; CMYK, Lab, grey, palette and 16-bit pictures are converted. With ``max_side`` (px) a
    larger picture comes out scaled down to that longest side, and pictures too large to be held whole are
    read as well. PictureError for anything that is not such a picture.
    """
    image = open_header(data)
    check_size(image, data, max_side)
    try:
        return decode(image, data, max_side)
    except Exception as error:  # decoders raise whatever they stumble over
        why = printable(str(error)[:120])
        raise problem("picture-truncated", kind=image.format, why=why) from error
