"""Exact Hamming search among 256-bit codes, millions of them, in numpy.

Multi-index hashing (Norouzi, Punjani and Fleet, "Fast Search in Hamming Space with Multi-Index Hashing",
CVPR 2012, with the refined pigeonhole of their section 3.2). The 256 bits are dealt out to s bands. For
radius r = s * q + a, 0 <= a < s, two codes at most r apart are at most q apart in one of the bands 0..a, or
at most q - 1 apart in one of the others: were it not so, they would be at least
(a + 1)(q + 1) + (s - a - 1) q = r + 1 apart. So looking up, in each band's table, every key within q (or
q - 1) flips of the query's finds every code within r; what is found is compared in full. Nothing within r is
missed and nothing beyond r is returned, whatever the codes are; how they are distributed decides only how
long it takes.

Codes that are equal are kept once. A query whose bands hold more candidates than a plain scan would read is
answered by that scan, so even the worst data costs no more than brute force.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from math import comb

import numpy as np
from numpy.typing import NDArray

Codes = NDArray[np.uint64]
Numbers = NDArray[np.uint32]

BITS = 256
WORDS = 4
RADIUS = 31
MOST_BAND_BITS = 24
_LEAST_INDEXED = 20_000
_BATCH = 256
_MOST_AT_ONCE = 2_000_000
_SCAN_COST = 0.1  # of comparing one code in a plain scan, against one found through a table


@dataclass(frozen=True)
class Hits:
    """Every pair within the radius: ``query``, ``code`` (number in the order given) and ``bits`` apart."""

    query: NDArray[np.int64]
    code: NDArray[np.int64]
    bits: NDArray[np.int64]


@dataclass(frozen=True)
class _Band:
    """One band's table: codes by key. Key k has ``numbers[starts[k]:starts[k + 1]]``."""

    places: tuple[int, ...]
    flips: Numbers
    starts: Numbers
    numbers: Numbers


def as_codes(hashes: NDArray[np.uint8]) -> Codes:
    """Bytes (n, 32) uint8 as (n, 4) words, the form this module works on."""
    return np.ascontiguousarray(hashes, np.uint8).view(np.uint64).reshape(-1, WORDS)


class HammingIndex:
    """Codes (n, 32) uint8, searched within ``radius`` bits, exactly. Built once; immutable."""

    def __init__(self, hashes: NDArray[np.uint8], radius: int = RADIUS) -> None:
        if not 0 <= radius < BITS:
            raise ValueError(f"radius: {radius} is not in 0..255")
        self.radius = radius
        self._length = len(hashes)
        self._codes, self._firsts, self._members = _distinct(as_codes(hashes))
        self._bands = [] if len(self._codes) < _LEAST_INDEXED else list(_bands(self._codes, radius))

    def __len__(self) -> int:
        return self._length

    @property
    def nbytes(self) -> int:
        """Memory kept, in bytes."""
        tables = sum(band.starts.nbytes + band.numbers.nbytes for band in self._bands)
        return self._codes.nbytes + self._firsts.nbytes + self._members.nbytes + tables

    def search(self, hashes: NDArray[np.uint8], threads: int = 1) -> Hits:
        """Every code within the radius of each query (m, 32) uint8, by query, then bits, then code."""
        queries = as_codes(hashes)
        parts = [queries[start : start + _BATCH] for start in range(0, len(queries), _BATCH)]
        if threads > 1 and len(parts) > 1:
            with ThreadPoolExecutor(threads) as pool:
                found = list(pool.map(self._batch, parts))
        else:
            found = [self._batch(part) for part in parts]
        hits = [np.column_stack((q + i * _BATCH, c, b)) for i, (q, c, b) in enumerate(found)]
        return self._expanded(np.concatenate([np.empty((0, 3), np.int64), *hits]))

    def _expanded(self, hits: NDArray[np.int64]) -> Hits:
        """Distinct codes back to every number that has them."""
        first = self._firsts[hits[:, 1]].astype(np.int64)
        count = self._firsts[hits[:, 1] + 1] - first
        query, bits = np.repeat(hits[:, 0], count), np.repeat(hits[:, 2], count)
        code = self._members[_ranges(first, count)].astype(np.int64)
        order = np.lexsort((code, bits, query))
        return Hits(query[order], code[order], bits[order])

    def _batch(self, queries: Codes) -> tuple[NDArray[np.int64], ...]:
        """(query, distinct code, bits) of up to 256 queries; each pair once."""
        if not self._bands:
            return self._scanned(queries, np.arange(len(queries)))
        probes = [_probes(band, queries) for band in self._bands]
        load = np.sum([count.sum(1, dtype=np.int64) for _, count in probes], axis=0)
        dense = load > len(self._codes) * _SCAN_COST
        if len(queries) > 1 and load[~dense].sum() > _MOST_AT_ONCE:
            return self._halves(queries)
        found = [self._scanned(queries, np.flatnonzero(dense))]
        for band, (start, count) in zip(self._bands, probes, strict=True):
            count[dense] = 0
            found.append(self._candidates(band, queries, start, count))
        query, code, bits = (np.concatenate(each) for each in zip(*found, strict=True))
        _, once = np.unique(query * len(self._codes) + code, return_index=True)
        return query[once], code[once], bits[once]

    def _halves(self, queries: Codes) -> tuple[NDArray[np.int64], ...]:
        """A batch too big for the memory a search may take, in two."""
        half = len(queries) // 2
        first, second = self._batch(queries[:half]), self._batch(queries[half:])
        second = (second[0] + half, *second[1:])
        return tuple(np.concatenate(each) for each in zip(first, second, strict=True))

    def _candidates(
        self, band: _Band, queries: Codes, start: Numbers, count: Numbers
    ) -> tuple[NDArray[np.int64], ...]:
        """Those within the radius of all that a band's table has for the queries."""
        numbers = np.take(band.numbers, _ranges(start.ravel(), count.ravel()), mode="clip")
        query = np.repeat(np.arange(len(queries)), count.sum(1, dtype=np.int64))
        bits = _apart(np.take(self._codes, numbers, axis=0, mode="clip"), np.take(queries, query, axis=0))
        near = np.flatnonzero(bits <= self.radius)
        return query[near], numbers[near].astype(np.int64), bits[near].astype(np.int64)

    def _scanned(self, queries: Codes, which: NDArray[np.int64]) -> tuple[NDArray[np.int64], ...]:
        """The chosen queries against every code."""
        found = []
        for query in which:
            bits = _apart(self._codes, queries[query])
            near = np.flatnonzero(bits <= self.radius)
            found.append((np.full(len(near), query), near, bits[near].astype(np.int64)))
        nothing = (np.empty(0, np.int64),) * 3
        return tuple(np.concatenate(each) for each in zip(nothing, *found, strict=True))


