"""Two fingerprints of a picture: its 64-bit pHash as it is, and its shape as a tile on the torus."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from forensics.errors import FingerprintFormatError, PictureError
from forensics.shape import SHAPE_BYTES, shape_map

ALGORITHM = "org.selvage.torusprint.1"


@dataclass(frozen=True)
class Fingerprint:
    """``phash``: imagehash's 64-bit DCT hash, first bit highest. ``shape``: see ``forensics.shape``."""

    phash: int
    shape: bytes

    def to_dict(self) -> dict[str, str]:
        """JSON-ready: the algorithm's versioned name, pHash as 16 hex digits, shape as base64."""
        return {
            "algorithm": ALGORITHM,
            "phash": f"{self.phash:016x}",
            "shape": base64.b64encode(self.shape).decode("ascii"),
        }

    @classmethod
    def from_dict(cls, stored: Mapping[str, object]) -> Fingerprint:
        """The inverse of ``to_dict``; FingerprintFormatError names the field that is wrong."""
        if stored.get("algorithm") != ALGORITHM:
            raise FingerprintFormatError(
                f"algorithm: {stored.get('algorithm')!r} instead of {ALGORITHM!r}; fingerprint the tile again"
            )
        return cls(phash=_read_phash(stored.get("phash")), shape=_read_shape(stored.get("shape")))


def fingerprint(pixels: NDArray[np.uint8]) -> Fingerprint:
    """Both fingerprints of a picture or of one tile, uint8 (H, W, 3)."""
    if pixels.ndim != 3 or pixels.shape[2] != 3 or pixels.dtype != np.uint8 or min(pixels.shape[:2]) < 1:
        raise PictureError(f"pixels: {pixels.dtype} {pixels.shape}; pass uint8 of shape (H, W, 3)")
    return Fingerprint(phash=_phash(pixels), shape=shape_map(pixels).tobytes())


def _phash(pixels: NDArray[np.uint8]) -> int:
    import imagehash
    from PIL import Image

    bits = imagehash.phash(Image.fromarray(pixels)).hash.flatten()
    return int.from_bytes(np.packbits(bits).tobytes(), "big")


def _read_phash(value: object) -> int:
    try:
        if not isinstance(value, str) or len(value) != 16:
            raise ValueError
        return int(value, 16)
    except ValueError:
        raise FingerprintFormatError(
            f"phash: {value!r} is not 16 hex digits; fingerprint the tile again"
        ) from None


def _read_shape(value: object) -> bytes:
    try:
        shape = base64.b64decode(value if isinstance(value, str) else "", validate=True)
    except (binascii.Error, ValueError):
        shape = b""
    if len(shape) != SHAPE_BYTES:
        raise FingerprintFormatError(
            f"shape: not base64 of {SHAPE_BYTES} bytes; fingerprint the tile again from its pixels"
        )
    return shape
