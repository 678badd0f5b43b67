"""Examining suspects with the real watermark: what is proven, what is only likely, what is nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from strewn import strewn

from forensics import (
    BruteForceIndex,
    ManifestHint,
    Reference,
    Report,
    Signal,
    Verdict,
    draw,
    examine,
    examine_bytes,
    fingerprint,
)
from forensics.indexes.memory import MemoryIndex
from watermark import Reading, TorusMark

Image = NDArray[np.uint8]
KEY = b"a key for the forensics tests 01"
IDS = (0x1234_5678_9ABC, 0x0FED_CBA9_8765, 0x0000_0000_0042, 0xABCD_EF01_2345)
BUDGET_SECONDS = 200.0


def _view(tile: Image, size: tuple[int, int], scale: float, degrees: float, *, bulge: float = 0.0) -> Image:
    """The endless repeat seen scaled and turned; ``bulge`` bends it as a cushion does."""
    y, x = np.mgrid[0 : size[1], 0 : size[0]].astype(np.float32)
    u, v = (x - size[0] / 2) / (size[0] / 2), (y - size[1] / 2) / (size[1] / 2)
    swell = 1 - bulge * (1 - u**2) * (1 - v**2)
    dx, dy = (x - size[0] / 2) * swell / scale, (y - size[1] / 2) * swell / scale
    turn = np.deg2rad(degrees)
    side = tile.shape[0]
    across = (np.cos(turn) * dx + np.sin(turn) * dy + 137) % side + 4
    down = (-np.sin(turn) * dx + np.cos(turn) * dy + 61) % side + 4
    soft = cv2.GaussianBlur(
        cv2.copyMakeBorder(tile, 4, 4, 4, 4, cv2.BORDER_WRAP), (0, 0), max(0.3, 0.4 / scale)
    )
    picture = cv2.remap(soft, across.astype(np.float32), down.astype(np.float32), cv2.INTER_CUBIC)
    return np.asarray(picture, np.uint8)


@pytest.fixture(scope="session")
def mark() -> TorusMark:
    return TorusMark(KEY)


@pytest.fixture(scope="session")
def artworks() -> list[Image]:
    return [strewn(seed) for seed in range(4)]


@pytest.fixture(scope="session")
def marked(artworks: list[Image], mark: TorusMark) -> list[Image]:
    return [mark.embed(tile, number) for tile, number in zip(artworks, IDS, strict=True)]


@pytest.fixture(scope="session")
def index(marked: list[Image]) -> BruteForceIndex:
    return BruteForceIndex(
        Reference(f"asset-{i}", IDS[i], fingerprint(tile), lambda tile=tile: tile)
        for i, tile in enumerate(marked)
    )


def _examined(picture: Image, index: BruteForceIndex, mark: object) -> Report:
    return examine(picture, index, mark, BUDGET_SECONDS)  # type: ignore[arg-type]


SUSPECTS: dict[str, Callable[[Image], Image]] = {
    "in repeat, turned": lambda t: _view(t, (900, 760), 0.7, 6),
    "new colourway": lambda t: 255 - _view(t, (820, 760), 0.75, 0)[..., ::-1],
    "mirrored": lambda t: np.ascontiguousarray(_view(t, (820, 760), 0.75, 3)[:, ::-1]),
    "bulging cloth": lambda t: _view(t, (860, 820), 0.6, -8, bulge=0.12),
    "less than one repeat": lambda t: _view(t, (400, 420), 1.0, 0),
}


@pytest.mark.parametrize(("name", "number"), [(name, k % 4) for k, name in enumerate(SUSPECTS)])
def test_marked_tile_is_proven(
    name: str, number: int, marked: list[Image], index: BruteForceIndex, mark: TorusMark
) -> None:
    report = _examined(SUSPECTS[name](marked[number]), index, mark)
    assert report.verdict is Verdict.PROVEN
    assert report.asset_id == f"asset-{number}"
    assert report.p_value <= 1e-9
    assert any(e.signal is Signal.MARK and e.mark_id == IDS[number] for e in report.evidence)


class _HardOfHearing(TorusMark):
    """Reads what is there, and is less sure of it than it could be."""

    def read(self, *given: Any, **named: Any) -> Reading:
        return replace(super().read(*given, **named), p_value=1e-8)


def test_a_mark_too_faint_to_prove_is_asked_for_again_with_the_tile_at_hand(
    marked: list[Image], index: BruteForceIndex
) -> None:
    picture = _view(marked[1], (900, 760), 0.7, 6)
    report = _examined(picture, index, _HardOfHearing(KEY))
    assert (report.verdict, report.asset_id, len(report.found)) == (Verdict.PROVEN, "asset-1", 1)
    assert sorted(e.p_value < 1e-9 for e in report.evidence if e.signal is Signal.MARK) == [False, True]
    alone = examine(picture, index, _HardOfHearing(KEY), BUDGET_SECONDS, first_lane_only=True)
    assert (alone.verdict, alone.asset_id) == (Verdict.LIKELY, "asset-1")


def test_repeat_is_measured(marked: list[Image], index: BruteForceIndex, mark: TorusMark) -> None:
    lattice = _examined(_view(marked[1], (900, 760), 0.7, 6), index, mark).lattice
    assert lattice is not None
    assert lattice.width_px == pytest.approx(0.7 * 512, rel=0.01)
    assert lattice.angle_deg % 90 == pytest.approx(6, abs=0.5)


def test_unmarked_copy_of_the_artwork_is_only_likely(
    artworks: list[Image], index: BruteForceIndex, mark: TorusMark
) -> None:
    report = _examined(_view(artworks[1], (900, 760), 0.7, 6), index, mark)
    assert report.verdict is Verdict.LIKELY
    assert report.asset_id == "asset-1"
    best = report.best()
    assert best is not None
    assert best.signal is Signal.GEOMETRY
    assert best.p_value >= 1e-6
    assert best.inliers is not None
    assert best.inliers >= 12


def test_stranger_is_nothing(index: BruteForceIndex, mark: TorusMark) -> None:
    report = _examined(_view(strewn(77), (900, 760), 0.7, 6), index, mark)
    assert report.verdict is Verdict.NONE
    assert report.p_value == 1.0


def test_mark_of_an_unknown_asset_is_said_to_be_ours_and_never_proven(
    artworks: list[Image], index: BruteForceIndex, mark: TorusMark
) -> None:
    report = _examined(_view(mark.embed(strewn(78), 99), (900, 760), 0.7, 0), index, mark)
    best = report.best()
    assert best is not None
    assert (best.asset_id, best.mark_id) == (None, 99)
    assert best.detail == "marked by this ledger's key, unknown asset"
    assert report.verdict is Verdict.LIKELY


def test_two_assets_of_one_artwork_are_told_apart(artworks: list[Image], mark: TorusMark) -> None:
    twins = [mark.embed(artworks[0], number) for number in (7, 8)]
    index = BruteForceIndex(
        Reference(f"twin-{i}", 7 + i, fingerprint(tile), lambda tile=tile: tile)
        for i, tile in enumerate(twins)
    )
    for number, tile in enumerate(twins):
        report = _examined(_view(tile, (860, 820), 0.6, -8, bulge=0.12), index, mark)
        assert report.asset_id == f"twin-{number}"
        assert [e.mark_id for e in report.evidence if e.signal is Signal.MARK] == [7 + number]


class _Unreadable:
    """A watermarker that never reads anything and cannot be asked for a known mark."""

    def read(
        self, pixels: Image, budget_seconds: float = 1.0, looks: object = None, *, fast: bool = False
    ) -> Reading:
        return Reading(None, 1.0, 0.0)


def test_without_a_mark_the_verdict_stays_likely(marked: list[Image], index: BruteForceIndex) -> None:
    report = _examined(_view(marked[3], (700, 700), 0.7, 20), index, _Unreadable())
    assert (report.verdict, report.asset_id) == (Verdict.LIKELY, "asset-3")


def test_near_copy_has_no_probability(marked: list[Image], index: BruteForceIndex, mark: TorusMark) -> None:
    report = _examined(marked[2], index, mark)
    copies = [e for e in report.evidence if e.signal is Signal.COPY]
    assert [(e.asset_id, e.p_value) for e in copies] == [("asset-2", 1.0)]
    assert (report.verdict, report.asset_id) == (Verdict.PROVEN, "asset-2")


def test_small_flat_and_late_suspects_give_an_empty_report(index: BruteForceIndex, mark: TorusMark) -> None:
    assert _examined(np.full((40, 33, 3), 128, np.uint8), index, mark).verdict is Verdict.NONE
    assert _examined(np.full((300, 300, 3), 128, np.uint8), index, mark).verdict is Verdict.NONE
    late = examine(_view(strewn(79), (600, 600), 0.7, 0), index, mark, budget_seconds=0.0)
    assert late.verdict is Verdict.NONE


def test_empty_register_still_reads_our_mark(marked: list[Image], mark: TorusMark) -> None:
    best = _examined(_view(marked[0], (800, 700), 0.7, 0), BruteForceIndex([]), mark).best()
    assert best is not None
    assert (best.asset_id, best.mark_id) == (None, IDS[0])


@pytest.mark.parametrize("kind", [BruteForceIndex, MemoryIndex])
def test_a_lost_reference_tile_is_reported_and_the_others_are_compared(
    marked: list[Image], kind: Callable[[Sequence[Reference]], BruteForceIndex | MemoryIndex]
) -> None:
    def lost() -> Image:
        raise FileNotFoundError("gone")

    register = [
        Reference("asset-9", 9, fingerprint(marked[0]), lost),
        Reference("asset-1", IDS[1], fingerprint(marked[1]), lambda: marked[1]),
    ]
    report = _examined(_view(marked[1], (600, 600), 0.7, 0), kind(register), _Unreadable())
    assert report.not_comparable == ("asset-9",)
    assert report.asset_id == "asset-1"
    alone = _examined(_view(marked[0], (600, 600), 0.7, 0), kind(register[:1]), _Unreadable())
    assert (alone.verdict, alone.not_comparable) == (Verdict.NONE, ("asset-9",))


def test_drawing_shows_the_fold_lying_as_the_registered_tile(
    marked: list[Image], index: BruteForceIndex, mark: TorusMark
) -> None:
    suspect = np.ascontiguousarray(np.rot90(_view(marked[1], (900, 760), 0.7, 0)))
    best = _examined(suspect, index, mark).best()
    assert best is not None
    picture = draw(suspect, best, marked[1])
    assert picture.dtype == np.uint8
    assert picture.shape[1] == 1120
    registered, folded = picture[24:288, -288:-24].astype(float), picture[330:594, -288:-24].astype(float)
    assert np.corrcoef(folded.ravel(), registered.ravel())[0, 1] > 0.9
    assert draw(suspect, best, None).shape[0] < picture.shape[0]


def test_two_patterns_in_one_picture_are_two_findings(
    marked: list[Image], index: BruteForceIndex, mark: TorusMark
) -> None:
    room = np.full((760, 1180, 3), 214, np.uint8)
    room[60:700, 40:560] = _view(marked[0], (520, 640), 0.6, 4)
    room[60:700, 620:1140] = _view(marked[2], (520, 640), 0.6, -3)
    report = _examined(room, index, mark)
    assert _examined(room, index, mark) == report
    assert [each.asset_id for each in report.found if each.verdict is Verdict.PROVEN] in (
        ["asset-0", "asset-2"],
        ["asset-2", "asset-0"],
    )
    for found in report.found:
        across = np.array(found.region)[:, 0]
        assert (across.max() < 620) == (found.asset_id == "asset-0")
        assert found.repeat is not None
        assert found.repeat.width_px == pytest.approx(0.6 * 512, rel=0.02)
        assert found.repeat.scale == pytest.approx(0.6, rel=0.02)


def test_manifest_of_the_file_is_a_lane_of_its_own(index: BruteForceIndex) -> None:
    hint = ManifestHint("asset-1", IDS[1], bound=True, trusted=True, signer="somebody")
    done, data = cv2.imencode(".png", _view(strewn(80), (300, 300), 0.7, 0))
    assert done
    plain = examine_bytes(data.tobytes(), index, _Unreadable(), first_lane_only=True)
    assert plain.verdict is Verdict.NONE
    report = examine_bytes(data.tobytes(), index, _Unreadable(), lambda _: hint, first_lane_only=True)
    assert (report.verdict, report.asset_id, report.found[0].certain) == (Verdict.LIKELY, "asset-1", True)
    stranger = replace(hint, asset_id="asset-99")
    other = examine_bytes(data.tobytes(), index, _Unreadable(), lambda _: stranger, first_lane_only=True)
    assert other.verdict is Verdict.NONE
    assert [each.signal for each in other.hints] == [Signal.MANIFEST]
    assert [each.lane for each in other.steps] == ["manifest", "copy", "mark"]


def test_turned_copy_without_a_mark_is_likely(artworks: list[Image], index: BruteForceIndex) -> None:
    suspect = np.ascontiguousarray(np.rot90(artworks[3]))
    report = examine(suspect, index, _Unreadable(), first_lane_only=True)
    assert (report.verdict, report.asset_id) == (Verdict.LIKELY, "asset-3")
    assert report.p_value == 1.0
