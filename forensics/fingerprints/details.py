"""org.selvage.details.1: the details of a tile, small enough to keep for every tile, to vote for candidates.

Of each tile the 200 largest features of its light and the 100 largest of its edges are kept: large ones are
still there when the tile is printed small. A descriptor is reduced to 40 bytes: its lowest frequencies under
a fixed cosine transform over place and direction, normalised (what a principal component analysis of SIFT
comes to, without having to be learned, and the same on every machine).

A suspect's features vote for the tiles of their nearest kept descriptors, each vote for one turn and one
scale, since one placement turns and scales all of a tile alike. The same suspect in a mirror and as a
negative votes too. Votes retrieve candidates; they are no evidence.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from forensics.placing.features import Features, SuspectViews, TileViews, View

DIMENSIONS = 40
BYTES = DIMENSIONS + 2
LIGHT, EDGES = 200, 100
RECORDS_BYTES = (LIGHT + EDGES) * BYTES
_QUERIES = 400
_NEAREST = 3
_LIKE = 0.8
_MOST_PRODUCTS = 400_000_000
_TURNS, _SCALES = 12, 16
_QUANTUM = 254.0
_SIZES_PER_OCTAVE = 16
_VIEWS = (
    (True, (View.PLAIN, View.INVERTED, View.MIRRORED, View.MIRRORED_INVERTED)),
    (False, (View.EDGES, View.MIRRORED_EDGES)),
)

Codes = NDArray[np.int8]


def describe(views: TileViews) -> bytes:
    """The details of a tile: 300 records of 42 bytes (zeros where there are fewer)."""
    parts = [_records(views.features(View.PLAIN), LIGHT), _records(views.features(View.EDGES), EDGES)]
    return np.concatenate(parts).tobytes()


def _records(features: Features, count: int) -> NDArray[np.uint8]:
    kept = _largest(features, count)
    table = np.zeros((count, BYTES), np.uint8)
    if len(kept):
        turns = np.rint(kept.angles / (2 * np.pi) * 256).astype(np.int64) % 256
        sizes = np.clip(np.rint(np.log2(kept.sizes) * _SIZES_PER_OCTAVE), 1, 255)
        table[: len(kept), 0] = turns
        table[: len(kept), 1] = sizes
        quantised = np.rint(reduced(kept.descriptors) * _QUANTUM).clip(-127, 127).astype(np.int8)
        table[: len(kept), 2:] = quantised.view(np.uint8)
    return table


def _largest(features: Features, count: int) -> Features:
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


class Poll:
    """The kept details of a register, ``details[i]`` of the i-th tile, ready to be voted on."""

    def __init__(self, details: Sequence[bytes]) -> None:
        self.tiles = len(details)
        table = np.frombuffer(b"".join(details), np.uint8).reshape(-1, LIGHT + EDGES, BYTES)
        self._halves = [_Half(table[:, :LIGHT]), _Half(table[:, LIGHT:])]

    def votes(self, suspect: SuspectViews) -> NDArray[np.float64]:
        """(tiles,) weight of the strongest agreeing turn and scale of any view."""
        best = np.zeros(self.tiles)
        for half, (_, views) in zip(self._halves, _VIEWS, strict=True):
            queries = max(16, min(_QUERIES, _MOST_PRODUCTS // max(1, half.count * len(views))))
            for view in views:
                cast = half.cast(_largest(suspect.features(view), queries), self.tiles)
                best = np.maximum(best, cast)
        return best


class _Half:
    """The details of one kind, of all tiles."""

    def __init__(self, table: NDArray[np.uint8]) -> None:
        kept = table[..., 1] > 0
        self.owner = np.nonzero(kept)[0]
        rows = table[kept]
        self.count = len(rows)
        self._turns = rows[:, 0] / 256 * 2 * np.pi
        self._octaves = rows[:, 1] / _SIZES_PER_OCTAVE
        self._codes = np.ascontiguousarray(rows[:, 2:]).view(np.int8)

    def cast(self, queries: Features, tiles: int) -> NDArray[np.float64]:
        """(tiles,) the largest weight of votes for one turn and scale, neighbours included.

        A detail of a tile that many features find counts as the square root of their weight: else the one
        corner of a chevron, repeated all over the suspect, would outvote every figure.
        """
        if len(queries) < 2 or self.count < _NEAREST:
            return np.zeros(tiles)
        likeness, column = self._nearest(reduced(queries.descriptors))
        row, rank = np.nonzero(likeness > _LIKE)
        chosen = column[row, rank]
        weight = (likeness[row, rank] - _LIKE) / (1.0 - _LIKE)
        turn = np.floor((queries.angles[row] - self._turns[chosen]) / (2 * np.pi) * _TURNS).astype(int)
        octave = np.log2(queries.sizes[row]) - self._octaves[chosen]
        scale = np.clip(np.floor((octave + 4.0) * 2.0).astype(int), 0, _SCALES - 1)
        cells = (self.owner[chosen] * _TURNS + turn % _TURNS) * _SCALES + scale
        pairs, which = np.unique(cells * np.intp(self.count) + chosen, return_inverse=True)
        loudness = np.sqrt(np.bincount(which, weight, len(pairs)))
        held = np.bincount(pairs // self.count, loudness, tiles * _TURNS * _SCALES)
        held = held.reshape(tiles, _TURNS, _SCALES)
        both = held + np.roll(held, 1, axis=1)
        return np.asarray((both[:, :, :-1] + both[:, :, 1:]).reshape(tiles, -1).max(1), np.float64)

    def _nearest(self, queries: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.intp]]:
        """Likeness and row of the three most alike kept descriptors of every query."""
        likeness = np.empty((len(queries), 0), np.float32)
        column = np.empty((len(queries), 0), np.intp)
        for first, codes in self._chunks():
            product = queries @ (codes.astype(np.float32) / np.float32(_QUANTUM)).T
            best = np.argpartition(-product, _NEAREST - 1, axis=1)[:, :_NEAREST]
            likeness = np.concatenate([likeness, np.take_along_axis(product, best, 1)], axis=1)
            column = np.concatenate([column, best + first], axis=1)
        best = np.argsort(-likeness, axis=1, kind="stable")[:, :_NEAREST]
        return np.take_along_axis(likeness, best, 1), np.take_along_axis(column, best, 1)

    def _chunks(self, rows: int = 20_000) -> Iterator[tuple[int, Codes]]:
        for first in range(0, self.count - _NEAREST + 1, rows):
            last = self.count if self.count - first - rows < _NEAREST else first + rows
            yield first, self._codes[first:last]
