"""What is drawn free-hand: even curves, from corner to corner."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from outlines import polygon, turns

from generator.drafting.fairing import faired
from generator.drafting.tracing import Outline, Points

ANGLES = np.linspace(0.0, 2.0 * np.pi, 400, endpoint=False)


def shaky(points: Points, by: float, seed: int = 0, wide: int = 12) -> Points:
    """Points of a ring moved by chance, `by` at a usual, as their neighbours are."""
    dice = np.random.default_rng(seed)
    waves = np.fft.fftfreq(len(points)) * wide
    moved = np.fft.ifft(np.fft.fft(dice.normal(size=(2, len(points)))) * np.exp(-0.5 * (np.pi * waves) ** 2))
    moved = moved.real / moved.real.std()
    return np.asarray(points + by * (moved[0] + 1j * moved[1]))


def pebble(size: float = 25.0) -> Points:
    return np.asarray(
        40 + 40j + (size + 3.0 * np.cos(2 * ANGLES) + 2.0 * np.sin(3 * ANGLES)) * np.exp(1j * ANGLES)
    )


def apart(found: Points, others: Points) -> NDArray[np.float64]:
    """How far each of these points is from the nearest of the others."""
    return np.abs(found[:, None] - others[None]).min(axis=1)


def bends(found: Outline) -> NDArray[np.float64]:
    """How much an outline's curvature changes from step to step."""
    steps = np.diff(found.closed)
    curvature = np.angle(np.roll(steps, -1) * np.conj(steps)) / np.abs(steps)
    return np.asarray(np.abs(np.diff(curvature, append=curvature[0])))


@pytest.mark.parametrize("seed", range(4))
def test_a_shaky_curve_is_even_and_nearer_to_what_was_meant(seed: int) -> None:
    rough = Outline(shaky(pebble(), 0.4, seed), 0j)
    found = faired(rough, 1.0)
    assert bends(found).mean() < bends(rough).mean() / 10.0
    assert bends(found).max() < 0.01  # where it begins, too
    assert turns(found).max() < np.radians(10)
    assert apart(found.points, pebble()).mean() < apart(rough.points, pebble()).mean()
    assert found.area == pytest.approx(rough.area, rel=0.02)


def test_no_curve_leaves_its_outline() -> None:
    rough = Outline(shaky(pebble(), 3.0, 5, wide=30), 0j)
    found = faired(rough, 1.0)
    assert apart(found.points, rough.points).max() < 2.0 * 1.5
    assert apart(found.points, rough.points).max() > 0.8  # it is not the outline itself


@pytest.mark.parametrize("unit", [1.0, 2.0])
@pytest.mark.parametrize("turned", [0.0, 0.3, 1.1])
def test_a_worn_corner_is_one_and_a_round_end_is_not(turned: float, unit: float) -> None:
    corners = [0j, 30, 30 + 24j, 24j]
    worn = [(1.5 + 0j), 28.5, 30 + 1.5j, 30 + 22.5j, 28.5 + 24j, 1.5 + 24j, 22.5j, 1.5j]
    turn = np.exp(1j * turned)
    found = faired(Outline(unit * polygon(worn).points * turn, 0j), unit)
    for corner in corners:
        assert np.abs(found.points - unit * corner * turn).min() < 0.4 * unit
    half = np.pi * np.linspace(-0.5, 0.5, 20)
    stadium = [*(30.0 + 3.0 * np.exp(1j * half)), *(-3.0 * np.exp(1j * half))]
    bar = faired(Outline(unit * polygon(stadium).points * turn, 0j), unit)
    assert turns(bar).max() < np.radians(40)
    assert turns(found).max() > np.radians(80)


def test_what_is_smooth_has_no_corner() -> None:
    worn = [1.5 + 0j, 28.5, 30 + 1.5j, 30 + 22.5j, 28.5 + 24j, 1.5 + 24j, 22.5j, 1.5j]
    assert turns(faired(polygon(worn), 1.0)).max() > np.radians(80)
    assert turns(faired(polygon(worn), 1.0, smooth=True)).max() < np.radians(25)


def test_a_drop_keeps_its_tip() -> None:
    reach = 10.0 * np.exp(1j * np.linspace(-2.3, 2.3, 80))
    tip = 10.0 / np.cos(np.pi - 2.3) * -1.0
    drop = polygon([*reach, complex(tip)])
    found = faired(Outline(shaky(drop.points, 0.1), 0j), 1.0)
    assert np.abs(found.points - tip).min() < 1.0
    assert (turns(found) > np.radians(40)).sum() == 1


def test_what_is_mirrored_is_drawn_mirrored() -> None:
    rough = shaky(pebble(), 0.5, 2)
    one = faired(Outline(rough, 0j), 1.0).points
    other = np.conj(faired(Outline(np.conj(rough)[::-1], 0j), 1.0).points)
    assert max(apart(one, other).max(), apart(other, one).max()) < 0.4


def test_a_wave_around_the_tile_stays_one() -> None:
    across = np.arange(0.0, 128.0, 0.5)
    wave = across + 8j * np.sin(2.0 * np.pi * across / 32.0)
    found = faired(Outline(wave + 0.2j * np.sin(across * 2.0), 128.0 + 0j), 1.0)
    assert found.turn == 128.0
    assert apart(found.points, wave).max() < 1.5
    assert turns(found).max() < np.radians(12)
    assert abs(found.closed[-1] - found.closed[0] - 128.0) < 1e-9


@pytest.mark.parametrize("size", [0.6, 1.0, 3.0])
def test_a_speck_is_still_about_itself(size: float) -> None:
    speck = polygon([size * each for each in (0j, 2.0, 2 + 1.5j, 1.5j)])
    found = faired(
        Outline(np.repeat(speck.points, 4) + 0.01 * np.tile([0, 1j, 1, 1 + 1j], len(speck.points)), 0j), 1.0
    )
    assert np.isfinite(found.points).all()
    assert found.area == pytest.approx(3.0 * size**2, rel=0.4)
