import math

import numpy as np
import pytest

from watermark.torus.band import KeyedBand
from watermark.torus.decode import Decoder
from watermark.torus.reliability import RINGS, Reliability
from watermark.torus.sync import Alignment


@pytest.fixture(scope="module")
def band():
    return KeyedBand(b"a key for tests only")


def carriers(band, level, rng):
    """Unit noise with uniform phases, plus `level` (per frequency) of the mark of id 7."""
    noise = np.exp(2j * np.pi * rng.random(band.count))
    return (noise + level * band.signs(7)).astype(np.complex64)


def test_trusts_the_rings_that_still_hold_the_mark(band):
    level = np.where(band.radius < RINGS[2], 0.5, 0.0)
    weights = Reliability(band).weights(carriers(band, level, np.random.default_rng(1)))
    low = band.radius[~band.sync] < RINGS[2]
    assert weights[low].min() > 5 * weights[~low].max()


def test_does_not_take_chance_for_a_difference(band):
    weights = Reliability(band).weights(carriers(band, 0.1, np.random.default_rng(2)))
    assert weights.max() / weights.min() < 1.5


def test_weighing_reads_what_is_left_in_few_rings(band):
    decoder, rng = Decoder(band, "00000000"), np.random.default_rng(3)
    seen = np.zeros((257, 257), np.complex64)
    left = carriers(band, np.where(band.radius < RINGS[2], 0.4, 0.0), rng)
    seen[band.fy + 128, band.fx + 128] = left * band.phases
    decoded = decoder.codeword(seen, Alignment(0, (0, 0), 1, 12.0))
    plain = (left.real * band.signs(7)).sum() / np.sqrt((np.abs(left) ** 2).sum() / 2)
    assert (decoded.mark_id, decoded.checks) == (7, True)
    assert decoded.z > 1.3 * plain


def test_what_is_no_mark_keeps_to_the_bound(band):
    """z of a fixed codeword over random phases: sub-Gaussian with variance proxy 1, weights and all."""
    reliability, rng = Reliability(band), np.random.default_rng(4)
    magnitude = rng.random(band.count) ** 2 * (1 + 3 * (band.radius < 40))
    decoder = Decoder(band, "00000000")
    z = []
    for _ in range(800):
        drawn = (magnitude * np.exp(2j * np.pi * rng.random(band.count))).astype(np.complex64)
        z.append(decoder._correlation(drawn, reliability.weights(drawn), 7))
    assert np.var(z) < 1.2
    for level in (1.5, 2.0, 2.5, 3.0):
        assert np.mean(np.array(z) >= level) <= math.exp(-(level**2) / 2)
