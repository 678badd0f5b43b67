"""The benchmark's attacks: seeded, said in words, and really different from the tile."""

from __future__ import annotations

import numpy as np
import pytest

from bench.repeat_forensics.attacks import ATTACKS, PROMISES, Attack, families, generator_for, named
from bench.repeat_forensics.attacks.cloth import Cloth, lay
from bench.repeat_forensics.attacks.colourway import apart, main_colours
from bench.repeat_forensics.tiles import draw

_DRAWN = draw("hexagons", 0, 256).pixels
TILE = _DRAWN ^ np.random.default_rng(1).integers(0, 4, _DRAWN.shape, np.uint8)  # as a mark would, roughly


def test_there_are_enough_and_no_two_share_a_name() -> None:
    names = [attack.name for attack in ATTACKS]
    assert len(names) == len(set(names)) >= 40
    assert not [name for name in names if "," in name], "the command line separates names by commas"
    assert {"codec", "crop and phase", "repeat types", "geometry", "colourway", "mock-up"} <= set(families())


def test_every_promise_of_the_issue_is_kept_to() -> None:
    assert {attack.promise for attack in ATTACKS} - {None} == set(PROMISES)
    assert [p.target for p in PROMISES] == [0.99, 0.98, 0.90, 0.97, 0.95, 0.95, 0.90, 0.95, 0.70]


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_an_attack_makes_the_same_picture_again(attack: Attack) -> None:
    one = attack.apply(TILE, generator_for(attack, "a"))
    assert one.dtype == np.uint8
    assert one.ndim == 3
    assert one.flags.c_contiguous
    assert np.array_equal(one, attack.apply(TILE, generator_for(attack, "a")))
    assert attack.parameters
    if attack.name != "copy":
        assert one.shape != TILE.shape or not np.array_equal(one, TILE)


def test_another_tile_or_seed_gets_another_phase() -> None:
    crop = named(["crop 1.5"])[0]
    one = crop.apply(TILE, generator_for(crop, "a"))
    assert not np.array_equal(one, crop.apply(TILE, generator_for(crop, "b")))
    assert not np.array_equal(one, crop.apply(TILE, generator_for(crop, "a", seed=1)))


def test_names_choose_attacks_and_families() -> None:
    assert [a.name for a in named(["hue", "blur 2"])] == ["blur 2", "hue"]
    assert all(a.family == "mock-up" for a in named(["mock-up"]))
    with pytest.raises(KeyError, match="no attack or family 'sepia'"):
        named(["sepia"])


@pytest.mark.parametrize(
    ("layout", "u", "v"),
    [("block", (1, 0), (0, 1)), ("half-drop", (2, 0), (0, 1)), ("brick", (1, 0), (0, 2))],
)
def test_a_layout_repeats_by_its_own_vectors(layout: str, u: tuple[int, int], v: tuple[int, int]) -> None:
    rng = np.random.default_rng(3)
    picture = lay(TILE, Cloth((3.2, 3.2), layout=layout), rng).astype(int)  # type: ignore[arg-type]
    for dx, dy in (u, v):
        one = picture[: picture.shape[0] - 256 * dy, : picture.shape[1] - 256 * dx]
        assert np.abs(one - picture[256 * dy :, 256 * dx :]).mean() < 1.0
    if layout == "half-drop":
        shifted = np.abs(picture[128:-128, : -256 - 256] - picture[256:, 256:-256])
        assert shifted.mean() < np.abs(picture[:, :-256] - picture[:, 256:]).mean()


def test_a_flat_ink_is_not_split_in_two() -> None:
    rng = np.random.default_rng(5)
    flat = np.full((64, 64, 3), (200, 40, 60), np.uint8)
    flat[:, 32:] = (20, 60, 200)
    noisy = np.clip(flat + rng.normal(0, 3, flat.shape), 0, 255).astype(np.uint8)
    inks, number = apart(noisy, *main_colours(noisy, 6, rng))
    assert len(inks) == 2
    assert set(number.reshape(64, 64)[:, :30].ravel().tolist()) == {number[0]}
