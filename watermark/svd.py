"""SvdMark: the dwtDctSvd method of the invisible-watermark package, behind the same protocol.

The package's block code is used as it is; what surrounds it is ours: its encoder hands the detail bands to
the inverse wavelet in the wrong order, rounds twice, and marks a chroma plane that any recolouring erases.
Here luma is marked, in floating point, with the bands in order. The stock package reads the marks:

    WatermarkDecoder("bits", len(word)).decode(bgr, "dwtDctSvd", scales=SvdMark.STOCK_SCALES)

gives `word`, which is `SvdMark.payload_bits(mark_id, width)`; `SvdMark.mark_id_of(word)` is the way back. The
mark does not survive cropping, scaling, rotation or a shifted repeat.
"""

from __future__ import annotations

import hashlib
import time
import zlib
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from watermark.pictures import Picture, Pixels, check_mark_id, check_picture, check_tile, luma
from watermark.protocol import Reading

if TYPE_CHECKING:
    from watermark.torus.views import Looks

Bits = NDArray[np.uint8]
Plane = NDArray[np.float64]

_SCALE = 36
_BLOCK = 4
_CHECK_BITS = 32


class SvdMark:
    """48 bits in the largest singular value of 8x8 luma blocks. Algorithm org.selvage.svd.1.

    The payload is the id, its CRC-32 and zeros up to a prime length that shares no factor with the blocks per
    row (else a bit would sit in one column), added to a fixed noise word so that flat pictures do not check.
    """

    algorithm = "org.selvage.svd.1"
    bits = 48
    STOCK_SCALES = (_SCALE, 0, 0)

    @staticmethod
    def payload_bits(mark_id: int, width: int) -> tuple[int, ...]:
        """The bits that go round the blocks of a picture `width` px wide, as the package reads them."""
        return tuple(_word(check_mark_id(mark_id, SvdMark.bits), _word_length(width)).tolist())

    @staticmethod
    def mark_id_of(word: Sequence[int]) -> int | None:
        """Inverse of `payload_bits`: the id in a word the package has read, None if it does not check."""
        bits = np.asarray(word, np.uint8)
        return _checked(bits ^ _noise(len(bits))) if len(bits) > SvdMark.bits + _CHECK_BITS else None

    def strengthened(self, factor: float) -> SvdMark:  # noqa: ARG002 - the step width is part of the algorithm
        """Itself: the reader has to know the step width, so it is fixed."""
        return self

    def embed(self, pixels: Picture, mark_id: int) -> Picture:
        """A marked copy, of the same type, of an RGB picture (H, W, 3), uint8 or float32 in 0..255.

        128..8192 px a side. Raises MarkError.
        """
        import pywt

        picture = check_tile(pixels)
        height, width = (side // 8 * 8 for side in picture.shape[:2])
        word = _word(check_mark_id(mark_id, self.bits), _word_length(width))
        light = luma(picture)[:height, :width].astype(np.float64)
        coarse, details = pywt.dwt2(light, "haar")
        _coder(word).encode_frame(coarse, _SCALE)
        change = pywt.idwt2((coarse, details), "haar") - light
        marked = picture.astype(np.float32)
        marked[:height, :width] += change[..., None].astype(np.float32)
        whole = np.rint(marked) if picture.dtype == np.uint8 else marked
        return np.asarray(np.clip(whole, 0, 255), picture.dtype)

    def read(
        self,
        pixels: Pixels,
        budget_seconds: float = 60,  # noqa: ARG002 - there is nothing to search
        looks: Looks | None = None,  # noqa: ARG002
        *,
        fast: bool = False,  # noqa: ARG002
    ) -> Reading:
        """Read the blocks where they would have been written; there is nothing to search.

        p_value: an unmarked picture gives some word; the probability that it agrees with the 32 check bits
        and the zero padding is 2**-(32 + padding) if the decoded bits do not favour our noise word. That is
        an assumption about pictures, not a theorem as for the torus mark. 1.0 when the check fails.
        """
        import pywt

        started = time.monotonic()
        picture = check_picture(pixels)
        height, width = (side // 8 * 8 for side in picture.shape[:2])
        length = _word_length(width)
        coarse, _ = pywt.dwt2(luma(picture)[:height, :width].astype(np.float64), "haar")
        votes = _coder(np.zeros(length, np.uint8)).decode_frame(coarse, _SCALE, [[] for _ in range(length)])
        shares = np.array([np.mean(v) for v in votes])
        mark_id = _checked((shares > 0.5).astype(np.uint8) ^ _noise(length))
        certainty = float(np.mean(np.abs(2 * shares - 1)))
        p_value = 1.0 if mark_id is None else 2.0 ** -(length - self.bits)
        return Reading(mark_id, p_value, time.monotonic() - started, certainty)


def _coder(word: Bits) -> Any:
    from imwatermark.dwtDctSvd import EmbedDwtDctSvd  # imports torch: only when used

    return EmbedDwtDctSvd(word.tolist(), wmLen=len(word), scales=list(SvdMark.STOCK_SCALES), block=_BLOCK)


def _word_length(width: int) -> int:
    """The payload length for a picture of this width: 83, unless that divides the blocks per row."""
    return 83 if (width // 8) % 83 else 89


def _word(mark_id: int, length: int) -> Bits:
    octets = mark_id.to_bytes(6, "big")
    payload = octets + zlib.crc32(octets).to_bytes(4, "big")
    bits = np.zeros(length, np.uint8)
    bits[: 8 * len(payload)] = np.unpackbits(np.frombuffer(payload, np.uint8))
    return bits ^ _noise(length)


def _checked(bits: Bits) -> int | None:
    octets = np.packbits(bits[: SvdMark.bits + _CHECK_BITS]).tobytes()
    intact = zlib.crc32(octets[:6]) == int.from_bytes(octets[6:], "big")
    padded = not bits[SvdMark.bits + _CHECK_BITS :].any()
    return int.from_bytes(octets[:6], "big") if intact and padded else None


@cache
def _noise(length: int) -> Bits:
    stream = hashlib.shake_256(SvdMark.algorithm.encode()).digest((length + 7) // 8)
    return np.unpackbits(np.frombuffer(stream, np.uint8))[:length]
