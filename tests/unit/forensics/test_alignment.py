"""Laying a registered tile in a suspect: guesses by folds and features, settled by blocks, straightened."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from forensics.fingerprints.details import BYTES, EDGES, LIGHT, describe
from forensics.indexes.details import DetailSearch
from forensics.placing.alignment import settle
from forensics.placing.blocks import SIDE
from forensics.placing.features import SuspectViews, TileViews, View, inverted, mirrored
from forensics.placing.known import ORIENTATIONS, KnownTile, lay, small_edges
from forensics.placing.unfold import unfold

Image = NDArray[np.uint8]
Matrix = NDArray[np.float64]


@pytest.fixture(scope="module")
def known(tile: Image) -> KnownTile:
    return KnownTile(tile, drawn=True)


def _pictured(tile: Image, homography: Matrix, size: tuple[int, int]) -> Image:
    """The endless repeat of a 512 px tile seen through ``homography``, tile px -> picture px."""
    x, y = np.meshgrid(np.arange(size[0], dtype=np.float64), np.arange(size[1], dtype=np.float64))
    points = np.stack([x.ravel(), y.ravel()], axis=1)[None]
    placed = cv2.perspectiveTransform(points, np.linalg.inv(homography))[0].reshape(size[1], size[0], 2)
    wrapped = cv2.copyMakeBorder(tile, 4, 4, 4, 4, cv2.BORDER_WRAP)
    at = (placed % SIDE + 4).astype(np.float32)
    return np.asarray(cv2.remap(wrapped, at[..., 0], at[..., 1], cv2.INTER_LINEAR), np.uint8)


def _tilted() -> Matrix:
    turn = np.deg2rad(9.0)
    return np.array(
        [
            [0.6 * np.cos(turn), -0.6 * np.sin(turn), 150.0],
            [0.6 * np.sin(turn), 0.6 * np.cos(turn), 90.0],
            [6e-5, -4e-5, 1.0],
        ]
    )


def _apart(one: Matrix, other: Matrix) -> float:
    """Largest distance over the middle of the first repeat, tile px."""
    corners = np.array([[[60, 60], [450, 60], [60, 450], [450, 450]]], np.float64)
    moved = cv2.perspectiveTransform(corners, np.linalg.inv(other) @ one)[0] - corners[0]
    return float(np.abs(moved).max())


def test_a_guess_some_pixels_off_and_without_perspective_is_settled(known: KnownTile) -> None:
    truth = _tilted()
    picture = _pictured(known.art, truth, (700, 560))
    guess = truth.copy()
    guess[2] = (0.0, 0.0, 1.0)
    middle = np.array([350.0, 280.0])
    on_tile = cv2.perspectiveTransform(middle[None, None], np.linalg.inv(truth))[0, 0]
    guess[:2, 2] += middle - cv2.perspectiveTransform(on_tile[None, None], guess)[0, 0] + 4.0
    settled = settle(picture, guess, known.blocks)
    assert settled is not None
    assert _apart(settled.homography, truth) < 1.5
    assert settled.share > 0.8


def test_a_stranger_is_not_settled(known: KnownTile, tiles: list[Image]) -> None:
    stranger = KnownTile(tiles[7], drawn=True)
    picture = _pictured(stranger.art, _tilted(), (700, 560))
    assert settle(picture, _tilted(), known.blocks) is None


@pytest.mark.parametrize("orientation", range(8))
def test_a_fold_is_laid_in_every_orientation_and_shift(known: KnownTile, orientation: int) -> None:
    """fold(p) = tile(M p - s) by definition; lay must find M and s."""
    rows, columns = np.mgrid[0:SIDE, 0:SIDE]
    (a, b), (c, d) = ORIENTATIONS[orientation]
    fold = known.art[(a * rows + b * columns - 200) % SIDE, (c * rows + d * columns - 64) % SIDE]
    surfaces = lay(small_edges(fold.astype(np.float32)), known.edges)
    best = np.unravel_index(int(surfaces.argmax()), surfaces.shape)
    assert surfaces.max() > 0.9
    assert best[0] == orientation
    assert abs(int(best[1]) - 50) <= 1
    assert abs(int(best[2]) - 16) <= 1


def test_bulging_cloth_is_laid_straight(known: KnownTile) -> None:
    y, x = np.mgrid[0:SIDE, 0:SIDE].astype(np.float32)
    dx, dy = 9 * np.sin(2 * np.pi * y / SIDE), 7 * np.cos(2 * np.pi * x / SIDE)
    bent = cv2.remap(known.art, (x + dx) % (SIDE - 1), (y + dy) % (SIDE - 1), cv2.INTER_LINEAR)
    laid = unfold(np.asarray(bent, np.uint8), np.eye(3), known.blocks)
    seen = laid.weight > 0.5
    before = np.abs(bent.astype(float) - known.art).mean(-1)[seen].mean()
    after = np.abs(laid.tile - known.art).mean(-1)[seen].mean()
    assert seen.mean() > 0.5
    assert after < 0.5 * before


def test_a_mirror_and_a_negative_need_no_new_detection(tile: Image) -> None:
    straight = SuspectViews(tile).features(View.PLAIN)
    in_mirror = SuspectViews(np.ascontiguousarray(tile[:, ::-1])).features(View.PLAIN)
    negative = SuspectViews(255 - tile).features(View.PLAIN)
    for made, detected in ((mirrored(straight, tile.shape[1]), in_mirror), (inverted(straight), negative)):
        alike = (made.descriptors @ detected.descriptors.T).max(1)
        assert np.median(alike) > 0.98


def test_details_vote_for_the_tile_that_is_there(tiles: list[Image]) -> None:
    register = [
        describe(TileViews(np.asarray(cv2.resize(each, (SIDE, SIDE)), np.uint8))) for each in tiles[:8]
    ]
    assert {len(each) for each in register} == {(LIGHT + EDGES) * BYTES}
    there = np.asarray(cv2.resize(tiles[3], (SIDE, SIDE)), np.uint8)
    suspect = np.ascontiguousarray(255 - _pictured(there, _tilted(), (600, 500))[:, ::-1])
    for exhaustive in (True, False):
        (first, most), (_, second) = DetailSearch(register, exhaustive=exhaustive).rank(
            SuspectViews(suspect), 2
        )
        assert first == 3
        assert most > 2.0 * second
