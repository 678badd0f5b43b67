"""A tile laid repeat by repeat over draped cloth, and a guess that is good in one corner of a page only."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from forensics.placing.alignment import settle
from forensics.placing.blocks import SIDE, Feature
from forensics.placing.features import SuspectViews, View
from forensics.placing.growing import grow
from forensics.placing.known import KnownTile
from forensics.placing.matching import agree, match

Image = NDArray[np.uint8]
Matrix = NDArray[np.float64]

_SCALE = 0.5
_PLAIN: Matrix = np.diag([_SCALE, _SCALE, 1.0])
_FOLD_PX, _WAVE = 30.0, 2 * np.pi / 900.0


@pytest.fixture(scope="module")
def known(tile: Image) -> KnownTile:
    return KnownTile(tile, drawn=True)


@pytest.fixture(scope="module")
def draped(known: KnownTile) -> Image:
    """Three by three repeats of 256 px, pushed sideways by up to 30 tile px."""
    y, x = np.mgrid[0:768, 0:768].astype(np.float32) / _SCALE
    return _sampled(known.art, x + _pushed(y), y)


def _pushed(y: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.asarray(_FOLD_PX * np.sin(_WAVE * (y - 768)), np.float32)


def _sampled(art: Image, x: NDArray[np.float32], y: NDArray[np.float32]) -> Image:
    wrapped = cv2.copyMakeBorder(art, 4, 4, 4, 4, cv2.BORDER_WRAP)
    return np.asarray(cv2.remap(wrapped, x % SIDE + 4, y % SIDE + 4, cv2.INTER_LINEAR), np.uint8)


def test_repeats_follow_the_folds_of_cloth(known: KnownTile, draped: Image) -> None:
    grown = grow(draped, (_PLAIN, _PLAIN), known.blocks, Feature.EDGES, (384.0, 384.0))
    assert grown is not None
    assert len(grown.own) >= 7
    assert len(grown.best) >= 3
    for (column, row), homography in grown.best.items():
        middle = np.array([column + 0.5, row + 0.5]) * SIDE
        seen = cv2.perspectiveTransform(middle[None, None], homography)[0, 0] / _SCALE
        assert abs(seen[1] - middle[1]) < 8
        assert abs(seen[0] + float(_pushed(np.asarray(seen[1:], np.float32))[0]) - middle[0]) < 8


def test_growth_ends_where_the_cloth_does(known: KnownTile, draped: Image) -> None:
    beside = draped.copy()
    beside[:, 512:] = np.random.default_rng(4).integers(0, 255, (768, 256, 3), np.uint8)
    grown = grow(beside, (_PLAIN, _PLAIN), known.blocks, Feature.EDGES, (200.0, 384.0))
    assert grown is not None
    assert {column for column, _ in grown.own} == {0, 1}


def test_nothing_grows_on_a_stranger(tiles: list[Image], draped: Image) -> None:
    stranger = KnownTile(tiles[7], drawn=True)
    assert grow(draped, (_PLAIN, _PLAIN), stranger.blocks, Feature.EDGES, (384.0, 384.0)) is None


def test_a_piece_in_the_corner_of_a_page_is_settled_from_where_its_features_are(known: KnownTile) -> None:
    y, x = np.mgrid[0:200, 0:200].astype(np.float32) / _SCALE
    page = np.full((900, 1000, 3), 246, np.uint8)
    page[60:260, 40:240] = _sampled(known.art, x, y)
    views = SuspectViews(page)
    found = agree(match(views.features(View.PLAIN), known.views.features(View.PLAIN)))
    assert found is not None
    assert settle(page, found.homography, known.blocks) is None
    assert settle(page, found.homography, known.blocks, found.focus, found.local) is not None
