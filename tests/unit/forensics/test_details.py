"""Details: how they are written down, who has votes, and what a register without them answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from forensics import Fingerprint, FingerprintFormatError, Reference
from forensics.fingerprints.prints import tile_print
from forensics.indexes.details import RECORD, DetailSearch, describe
from forensics.placing.features import Features, SuspectViews, View, mirrored
from forensics.placing.known import Details, described, details

Image = NDArray[np.uint8]


@pytest.fixture(scope="module")
def edges(tiles: list[Image]) -> list[Features]:
    return [SuspectViews(np.ascontiguousarray(np.tile(t, (2, 2, 1)))).features(View.EDGES) for t in tiles[:6]]


def test_a_tile_has_most_votes_from_itself(edges: list[Features]) -> None:
    search = DetailSearch([describe(each) for each in edges])
    for number, features in enumerate(edges):
        assert search.rank([features], 1)[0][0] == number


def test_a_mirrored_suspect_is_found_in_its_mirrored_view(edges: list[Features]) -> None:
    search = DetailSearch([describe(each) for each in edges])
    seen = mirrored(edges[2], 512)
    views = [seen, mirrored(seen, 512)]
    assert search.rank(views, 6) == search.rank(views[::-1], 6)
    assert search.rank(views, 1)[0][0] == 2
    assert search.rank(views, 1)[0][1] == pytest.approx(search.rank([edges[2]], 1)[0][1])


def test_only_the_largest_features_are_kept(edges: list[Features]) -> None:
    many = max(edges, key=len)
    assert len(many) > 300
    assert len(describe(many)) == 300 * RECORD.itemsize
    largest = many.where(np.argsort(-many.sizes, kind="stable")[:300])
    assert describe(largest) == describe(many)


def test_who_has_no_details_has_no_votes(edges: list[Features]) -> None:
    nothing = edges[0].where(np.zeros(len(edges[0]), bool))
    assert describe(nothing) == b""
    search = DetailSearch([b"", describe(edges[1])])
    assert [tile for tile, _ in search.rank(edges, 9)] == [1]
    assert search.rank([nothing], 9) == search.rank([], 9) == []
    assert DetailSearch([]).rank(edges, 3) == DetailSearch([b""]).rank(edges, 3) == []


def test_details_are_written_and_read_with_the_fingerprint(tile: Image) -> None:
    print_ = tile_print(tile)
    assert len(print_.details) > 100 * RECORD.itemsize
    stored = print_.to_dict()
    assert Fingerprint.from_dict(stored) == print_
    del stored["details"]
    assert Fingerprint.from_dict(stored).details == b""


def _cut(details: bytes) -> bytes:
    return details[:-1]


def _unknown_word(details: bytes) -> bytes:
    return b"\xff\xff" + details[2:]


@pytest.mark.parametrize("damage", [_cut, _unknown_word])
def test_damaged_details_are_refused(edges: list[Features], damage: Callable[[bytes], bytes]) -> None:
    with pytest.raises(FingerprintFormatError, match="details"):
        DetailSearch([damage(describe(edges[0]))])


def test_what_was_kept_at_registration_is_what_would_be_made_again(tile: Image) -> None:
    kept = described(tile)
    stored = kept.to_bytes()
    reference = Reference("a", 1, tile_print(tile), lambda: tile, drawn=lambda: tile)
    again = details(replace(reference, asset_id="b", details=lambda: stored))
    made = details(reference)
    assert again.details == made.details == kept.details
    assert np.array_equal(again.edges, made.edges)
    with pytest.raises(FingerprintFormatError, match="describe it again"):
        Details.from_bytes(stored[:-1])
