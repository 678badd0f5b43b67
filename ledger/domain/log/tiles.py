"""The log as files that never change: tiles of 256 hashes and bundles of entries (https://c2sp.org/tlog-tiles)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ledger.domain.errors import LogError
from ledger.domain.log.tree import Hash, node_hash

HEIGHT, WIDTH, HASH_BYTES = 8, 256, 32
ENTRIES = "entries"
_PATH = re.compile(
    r"tile/(?P<level>entries|0|[1-9]|[1-5][0-9]|6[0-3])/"
    r"(?P<number>(?:x[0-9]{3}/){0,6}[0-9]{3})(?:\.p/(?P<width>[1-9][0-9]{0,2}))?"
)


@dataclass(frozen=True)
class Tile:
    """`width` hashes at `level` (8 levels of the tree each), or that many entries where it is a bundle."""

    level: int
    number: int
    width: int = WIDTH
    entries: bool = False

    @property
    def path(self) -> str:
        """Where it is served, below the prefix of the log: `tile/0/x001/x234/067.p/42`."""
        parts = [f"{self.number % 1000:03d}"]
        rest = self.number // 1000
        while rest:
            parts.insert(0, f"x{rest % 1000:03d}")
            rest //= 1000
        partial = "" if self.width == WIDTH else f".p/{self.width}"
        return f"tile/{ENTRIES if self.entries else self.level}/{'/'.join(parts)}{partial}"


def parse_path(path: str) -> Tile:
    """The tile a path names. LogError."""
    found = _PATH.fullmatch(path)
    width = int(found["width"] or WIDTH) if found else 0
    number = int(re.sub(r"[x/]", "", found["number"])) if found else 0
    if not found or not 0 < width <= WIDTH or (found["width"] and width == WIDTH):
        raise LogError("path", f"{path[:80]!r} names no tile; see https://c2sp.org/tlog-tiles")
    entries = found["level"] == ENTRIES
    tile = Tile(0 if entries else int(found["level"]), number, width, entries)
    if tile.path != path:
        raise LogError("path", f"{path[:80]!r} is written {tile.path}")
    return tile


def new_tiles(old: int, new: int) -> Iterator[Tile]:
    """The tiles of hashes that a log of `new` leaves has and one of `old` lacks, the lowest level first."""
    level = 0
    while has := new >> level * HEIGHT:
        had = old >> level * HEIGHT
        for number in range(had // WIDTH, -(-has // WIDTH)):
            width = min(WIDTH, has - number * WIDTH)
            if number * WIDTH + width > had:
                yield Tile(level, number, width)
        level += 1


def holder(level: int, index: int, size: int) -> tuple[Tile, int, int]:
    """The tile of a log of `size` leaves in which the subtree (level, index) is, and which hashes of it.

    The hashes from the first up to, not including, the second number are the subtree's leaves in the tile.
    """
    tile_level, above = divmod(level, HEIGHT)
    first = index << above
    number, start = divmod(first, WIDTH)
    width = min(WIDTH, (size >> tile_level * HEIGHT) - number * WIDTH)
    return Tile(tile_level, number, width), start, start + (1 << above)


def subtree(hashes: Sequence[Hash]) -> Hash:
    """The hash over a power of two of hashes."""
    layer = list(hashes)
    while len(layer) > 1:
        layer = [node_hash(*layer[at : at + 2]) for at in range(0, len(layer), 2)]
    return layer[0]


def parse_tile(data: bytes, tile: Tile) -> tuple[Hash, ...]:
    """The hashes of a tile. LogError where they are not as many as its name says."""
    if len(data) != tile.width * HASH_BYTES:
        raise LogError("tile", f"{tile.path} has {len(data)} bytes, not {tile.width * HASH_BYTES}")
    return tuple(data[at : at + HASH_BYTES] for at in range(0, len(data), HASH_BYTES))


def bundle(entries: Sequence[bytes]) -> bytes:
    """Entries, each after its length in two bytes."""
    return b"".join(len(each).to_bytes(2, "big") + each for each in entries)
