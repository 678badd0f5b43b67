"""Cells turned over or moved by half are brought back, and the line is read from the suspect as it is."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from strewn import strewn

from forensics.asking import refolding
from forensics.asking.lying import best_place, lying, turned_to
from forensics.asking.refolding import relaid
from forensics.describing.repeats import BLOCK
from forensics.placing.known import KnownTile
from forensics.placing.unfold import unfold
from watermark.line import LineMark
from watermark.line.motion import observe_laid

Image = NDArray[np.uint8]
LINE = LineMark(b"a key of the line, refolded 0001")
ID = 0xA1B2C3D4E5F6
SIDE, SCALE = 512, 0.6


@pytest.fixture(scope="module")
def art() -> Image:
    return strewn(12, SIDE, 40, radii=(0.02, 0.07))


@pytest.fixture(scope="module")
def marked(art: Image) -> Image:
    return LINE.displace(art, ID)


def mirrored(tile: Image) -> Image:
    row = np.hstack([tile, tile[:, ::-1]])
    return np.vstack([row, row[::-1]])


def half_dropped(tile: Image) -> Image:
    return np.tile(np.hstack([tile, np.roll(tile, SIDE // 2, 0)]), (2, 1, 1))


def shown(cells: Image) -> tuple[Image, NDArray[np.float64]]:
    """Two by two cells, reduced, turned by 4 degrees and posterised; and where the first tile lies in it."""
    turn = cv2.getRotationMatrix2D((SIDE, SIDE), 4, SCALE)
    size = round(2 * SIDE * SCALE)
    turn[:, 2] += size / 2 - SIDE
    soft = cv2.GaussianBlur(cells, (0, 0), 0.6)
    picture = cv2.warpAffine(soft, turn, (size, size), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REFLECT)
    flat = np.asarray(np.rint(picture / 64.0) * 64, np.float64)
    return np.asarray(np.clip(flat, 0, 255), np.uint8), np.vstack([turn, [0, 0, 1.0]])


@pytest.mark.parametrize("cells", [mirrored, half_dropped])
def test_the_line_is_read_from_all_cells(art: Image, marked: Image, cells: object) -> None:
    assert callable(cells)
    picture, placed = shown(cells(marked))
    tile = KnownTile(art, drawn=True)
    found = relaid(picture, placed, tile.blocks)
    assert found.laying is not BLOCK
    assert found.share > 0.8
    motion = observe_laid(*lying(picture, found), art)
    assert motion is not None
    asked, *others = motion.evidence(LINE.field, [ID, *range(1, 60)])
    plain = unfold(picture, placed, tile.blocks)
    assert asked > 1.1 * LINE.evidence(plain.tile, plain.weight, art, [ID])[0]
    assert asked > 12
    assert max(others) < 6


def test_cells_that_come_into_sight_while_the_placing_settles_are_laid_as_all_are(
    art: Image, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two whole cells further, so that every turn stays as it was and every cell has a new number."""
    picture, placed = shown(mirrored(art))
    blocks = KnownTile(art, drawn=True).blocks
    before = relaid(picture, placed, blocks)
    further = np.array([[1.0, 0, -2 * SIDE], [0, 1, -2 * SIDE], [0, 0, 1]])
    monkeypatch.setattr(refolding, "_ROUNDS", 1)
    monkeypatch.setattr(refolding, "_fitted", lambda found: further)
    found = relaid(picture, placed, blocks)
    assert found.laying == before.laying
    assert found.share > 0.8


def test_a_plain_repeat_is_left_as_it_is(art: Image, marked: Image) -> None:
    picture, placed = shown(np.tile(marked, (2, 2, 1)))
    found = relaid(picture, placed, KnownTile(art, drawn=True).blocks)
    assert found.laying is BLOCK
    assert np.allclose(found.homography, placed, atol=1e-6)


def test_what_shows_another_tile_does_not_lie(art: Image) -> None:
    noise = np.random.default_rng(4).integers(0, 255, (600, 600, 3)).astype(np.uint8)
    found = relaid(noise, np.diag([SCALE, SCALE, 1.0]), KnownTile(art, drawn=True).blocks)
    assert found.share < 0.5


def test_every_pixel_lies_where_its_cell_says(art: Image) -> None:
    """A mirrored cell shows the tile turned over, and moves the other way."""
    picture, placed = shown(mirrored(art))
    _, laid = lying(picture, relaid(picture, placed, KnownTile(art, drawn=True).blocks))
    wanted = laid.showing(art.astype(np.float32))
    inside = laid.mask > 0
    off = np.abs(wanted - picture).mean(2)[inside]
    assert np.median(off) < 25  # the steps of the palette are 64
    assert {True, False} == set(np.unique(laid.turns[0, 0][inside] > 0).tolist())


def test_artwork_that_may_lie_in_many_places_is_brought_to_one(art: Image) -> None:
    """Four equal quarters: whichever is taken for the first, the picture still shows the tile there."""
    four = np.tile(cv2.resize(art, (SIDE // 2, SIDE // 2), interpolation=cv2.INTER_AREA), (2, 2, 1))
    tile = KnownTile(np.asarray(four, np.uint8), drawn=True)
    picture, placed = shown(np.tile(four, (2, 2, 1)))
    found = relaid(picture, placed, tile.blocks)
    seen, laid = lying(picture, found)
    turned = turned_to(laid, best_place(picture, found, tile))
    error = np.abs(turned.showing(four.astype(np.float32)) - seen).mean(2)[laid.mask > 0]
    assert np.median(error) < 25
