"""PDQ against what its reference code makes of the same pictures (pdqhash 0.2.8)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from forensics.fingerprints.pdq import SIDE, hashes

VECTORS = json.loads((Path(__file__).parents[2] / "vectors" / "pdq.json").read_text())


def picture(seed: int) -> Any:
    """Coloured patches, more and smaller with every seed."""
    rng = np.random.default_rng(seed)
    patches = rng.integers(0, 256, (6 * (seed + 2), 5 * (seed + 2), 3), dtype=np.uint8)
    return np.asarray(cv2.resize(patches, (SIDE, SIDE), interpolation=cv2.INTER_NEAREST), np.uint8)


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: f"seed {vector['seed']}")
def test_it_gives_the_bits_of_the_reference_code(vector: dict[str, Any]) -> None:
    assert hashes(picture(vector["seed"]))[0].hex() == vector["hash"]


def test_a_turned_or_mirrored_picture_has_the_hash_of_that_orientation() -> None:
    upright = hashes(picture(3))
    for turned in (np.rot90(picture(3)), picture(3)[:, ::-1], np.rot90(picture(3), 2)):
        (own, *_) = hashes(np.ascontiguousarray(turned))
        apart = [bin(int.from_bytes(own) ^ int.from_bytes(each)).count("1") for each in upright]
        assert min(apart) <= 2


def test_a_plain_picture_has_none() -> None:
    assert hashes(np.full((300, 300, 3), 90, np.uint8)) == ()
