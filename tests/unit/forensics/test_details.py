"""Details: how they are written down, who has votes, and what a register without them answers."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from forensics import (
    BruteForceIndex,
    Fingerprint,
    FingerprintFormatError,
    Index,
    Reference,
    examination,
    examine,
    examine_bytes,
    fingerprint,
    index,
)
from forensics.fingerprints.details import RECORDS_BYTES, describe
from forensics.indexes import details as indexed
from forensics.indexes.details import DetailSearch
from forensics.indexes.memory import MemoryIndex
from forensics.indexes.negatives import NegativeBank
from forensics.lanes import Reader, Run
from forensics.placing import candidates
from forensics.placing.candidates import _first_distinct
from forensics.placing.features import SuspectViews, TileViews
from forensics.placing.known import Details, described, details
from watermark.protocol import Reading

Image = NDArray[np.uint8]


@pytest.fixture(scope="module")
def kept(tiles: list[Image]) -> list[bytes]:
    return [describe(TileViews(tile)) for tile in tiles[:8]]


class _Unreadable:
    """A watermarker that never reads anything."""

    def read(
        self, pixels: Image, budget_seconds: float = 1.0, looks: object = None, *, fast: bool = False
    ) -> Reading:
        return Reading(None, 1.0, 0.0)


def _seen(picture: Image) -> SuspectViews:
    return SuspectViews(np.ascontiguousarray(picture))


@pytest.mark.parametrize("most", [0, 20_000])
def test_a_tile_has_most_votes_from_itself(
    tiles: list[Image], kept: list[bytes], monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    monkeypatch.setattr(indexed, "ALL_LOOKED_THROUGH", most)
    search = DetailSearch(kept)
    for number in range(0, len(kept), 3):
        (first, votes), (_, second) = search.rank(_seen(np.tile(tiles[number], (2, 2, 1))), 2)
        assert first == number
        assert votes > 2.0 * second


def test_a_turned_piece_in_a_mirror_and_as_a_negative_is_found(tiles: list[Image], kept: list[bytes]) -> None:
    large = cv2.resize(np.tile(tiles[3], (2, 2, 1)), None, fx=1.7, fy=1.7, interpolation=cv2.INTER_CUBIC)
    middle = cv2.getRotationMatrix2D((435.0, 435.0), 25.0, 1.0)
    piece = np.asarray(cv2.warpAffine(large, middle, (870, 870)), np.uint8)[200:670, 200:670]
    search = DetailSearch(kept)
    for picture in (piece, piece[:, ::-1], 255 - piece, 255 - piece[:, ::-1]):
        assert search.rank(_seen(picture), 1)[0][0] == 3


def test_looking_through_every_list_is_looking_through_everything(
    tiles: list[Image], kept: list[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    suspect = _seen(cv2.resize(np.tile(tiles[2], (2, 2, 1)), None, fx=0.83, fy=0.83))
    monkeypatch.setattr(indexed, "ALL_LOOKED_THROUGH", 0)
    truth = DetailSearch(kept, exhaustive=True).rank(suspect, 8)
    few = DetailSearch(kept).rank(suspect, 1)
    monkeypatch.setattr(indexed, "LISTS_LOOKED_THROUGH", indexed.LISTS)
    every = DetailSearch(kept).rank(suspect, 8)
    assert dict(every) == pytest.approx(dict(truth), rel=0.02)  # of details exactly alike either is taken
    assert 0.9 * truth[0][1] < few[0][1]
    assert few[0][0] == truth[0][0] == 2


@pytest.mark.parametrize("most", [0, 20_000])
def test_of_tiles_exactly_alike_the_first_registered_have_the_votes(
    tiles: list[Image], kept: list[bytes], monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    monkeypatch.setattr(indexed, "ALL_LOOKED_THROUGH", most)
    ranked = DetailSearch([kept[3]] * 8).rank(_seen(np.tile(tiles[3], (2, 2, 1))), 8)
    assert [tile for tile, _ in ranked] == list(range(indexed.NEAREST))
    assert len({votes for _, votes in ranked}) == 1


def test_asking_in_turns_finds_what_asking_at_once_finds(
    tiles: list[Image], kept: list[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    suspect = _seen(np.tile(tiles[2], (2, 2, 1)))
    found = []
    for asked, rows in ((10**9, 10**9), (7, 10**9), (100, 311)):
        monkeypatch.setattr(indexed, "_ASKED_AT_ONCE", asked)
        monkeypatch.setattr(indexed, "_AT_ONCE", rows)
        found.append(DetailSearch([*kept, kept[2]]).rank(suspect, 9))
    assert found[0] == found[1] == found[2]
    assert found[0][0][0] == 2


def test_who_has_no_details_has_no_votes(tiles: list[Image], kept: list[bytes]) -> None:
    flat = _seen(np.full((300, 300, 3), 90, np.uint8))
    search = DetailSearch([b"", kept[1], b""])
    assert [tile for tile, _ in search.rank(_seen(tiles[1]), 9)] == [1]
    assert search.rank(flat, 9) == search.rank(_seen(tiles[1]), 0) == []
    assert DetailSearch([]).rank(flat, 3) == DetailSearch([b""]).rank(_seen(tiles[1]), 3) == []


@pytest.mark.parametrize("damage", [lambda kept: kept[:-1], lambda kept: kept + b"\0" * RECORDS_BYTES])
def test_damaged_details_are_refused(kept: list[bytes], damage: Callable[[bytes], bytes]) -> None:
    with pytest.raises(FingerprintFormatError, match="details"):
        DetailSearch([kept[0], damage(kept[1])])


def test_details_of_older_fingerprints_are_passed_over(tile: Image) -> None:
    print_ = fingerprint(tile)
    assert Fingerprint.from_dict({**print_.to_dict(), "details": "AAAA"}) == print_


def test_what_was_kept_at_registration_is_what_would_be_made_again(tile: Image) -> None:
    kept = described(tile)
    stored = kept.to_bytes()
    reference = Reference("a", 1, fingerprint(tile), lambda: tile, drawn=lambda: tile)
    again = details(replace(reference, asset_id="b", details=lambda: stored))
    made = details(reference)
    assert again.details == made.details == kept.details
    assert np.array_equal(again.edges, made.edges)
    with pytest.raises(FingerprintFormatError, match="describe it again"):
        Details.from_bytes(stored[:-1])


@pytest.mark.parametrize("kind", [BruteForceIndex, MemoryIndex])
def test_a_register_of_before_details_were_kept_is_described_late_but_not_without_end(
    tiles: list[Image],
    monkeypatch: pytest.MonkeyPatch,
    kind: Callable[[Sequence[Reference]], BruteForceIndex | MemoryIndex],
) -> None:
    monkeypatch.setattr(index, "MOST_DESCRIBED_LATE", 2)
    late = [Reference(f"t{i}", i, fingerprint(t), lambda t=t: t) for i, t in enumerate(tiles[:4])]
    register = [*late[:3], replace(late[3], details=lambda: described(tiles[3]).to_bytes())]
    found = [kind(register).alike(_seen(tiles[number]), 9) for number in range(4)]
    assert [each[0][0].asset_id for each in found][:2] == ["t0", "t1"]
    assert found[3][0][0].asset_id == "t3"
    assert all("t2" not in [reference.asset_id for reference, _ in each] for each in found)


def test_what_an_index_builds_once_is_not_charged_to_the_first_picture(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock, deadlines = [0.0], []

    class Slow(BruteForceIndex):
        def prepare(self) -> None:
            clock[0] += 1000.0

    def noted(register: Index, reader: Reader, deadline: float, negatives: NegativeBank | None) -> Run:
        deadlines.append(deadline)
        return Run(register, reader, deadline, negatives)

    monkeypatch.setattr(time, "thread_time", lambda: clock[0])
    monkeypatch.setattr(examination, "Run", noted)
    flat, nobody = np.full((64, 64, 3), 90, np.uint8), Slow([])
    done, data = cv2.imencode(".png", flat)
    assert done
    for first_lane_only in (True, False):
        examine(flat, nobody, _Unreadable(), 5.0, first_lane_only=first_lane_only)
        examine_bytes(
            data.tobytes(), nobody, _Unreadable(), budget_seconds=5.0, first_lane_only=first_lane_only
        )
    assert deadlines == [5.0, 5.0, 1005.0, 2005.0]


@pytest.mark.parametrize("stored", [None, b"", b"cut off"])
def test_details_that_are_lost_or_damaged_are_made_again(tiles: list[Image], stored: bytes | None) -> None:
    lost = Reference("lost", 1, fingerprint(tiles[9]), lambda: tiles[9], details=lambda: stored)
    (found, votes), *_ = BruteForceIndex([lost]).alike(_seen(np.tile(tiles[9], (2, 2, 1))), 1)
    assert (found, votes > 0) == (lost, True)
    assert details(lost).to_bytes() == described(tiles[9]).to_bytes()


def test_a_tile_that_is_like_everything_has_no_votes_for_it(tiles: list[Image], kept: list[bytes]) -> None:
    every = np.frombuffer(kept[3], np.uint8).reshape(-1, 42).copy()
    every[:, 0] = np.arange(len(every)) * 256 // len(every)  # its details, each turned some other way
    suspect = _seen(np.tile(tiles[3], (2, 2, 1)))
    ranked = dict(DetailSearch([kept[3], every.tobytes()]).rank(suspect, 2))
    assert ranked[0] > 5.0 * ranked.get(1, 0.0)


@pytest.mark.parametrize(("most", "described_now"), [(3, ["t0", "t1"]), (2, [])])
def test_no_suspect_pays_for_describing_the_tiles_of_a_large_register(
    tiles: list[Image], monkeypatch: pytest.MonkeyPatch, most: int, described_now: list[str]
) -> None:
    monkeypatch.setattr(candidates, "MOST_DESCRIBED_LATE", most)
    loaded: list[str] = []

    def load(name: str, tile: Image) -> Image:
        loaded.append(name)
        return tile

    old = [
        Reference(f"t{i}", i, fingerprint(tile), partial(load, f"t{i}", tile))
        for i, tile in enumerate(tiles[5:7])
    ]
    whole = described(tiles[7]).to_bytes()
    new = Reference("t2", 2, fingerprint(tiles[7]), partial(load, "t2", tiles[7]), details=lambda: whole)
    suspect = np.ascontiguousarray(np.tile(tiles[7], (2, 2, 1)))
    case = candidates.Case(suspect, BruteForceIndex([*old, new]), fingerprint(suspect))
    assert candidates._laid(case, [*old, new])[0] is new
    assert loaded == described_now


def test_who_is_named_first_is_kept_first_however_often_it_is_named(tile: Image) -> None:
    one, *others = [Reference(name, 1, fingerprint(tile), lambda: tile) for name in "abcde"]
    assert _first_distinct([one, *others, one])[0] is one


def test_where_no_detail_is_like_any_nobody_has_votes(
    tiles: list[Image], kept: list[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(indexed, "_LIKE", 1.1)
    assert DetailSearch(kept).rank(_seen(tiles[1]), 9) == []
