import json
from pathlib import Path

import numpy as np
import pytest

from watermark.torus.polar import PolarCode, bits_of, crc16, number_of, polarize

VECTORS = json.loads((Path(__file__).parents[2] / "vectors" / "polar.json").read_text())


def test_crc_matches_the_published_check_value():
    digits = np.unpackbits(np.frombuffer(b"123456789", np.uint8))
    assert number_of(crc16(digits)) == 0x29B1  # CRC-16/CCITT-FALSE


def test_the_transform_is_its_own_inverse():
    bits = np.random.default_rng(0).integers(0, 2, 1024).astype(np.uint8)
    assert np.array_equal(polarize(polarize(bits)), bits)


@pytest.mark.parametrize("vector", VECTORS["codewords"], ids=lambda v: v["mark_id"])
def test_codewords_stay_what_they_were(vector):
    coded = PolarCode().encode(int(vector["mark_id"], 16))
    assert np.packbits(coded).tobytes().hex() == vector["codeword"]


def test_the_information_set_stays_what_it_was():
    assert np.flatnonzero(~PolarCode().frozen).tolist() == VECTORS["information_set"]


def test_decodes_through_noise_stronger_than_the_signal():
    code, rng = PolarCode(), np.random.default_rng(2)
    for _ in range(10):
        number = int(rng.integers(0, 1 << 48))
        signal = (1 - 2.0 * code.encode(number)) * 13 / 32
        candidates = code.decode(2 * 13 / 32 * (signal + rng.standard_normal(1024)))
        assert next(c.number for c in candidates if c.checks) == number


def test_candidates_come_most_likely_first():
    candidates = list(PolarCode().decode(np.random.default_rng(3).standard_normal(1024)))
    assert len(candidates) == 128
    assert [c.penalty for c in candidates] == sorted(c.penalty for c in candidates)


def test_bits_and_numbers_are_inverse():
    assert number_of(bits_of(0xA5, 8)) == 0xA5
