"""Which registered tiles share local features with a suspect: for pieces, half-drops, rooms and pages.

Where no repeat can be folded, or only a part of the tile is seen, the shape of a fold says nothing; single
motifs still do. Method: visual words with Hamming embedding (Jegou, Douze and Schmid, "Hamming Embedding and
Weak Geometric Consistency", ECCV 2008). A feature of the edges (see ``placing.features``: of the edges, so
that a colourway matters little) becomes the nearest of 512 words and 64 signs of its difference from that
word. Two features match when their words are the same and at most 18 signs differ. A match votes with the
square of the logarithm of how rare its word is, shared among the tiles it fits.

The words (``words.npz``) are k-means centres of features of 112 tiles of the benchmark's tuning half.
Measured there, 16 tiles of 16 families among 112: the right tile is among the first four for 13 half-drops
(by shape: 6), 8 printed and photographed ones (6), 10 in clutter (none), 14 pieces of 70 % of a period and 11
of 25 %. What is missed is gingham, ticking and the like. 6 CPU ms a suspect, its features aside.

This retrieves candidates. It is no evidence.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from forensics.errors import FingerprintFormatError
from forensics.fingerprints.prints import MOST_OF_TILE
from forensics.placing.features import Features

MOST_OF_SUSPECT = 800
SIGNS = 64
MOST_APART = 18
RECORD = np.dtype([("word", "<u2"), ("signs", "<u8")])
_FLOOR = 0.2

Records = NDArray[np.void]


def describe(features: Features) -> bytes:
    """The 300 largest features of a tile's edges, 10 bytes each: word, then signs."""
    return _records(features, MOST_OF_TILE).tobytes()


class DetailSearch:
    """Tiles by their details, as ``describe`` wrote them (empty: such a tile is never found)."""

    def __init__(self, details: Sequence[bytes]) -> None:
        parts = [_read(each) for each in details]
        joined = np.concatenate([np.empty(0, RECORD), *parts])
        tiles = np.repeat(np.arange(len(parts)), [len(part) for part in parts])
        order = np.argsort(joined["word"], kind="stable")
        self._signs, self._tiles = joined["signs"][order], tiles[order]
        words = len(_vocabulary()[0])
        self._starts = np.searchsorted(joined["word"][order], np.arange(words + 1))
        self._weights = self._rarities(max(1, sum(len(part) > 0 for part in parts)))
        self._sizes = np.sqrt(np.maximum(1.0, [len(part) for part in parts]))

    def _rarities(self, count: int) -> NDArray[np.float64]:
        spans = zip(self._starts[:-1], self._starts[1:], strict=True)
        having = [len(np.unique(self._tiles[start:end])) for start, end in spans]
        return np.asarray((np.log(count / np.maximum(having, 1)) + _FLOOR) ** 2)

    def rank(self, views: Iterable[Features], k: int) -> list[tuple[int, float]]:
        """(number in the order given, votes) of the k tiles with most votes in any view; only with some."""
        votes = np.zeros(len(self._sizes))
        for features in views:
            votes = np.maximum(votes, self._votes(features) / self._sizes)
        order = np.argsort(-votes, kind="stable")[: max(k, 0)]
        return [(int(tile), float(votes[tile])) for tile in order if votes[tile] > 0]

    def _votes(self, features: Features) -> NDArray[np.float64]:
        votes = np.zeros(len(self._sizes))
        for word, signs in _records(features, MOST_OF_SUSPECT).tolist():
            start, end = self._starts[word], self._starts[word + 1]
            apart = np.bitwise_count(self._signs[start:end] ^ np.uint64(signs))
            tiles = np.unique(self._tiles[start:end][apart <= MOST_APART])
            if len(tiles):
                votes[tiles] += self._weights[word] / len(tiles)
        return votes


@cache
def _vocabulary() -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Words (512, 128) and the signs (128, 64) that project differences from them."""
    with np.load(Path(__file__).with_name("words.npz"), allow_pickle=False) as stored:
        return stored["words"].astype(np.float32) / 255, stored["signs"].astype(np.float32)


def _records(features: Features, most: int) -> Records:
    words, signs = _vocabulary()
    largest = np.argsort(-features.sizes, kind="stable")[:most]
    chosen = features.descriptors[largest].astype(np.float32)
    records = np.empty(len(chosen), RECORD)
    records["word"] = np.argmax(chosen @ words.T - (words**2).sum(1) / 2, axis=1) if len(chosen) else 0
    positive = (chosen - words[records["word"]]) @ signs > 0
    records["signs"] = np.packbits(positive, axis=1, bitorder="little").view("<u8").ravel()
    return records


def _read(details: bytes) -> Records:
    if len(details) % RECORD.itemsize:
        raise FingerprintFormatError(
            f"details: {len(details)} bytes are no whole number of features; fingerprint the tile again"
        )
    records = np.frombuffer(details, RECORD)
    if len(records) and int(records["word"].max()) >= len(_vocabulary()[0]):
        raise FingerprintFormatError(
            "details: a word that is not in the vocabulary; fingerprint the tile again"
        )
    return records
