"""The fingerprint of a picture: PDQ and pHash of it as it is, and its shape as a tile on the torus.

Written as ``org.selvage.torusprint.2``. Version 1 had no PDQ; its records are still read, and such tiles are
found by shape and by pHash.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from forensics.errors import FingerprintFormatError, PictureError
from forensics.fingerprints import pdq
from forensics.fingerprints.shape import SHAPE_BYTES, shape_map

ALGORITHM = "org.selvage.torusprint.2"
WITHOUT_PDQ = "org.selvage.torusprint.1"
PHASH_BYTES = 8


@dataclass(frozen=True)
class Fingerprint:
    """``phash``: imagehash's 64-bit DCT hash, first bit highest. ``shape``: see ``fingerprints.shape``.

    ``pdq``: eight hashes of 32 bytes, one an orientation, the picture as it is first (``fingerprints.pdq``);
    empty when the picture has too little in it to tell, or when its record is of version 1.
    """

    phash: int
    shape: bytes
    pdq: tuple[bytes, ...] = ()

    def to_bytes(self) -> bytes:
        """pHash (8 bytes, highest first), shape (1024), PDQ (256 or none): the value of a soft binding."""
        return self.phash.to_bytes(PHASH_BYTES, "big") + self.shape + b"".join(self.pdq)

    def to_dict(self) -> dict[str, str]:
        """JSON-ready: the algorithm's versioned name, pHash as 16 hex digits, the rest as base64."""
        return {
            "algorithm": ALGORITHM,
            "phash": f"{self.phash:016x}",
            "shape": base64.b64encode(self.shape).decode("ascii"),
            "pdq": base64.b64encode(b"".join(self.pdq)).decode("ascii"),
        }

    @classmethod
    def from_dict(cls, stored: Mapping[str, object]) -> Fingerprint:
        """The inverse of ``to_dict``, also of version 1; FingerprintFormatError names the wrong field."""
        version = stored.get("algorithm")
        if version not in (ALGORITHM, WITHOUT_PDQ):
            raise FingerprintFormatError(
                f"algorithm: {version!r} instead of {ALGORITHM!r}; fingerprint the tile again"
            )
        return cls(
            phash=_read_phash(stored.get("phash")),
            shape=_read_bytes("shape", stored.get("shape"), (SHAPE_BYTES,)),
            pdq=_read_pdq(stored.get("pdq")) if version == ALGORITHM else (),
        )


def fingerprint(pixels: NDArray[np.uint8]) -> Fingerprint:
    """The fingerprint of a picture or of one tile, uint8 (H, W, 3)."""
    _check(pixels)
    return Fingerprint(phash=_phash(pixels), shape=shape_map(pixels).tobytes(), pdq=pdq.hashes(pixels))


def shape_print(pixels: NDArray[np.uint8]) -> Fingerprint:
    """Of a folded suspect, uint8 (H, W, 3): its shape alone. It is no picture that anybody published."""
    _check(pixels)
    return Fingerprint(phash=0, shape=shape_map(pixels).tobytes())


def _check(pixels: NDArray[np.uint8]) -> None:
    if pixels.ndim != 3 or pixels.shape[2] != 3 or pixels.dtype != np.uint8 or min(pixels.shape[:2]) < 1:
        raise PictureError(f"pixels: {pixels.dtype} {pixels.shape}; pass uint8 of shape (H, W, 3)")


def _phash(pixels: NDArray[np.uint8]) -> int:
    import imagehash
    from PIL import Image

    bits = imagehash.phash(Image.fromarray(pixels)).hash.flatten()
    return int.from_bytes(np.packbits(bits).tobytes(), "big")


def _read_phash(value: object) -> int:
    try:
        if not isinstance(value, str) or len(value) != 2 * PHASH_BYTES:
            raise ValueError
        return int(value, 16)
    except ValueError:
        raise FingerprintFormatError(
            f"phash: {value!r} is not 16 hex digits; fingerprint the tile again"
        ) from None


def _read_pdq(value: object) -> tuple[bytes, ...]:
    joined = _read_bytes("pdq", value, (0, pdq.ORIENTATIONS * pdq.BYTES))
    return tuple(joined[start : start + pdq.BYTES] for start in range(0, len(joined), pdq.BYTES))


def _read_bytes(field: str, value: object, lengths: tuple[int, ...]) -> bytes:
    try:
        if not isinstance(value, str):
            raise ValueError
        read = base64.b64decode(value, validate=True)
        if len(read) not in lengths:
            raise ValueError
    except (binascii.Error, ValueError):
        wanted = " or ".join(map(str, lengths))
        raise FingerprintFormatError(
            f"{field}: not base64 of {wanted} bytes; fingerprint the tile again from its pixels"
        ) from None
    return read
