import json
from pathlib import Path

import numpy as np
import pytest

from watermark.torus.code import MarkCode, dispersed, gathered

VECTORS = json.loads((Path(__file__).parents[2] / "vectors" / "polar.json").read_text())
LARGEST = (1 << 48) - 1


def correlations(mark_ids):
    """Sizes of the correlations of all pairs of different code words."""
    code = MarkCode()
    signs = np.array([1 - 2.0 * code.encode(mark_id) for mark_id in mark_ids], np.float32)
    return np.abs(signs @ signs.T / code.length)[np.triu_indices(len(signs), 1)]


@pytest.mark.parametrize("vector", VECTORS["dispersed"], ids=lambda v: v["mark_id"])
def test_the_dispersal_stays_what_it_was(vector):
    assert f"{dispersed(int(vector['mark_id'], 16)):012x}" == vector["number"]


def test_dispersal_can_be_undone():
    numbers = [0, 1, LARGEST, *np.random.default_rng(0).integers(0, 1 << 48, 500).tolist()]
    assert [gathered(dispersed(number)) for number in numbers] == numbers
    assert [dispersed(gathered(number)) for number in numbers] == numbers
    assert all(0 <= dispersed(number) <= LARGEST for number in numbers)


@pytest.mark.parametrize("first", [0, 0x1B2C3D4E5F60, LARGEST - 399])
def test_ids_in_sequence_get_code_words_as_unlike_as_any(first):
    """80,000 pairs each; before the dispersal, neighbours reached .625."""
    sequence = correlations(range(first, first + 400))
    assert sequence.max() < 0.3
    assert np.quantile(sequence, 0.999) < 0.17


def test_ids_that_differ_in_one_bit_get_unlike_code_words():
    assert correlations([0x1B2C3D4E5F60 ^ (1 << place) for place in range(48)]).max() < 0.3


def test_decodes_the_id_that_was_encoded():
    code, rng = MarkCode(), np.random.default_rng(1)
    for number in (0, 7, LARGEST):
        signal = (1 - 2.0 * code.encode(number)) * 13 / 32
        candidates = code.decode(2 * 13 / 32 * (signal + rng.standard_normal(code.length)))
        assert next(c.number for c in candidates if c.checks) == number
