"""A motif everybody draws is not evidence: one chevron must not be found in another."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from forensics.placing.alignment import settle
from forensics.placing.features import SuspectViews, TileViews, View
from forensics.placing.geometry import MIN_DETAILS, convincing
from forensics.placing.matching import agree, match
from forensics.placing.unfold import unfold

SIDE = 512
NAVY, CREAM, RUST = (22, 50, 79), (244, 234, 216), (209, 96, 61)


def chevrons(columns: int, rows: int, inks: tuple[tuple[int, int, int], ...]) -> NDArray[np.uint8]:
    """Zigzags drawn seamlessly: `columns` points across a tile, `rows` bands down."""
    y, x = np.mgrid[0:SIDE, 0:SIDE].astype(np.float64)
    saw = np.abs((x * columns / SIDE) % 1.0 - 0.5)
    band = np.floor((y * rows / SIDE + 2.0 * saw) % len(inks)).astype(int)
    return np.asarray(cv2.GaussianBlur(np.array(inks, np.uint8)[band], (0, 0), 0.7), np.uint8)


def scattered(seed: int) -> NDArray[np.uint8]:
    """Blots of many sizes and turns, no two alike."""
    rng = np.random.default_rng(seed)
    tile = np.full((SIDE, SIDE, 3), CREAM, np.uint8)
    for _ in range(60):
        points = rng.normal(0, 22, (7, 2)) + rng.uniform(40, SIDE - 40, 2)
        cv2.fillPoly(tile, [points.astype(np.int32)], NAVY if rng.random() < 0.5 else RUST, cv2.LINE_AA)
    return tile


def _convincing(suspect: NDArray[np.uint8], registered: NDArray[np.uint8], view: View) -> bool:
    views, tile = SuspectViews(suspect), TileViews(registered)
    found = agree(match(views.features(view), tile.features(view)))
    if found is None:
        return False
    settled = settle(suspect, views.to_suspect(view) @ found.homography, tile.blocks)
    if settled is None:
        return False
    return convincing(found, unfold(suspect, settled.homography, tile.blocks, settled.feature).matched)


@pytest.mark.parametrize(("columns", "rows"), [(8, 12), (6, 9), (4, 6)])
def test_a_chevron_is_not_found_in_another(columns: int, rows: int) -> None:
    registered = chevrons(6, 9, (NAVY, CREAM, RUST))
    suspect = np.tile(chevrons(columns, rows, (RUST, CREAM, NAVY)), (2, 2, 1))
    for view in (View.PLAIN, View.EDGES):
        assert not _convincing(suspect, registered, view)


def test_the_corner_of_a_chevron_counts_once() -> None:
    tile = chevrons(6, 9, (NAVY, CREAM, RUST))
    found = agree(
        match(
            SuspectViews(np.tile(tile, (2, 2, 1))).features(View.PLAIN), TileViews(tile).features(View.PLAIN)
        )
    )
    assert found is not None
    assert found.details < MIN_DETAILS <= found.inliers


def test_details_that_differ_all_count() -> None:
    tile = scattered(1)
    suspect = np.tile(tile, (2, 2, 1))
    assert _convincing(suspect, tile, View.PLAIN)
    assert not _convincing(suspect, scattered(2), View.PLAIN)
