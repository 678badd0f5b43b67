"""Seams are measured against lines inside, and shown."""

from __future__ import annotations

import numpy as np
import pytest

from generator import ArchiveGenerator
from generator.errors import BriefError
from generator.seams import joins, proof, seams


@pytest.fixture(scope="module")
def tile() -> np.ndarray:
    maker = ArchiveGenerator()
    recipe = maker.plan("dense floral, small scale", ["#f6ecd6", "#17274f", "#c8553d"], 5, 256)
    return maker.generate(recipe).pixels()


def test_a_tile_of_ours_is_closed_wherever_it_is_cut(tile: np.ndarray) -> None:
    for shift in ((0, 0), (31, 77), (128, 9)):
        assert all(seam.closed for seam in seams(np.roll(tile, shift, axis=(0, 1))))


def test_a_picture_that_does_not_repeat_is_open(tile: np.ndarray) -> None:
    slope = np.linspace(0, 255, 256).astype(np.uint8)
    picture = np.repeat(np.tile(slope, (256, 1))[..., None], 3, axis=2)
    upright, level = seams(picture)
    assert not upright.closed
    assert upright.ratio > 100
    assert (level.closed, level.ratio) == (True, 1.0)


def test_where_tiles_meet_depends_on_the_repeat(tile: np.ndarray) -> None:
    slope = np.repeat(np.tile(np.arange(256, dtype=np.uint8)[:, None] // 2, (1, 256))[..., None], 3, axis=2)
    cup = np.concatenate([slope[::2], slope[::-2]])  # up and down again: seamless in a block
    assert all(join.closed for join in joins(cup, "block"))
    assert not joins(cup, "half-drop")[0].closed
    assert all(join.closed for join in joins(tile, "mirror"))


def test_the_proof_shows_the_seams_in_the_middle(tile: np.ndarray) -> None:
    picture = proof(tile)
    assert picture.shape == (688, 1312, 3)
    assert (picture == (200, 40, 40)).all(axis=2).any()
    opened = proof(np.pad(tile[:, :200], ((0, 0), (0, 56), (0, 0)), constant_values=255))
    assert not np.array_equal(picture, opened)


@pytest.mark.parametrize("shape", [(8, 8, 3), (256, 256)])
def test_what_is_no_tile_is_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(BriefError, match=r"^tile: "):
        seams(np.zeros(shape, np.uint8))
