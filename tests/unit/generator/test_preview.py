"""Repeats and contact sheets."""

from __future__ import annotations

import numpy as np
import pytest

from generator.errors import BriefError
from generator.preview import REPEATS, contact_sheet, repeat

TILE = np.arange(4 * 4 * 3, dtype=np.uint8).reshape(4, 4, 3)


@pytest.mark.parametrize("kind", REPEATS)
def test_every_repeat_covers_the_cloth_with_whole_tiles(kind: str) -> None:
    cloth = repeat(TILE, kind, columns=2, rows=3)
    assert cloth.shape == (12, 8, 3)
    assert sorted(cloth.ravel()) == sorted(np.tile(TILE.ravel(), 6))


def test_each_repeat_moves_the_neighbour_its_own_way() -> None:
    right = {kind: repeat(TILE, kind, 2, 1)[:, 4:] for kind in REPEATS}
    below = {kind: repeat(TILE, kind, 1, 2)[4:] for kind in REPEATS}
    assert np.array_equal(right["block"], TILE)
    assert np.array_equal(right["half-drop"], np.roll(TILE, 2, axis=0))
    assert np.array_equal(right["mirror"], TILE[:, ::-1])
    assert np.array_equal(below["brick"], np.roll(TILE, 2, axis=1))
    assert np.array_equal(below["mirror"], TILE[::-1])
    assert np.array_equal(right["rotated"], np.rot90(TILE, -1))
    assert np.array_equal(below["rotated"], np.rot90(TILE))
    assert np.array_equal(repeat(TILE, "rotated", 2, 2)[4:, 4:], np.rot90(TILE, 2))


@pytest.mark.parametrize(
    ("kind", "columns", "field"),
    [("spiral", 1, "kind"), ("block", 0, "columns"), ("block", 10**7, "columns")],
)
def test_an_unknown_repeat_is_refused(kind: str, columns: int, field: str) -> None:
    with pytest.raises(BriefError) as caught:
        repeat(TILE, kind, columns, 1)
    assert caught.value.field == field


def test_a_tile_that_is_not_square_is_not_rotated() -> None:
    with pytest.raises(BriefError, match=r"^tile: "):
        repeat(TILE[:2], "rotated")


def test_a_contact_sheet_holds_every_tile() -> None:
    sheet = contact_sheet([TILE, TILE, TILE], columns=2, gap=1)
    assert sheet.shape == (11, 11, 3)
    assert np.array_equal(sheet[6:10, 1:5], TILE)
    assert (sheet[6:10, 6:10] == 255).all()


def test_an_empty_or_mixed_sheet_is_refused() -> None:
    with pytest.raises(BriefError, match=r"^tiles: "):
        contact_sheet([])
    with pytest.raises(BriefError, match=r"^tiles: "):
        contact_sheet([TILE, TILE[:2]])
