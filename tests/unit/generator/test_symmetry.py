"""Which motions carry a drawing onto itself, and fields that are made to obey them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from told_weights import told_weights

from generator import EmbeddedGenerator, WeightsError
from generator.lexicon.reading import resolve
from generator.motifs.draw import draw_tile
from generator.settling import mirrored
from generator.symmetry import MIRRORS, Lattice, Mirror, Symmetry, lattices, symmetry_of, unmoved

PALETTE = ["#f6ecd6", "#17274f", "#c8553d"]
EDGE = 128


def by_rule(prompt: str, inks: int = 3, span: int = 1, seed: int = 3) -> Symmetry:
    return symmetry_of(draw_tile(resolve(prompt, seed, inks), seed, span * EDGE, span))


@pytest.mark.parametrize("edge", [1, 4, 6, 16])
def test_every_lattice_is_a_group_and_none_is_missing(edge: int) -> None:
    found = lattices(edge)
    groups = {frozenset(zip(*map(tuple, lattice.members()), strict=True)) for lattice in found}
    assert len(groups) == len(found)
    for group in groups:
        assert {((a + c) % edge, (b + d) % edge) for a, b in group for c, d in group} == group
    # The subgroups of a product of two cyclic groups of order n: the sum over divisors (Tóth 2014).
    divisors = [n for n in range(1, edge + 1) if edge % n == 0]
    assert len(found) == sum(np.gcd(a, b) for a in divisors for b in divisors)


@given(st.sampled_from(lattices(8)), st.integers(0, 2**32 - 1))
def test_a_mean_over_a_lattice_repeats_by_it_and_stays_what_it_is(lattice: Lattice, seed: int) -> None:
    field = np.random.default_rng(seed).normal(size=(2, 8, 8)).astype(np.float32)
    meaned = lattice.meaned(field)
    for down, across in zip(*lattice.members(), strict=True):
        assert np.array_equal(np.roll(meaned, (down, across), (1, 2)), meaned)
    assert np.allclose(lattice.meaned(meaned), meaned, atol=1e-6)
    assert np.allclose(meaned.mean(axis=(1, 2)), field.mean(axis=(1, 2)), atol=1e-5)


@pytest.mark.parametrize(
    ("prompt", "across", "lean", "down"),
    [
        ("plain dots, medium, grid, flat, fifties", 8, 0, 8),
        ("buffalo gingham, medium", 8, 4, 4),
        ("horizontal stripe, large, victorian", 1, 0, 16),
        ("scallop, solid, medium, flat, art-deco", 8, 4, 4),
    ],
)
def test_a_drawing_by_rule_repeats_as_its_layout_says(prompt: str, across: int, lean: int, down: int) -> None:
    assert by_rule(prompt, 2).lattice == Lattice(16, across, lean, down)


@pytest.mark.parametrize(
    "prompt", ["tossed floral, large", "leopard animal", "mixed terrazzo", "agate marble"]
)
def test_what_is_strewn_repeats_by_nothing(prompt: str) -> None:
    assert by_rule(prompt) == unmoved(16)


def test_a_star_has_every_mirror_and_a_tartan_none() -> None:
    star = by_rule("star lattice, large, grid, flat, art-deco")
    assert {mirror.kind for mirror in star.mirrors} == set(MIRRORS)
    assert by_rule("tartan plaid, medium", 4).mirrors == ()


def test_one_ink_alone_is_left_as_it_is() -> None:
    assert symmetry_of(np.zeros((16, 16), dtype=np.uint8)) == unmoved(2)


def test_a_mirror_applied_twice_is_nothing() -> None:
    for prompt in ("star lattice, large, grid", "rainbow arches, medium, grid", "medallion damask, small"):
        field = np.arange(EDGE * EDGE).reshape(EDGE, EDGE)
        for mirror in by_rule(prompt).mirrors:
            assert np.array_equal(mirror.applied(mirror.applied(field)), field)


@pytest.mark.parametrize(
    "prompt", ["plain dots, small, grid", "star lattice, small", "stacked chevron, small"]
)
def test_ground_that_repeats_is_drawn_once(prompt: str) -> None:
    whole = by_rule(prompt, span=2)
    folded, times = whole.folded(16)
    assert times == 2
    assert folded.lattice.edge == 16
    assert folded.lattice.count * times**2 == whole.lattice.count
    part = np.random.default_rng(1).normal(size=(1, EDGE, EDGE)).astype(np.float32)
    tiled = np.tile(part, (1, 2, 2))
    assert np.allclose(np.tile(folded.mirrored(part), (1, 2, 2)), whole.mirrored(tiled), atol=1e-6)


def test_ground_is_not_folded_below_what_networks_draw_on() -> None:
    assert by_rule("plain dots, small, grid", 2).folded(16)[1] == 1


@pytest.mark.parametrize("kind", sorted(MIRRORS))
def test_mirrored_screens_are_their_own_image_and_inks_cover_what_they_did(kind: str) -> None:
    inks = draw_tile(resolve("star lattice, large, grid, flat, art-deco", 3, 3), 3, EDGE, 1)
    (mirror,) = (each for each in symmetry_of(inks).mirrors if each.kind == kind)
    askew = np.roll(inks, (2, 3), (0, 1))
    screens = np.stack([2.0 * (askew == ink) - 1.0 for ink in (1, 2)]).astype(np.float32)
    settled = mirrored(screens, Symmetry(Lattice(16, 16, 0, 16), (mirror,)))
    assert np.allclose(mirror.applied(settled), settled, atol=1e-5)
    wanted = areas(screens)
    plain = areas((screens + mirror.applied(screens)) / 2)
    assert np.abs(np.log(areas(settled) / wanted)).sum() <= np.abs(np.log(plain / wanted)).sum() + 1e-9


def areas(screens: np.ndarray) -> np.ndarray:
    """What share of the ground nothing and each ink print."""
    shares = (screens + 1) / 2
    whole = np.concatenate([1 - shares.sum(0, keepdims=True), shares])
    return np.bincount(whole.argmax(0).ravel(), minlength=len(whole)) / whole[0].size


@pytest.mark.parametrize("scale", [1, 2])
@pytest.mark.parametrize(
    ("lattice", "mirrors"),
    [
        (Lattice(16, 16, 0, 16), [("across", 0, 5)]),
        (Lattice(16, 8, 4, 4), []),
        (Lattice(16, 8, 0, 16), [("down", 7, 0), ("across", 0, 64)]),
        (Lattice(16, 16, 0, 16), [("falling", 0, 0), ("down", 0, 0), ("half turn", 3, 9)]),
    ],
)
def test_separations_that_nearly_obey_are_made_to(
    lattice: Lattice, mirrors: list[tuple[str, int, int]], scale: int
) -> None:
    symmetry = Symmetry(lattice, tuple(Mirror(*each) for each in mirrors))
    drawn = np.random.default_rng(2).integers(0, 4, (EDGE * scale, EDGE * scale), np.uint8)
    found = symmetry.copied(drawn)
    for down, across in zip(*lattice.times(8 * scale).members(), strict=True):
        assert np.array_equal(np.roll(found, (down, across), (0, 1)), found)
    for kind, down, across in mirrors:
        assert np.array_equal(Mirror(kind, scale * down, scale * across).applied(found), found)
    assert np.array_equal(symmetry.copied(found), found)  # what obeys stays
    assert found[0, 0] == drawn[0, 0]  # what comes first is what is set


def test_samples_that_lie_between_those_of_the_symmetry_are_left() -> None:
    drawn = np.random.default_rng(2).integers(0, 4, (192, 192), np.uint8)
    assert np.array_equal(by_rule("plain dots, medium, grid").copied(drawn), drawn)


def test_without_mirrors_screens_stay_as_they_are() -> None:
    screens = np.random.default_rng(4).uniform(-1, 1, (2, 16, 16)).astype(np.float32)
    assert mirrored(screens, Symmetry(Lattice(2, 1, 0, 1))) is screens


def test_a_line_beside_its_image_is_not_lost() -> None:
    line = np.full((1, 64, 64), -1.0, dtype=np.float32)
    line[0, 20:23] = 1.0
    symmetry = Symmetry(Lattice(8, 8, 0, 8), (Mirror("down", 46, 0),))  # 20..22 falls on 23..25
    assert (symmetry.mirrored(line) <= 0.0).all()
    assert (mirrored(line, symmetry) > 0.0).any()


@pytest.mark.parametrize("regular", ["often", True, None, []])
def test_another_word_for_whether_is_refused(regular: object, tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match=r"config\.json"):
        EmbeddedGenerator.load(told_weights(tmp_path / "w", regular=regular))


@pytest.mark.parametrize(
    "prompt", ["rose floral, medium, half-drop", "ringed dots, small, grid", "trellis, large"]
)
def test_a_tile_repeats_as_a_drawing_by_rule_does(prompt: str, tmp_path: Path) -> None:
    regular, free = (
        EmbeddedGenerator.load(told_weights(tmp_path / word, regular=word)) for word in ("yes", "no")
    )
    found = []
    for generator in (regular, free):
        recipe = generator.plan(prompt, PALETTE, 3, EDGE)
        inks = generator.generate(recipe).separations
        asked = regular.symmetry(regular.asked(prompt, 3, 3), 3)
        assert asked is not None
        step = inks.shape[0] // asked.lattice.edge
        moved = [
            np.roll(inks, (step * y, step * x), (0, 1)) for y, x in zip(*asked.lattice.members(), strict=True)
        ]
        found.append(min(float((inks == each).mean()) for each in moved))
    assert asked.lattice.count > 1 or asked.mirrors
    assert found[0] > 0.999
    assert found[1] < 0.98 or asked.lattice.count == 1


def test_weights_that_are_told_not_to_and_words_of_the_first_edition_draw_without(tmp_path: Path) -> None:
    free, regular = (
        EmbeddedGenerator.load(told_weights(tmp_path / word, regular=word)) for word in ("no", "yes")
    )
    asked = free.asked("plain dots, grid", 1, 3)
    assert free.symmetry(asked, 1) is None
    assert regular.symmetry(asked, 1) is not None
    assert regular.symmetry(replace(asked, words=None), 1) is None
