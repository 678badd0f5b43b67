"""The ISCC image code as a soft binding (ISO 24138; ``io.iscc.v0`` of the C2PA algorithm list, IEP-0020).

The only importer of iscc_core. It survives resizing and mild JPEG, not a tile that was shifted or repeated:
for those the watermark and our own fingerprint are there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image

EDGE, BITS = 32, 256


def iscc(picture: Image) -> bytes:
    """The value of the binding: one 256-bit image unit as an ISCC-SEQ, header and body (34 bytes)."""
    import iscc_core

    code: str = iscc_core.gen_image_code_v0(_normalised(picture), bits=BITS)["iscc"]
    return bytes(iscc_core.encode_seq([code]))


def _normalised(picture: Image) -> list[int]:
    """Grey, without a border of one colour, 32 by 32: as ISO 24138 normalises pictures."""
    from PIL import Image, ImageChops

    grey = picture.convert("L")
    ground = Image.new("L", grey.size, grey.getpixel((0, 0)))
    box = ImageChops.difference(grey, ground).getbbox()
    small = grey.crop(box).resize((EDGE, EDGE), Image.Resampling.BICUBIC)
    return list(small.tobytes())
