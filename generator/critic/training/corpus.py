"""Tiles of the procedural archive as index maps, with what they show; painted anew at every look."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from generator.critic.models import UNIT_PX
from generator.critic.words import shown
from generator.motifs.palettes import house_palette
from generator.motifs.sampling import any_attributes, any_tile
from generator.palette import ink_rgb

HELD_OUT = 1_000_000  # the number of the first tile that is never trained on
EDGE = 2 * UNIT_PX
PALETTES = 500
_MAPS, _SHOWN = "maps.npy", "shown.json"
Maps = NDArray[np.uint8]
Shown = list[dict[str, str]]


@dataclass(frozen=True)
class Corpus:
    """Index maps (n, EDGE, EDGE) of one training unit each, and what each shows by head."""

    maps: Maps
    shown: Shown


def render(folder: Path, count: int, first: int = 0) -> Corpus:
    """Tiles `first` to `first + count`; what was rendered before is kept."""
    home = folder / f"tiles-{first}-{count}"
    if not (home / _SHOWN).exists():
        home.mkdir(parents=True, exist_ok=True)
        drawn = [any_tile(first + number, EDGE) for number in range(count)]
        np.save(home / _MAPS, np.stack([each for _, each in drawn]))
        (home / _SHOWN).write_text(json.dumps([shown(words) for words, _ in drawn]))
    return Corpus(np.load(home / _MAPS, mmap_mode="r"), json.loads((home / _SHOWN).read_text()))


def painted(maps: Maps, dice: np.random.Generator) -> NDArray[np.uint8]:
    """The maps in palettes by chance, rolled by chance: uint8 (n, UNIT_PX, UNIT_PX, 3)."""
    return np.stack([_painted(each, dice) for each in maps])


def _painted(indices: Maps, dice: np.random.Generator) -> NDArray[np.uint8]:
    inks = _palette(dice)
    rolled = np.roll(indices, tuple(map(int, dice.integers(0, EDGE, 2))), (0, 1))
    blocks = inks[rolled]
    total = sum(blocks[row::2, column::2].astype(np.uint16) for row in range(2) for column in range(2))
    return np.asarray((total + 2) // 4, np.uint8)


def _palette(dice: np.random.Generator) -> NDArray[np.uint8]:
    """Six inks of a palette of the house, supporting inks in any order, a little off their colour."""
    inks = _palettes()[int(dice.integers(0, PALETTES))]
    order = dice.permutation(6) if dice.random() < 0.5 else np.arange(6)
    return np.asarray((inks[order] + dice.normal(0, 6, (6, 3))).round().clip(0, 255), np.uint8)


@lru_cache(maxsize=1)
def _palettes() -> NDArray[np.float32]:
    """(PALETTES, 6, 3): six inks each, of every era and contrast."""
    words = [any_attributes(HELD_OUT + number) for number in range(PALETTES)]
    six = [replace(each, inks=6) for each in words]
    return np.array(
        [[ink_rgb(ink) for ink in house_palette(each, n)] for n, each in enumerate(six)], np.float32
    )
