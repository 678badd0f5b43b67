import cv2
import numpy as np
import pytest

from watermark import TorusMark
from watermark.lattice.stripes import tiles_of, wave_of

COUNTS = [(12, 0), (9, 3)]


def stripe(across, down, size=512):
    """A tile whose one wave goes up so often along its sides."""
    y, x = np.mgrid[0:size, 0:size]
    share = np.clip(4 * np.sin(2 * np.pi * (across * x + down * y) / size) + 0.5, 0, 1)[..., None]
    return np.rint((1 - share) * (240, 235, 220) + share * (60, 110, 130)).astype(np.uint8)


def turned(tile, degrees, scale):
    cloth = np.tile(tile, (3, 3, 1))
    middle = (cloth.shape[1] / 2, cloth.shape[0] / 2)
    matrix = cv2.getRotationMatrix2D(middle, degrees, scale)
    matrix[:, 2] += np.array([300, 250]) - middle
    return cv2.warpAffine(cloth, matrix, (600, 500), flags=cv2.INTER_AREA, borderMode=cv2.BORDER_WRAP)


@pytest.mark.parametrize("counts", COUNTS)
def test_the_wave_of_a_stripe_is_measured(counts):
    assert np.rint(wave_of(np.tile(stripe(*counts), (2, 2, 1))) * 512).astype(int).tolist() == list(counts)
    wave = wave_of(turned(stripe(*counts), 8, 0.5))
    sides = [np.hypot(*basis[0]) for basis in tiles_of(wave, counts)]
    assert sides == pytest.approx([256] * len(sides), rel=0.002)


def test_what_is_no_stripe_has_no_wave():
    noise = np.random.default_rng(0).integers(0, 256, (300, 300, 3)).astype(np.uint8)
    assert wave_of(noise) is None
    assert wave_of(np.full((300, 300, 3), 128, np.uint8)) is None


@pytest.mark.parametrize("counts", COUNTS)
def test_a_tile_of_many_waves_is_read_turned_and_reduced(counts):
    torus = TorusMark(b"a key for tests only")
    marked = torus.embed(stripe(*counts), 77)
    assert torus.read(turned(marked, 8, 0.5)).mark_id == 77
