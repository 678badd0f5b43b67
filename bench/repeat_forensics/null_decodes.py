"""Null decodes: what the blind reader says to null pictures under many fresh keys.

The folds and spectra of a picture need no key: they are made once and decoded under each, which makes a
hundred thousand decodes affordable. One null decode is one folded view under one key; a null reading is all
views of a picture under one key.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from bench.repeat_forensics.digest import digest_of
from bench.repeat_forensics.nulls import NullPicture, drawn, fresh_key
from bench.repeat_forensics.register import Register

if TYPE_CHECKING:
    from watermark.torus.keyring import Keyring
    from watermark.torus.spectrum import Spectrum

KEYS_PER_PICTURE = 20
_SMALLEST_PX = 128


@dataclass(frozen=True)
class NullRecord:
    """What the blind reader said to one null picture.

    views: folds looked at; keys: fresh keys; aligned: decodes that got as far as a codeword; accepted:
    decodes accepted; largest: the largest z under each key, where anything aligned.
    """

    picture: str
    kind: str
    code: str
    views: int
    keys: int
    aligned: int
    accepted: int
    largest: list[float]
    seconds: float

    @property
    def decodes(self) -> int:
        """Null decodes made."""
        return self.views * self.keys


def code() -> str:
    """What null decodes depend on: the blind reader, and how the pictures are made."""
    reader = ("torus", "lattice", "keys.py", "pictures.py")
    return digest_of(*(f"watermark/{part}" for part in reader), "bench/repeat_forensics/attacks")


class _NullRing:
    """In the place of the keys of a search: shows every view to many fresh keys, and accepts nothing, so that
    the search goes through all its views."""

    def __init__(self, keys: list[bytes]) -> None:
        from watermark.torus.keyring import Keyring

        self._rings = [Keyring((key,)) for key in keys]
        self.views, self.aligned, self.accepted = 0, 0, 0
        self._largest: dict[int, float] = {}

    def threshold(self, folds: int, orientations: int) -> float:
        """The z a codeword would need under one key."""
        return self._rings[0].threshold(folds, orientations)

    def decode(self, seen: Spectrum, orientations: int, enough: float) -> None:
        """Decode one view under every key and remember what came of it."""
        self.views += 1
        for number, ring in enumerate(self._rings):
            decoded = ring.decode(seen, orientations, enough)
            if decoded is not None:
                self.aligned += 1
                self.accepted += decoded.checks and decoded.z >= enough
                self._largest[number] = max(decoded.z, self._largest.get(number, decoded.z))

    @property
    def largest(self) -> list[float]:
        """The largest z under each key, where anything aligned."""
        return [round(z, 3) for z in self._largest.values()]


def asked(picture: NullPicture, register: Register) -> NullRecord:
    """Decode every view of a null picture under fresh keys."""
    from watermark.torus.search import search

    pixels, started = drawn(picture, register), time.process_time()
    ring = _NullRing([fresh_key(picture.name, number) for number in range(KEYS_PER_PICTURE)])
    if min(pixels.shape[:2]) >= _SMALLEST_PX:
        search(pixels, cast("Keyring", ring), budget_seconds=math.inf)
    seconds = round(time.process_time() - started, 2)
    return NullRecord(
        *(picture.name, picture.kind, code(), ring.views, KEYS_PER_PICTURE),
        *(ring.aligned, ring.accepted, ring.largest, seconds),
    )
