"""Stripes in perspective: the vanishing line follows from how they converge and crowd."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from watermark.lattice.convergence import converging
from watermark.lattice.perspective import refine, vanishing_line
from watermark.lattice.recovery import lattice_of

SIZE = (480, 600)
TILT = np.array([-0.0003, 0.0004])


def stripes(wave: NDArray[np.float64], line: NDArray[np.float64], bend: float = 0.0) -> NDArray[np.uint8]:
    """Half dark, half light, `wave` cycles per px in the middle; `bend`: px that they sway to and fro."""
    height, width = SIZE
    y, x = np.mgrid[0:height, 0:width] + 0.5
    x, y = x - width / 2, y - height / 2
    depth = 1 + x * line[0] + y * line[1]
    phase = (x * wave[0] + y * wave[1]) / depth + bend * np.hypot(*wave) * np.sin(y / 40) * np.cos(x / 50)
    light = 140 + 60 * np.tanh(6 * np.sin(2 * np.pi * phase))
    noise = np.random.default_rng(1).normal(0, 4, SIZE)
    return np.asarray(np.clip(np.rint((light + noise)[..., None] + [0, 8, -8]), 0, 255), np.uint8)


@pytest.mark.parametrize("wave", [(0.05, 0.004), (0.03, -0.03), (0.0, 0.06)])
def test_stripes_tell_the_vanishing_line_and_their_wave(wave: tuple[float, float]) -> None:
    found = converging(stripes(np.array(wave), TILT))
    assert found is not None
    _, seen, line = found
    assert np.abs(line - TILT).max() < 1e-5
    assert min(np.abs(seen - wave).max(), np.abs(seen + wave).max()) < 1e-4


def test_swaying_stripes_are_not_taken_for_perspective() -> None:
    found = converging(stripes(np.array([0.05, 0.0]), np.zeros(2), bend=8.0))
    assert found is None or np.abs(found[2]).max() < 1e-4


def test_a_tile_of_stripes_is_refined_with_their_perspective() -> None:
    pixels = stripes(np.array([0.05, 0.0]), TILT)
    refined = refine(pixels, lattice_of(np.array([[78.0, 0.0], [0.0, 78.0]]), SIZE, "stripe"))
    assert refined is not None
    assert refined.homography is not None
    centre = np.array([SIZE[1], SIZE[0]]) / 2
    assert np.abs(vanishing_line(refined.matrix, centre) - TILT).max() < 1e-5
    assert np.sqrt(abs(np.linalg.det(np.array([refined.u, refined.v])))) == pytest.approx(80, rel=0.1)


def test_what_is_not_striped_has_no_such_line() -> None:
    noise = np.random.default_rng(2).integers(0, 256, (*SIZE, 3)).astype(np.uint8)
    assert converging(noise) is None
