"""A suspect that shows its tile px for px is folded without resampling; any other is left alone."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from forensics.placing.exact import exact

Image = NDArray[np.uint8]


def art(tile: Image) -> Image:
    return np.asarray(cv2.resize(tile, (512, 512), interpolation=cv2.INTER_AREA), np.uint8)


def placed(tile: Image, shift: tuple[float, float]) -> NDArray[np.float64]:
    """From px of the tile at 512 to px of a picture of it that begins at `shift`."""
    scale = tile.shape[0] / 512
    half = (scale - 1) / 2
    return np.array([[scale, 0, half - shift[0]], [0, scale, half - shift[1]], [0, 0, 1.0]])


@pytest.mark.parametrize("off", [(0.0, 0.0), (0.7, -0.6)])
def test_every_pixel_of_the_tile_comes_back(tile: Image, off: tuple[float, float]) -> None:
    suspect = np.tile(tile, (3, 3, 1))[17:900, 23:700]
    found = exact(suspect, placed(tile, (23 + off[0], 17 + off[1])), art(tile), tile.shape[1::-1])
    assert found is not None
    folded, weight = found
    assert (
        np.abs(folded - cv2.resize(tile.astype(np.float32), (512, 512), interpolation=cv2.INTER_AREA)).max()
        < 1
    )
    assert weight.min() > 0


def test_a_turned_and_mirrored_suspect_comes_back_upright(tile: Image) -> None:
    suspect = np.ascontiguousarray(np.rot90(np.tile(tile, (2, 2, 1)))[:, ::-1])
    transposed = np.array(
        [[0, 1, 0], [1, 0, 0], [0, 0, 1.0]]
    )  # a quarter turn and a mirror are a transposition
    side = suspect.shape[0] - 1
    flipped = np.array([[-1, 0, side], [0, -1, side], [0, 0, 1.0]])
    homography = flipped @ transposed @ placed(tile, (0, 0))
    found = exact(suspect, homography, art(tile), tile.shape[1::-1])
    assert found is not None
    assert np.abs(found[0] - art(tile)).max() <= 1


def test_a_scaled_or_slanted_suspect_is_left_alone(tile: Image) -> None:
    suspect = np.tile(tile, (2, 2, 1))
    for change in (np.diag([0.99, 0.99, 1.0]), np.array([[1, 0.01, 0], [-0.01, 1, 0], [0, 0, 1.0]])):
        assert exact(suspect, change @ placed(tile, (0, 0)), art(tile), tile.shape[1::-1]) is None
