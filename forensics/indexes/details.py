"""Which registered tiles share details with a suspect: for pieces, half-drops, rooms, pages and prints.

Where no repeat can be folded, or only a part of the tile is seen, the shape of a fold says nothing; single
motifs still do. What is kept of a tile is ``fingerprints.details``. The largest features of the suspect, of
itself, in a mirror and as a negative, look for the three kept ones most like them, and vote for their tiles,
each vote for one turn and one scale: one placement turns and scales all of a tile alike.

Looking through every kept feature is the truth, and what is done with at most 20,000 of a kind (some hundred
tiles). Beyond that they are kept in 512 lists by the centre they are nearest to, and the four lists of the
centres nearest to the feature asked are looked through (an inverted file: Sivic and Zisserman, "Video
Google", ICCV 2003). The centres (``lists.npz``) are k-means centres of features of 112 tiles of the
benchmark's tuning half. Descriptors are whole numbers whose products float32 adds exactly, so no library's
order of adding changes a vote. ``python -m bench.index`` states the recall of both.

This retrieves candidates. It is no evidence.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from forensics.fingerprints.details import LIGHT, QUANTUM, SIZES_PER_OCTAVE, largest, read, reduced
from forensics.placing.features import Features, SuspectViews, View

LISTS = 512
LISTS_LOOKED_THROUGH = 4
ALL_LOOKED_THROUGH = 20_000
NEAREST = 3
MOST_ASKED = 1000
_AT_ONCE = 20_000
_ASKED_AT_ONCE = 500
_LIKE = 0.8
_TURNS, _SCALES = 12, 16
_OF_ANY_TURN = 2.0
_ASKED_QUANTUM = 127.0
_VIEWS = (
    (View.PLAIN, View.INVERTED, View.MIRRORED, View.MIRRORED_INVERTED),
    (View.EDGES, View.MIRRORED_EDGES),
)

Numbers = NDArray[np.intp]
Whole = NDArray[np.float32]  # whole numbers, as float32 multiplies them fastest


class DetailSearch:
    """Tiles by their details, as ``describe`` wrote them (empty: such a tile is never found).

    ``exhaustive``: every comparison is made, however many there are.
    """

    def __init__(self, details: Sequence[bytes], *, exhaustive: bool = False) -> None:
        self._tiles = len(details)
        table = read(details)
        self._kinds = [_Kind(part, exhaustive) for part in (table[:, :LIGHT], table[:, LIGHT:])]

    def rank(self, suspect: SuspectViews, k: int) -> list[tuple[int, float]]:
        """(number in the order given, votes) of the k tiles with most votes in any view; only with some."""
        votes = np.zeros(self._tiles)
        for kind, views in zip(self._kinds, _VIEWS, strict=True):
            for tiles, cast in kind.votes([largest(suspect.features(view), MOST_ASKED) for view in views]):
                votes[tiles] = np.maximum(votes[tiles], cast)
        order = np.argsort(-votes, kind="stable")[: max(k, 0)]
        return [(int(tile), float(votes[tile])) for tile in order if votes[tile] > 0]


class _Kind:
    """The details of one kind, of light or of edges, of all tiles (n, m, 42): rows, list by list."""

    def __init__(self, table: NDArray[np.uint8], exhaustive: bool) -> None:
        kept = table[..., 1] > 0
        rows, owners = table[kept], np.nonzero(kept)[0]
        codes = np.ascontiguousarray(rows[:, 2:]).view(np.int8)
        self._exhaustive = exhaustive or len(codes) <= ALL_LOOKED_THROUGH
        lists = np.zeros(len(codes), np.intp) if self._exhaustive else _nearest_lists(codes)
        order = np.argsort(lists, kind="stable")
        self._starts = np.searchsorted(lists[order], np.arange(LISTS + 1))
        self._codes, self._owners = codes[order], owners[order]
        self._turns = rows[order, 0] / 256 * 2 * np.pi
        self._octaves = rows[order, 1] / SIZES_PER_OCTAVE

    def votes(self, views: Sequence[Features]) -> Iterator[tuple[Numbers, NDArray[np.float64]]]:
        """Of each view the tiles that have votes, and how many."""
        if len(self._codes) < NEAREST or not any(map(len, views)):
            return
        asked = np.rint(np.concatenate([reduced(each.descriptors) for each in views]) * _ASKED_QUANTUM)
        likeness, rows = self._nearest(asked.astype(np.float32))
        first = 0
        for view in views:
            part = slice(first, first + len(view))
            first = part.stop
            if len(view) > 1:
                yield self._cast(view, likeness[part], rows[part])

    def _cast(self, asked: Features, likeness: Whole, rows: Numbers) -> tuple[Numbers, NDArray[np.float64]]:
        """The largest weight of votes for one turn and scale of each tile, neighbours included.

        A detail of a tile that many features find counts as the square root of their weight: else the one
        corner of a chevron, repeated all over the suspect, would outvote every figure. What a tile has in any
        turn comes off, twice: a tile that is like everything has votes for every turn, one that is there has
        them for its own.
        """
        number, rank = np.nonzero(likeness > _LIKE)
        found = rows[number, rank]
        weight = (likeness[number, rank] - _LIKE) / (1.0 - _LIKE)
        turn = np.floor((asked.angles[number] - self._turns[found]) / (2 * np.pi) * _TURNS).astype(np.intp)
        octave = np.log2(asked.sizes[number]) - self._octaves[found]
        scale = np.clip(np.floor((octave + 4.0) * 2.0), 0, _SCALES - 1).astype(np.intp)
        tiles, place = np.unique(self._owners[found], return_inverse=True)
        cells = (place * _TURNS + turn % _TURNS) * _SCALES + scale
        pairs, which = np.unique(cells * len(self._codes) + found, return_inverse=True)
        loudness = np.sqrt(np.bincount(which, weight, len(pairs)))
        held = np.bincount(pairs // len(self._codes), loudness, len(tiles) * _TURNS * _SCALES)
        held = held.reshape(len(tiles), _TURNS, _SCALES)
        both = held + np.roll(held, 1, axis=1)
        near = both[:, :, :-1] + both[:, :, 1:]
        near = near - _OF_ANY_TURN * near.mean(axis=1, keepdims=True)  # whole numbers where nothing is alike
        return tiles, np.asarray(near.max((1, 2)), np.float64)

    def _nearest(self, asked: Whole) -> tuple[Whole, Numbers]:
        """Likeness and row of the three most alike details of each descriptor asked; -1 for none."""
        visits = list(self._all(len(asked)) if self._exhaustive else self._listed(asked))
        turns = 1 + max((int(turn.max()) for _, turn, _, _ in visits), default=0)
        likeness = np.full((len(asked), turns, NEAREST), -1.0, np.float32)
        rows = np.zeros(likeness.shape, np.intp)
        for who, turn, start, end in visits:
            alike = asked[who] @ self._codes[start:end].astype(np.float32).T
            best = _first_best(alike, min(NEAREST, end - start))
            likeness[who, turn, : best.shape[1]] = np.take_along_axis(alike, best, 1)
            rows[who, turn, : best.shape[1]] = best + start
        flat = likeness.reshape(len(asked), -1)
        order = np.argsort(-flat, axis=1, kind="stable")[:, :NEAREST]
        nearest = np.take_along_axis(flat, order, 1) / np.float32(QUANTUM * _ASKED_QUANTUM)
        return nearest, np.take_along_axis(rows.reshape(len(asked), -1), order, 1)

    def _listed(self, asked: Whole) -> Iterator[tuple[Numbers, Numbers, int, int]]:
        """Who is compared, for the how-manieth time, with which rows: the lists nearest to who asks."""
        chosen = _first_best(asked @ _centres().T, LISTS_LOOKED_THROUGH)
        order = np.argsort(chosen, axis=None, kind="stable")
        ends = np.searchsorted(chosen.ravel()[order], np.arange(1, LISTS + 1))
        for number, part in enumerate(np.split(order, ends[:-1])):
            start, end = int(self._starts[number]), int(self._starts[number + 1])
            if len(part) and start < end:
                yield *np.divmod(part, LISTS_LOOKED_THROUGH), start, end

    def _all(self, count: int) -> Iterator[tuple[Numbers, Numbers, int, int]]:
        """The same, everybody with every row, in turns that take 40 MB each for their likenesses."""
        for turn, start in enumerate(range(0, len(self._codes), _AT_ONCE)):
            end = min(start + _AT_ONCE, len(self._codes))
            for first in range(0, count, _ASKED_AT_ONCE):
                who = np.arange(first, min(first + _ASKED_AT_ONCE, count))
                yield who, np.full(len(who), turn), start, end


def _first_best(alike: Whole, count: int) -> Numbers:
    """Columns of the ``count`` largest of each row, largest first; of equals the first, on every machine.

    ``argpartition`` takes any of equals, and not the same ones on every processor.
    """
    left, rows = alike.copy(), np.arange(len(alike))
    best = np.empty((len(alike), count), np.intp)
    for turn in range(count):
        best[:, turn] = left.argmax(1)
        left[rows, best[:, turn]] = -np.inf
    return best


@cache
def _centres() -> Whole:
    """(512, 40), 127 long."""
    with np.load(Path(__file__).with_name("lists.npz"), allow_pickle=False) as stored:
        return np.asarray(stored["centres"], np.float32)


def _nearest_lists(codes: NDArray[np.int8]) -> Numbers:
    parts = [codes[start : start + _AT_ONCE] for start in range(0, len(codes), _AT_ONCE)]
    chosen = [np.argmax(part.astype(np.float32) @ _centres().T, axis=1) for part in parts]
    return np.concatenate([np.empty(0, np.intp), *chosen])
