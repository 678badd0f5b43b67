"""Stage `archive`: render the training tiles with their captions."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from generator.models import SCREENS
from generator.motifs.sampling import any_tile
from generator.units import UNIT_PIXELS

TILES_FILE = "tiles.npy"
CAPTIONS_FILE = "captions.json"
_OVERSAMPLING = 3
_SCREENS = np.eye(SCREENS + 1, SCREENS, -1, dtype=np.uint16) * 255


def screens(inks: NDArray[np.uint8], factor: int) -> NDArray[np.uint8]:
    """Separations as an image: ink k > 0 in channel k - 1, averaged over `factor` x `factor` samples."""
    height, width = inks.shape[0] // factor, inks.shape[1] // factor
    image: NDArray[np.uint16] = (
        _SCREENS[inks].reshape(height, factor, width, factor, SCREENS).sum(axis=(1, 3))
    )
    rounded: NDArray[np.uint8] = ((image + factor * factor // 2) // (factor * factor)).astype(np.uint8)
    return rounded


def render_corpus(folder: Path, count: int, span: int = 1) -> None:
    """Write `count` tiles (count, n, n, 5), `span` training units of 128 px wide, and their captions.

    A finished corpus is kept.
    """
    if (folder / CAPTIONS_FILE).exists():
        return
    folder.mkdir(parents=True, exist_ok=True)
    draft, edge = folder / f"{TILES_FILE}.part", span * UNIT_PIXELS
    shape = (count, edge, edge, SCREENS)
    tiles = np.lib.format.open_memmap(draft, mode="w+", dtype=np.uint8, shape=shape)
    captions = []
    for number in range(count):
        words, inks = any_tile(number, edge * _OVERSAMPLING, span=span)
        tiles[number] = screens(inks, _OVERSAMPLING)
        captions.append(words.caption())
    tiles.flush()
    draft.replace(folder / TILES_FILE)
    (folder / CAPTIONS_FILE).write_text(json.dumps(captions))


def load_corpus(folder: Path) -> tuple[NDArray[np.uint8], list[str]]:
    """The tiles, mapped from disk, and their captions."""
    return np.load(folder / TILES_FILE, mmap_mode="r"), json.loads((folder / CAPTIONS_FILE).read_text())
