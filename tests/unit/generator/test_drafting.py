"""Soft screens inked: what was nearly a line, a circle or a copy comes out as one."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from outlines import SQUARE, away, polygon, turns
from told_weights import told_weights

from generator import EmbeddedGenerator
from generator.drafting import drafted
from generator.drafting.alike import made_alike
from generator.drafting.filling import filled, settled
from generator.drafting.fitting import fitted
from generator.drafting.ruling import built
from generator.drafting.tracing import Outline, traced
from generator.errors import WeightsError
from generator.screens import separate

EDGE = 64
Field = NDArray[np.float32]


def noise(seed: int, smooth: int = 5) -> Field:
    """A field (EDGE, EDGE) that repeats, with hills `smooth` samples wide."""
    dice = np.random.default_rng(seed)
    waves = np.fft.fftfreq(EDGE) ** 2
    low = np.exp(-2.0 * (np.pi * smooth / 2) ** 2 * (waves[:, None] + waves))
    found = np.fft.ifft2(np.fft.fft2(dice.standard_normal((EDGE, EDGE))) * low).real
    return np.asarray(found / found.std(), np.float32)


def disc(radius: float, row: float = 31.3, column: float = 30.8, edge: int = EDGE) -> Field:
    """A field that is positive within a radius of a place, across the edges too."""
    down, across = (np.abs((np.arange(edge) - place + edge / 2) % edge - edge / 2) for place in (row, column))
    return np.asarray(radius - np.hypot(down[:, None], across[None]), np.float32)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000), st.floats(-1.5, 1.5), st.sampled_from([2, 5, 9]))
def test_what_is_traced_is_filled_again(seed: int, level: float, smooth: int) -> None:
    field = noise(seed, smooth) - np.float32(level)
    assert np.array_equal(filled(traced(field), field, EDGE), field > 0.0)


def test_an_outline_that_crosses_the_edges_is_one() -> None:
    found = traced(disc(9.0, row=1.0, column=62.0))
    assert len(found) == 1
    assert found[0].turn == 0
    assert found[0].area == pytest.approx(np.pi * 81, rel=0.01)


def test_a_hole_encloses_less_than_nothing() -> None:
    ring = np.minimum(disc(20.0), -disc(9.0))
    areas = sorted(each.area for each in traced(ring))
    assert areas == pytest.approx([-np.pi * 81, np.pi * 400], rel=0.01)


def test_a_stripe_goes_around_the_tile() -> None:
    field = np.tile(np.sin(np.arange(EDGE) * 2 * np.pi / EDGE)[:, None] + 0.1, (1, EDGE)).astype(np.float32)
    found = traced(field)
    assert sorted(each.turn.real for each in found) == [-EDGE, EDGE]
    assert all(each.covers(1e9) for each in found)
    assert np.array_equal(
        filled([fitted(each, 1.0, 0.8, ruled=False) for each in found], field, EDGE), field > 0.0
    )


@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_ground_without_an_outline_is_all_in_or_all_out(sign: float) -> None:
    field = np.full((EDGE, EDGE), sign, np.float32)
    assert traced(field) == []
    assert filled([], field, 8).all() == (sign > 0.0)


def test_an_outline_drawn_anew_may_pass_on_the_other_side_of_any_sample() -> None:
    field = np.full((EDGE, EDGE), 0.5, np.float32)  # all samples lie as deep, so the first is as good as any
    field[1:5, 1:5] = -0.5
    moved = Outline(np.array([-1.0 - 1.0j, 6.0 - 1.0j, 6.0 + 6.0j, -1.0 + 6.0j]), 0j)
    found = filled([moved], field, EDGE)
    inside = np.zeros((EDGE, EDGE), np.bool_)
    inside[:6, :6] = True
    inside[-1, :6] = inside[:6, -1] = inside[-1, -1] = True
    assert np.array_equal(found, ~inside)
    assert np.array_equal(filled([moved], field, EDGE, most=False), ~found)  # as it was once


def test_corners_that_only_touch_follow_what_lies_between_them() -> None:
    field = np.full((8, 8), -1.0, np.float32)
    field[2, 2] = field[3, 3] = 0.5
    assert len(traced(field)) == 2
    field[2, 2] = field[3, 3] = 3.0
    assert len(traced(field)) == 1


@pytest.mark.parametrize("seed", range(6))
def test_edges_that_waver_are_straight_and_corners_sharp(seed: int) -> None:
    rough = polygon(SQUARE, wavers=0.2, seed=seed)
    found = fitted(rough, 1.0, 0.8, ruled=True)
    assert len(found.points) <= 8
    assert away(found, SQUARE) < away(rough, SQUARE)
    for corner in SQUARE:
        assert np.abs(found.points - corner).min() < 0.7


def test_sides_that_nearly_stand_upright_do() -> None:
    found = fitted(polygon([10 + 10j, 40 + 10.6j, 40.4 + 40j, 10 + 40j]), 1.0, 0.8, ruled=True)
    sides = np.diff(found.closed)
    assert (np.minimum(np.abs(sides.real), np.abs(sides.imag)) < 1e-6).all()
    leaning = [10 + 10j, 40 + 14j, 36 + 44j, 6 + 40j]
    assert away(fitted(polygon(leaning), 1.0, 0.8, ruled=True), leaning) < 0.1


def test_only_what_is_built_is_ruled() -> None:
    nearly = [10 + 10j, 40 + 10.6j, 40.4 + 40j, 10 + 40j]
    assert built([polygon(nearly)], 1.0)
    pebble = fitted(polygon(nearly), 1.0, 0.8, ruled=False)
    assert away(pebble, nearly) < 0.1
    turned = np.exp(0.35j)
    assert not built([Outline(polygon(nearly).points * turned, 0j)], 1.0)
    angles = np.linspace(0.0, 2.0 * np.pi, 200, endpoint=False)
    assert not built([Outline(20.0 * np.exp(1j * angles), 0j)], 1.0)
    assert not built([], 1.0)


def test_a_corner_that_was_worn_off_is_sharp_again() -> None:
    worn = [12 + 10j, 38 + 10j, 40 + 12j, 40 + 38j, 38 + 40j, 12 + 40j, 10 + 38j, 10 + 12j]
    found = fitted(polygon(worn), 1.0, 0.8, ruled=True)
    for corner in SQUARE:
        assert np.abs(found.points - corner).min() < 0.2


def test_a_shape_whose_corners_are_cut_keeps_them_so() -> None:
    octagon = [18 + 10j, 32 + 10j, 40 + 18j, 40 + 32j, 32 + 40j, 18 + 40j, 10 + 32j, 10 + 18j]
    found = fitted(polygon(octagon), 1.0, 0.8, ruled=True)
    assert away(found, octagon) < 0.2


@pytest.mark.parametrize(("step", "worn"), [(15.0, 2.0), (15.0, 3.0), (9.0, 2.5)])
def test_by_the_square_little_need_be_left_of_a_corner(step: float, worn: float) -> None:
    first = 10.0 + 10.0j
    stair = [first + step * way for way in (0, 2, 2 + 1j, 1 + 1j, 1 + 2j, 2j)]
    before, after = np.roll(stair, 1), np.roll(stair, -1)
    cut = [
        point + worn * (other - point) / abs(other - point)
        for corner in zip(stair, before, after, strict=True)
        for point, other in ((corner[0], corner[1]), (corner[0], corner[2]))
    ]
    found = fitted(polygon(cut), 1.0, 0.8, ruled=True, square=True)
    assert len(found.points) == len(stair)
    for corner in stair:
        assert np.abs(found.points - corner).min() < 0.2


def test_by_the_square_a_point_is_sharp() -> None:
    arrow = [10 + 10j, 40 + 10j, 25 + 25j]
    worn = [13 + 10j, 37 + 10j, 38 + 12j, 26.5 + 23.5j, 23.5 + 23.5j, 12 + 12j]
    found = fitted(polygon(worn), 1.0, 0.8, ruled=True, square=True)
    for corner in arrow:
        assert np.abs(found.points - corner).min() < 0.5
    assert np.abs(fitted(polygon(worn), 1.0, 0.8, ruled=True).points - arrow[0]).min() > 1.0


@pytest.mark.parametrize("radius", [8.0, 11.0, 15.0, 24.0])
def test_by_the_square_an_arch_is_round(radius: float) -> None:
    legs = [40.0 + radius + 70.0j, 40.0 - radius + 70.0j]
    top = [40.0 + 40.0j + radius * np.exp(1j * np.pi * (1.0 + share)) for share in np.linspace(0.0, 1.0, 60)]
    *others, last, most = sorted(turns(fitted(polygon([*legs, *top]), 1.0, 0.8, ruled=True, square=True)))
    assert (last, most) == pytest.approx((np.pi / 2.0, np.pi / 2.0), abs=0.02)
    assert others[-1] < np.radians(25)


@pytest.mark.parametrize("square", [False, True])
def test_a_pebble_has_no_corners_by_any_rule(square: bool) -> None:
    angles = np.linspace(0.0, 2.0 * np.pi, 400, endpoint=False)
    pebble = Outline(40 + 40j + (25 + 2 * np.cos(3 * angles)) * np.exp(1j * angles), 0j)
    assert turns(fitted(pebble, 1.0, 0.8, ruled=True, square=square)).max() < np.radians(25)


def test_what_is_all_but_a_circle_is_one() -> None:
    angles = np.linspace(0.0, 2.0 * np.pi, 200, endpoint=False)
    rough = Outline(30 + 30j + (12.0 + 0.3 * np.sin(9 * angles)) * np.exp(1j * angles), 0j)
    radii = np.abs(fitted(rough, 1.0, 0.8, ruled=True).points - (30 + 30j))
    assert np.ptp(radii) < 0.02
    assert radii.mean() == pytest.approx(12.0, rel=0.01)


def test_an_oval_stays_an_oval() -> None:
    angles = np.linspace(0.0, 2.0 * np.pi, 400, endpoint=False)
    found = fitted(Outline(30 + 30j + 18.0 * np.cos(angles) + 9j * np.sin(angles), 0j), 1.0, 0.8, ruled=True)
    assert np.ptp(found.points.real) == pytest.approx(36.0, abs=1.0)
    assert np.ptp(found.points.imag) == pytest.approx(18.0, abs=1.0)
    steps = np.diff(found.closed)
    steps = steps[np.abs(steps) > 1e-9]
    assert np.abs(np.angle(steps[1:] * np.conj(steps[:-1]))).max() < np.radians(20)


def test_an_outline_around_little_keeps_its_form() -> None:
    thin = [10 + 10j, 40 + 10j, 40 + 12j, 10 + 12j]
    found = fitted(polygon(thin), 1.0, 0.8, ruled=True)
    assert found.area == pytest.approx(60.0, rel=0.1)


@pytest.mark.parametrize("turned", [1, 1j, -1, -1j])
@pytest.mark.parametrize("mirrored", [False, True])
def test_copies_turned_or_mirrored_become_the_same_shape(turned: complex, mirrored: bool) -> None:
    corners = np.array([0, 20, 20 + 8j, 8 + 8j, 8 + 14j, 14j]) - (9 + 6j)
    copies = [polygon((each + 40 + 40j).tolist(), 0.3, seed) for seed, each in enumerate([corners] * 3)]
    other = np.conj(corners)[::-1] if mirrored else corners
    copies.append(polygon((turned * other + 100 + 50j).tolist(), 0.3, 9))
    first, *_, last = made_alike(copies, 1.0)
    own = (np.conj(first.points)[::-1] if mirrored else first.points) * turned
    own, found = own - own.mean(), last.points - last.points.mean()
    apart = np.abs(own[:, None] - found[None])
    assert max(apart.min(axis=0).max(), apart.min(axis=1).max()) < 1e-6
    assert np.abs(last.points.mean() - copies[-1].points.mean()) < 0.2
    assert away(first, (corners + 40 + 40j).tolist()) < away(copies[0], (corners + 40 + 40j).tolist())


def test_a_shape_becomes_as_symmetric_as_it_nearly_is() -> None:
    cross = [4, 8, 8 + 4j, 12 + 4j, 12 + 8j, 8 + 8j, 8 + 12j, 4 + 12j, 4 + 8j, 8j, 4j, 4 + 4j]
    (found,) = made_alike([polygon(cross, 0.15, 3)], 1.0)
    centred = found.points - found.points.mean()
    apart = np.abs(centred[:, None] - 1j * centred[None]).min(axis=1)
    assert apart.max() < 0.05


def test_other_shapes_and_holes_stay_what_they_are() -> None:
    square, bar = polygon(SQUARE), polygon([0j, 30, 30 + 6j, 6j])
    hole = Outline(polygon([15 + 15j, 25 + 15j, 25 + 35j, 15 + 35j]).points[::-1], 0j)
    stripe = Outline(np.arange(64) + 0j, 64 + 0j)
    found = made_alike([square, bar, hole, stripe], 1.0)
    assert [each.area for each in found] == pytest.approx(
        [square.area, bar.area, hole.area, stripe.area], rel=0.05
    )
    assert found[2].area < 0.0
    assert found[3] is stripe


def test_doubtful_samples_go_to_the_nearest_that_one_mask_holds() -> None:
    left, right = np.zeros((2, 6, 12), np.bool_)
    left[:, 1:4] = True
    right[:, 6:12] = True
    left[:, 11] = True  # both claim the last column; nobody the first, the fifth and the sixth
    assert settled([left, right])[0].tolist() == [0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1]


def test_masks_that_agree_nowhere_are_left_to_the_last() -> None:
    both = np.ones((4, 4), np.bool_)
    assert (settled([both, both]) == 1).all()


def screens(seed: int, inks: int = 3) -> Field:
    return np.stack([np.tanh(3.0 * noise(seed + k, 9)) for k in range(inks - 1)])


def test_inking_keeps_what_was_drawn() -> None:
    """Nearly all samples are as they were, and what moved lies at an outline."""
    soft = screens(4)
    found, plain = drafted(soft, 4 * EDGE, 3), separate(soft, 4 * EDGE, 3)
    assert found.shape == plain.shape
    assert found.dtype == np.uint8
    assert (found == plain).mean() > 0.95
    assert set(np.unique(found)) == {0, 1, 2}


@pytest.mark.parametrize("moved", [(16, 0), (0, 40), (7, 23)])
def test_inking_does_not_know_where_the_tile_ends(moved: tuple[int, int]) -> None:
    soft = screens(8)
    rolled = drafted(np.roll(soft, moved, (1, 2)), 2 * EDGE, 3)
    found = np.roll(drafted(soft, 2 * EDGE, 3), (2 * moved[0], 2 * moved[1]), (0, 1))
    assert (rolled == found).mean() > 0.99


def test_ground_that_repeats_is_inked_alike() -> None:
    soft = np.tile(screens(2), (1, 2, 2))
    found = drafted(soft, 256, 3)
    assert np.array_equal(found, np.tile(found[:128, :128], (2, 2)))


def test_crumbs_go() -> None:
    soft = np.stack([np.maximum(disc(12.0), disc(0.5, 5.0, 5.0))]).clip(-1.0, 1.0)
    found = drafted(soft, 4 * EDGE, 2)
    assert found[120, 120] == 1
    assert not found[:60, :60].any()


def test_with_a_ruler_specks_go_too() -> None:
    soft = np.stack([np.maximum(disc(12.0), disc(1.0, 5.0, 5.0))]).clip(-1.0, 1.0)
    assert drafted(soft, 4 * EDGE, 2)[:60, :60].any()
    assert not drafted(soft, 4 * EDGE, 2, ruler=True)[:60, :60].any()


def test_an_ink_that_prints_nothing_is_left_out() -> None:
    soft = np.stack([disc(12.0).clip(-1.0, 1.0), np.full((EDGE, EDGE), -1.0, np.float32)])
    assert set(np.unique(drafted(soft, EDGE, 3))) == {0, 1}


def test_weights_say_by_which_edition_they_ink(tmp_path: Path) -> None:
    words = ("no", "yes", "by the square", "by square and spline")
    plain, *editions = (EmbeddedGenerator.load(told_weights(tmp_path / word, drafted=word)) for word in words)
    soft = screens(1)
    assert np.array_equal(plain.separate(soft, 128, 3), separate(soft, 128, 3))
    found = [each.separate(soft, 128, 3) for each in editions]
    for edition, drawn in enumerate(found, 1):
        assert np.array_equal(drawn, drafted(soft, 128, 3, edition=edition))
    assert not np.array_equal(found[1], found[2])
    gingham = "a large gingham", ["#ffffff", "#101010"], 5, 128
    drawn, other = (each.generate(each.plan(*gingham)).separations for each in (plain, editions[0]))
    assert not np.array_equal(drawn, other)


def test_words_say_what_is_made_with_a_ruler(tmp_path: Path) -> None:
    generator = EmbeddedGenerator.load(told_weights(tmp_path / "w", drafted="by square and spline"))
    soft = np.stack([disc(20.0, edge=EDGE) + 3.0 * noise(3, 9)]).clip(-1.0, 1.0)
    chevron, floral = (generator.asked(prompt, 1, 2).words for prompt in ("chevron", "floral"))
    ruled = generator.separate(soft, 256, 2, words=chevron)
    assert np.array_equal(ruled, drafted(soft, 256, 2, ruler=True))
    free = generator.separate(soft, 256, 2, words=floral)
    assert np.array_equal(free, drafted(soft, 256, 2))
    assert not np.array_equal(ruled, free)
    zebra = generator.separate(soft, 256, 2, words=generator.asked("zebra animal", 1, 2).words)
    assert np.array_equal(zebra, drafted(soft, 256, 2, smooth=True))


@pytest.mark.parametrize("word", ["often", True, None, []])
def test_another_word_for_whether_is_refused(word: object, tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match=r"config\.json"):
        EmbeddedGenerator.load(told_weights(tmp_path / "w", drafted=word))
