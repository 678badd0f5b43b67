"""org.selvage.details.1: the details of a tile, kept once for every tile, to find it by whatever its number.

Of each tile the 200 largest features of its light and the 100 largest of its edges are kept: large ones are
still there when the tile is printed small. A descriptor is reduced to 40 bytes: its lowest frequencies under
a fixed cosine transform over place and direction, normalised (what a principal component analysis of SIFT
comes to, without having to be learned, and the same on every machine).

They are made of the tile as drawn when it is registered, and searched by ``forensics.indexes.details``.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from forensics.errors import FingerprintFormatError
from forensics.placing.features import Features, TileViews, View

DIMENSIONS = 40
BYTES = DIMENSIONS + 2
LIGHT, EDGES = 200, 100
RECORDS_BYTES = (LIGHT + EDGES) * BYTES
QUANTUM = 254.0
SIZES_PER_OCTAVE = 16


def describe(views: TileViews) -> bytes:
    """The details of a tile: 300 records of 42 bytes (zeros where there are fewer)."""
    parts = [_records(views.features(View.PLAIN), LIGHT), _records(views.features(View.EDGES), EDGES)]
    return np.concatenate(parts).tobytes()


def read(details: Sequence[bytes]) -> NDArray[np.uint8]:
    """What ``describe`` wrote of n tiles, (n, 300, 42); all zero for one that nobody described (``b""``)."""
    for each in details:
        if len(each) not in (0, RECORDS_BYTES):
            raise FingerprintFormatError(
                f"details: {len(each)} bytes, not {RECORDS_BYTES}; describe the tile again"
            )
    joined = b"".join(each or bytes(RECORDS_BYTES) for each in details)
    return np.frombuffer(joined, np.uint8).reshape(-1, LIGHT + EDGES, BYTES)


def _records(features: Features, count: int) -> NDArray[np.uint8]:
    kept = largest(features, count)
    table = np.zeros((count, BYTES), np.uint8)
    if len(kept):
        turns = np.rint(kept.angles / (2 * np.pi) * 256).astype(np.int64) % 256
        sizes = np.clip(np.rint(np.log2(kept.sizes) * SIZES_PER_OCTAVE), 1, 255)
        table[: len(kept), 0] = turns
        table[: len(kept), 1] = sizes
        quantised = np.rint(reduced(kept.descriptors) * QUANTUM).clip(-127, 127).astype(np.int8)
        table[: len(kept), 2:] = quantised.view(np.uint8)
    return table


def largest(features: Features, count: int) -> Features:
    """The features of largest size, the largest first."""
    return features.where(np.argsort(-features.sizes, kind="stable")[:count])


def reduced(descriptors: NDArray[np.float32]) -> NDArray[np.float32]:
    """(n, 128) SIFT descriptors to (n, 40) of unit norm."""
    short = descriptors @ _basis().T
    return np.asarray(short / (np.linalg.norm(short, axis=1, keepdims=True) + 1e-9), np.float32)


@lru_cache(maxsize=1)
def _basis() -> NDArray[np.float32]:
    """The 40 lowest product frequencies over 4 x 4 cells (cosine) and 8 directions (cyclic), but the mean."""
    place = [np.cos(np.pi * k * (np.arange(4) + 0.5) / 4) for k in range(4)]
    around = 2 * np.pi * np.arange(8) / 8
    turn = [(0, np.ones(8))] + [(k, wave(k * around)) for k in (1, 2, 3) for wave in (np.cos, np.sin)]
    turn.append((4, np.cos(4 * around)))
    waves = [
        (a + b + c, np.einsum("i,j,k->ijk", place[a], place[b], wave).ravel())
        for a in range(4)
        for b in range(4)
        for c, wave in turn
    ]
    waves.sort(key=lambda pair: pair[0])
    rows = np.array([wave / np.linalg.norm(wave) for _, wave in waves[1 : DIMENSIONS + 1]])
    return np.asarray(rows, np.float32)
