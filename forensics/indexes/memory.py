"""A register of up to a million tiles in memory: exact copy search, and shapes compared exactly after a
shortlist.

Against ``BruteForceIndex``: ``copies``, ``by_mark`` and ``by_asset`` answer the same, always; ``nearest``
answers the same while the register is no bigger than the shortlist, and beyond that with the recall stated
in ``forensics.indexes.codes``; ``alike`` looks through lists, see ``forensics.indexes.details``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from forensics.fingerprints.pdq import BYTES
from forensics.fingerprints.prints import Fingerprint
from forensics.fingerprints.shape import SHAPE_BYTES, distances, spectra, unpack, unpack_all
from forensics.index import PHASH_RADIUS, KeptDetails, NearCopy, Reference, details_of
from forensics.indexes import codes
from forensics.indexes.details import DetailSearch
from forensics.indexes.hamming import HammingIndex
from forensics.placing.features import SuspectViews

_AT_ONCE = 8192


class MemoryIndex:
    """Implements ``forensics.index.Index``. About 2 KiB a reference, beside the reference itself, and 17 KiB
    once details are asked for."""

    def __init__(self, references: Iterable[Reference]) -> None:
        self._references = tuple(references)
        self._by_mark = {mark: r for r in self._references for mark in (*r.copies, r.mark_id)}
        self._by_asset = {r.asset_id: r for r in self._references}
        self._shapes = ShapeSearch([r.fingerprint.shape for r in self._references])
        prints = [r.fingerprint for r in self._references]
        self._with_pdq = np.array([i for i, p in enumerate(prints) if p.pdq], np.int64)
        self._without = np.array([i for i, p in enumerate(prints) if not p.pdq], np.int64)
        self._hamming = HammingIndex(_stacked([prints[i].pdq[0] for i in self._with_pdq]))
        self._phashes = np.array([prints[i].phash for i in self._without], np.uint64)

    def __len__(self) -> int:
        return len(self._references)

    def prepare(self) -> None:
        """Build what is otherwise built when first asked for, here the search by details."""
        _ = self._details

    def lost(self) -> tuple[str, ...]:
        """The assets whose details are lost and cannot be made again."""
        return self._kept.lost

    def nearest(self, fingerprint: Fingerprint, k: int) -> list[tuple[Reference, float]]:
        """The k references with the smallest shape distance in [0, 1] of those shortlisted, nearest first."""
        return [(self._references[i], d) for i, d in self._shapes.nearest(fingerprint.shape, k)]

    def copies(self, fingerprint: Fingerprint) -> list[NearCopy]:
        """Every reference that may be the same picture, nearest first; see ``Index``."""
        return self.copies_each([fingerprint])[0]

    def copies_each(self, fingerprints: Sequence[Fingerprint], threads: int = 1) -> list[list[NearCopy]]:
        """``copies`` of many suspects at once, which is several times as fast for each."""
        hashes = [each for print_ in fingerprints for each in print_.pdq]
        owners = np.repeat(np.arange(len(fingerprints)), [len(print_.pdq) for print_ in fingerprints])
        hits = self._hamming.search(_stacked(hashes), threads)
        found: list[dict[int, int]] = [{} for _ in fingerprints]
        for query, code, bits in zip(hits.query, hits.code, hits.bits, strict=True):
            number, mine = int(self._with_pdq[code]), found[owners[query]]
            mine[number] = min(int(bits), mine.get(number, int(bits)))
        return [self._ordered(mine) + self._by_phash(p) for mine, p in zip(found, fingerprints, strict=True)]

    def _ordered(self, found: dict[int, int]) -> list[NearCopy]:
        ranked = sorted(found.items(), key=lambda item: (item[1], item[0]))
        return [NearCopy(self._references[number], bits) for number, bits in ranked]

    def _by_phash(self, fingerprint: Fingerprint) -> list[NearCopy]:
        bits = np.bitwise_count(self._phashes ^ np.uint64(fingerprint.phash))
        near = [i for i in np.argsort(bits, kind="stable") if bits[i] <= PHASH_RADIUS]
        return [NearCopy(self._references[self._without[i]], int(bits[i]), phash=True) for i in near]

    def alike(self, suspect: SuspectViews, k: int) -> list[tuple[Reference, float]]:
        """The k references with the most details in common with a suspect, most first."""
        return [(self._references[i], votes) for i, votes in self._details.rank(suspect, k)]

    @cached_property
    def _details(self) -> DetailSearch:
        """Made when first asked for: a scan of exact copies never needs it."""
        return DetailSearch(self._kept.each)

    @cached_property
    def _kept(self) -> KeptDetails:
        return details_of(self._references)

    def by_mark(self, mark_id: int) -> Reference | None:
        """The reference that carries this mark id, itself or in a licensed copy; None when none does."""
        return self._by_mark.get(mark_id)

    def by_asset(self, asset_id: str) -> Reference | None:
        """The reference of this asset; None when it is not searched."""
        return self._by_asset.get(asset_id)


class ShapeSearch:
    """Shapes (1024 bytes each, see ``fingerprints.shape``) searched by code first and then exactly."""

    def __init__(self, shapes: Sequence[bytes]) -> None:
        self._shapes = np.frombuffer(b"".join(shapes), np.uint8).reshape(-1, SHAPE_BYTES)
        coded = [codes.codes(unpack_all(self._shapes[a:b])) for a, b in _spans(len(shapes))]
        self._codes = np.concatenate([np.empty((0, codes.DIMENSIONS), np.uint8), *coded])

    def nearest(self, shape: bytes, k: int) -> list[tuple[int, float]]:
        """(number in the order given, distance in [0, 1]) of the k nearest; ties in the order given."""
        chosen = self._shortlist(unpack(shape))
        if not len(chosen) or k < 1:
            return []
        found = distances(unpack(shape), spectra(unpack_all(self._shapes[chosen])))
        order = np.argsort(found, kind="stable")[:k]
        return [(int(chosen[i]), float(found[i])) for i in order]

    def _shortlist(self, shape: NDArray[np.float32]) -> NDArray[np.int64]:
        size = codes.shortlist_size(len(self._codes))
        if size >= len(self._codes):
            return np.arange(len(self._codes))
        queries = codes.turned(shape)
        alike = np.concatenate(
            [codes.likeness(queries, self._codes[a:b]) for a, b in _spans(len(self._codes))]
        )
        return np.sort(np.argsort(-alike, kind="stable")[:size])


def _spans(count: int) -> list[tuple[int, int]]:
    return [(start, min(start + _AT_ONCE, count)) for start in range(0, count, _AT_ONCE)]


def _stacked(hashes: Sequence[bytes]) -> NDArray[np.uint8]:
    return np.frombuffer(b"".join(hashes), np.uint8).reshape(-1, BYTES)
