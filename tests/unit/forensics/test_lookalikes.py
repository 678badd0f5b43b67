"""A motif everybody draws is not evidence: one chevron must not be found in another."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from forensics.features import SuspectViews, TileViews, View
from forensics.geometry import MIN_DETAILS, place
from forensics.matching import agree, match

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


@pytest.mark.parametrize(("columns", "rows"), [(8, 12), (6, 9), (4, 6)])
def test_a_chevron_is_not_found_in_another(columns: int, rows: int) -> None:
    registered = chevrons(6, 9, (NAVY, CREAM, RUST))
    suspect = np.tile(chevrons(columns, rows, (RUST, CREAM, NAVY)), (2, 2, 1))
    for view in (View.PLAIN, View.EDGES):
        placed = place(SuspectViews(suspect), view, suspect, TileViews(registered))
        assert placed is None or not placed.convincing


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
    placed = place(SuspectViews(suspect), View.PLAIN, suspect, TileViews(tile))
    assert placed is not None
    assert placed.convincing
    other = place(SuspectViews(suspect), View.PLAIN, suspect, TileViews(scattered(2)))
    assert other is None or not other.convincing
