"""The ISCC image code as a soft binding (ISO 24138; ``io.iscc.v0`` of the C2PA algorithm list, IEP-0020).

The only importer of iscc_core. It survives resizing and mild JPEG, not a tile that was shifted or repeated:
for those the watermark and our own fingerprint are there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image

EDGE, BITS = 32, 256
_HEADER = bytes.fromhex("2107")  # of one image unit with 256 bits (ISO 24138, ISCC-HEADER)


def iscc(picture: Image) -> bytes:
    """The value of the binding: one 256-bit image unit as an ISCC-SEQ, header and body (34 bytes)."""
    import iscc_core

    code: str = iscc_core.gen_image_code_v0(_normalised(picture), bits=BITS)["iscc"]
    return bytes(iscc_core.encode_seq([code]))


def image_bits(value: bytes) -> int | None:
    """The bits of a value that is one image unit of 256 bits, None for any other ISCC."""
    head, body = value[: len(_HEADER)], value[len(_HEADER) :]
    return int.from_bytes(body, "big") if head == _HEADER and len(body) * 8 == BITS else None


def _normalised(picture: Image) -> list[int]:
    """Grey, without a border of one colour, 32 by 32: as ISO 24138 normalises pictures."""
    from PIL import Image, ImageChops

    grey = picture.convert("L")
    ground = Image.new("L", grey.size, grey.getpixel((0, 0)))
    box = ImageChops.difference(grey, ground).getbbox()
    small = grey.crop(box).resize((EDGE, EDGE), Image.Resampling.BICUBIC)
    return list(small.tobytes())
