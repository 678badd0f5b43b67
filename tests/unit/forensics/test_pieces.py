"""Pieces of a tile: found by where their edges lie, at any size, in any orientation and colourway."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from forensics import BruteForceIndex, Reference, fingerprint
from forensics.placing import pieces
from forensics.placing.candidates import Case, retrieve
from forensics.placing.guesses import by_fold
from forensics.placing.known import known
from forensics.placing.pieces import found_as_pieces

Image = NDArray[np.uint8]


@pytest.fixture(scope="module")
def references(tiles: list[Image]) -> list[Reference]:
    return [
        Reference(f"a{n}", 100 + n, fingerprint(tile), tile=tile.copy, drawn=tile.copy)
        for n, tile in enumerate(tiles[:12])
    ]


@pytest.fixture(scope="module")
def register(references: list[Reference]) -> BruteForceIndex:
    return BruteForceIndex(references)


def _case(picture: Image, register: BruteForceIndex) -> Case:
    return Case(np.ascontiguousarray(picture), register, fingerprint(picture))


def _quarter(tile: Image, side: int) -> Image:
    large = np.tile(cv2.resize(tile, (side, side), interpolation=cv2.INTER_AREA), (2, 2, 1))
    return np.asarray(large[side // 3 :, side // 4 :][: side // 2, : side // 2], np.uint8)


@pytest.mark.parametrize("side", [256, 410])
@pytest.mark.parametrize("number", [1, 7])
def test_a_quarter_of_a_period_is_found_in_any_size_mirrored_and_as_a_negative(
    tiles: list[Image], references: list[Reference], register: BruteForceIndex, number: int, side: int
) -> None:
    shown = 255 - _quarter(tiles[number], side)[:, ::-1]
    (reference, fold), *_ = found_as_pieces(_case(shown, register), references)
    assert reference.asset_id == f"a{number}"
    assert np.hypot(*fold.lattice.u) == pytest.approx(side, rel=0.08)
    assert by_fold(fold, known(reference))


def test_what_is_found_is_compared_and_its_fold_is_kept(
    tiles: list[Image], register: BruteForceIndex
) -> None:
    case = _case(_quarter(tiles[3], 256), register)
    assert "a3" in [reference.asset_id for reference in retrieve(case)]
    assert "a3" in case.pieces


def test_a_repeat_is_no_piece(
    tiles: list[Image], references: list[Reference], register: BruteForceIndex
) -> None:
    assert found_as_pieces(_case(np.tile(tiles[3], (2, 3, 1)), register), references) == []


def test_a_stranger_is_no_piece_of_anything(references: list[Reference], register: BruteForceIndex) -> None:
    noise = np.random.default_rng(5).normal(0, 1, (200, 200, 3))
    soft = cv2.GaussianBlur(noise, (0, 0), 9)
    stranger = np.clip(128 + 60 * soft / soft.std(), 0, 255).astype(np.uint8)
    assert found_as_pieces(_case(stranger, register), references) == []
    assert found_as_pieces(_case(stranger, register), []) == []


def test_too_little_is_seen_of_a_tile_that_is_far_larger(
    tiles: list[Image], register: BruteForceIndex
) -> None:
    case = _case(_quarter(tiles[3], 256), register)
    assert pieces._piece(case.piece(4000.0)) is None
