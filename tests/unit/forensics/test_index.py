"""The brute-force index is the truth: it answers what comparing with every reference answers."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from forensics import BruteForceIndex, Reference, fingerprint
from forensics.fingerprints.shape import distances, spectra, unpack

Image = NDArray[np.uint8]


def _references(tiles: list[Image]) -> list[Reference]:
    return [Reference(f"a{i}", 100 + i, fingerprint(t), lambda t=t: t) for i, t in enumerate(tiles)]


def test_nearest_is_every_comparison_sorted(tiles: list[Image]) -> None:
    references = _references(tiles)
    index = BruteForceIndex(references)
    query = fingerprint(np.roll(tiles[3], 40, 0))
    one_by_one = [
        float(distances(unpack(query.shape), spectra(unpack(r.fingerprint.shape)[None]))[0])
        for r in references
    ]
    found = index.nearest(query, len(references))
    assert [r.asset_id for r, _ in found] == [f"a{i}" for i in np.argsort(one_by_one, kind="stable")]
    assert np.allclose([d for _, d in found], sorted(one_by_one), atol=1e-5)
    assert index.nearest(query, 5) == found[:5]


def test_by_mark(tiles: list[Image]) -> None:
    references = _references(tiles)
    index = BruteForceIndex(references)
    assert index.by_mark(104) is references[4]
    assert index.by_mark(7) is None


def test_empty_index_finds_nothing(tile: Image) -> None:
    index = BruteForceIndex([])
    assert len(index) == 0
    assert index.nearest(fingerprint(tile), 3) == []
    assert index.copies(fingerprint(tile)) == []
    assert index.by_mark(1) is None
