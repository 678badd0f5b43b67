"""What every index of a register must answer: brute force is the truth. Run by the tests of each of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from forensics import BruteForceIndex, Index, Reference, fingerprint
from forensics.fingerprints.prints import Fingerprint, shape_print
from forensics.indexes import details
from forensics.placing.features import SuspectViews
from forensics.placing.known import described

Image = NDArray[np.uint8]
SIDE = 192
LATE = 3  # the tile that nobody described when it was registered
Make = Callable[[Sequence[Reference]], Index]


def artworks() -> list[Image]:
    """28 seamless tiles of 192 px: 20 strewn with blobs, then four of stripes and four of dots."""
    return (
        [_strewn(seed) for seed in range(20)]
        + [_stripes(3 + n) for n in range(4)]
        + [_dots(3 + n) for n in range(4)]
    )


def references(tiles: Sequence[Image]) -> list[Reference]:
    """Tile i is asset ``a<i>`` with mark 100 + i and two licensed copies; each sixth is an old record."""
    names = tuple(tile.tobytes() for tile in tiles)
    prints, kept = _prints(names), _described(names)
    old = [Fingerprint(p.phash, p.shape) if i % 6 == 5 else p for i, p in enumerate(prints)]
    return [
        Reference(
            f"a{i}",
            100 + i,
            print_,
            lambda t=tile: t,
            copies=(1000 + 2 * i, 1001 + 2 * i),
            details=None if i == LATE else lambda d=own: d,
        )
        for i, (tile, print_, own) in enumerate(zip(tiles, old, kept, strict=True))
    ]


class IndexContract:
    """Subclass with a fixture ``make`` and, once a session, ``tiles`` (see ``artworks``)."""

    def test_nearest_shapes_are_those_of_brute_force(self, make: Make, tiles: list[Image]) -> None:
        held = references(tiles)
        index, truth = make(held), BruteForceIndex(held)
        for picture in (np.roll(tiles[3], 40, 0), np.rot90(tiles[11])[:, ::-1], tiles[21], tiles[26] // 2):
            asked = shape_print(np.ascontiguousarray(picture))
            _same_distances(index, truth, asked, len(held))
            _same_distances(index, truth, asked, 4)

    def test_fewer_or_none_are_given_when_asked(self, make: Make, tiles: list[Image]) -> None:
        index = make(references(tiles))
        asked = fingerprint(tiles[0])
        assert index.nearest(asked, 0) == []
        assert len(index.nearest(asked, 99)) == len(index) == len(tiles)

    def test_copies_are_those_of_brute_force(self, make: Make, tiles: list[Image]) -> None:
        held = references(tiles)
        index, truth = make(held), BruteForceIndex(held)
        for number in (2, 5, 8, 20, 24):
            for picture in _copies_of(tiles[number]):
                asked = fingerprint(np.ascontiguousarray(picture))
                assert _listed(index, asked) == _listed(truth, asked)

    def test_a_copy_is_found_in_every_orientation(self, make: Make, tiles: list[Image]) -> None:
        held = references(tiles)
        index = make(held)
        assert held[8].fingerprint.pdq, "this tile has a hash"
        for picture in _orientations(tiles[8]):
            assert index.copies(fingerprint(picture))[0].reference.asset_id == "a8"

    def test_a_tile_of_an_old_record_is_found(self, make: Make, tiles: list[Image]) -> None:
        index = make(references(tiles))
        asked = fingerprint(cv2.GaussianBlur(tiles[5], (0, 0), 0.8))
        found = [near for near in index.copies(asked) if near.reference.asset_id == "a5"]
        assert [near.phash for near in found] == [True]
        assert index.nearest(asked, 1)[0][0].asset_id == "a5"

    def test_pieces_are_alike_the_tiles_they_are_of(self, make: Make, tiles: list[Image]) -> None:
        held = references(tiles)
        index, truth = make(held), BruteForceIndex(held)
        for number in (2, 3, 8, 15):
            piece = cv2.resize(255 - tiles[number][30:140, 20:150], (390, 330), interpolation=cv2.INTER_CUBIC)
            suspect = SuspectViews(np.asarray(piece, np.uint8))
            found = index.alike(suspect, 4)
            assert _votes(found) == _votes(truth.alike(suspect, 4))
            assert found[0][0].asset_id == f"a{number}"
            assert [votes for _, votes in found] == sorted((votes for _, votes in found), reverse=True)
        assert index.alike(suspect, 0) == []

    def test_once_prepared_nothing_is_read_to_be_asked(self, make: Make, tiles: list[Image]) -> None:
        read: list[str] = []
        held = [_noting(each, read) for each in references(tiles)]
        index, described = make(held), [each.asset_id for each in held if each.details is not None]
        for _ in range(2):
            index.prepare()
            assert sorted(read) == sorted(described)
        suspect = SuspectViews(np.ascontiguousarray(np.tile(tiles[8], (2, 2, 1))))
        assert index.alike(suspect, 1)[0][0].asset_id == "a8"
        assert len(read) == len(described)

    def test_looking_through_lists_finds_who_brute_force_finds(
        self, make: Make, tiles: list[Image], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        held = references(tiles)
        monkeypatch.setattr(details, "ALL_LOOKED_THROUGH", 0)
        index, truth = make(held), BruteForceIndex(held)
        for number in (8, 15):
            suspect = SuspectViews(np.ascontiguousarray(np.tile(tiles[number], (2, 2, 1))))
            (found, votes), (expected, all_votes) = index.alike(suspect, 1)[0], truth.alike(suspect, 1)[0]
            assert found.asset_id == expected.asset_id == f"a{number}"
            assert votes > 0.9 * all_votes

    def test_marks_of_tiles_and_of_their_copies(self, make: Make, tiles: list[Image]) -> None:
        index = make(references(tiles))
        for mark in (104, 1008, 1009):
            found = index.by_mark(mark)
            assert found is not None
            assert found.asset_id == "a4"
            assert found.copies == (1008, 1009)
        assert index.by_mark(7) is None

    def test_assets_by_name(self, make: Make, tiles: list[Image]) -> None:
        index = make(references(tiles))
        found = index.by_asset("a6")
        assert found is not None
        assert found.mark_id == 106
        assert np.array_equal(found.tile(), tiles[6])
        assert index.by_asset("nobody") is None

    def test_an_empty_register_finds_nothing(self, make: Make, tiles: list[Image]) -> None:
        index, asked = make([]), fingerprint(tiles[0])
        index.prepare()
        assert len(index) == 0
        assert index.nearest(asked, 3) == []
        assert index.copies(asked) == []
        assert index.alike(SuspectViews(tiles[0]), 3) == []
        assert index.by_mark(1) is None

    def test_a_flat_picture_is_a_copy_of_nothing(self, make: Make, tiles: list[Image]) -> None:
        index = make([held for held in references(tiles) if held.fingerprint.pdq])
        flat = fingerprint(np.full((64, 64, 3), 90, np.uint8))
        assert flat.pdq == ()
        assert index.copies(flat) == []
        assert index.nearest(flat, 1)[0][1] == 1.0


@cache
def _prints(tiles: tuple[bytes, ...]) -> list[Fingerprint]:
    return [fingerprint(np.frombuffer(each, np.uint8).reshape(SIDE, SIDE, 3)) for each in tiles]


@cache
def _described(tiles: tuple[bytes, ...]) -> list[bytes]:
    return [described(np.frombuffer(each, np.uint8).reshape(SIDE, SIDE, 3)).to_bytes() for each in tiles]


def _noting(held: Reference, read: list[str]) -> Reference:
    """The same, and a note of whose details were read."""
    kept = held.details
    if kept is None:
        return held

    def noted() -> bytes | None:
        read.append(held.asset_id)
        return kept()

    return replace(held, details=noted)


def _same_distances(index: Index, truth: Index, asked: Fingerprint, k: int) -> None:
    """The same tiles in the same order; tiles equally far may change places."""
    found, expected = index.nearest(asked, k), truth.nearest(asked, k)
    assert np.allclose([d for _, d in found], [d for _, d in expected], atol=1e-5)
    far = {r.asset_id: d for r, d in truth.nearest(asked, len(truth))}
    assert all(abs(far[r.asset_id] - d) < 1e-5 for r, d in found)
    assert len({r.asset_id for r, _ in found}) == len(expected)


def _votes(found: list[tuple[Reference, float]]) -> list[tuple[str, float]]:
    return [(reference.asset_id, votes) for reference, votes in found]


def _listed(index: Index, asked: Fingerprint) -> list[tuple[bool, int, str]]:
    return sorted((near.phash, near.bits, near.reference.asset_id) for near in index.copies(asked))


def _copies_of(tile: Image) -> list[Image]:
    small = cv2.resize(tile, (150, 150), interpolation=cv2.INTER_AREA)
    coded = cv2.imdecode(cv2.imencode(".jpg", tile, [cv2.IMWRITE_JPEG_QUALITY, 30])[1], cv2.IMREAD_COLOR)
    return [tile, small, np.asarray(coded, np.uint8), np.rot90(tile), np.roll(tile, 60, 1)]


def _orientations(tile: Image) -> list[Image]:
    return [np.ascontiguousarray(np.rot90(t, k)) for t in (tile, tile[:, ::-1]) for k in range(4)]


def _strewn(seed: int, side: int = SIDE) -> Image:
    rng = np.random.default_rng(seed)
    inks = rng.uniform(30, 235, (4, 3))
    y, x = np.mgrid[0:side, 0:side] / side
    tile = np.broadcast_to(inks[0], (side, side, 3)).copy()
    for k in range(int(rng.integers(6, 20))):
        across, down = (x - rng.random() + 0.5) % 1 - 0.5, (y - rng.random() + 0.5) % 1 - 0.5
        petals, turn, radius = rng.integers(2, 7), rng.uniform(0, 6.3), rng.uniform(0.04, 0.12)
        edge = radius * (1 + 0.35 * np.cos(petals * np.arctan2(down, across) + turn))
        cover = np.clip((edge - np.hypot(across, down)) * side + 0.5, 0, 1)[..., None]
        tile = tile * (1 - cover) + inks[1 + k % 3] * cover
    return np.round(tile).astype(np.uint8)


def _stripes(count: int, side: int = SIDE) -> Image:
    wave = np.sin(2 * np.pi * count * np.arange(side) / side) > 0
    return np.where(wave[None, :, None], 220, 60).repeat(side, 0).repeat(3, 2).astype(np.uint8)


def _dots(count: int, side: int = SIDE) -> Image:
    y, x = np.mgrid[0:side, 0:side] * count / side % 1 - 0.5
    return np.where((np.hypot(x, y) < 0.25)[..., None], 200, 80).repeat(3, 2).astype(np.uint8)