def _apart(codes: Codes, other: Codes) -> NDArray[np.uint32]:
    """Hamming distances of rows. Sums of four byte counts in 16-bit lanes: 256 does not fit in one byte."""
    counts = np.bitwise_count(codes ^ other).view(np.uint32).ravel()
    pairs = (counts & 0x00FF00FF) + ((counts >> 8) & 0x00FF00FF)
    total: NDArray[np.uint32] = (pairs & 0xFFFF) + (pairs >> 16)
    return total


def _ranges(start: NDArray[np.integer], count: NDArray[np.integer]) -> NDArray[np.integer]:
    """start[0], start[0] + 1, ... count[0] of them, then those of start[1], ..."""
    ends = np.cumsum(count, dtype=start.dtype)
    total = int(ends[-1]) if len(ends) else 0
    return np.repeat(start - (ends - count.astype(start.dtype)), count) + np.arange(total, dtype=start.dtype)


def _distinct(codes: Codes) -> tuple[Codes, Numbers, Numbers]:
    """Distinct codes, and for each the numbers that have it: members[firsts[i]:firsts[i + 1]]."""
    order = np.lexsort(codes.T).astype(np.uint32)
    ordered = codes[order]
    new = np.ones(len(codes), bool)
    new[1:] = (ordered[1:] != ordered[:-1]).any(1)
    firsts = np.append(np.flatnonzero(new), len(codes)).astype(np.uint32)
    return np.ascontiguousarray(ordered[new]), firsts, order


def _bands(codes: Codes, radius: int) -> Iterator[_Band]:
    """The tables of the number of bands that makes a look-up in this many random codes cheapest."""
    bands = min(range(2, BITS + 1), key=lambda s: _cost(len(codes), radius, s))
    for number in range(bands):
        places = tuple(range(number, BITS, bands))
        flips = _flips(len(places), _reach(radius, bands, number))
        keys = _keys(codes, places)
        starts = np.zeros((1 << len(places)) + 1, np.uint32)
        np.cumsum(np.bincount(keys, minlength=1 << len(places)), out=starts[1:])
        yield _Band(places, flips, starts, np.argsort(keys).astype(np.uint32))


def _reach(radius: int, bands: int, number: int) -> int:
    """How many flips band ``number`` must look up; -1 for none."""
    whole, rest = divmod(radius, bands)
    return whole if number <= rest else whole - 1


def _cost(size: int, radius: int, bands: int) -> float:
    """Table entries and codes touched by one look-up in random codes; no table has over 2^24 keys."""
    widths = [len(range(number, BITS, bands)) for number in range(bands)]
    if max(widths) > MOST_BAND_BITS:
        return float("inf")
    cost = 0.0
    for number, width in enumerate(widths):
        looked_up = sum(comb(width, k) for k in range(_reach(radius, bands, number) + 1))
        cost += looked_up * (1 + 1.5 * size / (1 << width))
    return cost


@lru_cache(maxsize=64)
def _flips(width: int, most: int) -> Numbers:
    """Every key of at most ``most`` set bits, ascending, so that near table entries are read together."""
    sets = (places for k in range(most + 1) for places in combinations(range(width), k))
    return np.array(sorted(sum(1 << place for place in places) for places in sets), np.uint32)


def _keys(codes: Codes, places: tuple[int, ...]) -> Numbers:
    """The bits of a band, as one number for each code."""
    keys = np.zeros(len(codes), np.uint32)
    for place in places:
        bit = (codes[:, place >> 6] >> np.uint64(place & 63)) & np.uint64(1)
        keys = (keys << np.uint32(1)) | bit.astype(np.uint32)
    return keys


def _probes(band: _Band, queries: Codes) -> tuple[Numbers, Numbers]:
    """Where in the table each query has to look: starts and counts, each (queries, flips)."""
    if not len(band.flips):
        return np.zeros((len(queries), 0), np.uint32), np.zeros((len(queries), 0), np.uint32)
    keys = _keys(queries, band.places)[:, None] ^ band.flips
    start = np.take(band.starts, keys, mode="clip")
    return start, np.take(band.starts, keys + np.uint32(1), mode="clip") - start
