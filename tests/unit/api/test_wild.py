"""The demo's wild pictures: number, kinds, the same every time, and names that tell nothing."""

from __future__ import annotations

from itertools import islice

import numpy as np
import pytest
from numpy.typing import NDArray

from api.demo.wild import Wild, make_wild
from forensics import decode_image


@pytest.fixture(scope="module")
def tiles() -> dict[str, NDArray[np.uint8]]:
    y, x = np.mgrid[0:256, 0:256] * (2 * np.pi / 256)
    waves = [
        np.stack([np.sin(a * x), np.cos(b * y), np.sin(a * x + b * y)], 2) for a in (1, 2, 3) for b in (1, 2)
    ]
    return {f"asset-{k}": np.round(127 + 100 * wave).astype(np.uint8) for k, wave in enumerate(waves)}


@pytest.fixture(scope="module")
def wild(tiles: dict[str, NDArray[np.uint8]]) -> list[Wild]:
    return list(make_wild(tiles, 11))


def test_24_uses_and_8_strangers(wild: list[Wild], tiles: dict[str, NDArray[np.uint8]]) -> None:
    assert [w.file for w in wild] == [f"wild-{n:02d}.jpg" for n in range(1, 33)]
    assert sum(w.truth.asset is None for w in wild) == 8
    assert {w.truth.asset for w in wild} == {None, *tiles}
    assert len({w.truth.transform for w in wild}) == 32


def test_pictures_are_photographs_in_size(wild: list[Wild]) -> None:
    for w in wild:
        height, width = decode_image(w.data).shape[:2]
        assert min(height, width) >= 700
        assert max(height, width) <= 1100
        assert w.file.count("asset") == 0


def test_same_seed_same_pictures(wild: list[Wild], tiles: dict[str, NDArray[np.uint8]]) -> None:
    assert list(islice(make_wild(tiles, 11), 5)) == wild[:5]
    assert next(make_wild(tiles, 12)) != wild[0]


def test_no_tiles_is_refused() -> None:
    with pytest.raises(ValueError, match="tiles"):
        next(make_wild({}, 1))
