"""What words ask to be made with a ruler: straight sides in few directions, and sharp corners."""

from __future__ import annotations

import numpy as np
import pytest
from outlines import SQUARE, away, polygon

from generator.drafting.fitting import straightened
from generator.drafting.ruling import directions
from generator.drafting.tracing import Outline, Points
from generator.lexicon.reading import resolve
from generator.lexicon.tables import SMOOTH, STRAIGHT, STYLES

SLOPE = np.exp(0.6j)
BLOCK = [0j, 30, 30 + 12j, 12j]


def ruled(outline: Outline, ways: Points) -> Outline:
    return straightened(outline, 1.0, 0.8, ways)


def turned(corners: list[complex], way: complex, at: complex = 0j) -> list[complex]:
    return [each * way + at for each in corners]


def test_the_directions_of_a_drawing_are_found_whichever_they_are() -> None:
    drawing = [polygon(turned(BLOCK, SLOPE, 50.0 * k), wavers=0.15, seed=k) for k in range(4)]
    found = np.sort(np.mod(np.angle(directions(drawing, 1.0)), np.pi))
    assert found == pytest.approx([0.6, 0.6 + np.pi / 2.0], abs=0.02)
    nearly = [polygon(turned(BLOCK, np.exp(0.03j)), wavers=0.1)]
    assert np.sort(np.mod(np.angle(directions(nearly, 1.0)) + 1e-9, np.pi)) == pytest.approx(
        [0.0, np.pi / 2], abs=1e-6
    )


def test_what_runs_in_all_directions_has_none() -> None:
    angles = np.linspace(0.0, 2.0 * np.pi, 400, endpoint=False)
    assert len(directions([Outline(20.0 * np.exp(1j * angles), 0j)], 1.0)) == 0
    assert len(directions([], 1.0)) == 0


@pytest.mark.parametrize("way", [1.0, SLOPE, 1j * SLOPE])
@pytest.mark.parametrize("seed", range(3))
def test_worn_blocks_have_four_corners(way: complex, seed: int) -> None:
    worn = [3.0, 27, 30 + 3j, 30 + 9j, 27 + 12j, 3 + 12j, 9j, 3j]
    rough = polygon(turned(worn, way), wavers=0.25, seed=seed)
    found = ruled(rough, np.array([way, 1j * way]))
    assert len(found.points) == 4
    for corner in turned(BLOCK, way):
        assert np.abs(found.points - corner).min() < 0.8


def test_a_round_end_of_a_bar_is_cut_square() -> None:
    half = np.pi * np.linspace(-0.5, 0.5, 12)
    bar = polygon([*(30.0 + 2.0 * np.exp(1j * half)), *(-2.0 * np.exp(1j * half))])
    found = ruled(bar, np.array([1.0 + 0j, 1j]))
    assert away(found, [-2 - 2j, 32 - 2j, 32 + 2j, -2 + 2j]) < 0.2
    assert len(found.points) == 4


def test_a_slanted_end_stays_slanted() -> None:
    thread = [0j, 24 * SLOPE, 24 * SLOPE + 4j, 4j]  # a thread of a tweed, cut upright
    found = ruled(polygon(thread), np.array([SLOPE, np.conj(SLOPE)]))
    assert len(found.points) == 4
    assert away(found, thread) < 0.2


def test_a_stair_keeps_its_steps() -> None:
    stair = [10.0 * each for each in (0j, 3, 3 + 1j, 2 + 1j, 2 + 2j, 1 + 2j, 1 + 3j, 3j)]
    found = ruled(polygon(stair, wavers=0.15), np.array([1.0 + 0j, 1j]))
    assert len(found.points) == len(stair)
    for corner in stair:
        assert np.abs(found.points - corner).min() < 0.5


def test_a_worn_corner_is_sharp_where_a_side_could_run_so_and_a_cut_one_is_kept() -> None:
    ways = np.array([1.0, 1j, np.exp(0.25j * np.pi), np.exp(-0.25j * np.pi)])
    worn = [3.0, 27, 30 + 3j, 30 + 21j, 27 + 24j, 3 + 24j, 21j, 3j]
    assert len(ruled(polygon(worn), ways).points) == 4
    octagon = [10.0, 24, 34 + 10j, 34 + 24j, 24 + 34j, 10 + 34j, 24j, 10j]
    found = ruled(polygon(octagon), ways)
    assert len(found.points) == 8
    assert away(found, octagon) < 0.2


@pytest.mark.parametrize("begun", [0, 17, 40])
def test_a_zigzag_around_the_tile_is_straight_and_sharp(begun: int) -> None:
    across = np.arange(0.0, 128.0, 0.5)
    teeth = 12.0 * np.abs((across / 16.0) % 2.0 - 1.0)
    worn = np.clip(teeth, 1.2, 10.8) + 0.3 * np.sin(across)
    points = np.roll(across + 1j * worn, -begun)
    points[len(points) - begun :] += 128.0 if begun else 0.0
    slope = (16.0 + 12.0j) / 20.0
    found = ruled(Outline(points, 128.0 + 0j), np.array([slope, np.conj(slope)]))
    assert len(found.points) == 8
    assert found.turn == 128.0
    assert np.sort(found.points.imag) == pytest.approx([0.0] * 4 + [12.0] * 4, abs=0.5)


def test_a_blunt_wedge_does_not_become_a_spike() -> None:
    blunt = [0j, 40.0, 40 + 4j, 16.6 + 12.54j, 6.38 + 12.54j]
    ways = np.exp(1j * np.array([0.0, -0.35, 1.1]))
    assert ruled(polygon(blunt), ways).points.real.max() < 42.0


def test_what_would_be_another_shape_is_drawn_as_ever() -> None:
    angles = np.linspace(0.0, 2.0 * np.pi, 600, endpoint=False)
    oval = Outline(80.0 * np.cos(angles) + 50j * np.sin(angles), 0j)
    found = ruled(oval, np.array([1.0 + 0j, 1j]))
    assert abs(found.area) == pytest.approx(np.pi * 80 * 50, rel=0.02)
    assert len(found.points) > 20


def test_without_directions_it_is_drawn_by_the_square() -> None:
    worn = [12 + 10j, 38 + 10j, 40 + 12j, 40 + 38j, 38 + 40j, 12 + 40j, 10 + 38j, 10 + 12j]
    found = ruled(polygon(worn), np.zeros(0, np.complex128))
    for corner in SQUARE:
        assert np.abs(found.points - corner).min() < 0.2


@pytest.mark.parametrize(
    ("prompt", "straight", "smooth"),
    [
        ("tartan plaid", True, False),
        ("houndstooth gingham", True, False),
        ("hexagon geometric", True, False),
        ("quarter geometric", False, False),
        ("fret lattice", True, False),
        ("quatrefoil lattice", False, False),
        ("grid stripe", True, False),
        ("tossed stripe", False, True),
        ("zebra animal", False, True),
        ("giraffe animal", False, False),
        ("rose floral", False, False),
    ],
)
def test_words_say_what_is_straight_and_what_is_smooth(prompt: str, straight: bool, smooth: bool) -> None:
    words = resolve(prompt, 3, 3)
    assert (words.straight, words.smooth) == (straight, smooth)


def test_every_style_that_is_straight_or_smooth_is_one() -> None:
    for table in (STRAIGHT, SMOOTH):
        for family, styles in table.items():
            assert set(styles) <= set(STYLES[family])
