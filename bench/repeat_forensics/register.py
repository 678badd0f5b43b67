"""The register the benchmark asks: the marked tiles of one half among distractors that nobody used.

Marking takes seconds a tile, so marked pixels are kept under `cache/`, named by what they were made from.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np

from bench.repeat_forensics.digest import digest_of
from bench.repeat_forensics.pencil import Pixels
from bench.repeat_forensics.tiles import HALVES, Half, Tile, families, tiles

if TYPE_CHECKING:
    from forensics import BruteForceIndex, Reference
    from watermark import TorusMark

ROOT = Path(__file__).resolve().parents[2]
CACHE = ROOT / "cache" / "repeat_forensics"
KEY = hashlib.sha256(b"selvage repeat forensics benchmark: a public key, protecting nothing").digest()


@dataclass(frozen=True, eq=False)
class Entry:
    """One registered tile: as drawn, and as marked and let into the world."""

    tile: Tile
    mark_id: int
    marked: Pixels

    @property
    def asset_id(self) -> str:
        """The name of the tile."""
        return self.tile.name


class Register:
    """`count` tiles of a half and `distractors` others, from both halves, all marked and registered."""

    def __init__(self, half: Half, count: int, distractors: int, size: int = 512) -> None:
        self.half, self.count, self.distractors, self.size = half, count, distractors, size

    @cached_property
    def used(self) -> tuple[Tile, ...]:
        """The tiles that are put into the wild, unmarked."""
        return tuple(tiles(self.half, self.count, self.size))

    @cached_property
    def entries(self) -> tuple[Entry, ...]:
        """The tiles that are used, in order."""
        return tuple(_entry(tile) for tile in self.used)

    @cached_property
    def others(self) -> tuple[Entry, ...]:
        """The distractors: further tiles of the same families, and tiles of the other half."""
        other: Half = HALVES[1 - HALVES.index(self.half)]
        near = self.distractors // 2
        rounded = -(-self.count // len(families(self.half))) * len(families(self.half))
        more = tiles(self.half, near, self.size, first=rounded)
        return tuple(_entry(tile) for tile in [*more, *tiles(other, self.distractors - near, self.size)])

    @cached_property
    def index(self) -> BruteForceIndex:
        """Every registered tile, ready to be searched."""
        from forensics import BruteForceIndex

        return BruteForceIndex(reference(entry) for entry in (*self.entries, *self.others))

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the tiles that are used."""
        return tuple(tile.name for tile in self.used)


def watermarker() -> TorusMark:
    """The mark under test, with the benchmark's key."""
    from watermark import TorusMark

    return TorusMark(KEY)


def reference(entry: Entry) -> Reference:
    """What forensics is told of a registered tile."""
    from forensics import Reference, fingerprint, generic

    details = _details(entry.tile)
    return Reference(
        entry.asset_id,
        entry.mark_id,
        fingerprint(entry.marked),
        tile=lambda: entry.marked,
        drawn=lambda: entry.tile.pixels,
        generic=generic(entry.tile.pixels),
        details=lambda: details,
    )


def mark_id_of(name: str) -> int:
    """A 48-bit mark id that belongs to a tile's name."""
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:6], "big")


def _entry(tile: Tile) -> Entry:
    mark_id = mark_id_of(tile.name)
    return Entry(tile, mark_id, kept("torus", digest_of("watermark"), tile, lambda: _marked(tile, mark_id)))


def _marked(tile: Tile, mark_id: int) -> Pixels:
    from watermark import mark

    return mark(watermarker(), tile.pixels, mark_id)


def _details(tile: Tile) -> bytes:
    """What a ledger keeps of a tile when it is registered, so that no suspect's time is spent on it."""
    from forensics.placing.known import described

    told = f"{digest_of('forensics', 'watermark')} {tile.name}".encode() + tile.pixels.tobytes()
    path = CACHE / "details" / hashlib.sha256(told).hexdigest()[:32]
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(f".{os.getpid()}")
        part.write_bytes(described(tile.pixels).to_bytes())
        part.replace(path)
    return path.read_bytes()


def kept(system: str, code: str, tile: Tile, make: Callable[[], Pixels]) -> Pixels:
    """Marked pixels from the cache, made and kept there when they are missing."""
    told = f"{system} {code} {tile.name}".encode() + tile.pixels.tobytes()
    path = CACHE / "marked" / f"{hashlib.sha256(told).hexdigest()[:32]}.png"
    if path.exists():
        return np.ascontiguousarray(np.asarray(cv2.imread(str(path)), np.uint8)[..., ::-1])
    pixels = make()
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(f".{os.getpid()}.png")
    cv2.imwrite(str(part), np.ascontiguousarray(pixels[..., ::-1]))
    part.replace(path)
    return pixels
