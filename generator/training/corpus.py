"""Stage `archive`: render the training tiles with their captions."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from generator.archive.draw import draw_tile
from generator.models import UNIT_PIXELS
from generator.words import DENSITIES, LAYOUTS, SCALES, STYLES, Attributes, families

TILES_FILE = "tiles.npy"
CAPTIONS_FILE = "captions.json"
_OVERSAMPLING = 4
_SCREENS = np.array([[0, 0, 0], [255, 0, 0], [0, 255, 0], [0, 0, 255]], dtype=np.uint16)


def attributes_of(number: int) -> Attributes:
    """The attributes of training tile `number`: families by turns, the rest by its own dice."""
    dice = np.random.Generator(np.random.PCG64([number, 1]))
    family = families()[number % len(families())]
    return Attributes(
        family=family,
        style=str(dice.choice(list(STYLES[family]))),
        scale=str(dice.choice(list(SCALES), p=[0.4, 0.36, 0.24])),
        density=str(dice.choice(list(DENSITIES))),
        layout=str(dice.choice(list(LAYOUTS))),
        inks=int(dice.choice([2, 3, 4], p=[0.25, 0.35, 0.4])),
    )


def screens(inks: NDArray[np.uint8], factor: int) -> NDArray[np.uint8]:
    """Separations as an image: ink k > 0 in channel k - 1, averaged over `factor` x `factor` samples."""
    height, width = inks.shape[0] // factor, inks.shape[1] // factor
    image: NDArray[np.uint16] = _SCREENS[inks].reshape(height, factor, width, factor, 3).sum(axis=(1, 3))
    rounded: NDArray[np.uint8] = ((image + factor * factor // 2) // (factor * factor)).astype(np.uint8)
    return rounded


def render_corpus(folder: Path, count: int) -> None:
    """Write `count` tiles (count, 128, 128, 3) and their captions; a finished corpus is kept."""
    if (folder / CAPTIONS_FILE).exists():
        return
    folder.mkdir(parents=True, exist_ok=True)
    draft = folder / f"{TILES_FILE}.part"
    tiles = np.lib.format.open_memmap(
        draft, mode="w+", dtype=np.uint8, shape=(count, UNIT_PIXELS, UNIT_PIXELS, 3)
    )
    captions = []
    for number in range(count):
        words = attributes_of(number)
        inks = draw_tile(words, number, UNIT_PIXELS * _OVERSAMPLING)
        tiles[number] = screens(inks, _OVERSAMPLING)
        captions.append(words.caption())
    tiles.flush()
    draft.replace(folder / TILES_FILE)
    (folder / CAPTIONS_FILE).write_text(json.dumps(captions))


def load_corpus(folder: Path) -> tuple[NDArray[np.uint8], list[str]]:
    """The tiles, mapped from disk, and their captions."""
    return np.load(folder / TILES_FILE, mmap_mode="r"), json.loads((folder / CAPTIONS_FILE).read_text())
