"""Exact Hamming search answers what comparing everything with everything answers, whatever the codes."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from forensics.indexes import hamming
from forensics.indexes.hamming import HammingIndex, Hits

Bytes = NDArray[np.uint8]
COUNT = 30_000  # over the size from which tables are used


def _random(rng: np.random.Generator) -> Bytes:
    return rng.integers(0, 256, (COUNT, 32), dtype=np.uint8)


def _mostly_equal(rng: np.random.Generator) -> Bytes:
    """Many flat pictures: two thirds of the register have the same three codes."""
    codes = _random(rng)
    codes[COUNT // 3 :] = codes[rng.integers(0, 3, COUNT - COUNT // 3)]
    return codes


def _few_live_bits(rng: np.random.Generator) -> Bytes:
    """Periodic tiles: 160 of the 256 bits hardly ever set, so that many keys have long lists."""
    codes = _random(rng)
    codes[:, 12:] &= rng.integers(0, 256, (COUNT, 20), dtype=np.uint8) < 4
    return codes


def _one_family(rng: np.random.Generator) -> Bytes:
    """Everything within 20 bits of one code, and so within 40 of everything else."""
    codes = np.repeat(rng.integers(0, 256, (1, 32), dtype=np.uint8), COUNT, 0)
    return _flipped(codes, rng, 20)


def _flipped(codes: Bytes, rng: np.random.Generator, most: int) -> Bytes:
    """Each code with 0 to `most` of its bits flipped."""
    order = np.argsort(rng.random((len(codes), 256), np.float32), axis=1)
    chosen = order < rng.integers(0, most + 1, (len(codes), 1))
    return codes ^ np.packbits(chosen, axis=1)


def _every_pair(codes: Bytes, queries: Bytes, radius: int) -> set[tuple[int, int, int]]:
    found = set()
    for number, query in enumerate(queries):
        bits = np.bitwise_count(codes ^ query).sum(1, dtype=np.int64)
        found |= {(number, int(code), int(bits[code])) for code in np.flatnonzero(bits <= radius)}
    return found


def _as_set(hits: Hits) -> set[tuple[int, int, int]]:
    triples = list(zip(hits.query.tolist(), hits.code.tolist(), hits.bits.tolist(), strict=True))
    assert len(triples) == len(set(triples)), "no pair twice"
    return set(triples)


@pytest.mark.parametrize("make", [_random, _mostly_equal, _few_live_bits, _one_family])
@pytest.mark.parametrize("radius", [0, 9, 31])
def test_the_answer_is_brute_force(make: Callable[[np.random.Generator], Bytes], radius: int) -> None:
    rng = np.random.default_rng(radius)
    codes = make(rng)
    near = _flipped(codes[rng.integers(0, COUNT, 40)], rng, 45)
    queries = np.concatenate([near, rng.integers(0, 256, (10, 32), dtype=np.uint8)])
    expected = _every_pair(codes, queries, radius)
    index = HammingIndex(codes, radius)
    assert _as_set(index.search(queries)) == expected
    assert _as_set(index.search(queries, threads=2)) == expected


@pytest.mark.parametrize("radius", [5, 24, 31])
def test_a_code_that_only_one_band_can_find_is_found(radius: int) -> None:
    # The worst case of the pigeonhole: every band but one has one difference more than it looks up.
    rng = np.random.default_rng(1)
    codes = _random(rng)
    index = HammingIndex(codes, radius)
    words = hamming.as_codes(codes[:1])
    reaches = [
        int(np.bitwise_count(band.flips).max(initial=0)) if len(band.flips) else -1 for band in index._bands
    ]
    for finder in range(len(reaches)):
        if reaches[finder] < 0:
            continue
        query = words.copy()
        for number, band in enumerate(index._bands):
            flips = reaches[number] + (number != finder)
            for place in rng.permutation(band.places)[:flips]:
                query[0, place >> 6] ^= np.uint64(1) << np.uint64(place & 63)
        assert _as_set(index.search(query.view(np.uint8))) == {(0, 0, radius)}


def test_hits_are_ordered_by_query_then_bits_then_code() -> None:
    codes = _mostly_equal(np.random.default_rng(3))
    hits = HammingIndex(codes).search(codes[:5])
    rows = list(zip(hits.query.tolist(), hits.bits.tolist(), hits.code.tolist(), strict=True))
    assert rows == sorted(rows)
    assert len(rows) > COUNT // 3


def test_a_batch_too_big_for_memory_is_halved(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(4)
    codes = _few_live_bits(rng)
    queries = _flipped(codes[:70], rng, 20)
    whole = _as_set(HammingIndex(codes).search(queries))
    monkeypatch.setattr(hamming, "_MOST_AT_ONCE", 2_000)
    assert _as_set(HammingIndex(codes).search(queries)) == whole


@pytest.mark.parametrize("count", [0, 1, 100])
def test_small_and_empty(count: int) -> None:
    codes = np.random.default_rng(5).integers(0, 256, (count, 32), dtype=np.uint8)
    index = HammingIndex(codes)
    assert len(index) == count
    assert _as_set(index.search(codes)) == {(i, i, 0) for i in range(count)}
    assert len(index.search(np.empty((0, 32), np.uint8)).query) == 0


def test_opposite_codes_are_256_bits_apart() -> None:
    codes = np.zeros((COUNT, 32), np.uint8)
    assert len(HammingIndex(codes).search(~codes[:1]).query) == 0
    assert len(HammingIndex(codes, 255).search(~codes[:1]).query) == 0


def test_a_radius_out_of_range_is_refused() -> None:
    with pytest.raises(ValueError, match="radius"):
        HammingIndex(np.zeros((1, 32), np.uint8), 256)
