"""The benchmark's tiles: unmarked, seamless, drawn from seeds, in two halves that share no family.

Parameters are tuned on the half "tuning"; what is reported is measured on the half "held-out". Both hold
four families of the house archive (seeds far from those the generator was trained on, three styles each),
the embedded generator's drawings of the same four, and eight families drawn here. Each half has bare
periodic tiles (gingham, ticking | tartan, candy, polka), figurative ones, textures and soft paintings.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Literal

import numpy as np

from bench.repeat_forensics.families import held_out, tuning
from bench.repeat_forensics.pencil import Pixels
from generator import EmbeddedGenerator, Generator
from generator.archive import ArchiveGenerator  # the first edition: what was published
from generator.bundle import Bundle

Half = Literal["tuning", "held-out"]
HALVES: tuple[Half, ...] = ("tuning", "held-out")

_FIRST_SEED = 930_000_000
# The weights that drew the tiles of docs/benchmark.md: other weights are another benchmark.
_WEIGHTS = "f2fdc8595dd421fa527093a0927cc6568ece88bf18e3a623696b88d074ee9681"
_PALETTES = (
    ("#f4efe6", "#c8553d", "#2f4858", "#f2b134"),
    ("#20304a", "#e8c07d", "#d66853", "#f7f3ea"),
    ("#f7f1e3", "#5b8e7d", "#bc4b51", "#f4a259"),
    ("#fbf8f3", "#3d405b", "#81b29a", "#e07a5f"),
    ("#2d1e2f", "#f1e3d3", "#d81e5b", "#99c1b9"),
)
_STYLES = {
    "floral": ("daisy", "rose", "tulip"),
    "stripe": ("vertical", "horizontal", "diagonal"),
    "chevron": ("zigzag", "stacked", "herringbone"),
    "terrazzo": ("chipped", "pebble", "mixed"),
    "leaf": ("branch", "single", "palm"),
    "dots": ("plain", "ringed", "petalled"),
    "scallop": ("ringed", "fan", "solid"),
    "arches": ("rainbow", "nested", "sunrise"),
}
_ARCHIVE: dict[Half, tuple[str, ...]] = {
    "tuning": ("floral", "stripe", "chevron", "terrazzo"),
    "held-out": ("leaf", "dots", "scallop", "arches"),
}
_DRAWN = {"tuning": tuning.FAMILIES, "held-out": held_out.FAMILIES}


@dataclass(frozen=True, eq=False)
class Tile:
    """One unmarked tile: pixels are uint8 RGB (size, size, 3); `family` says who drew it and what."""

    name: str
    family: str
    pixels: Pixels


def families(half: Half) -> tuple[str, ...]:
    """The families of a half, in the order in which tiles of them are drawn."""
    drawn = list(_DRAWN[half])
    house = [f"archive {word}" for word in _ARCHIVE[half]]
    trained = [f"embedded {word}" for word in _ARCHIVE[half]]
    rows = zip(drawn[:4], house, drawn[4:], trained, strict=True)
    return tuple(family for row in rows for family in row)


def tiles(half: Half, count: int, size: int = 512, first: int = 0) -> list[Tile]:
    """`count` tiles of one half, taking turns through its families; `first` skips as many.

    `size` is in px, a multiple of 64 from 256. The same arguments give the same pixels.
    """
    names = families(half)
    return [draw(names[n % len(names)], n // len(names), size) for n in range(first, first + count)]


def draw(family: str, number: int, size: int = 512) -> Tile:
    """The `number`-th tile of a family, see `families`."""
    source, _, word = family.rpartition(" ")
    seed = _FIRST_SEED + 1009 * (zlib.crc32(family.encode()) % 10_000) + number
    if source:
        pixels = _generated(_generator(source), word, number, seed, size)
    else:
        pixels = _drawer(word)(size, np.random.default_rng(seed))
    return Tile(f"{family.replace(' ', '-')}-{number:02d}", family, pixels)


def _drawer(word: str) -> Callable[[int, np.random.Generator], Pixels]:
    return next(table[word] for table in _DRAWN.values() if word in table)


def _generated(generator: Generator, word: str, number: int, seed: int, size: int) -> Pixels:
    style = _STYLES[word][number % len(_STYLES[word])]
    palette = _PALETTES[seed % len(_PALETTES)]
    return generator.generate(generator.plan(f"{style} {word}", palette, seed, size)).pixels()


@cache
def _generator(source: str) -> Generator:
    if source == "archive":
        return ArchiveGenerator()
    return EmbeddedGenerator.load(Bundle.open().earlier(_WEIGHTS).folder)
