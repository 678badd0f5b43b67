"""A larger map of the same design, with smooth borders, no new ink and no seam."""

from __future__ import annotations

import numpy as np
import pytest

from generator.enlarging import enlarged, production_map
from generator.errors import BriefError
from generator.motifs.sampling import any_tile


@pytest.fixture(scope="module")
def tile() -> np.ndarray:
    return any_tile(4, 256, "floral")[1]


def test_the_design_stays_where_it_was(tile: np.ndarray) -> None:
    large = enlarged(tile, 1024)
    assert large.shape == (1024, 1024)
    assert set(np.unique(large)) <= set(np.unique(tile))
    assert (large[2::4, 2::4] == tile).mean() > 0.97


def test_the_same_edge_gives_the_same_map(tile: np.ndarray) -> None:
    assert np.array_equal(enlarged(tile, 256), tile)
    assert np.array_equal(enlarged(tile, 700), enlarged(tile, 700))


def test_it_commutes_with_the_torus(tile: np.ndarray) -> None:
    """Rolled before or after: a seam would show as a difference where the map was cut."""
    rolled = enlarged(np.roll(tile, (100, 37), (0, 1)), 512)
    after = np.roll(enlarged(tile, 512), (200, 74), (0, 1))
    assert (rolled == after).mean() > 0.9999


def test_a_slanted_border_becomes_smooth() -> None:
    """A disc of radius 30 drawn eight times larger is a disc of radius 240, not a staircase."""
    y, x = np.mgrid[0:128, 0:128] - 63.5
    large = enlarged((np.hypot(x, y) < 30).astype(np.uint8), 1024)
    y, x = np.mgrid[0:1024, 0:1024] - 511.5
    wrong = large != (np.hypot(x, y) < 240)
    doubled = np.repeat(np.repeat((np.hypot(*np.mgrid[0:128, 0:128] - 63.5) < 30), 8, 0), 8, 1)
    assert wrong.sum() < 0.5 * (doubled != (np.hypot(x, y) < 240)).sum()


def test_a_production_map_has_two_samples_a_pixel(tile: np.ndarray) -> None:
    assert production_map(tile, 192).shape == (384, 384)


@pytest.mark.parametrize("edge", [255, 100_000])
def test_an_edge_it_cannot_make_is_refused(tile: np.ndarray, edge: int) -> None:
    with pytest.raises(BriefError, match=r"^size: "):
        enlarged(tile, edge)


def test_what_is_no_index_map_is_refused() -> None:
    with pytest.raises(BriefError, match=r"^separations: "):
        enlarged(np.zeros((4, 6), dtype=np.uint8), 8)
