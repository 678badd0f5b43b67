"""The benchmark's tiles: seamless, seeded, two halves that share nothing."""

from __future__ import annotations

import numpy as np
import pytest

from bench.repeat_forensics.families import held_out, tuning
from bench.repeat_forensics.tiles import HALVES, draw, families, tiles


def test_the_halves_share_no_family() -> None:
    assert not set(families("tuning")) & set(families("held-out"))
    assert not set(tuning.FAMILIES) & set(held_out.FAMILIES)
    words = [{name.split()[-1] for name in families(half)} for half in HALVES]
    assert not words[0] & words[1], "an archive family in one half, its embedded twin in the other"


@pytest.mark.parametrize("family", [*tuning.FAMILIES, *held_out.FAMILIES])
def test_a_drawn_family_is_seamless_and_seeded(family: str) -> None:
    tile = draw(family, 0, 256).pixels
    assert tile.shape == (256, 256, 3)
    assert tile.dtype == np.uint8
    assert np.array_equal(tile, draw(family, 0, 256).pixels)
    assert not np.array_equal(tile, draw(family, 1, 256).pixels)
    for axis in (0, 1):
        steps = np.abs(np.diff(tile.astype(int), axis=axis)).mean(axis=(1 - axis, 2))
        seam = np.abs(tile.take(0, axis).astype(int) - tile.take(-1, axis)).mean()
        assert seam <= steps.max() + 2.0, f"the {family} jumps at its edge"


def test_tiles_take_turns_through_the_families() -> None:
    names = families("held-out")
    drawn = [family for family in names if " " not in family]
    listed = tiles("held-out", 3, 256)
    assert [tile.family for tile in listed] == list(names[:3])
    assert tiles("held-out", 1, 256, first=2)[0].name == listed[2].name
    assert len(drawn) == len(names) // 2


def test_the_archive_draws_its_families() -> None:
    tile = draw("archive dots", 2, 256)
    assert tile.name == "archive-dots-02"
    assert tile.pixels.std() > 5
