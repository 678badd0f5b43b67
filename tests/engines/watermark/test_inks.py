"""A palette of few inks stays that palette; the mark is in the line, and reads back with the original."""

import cv2
import numpy as np
import pytest

from watermark import MarkError, MarkIdError, MarkNotReadError, PictureError, SvdMark, TorusMark, mark
from watermark.inks import evidence, indexed, moved

INKS = [(246, 233, 228), (196, 69, 106), (63, 95, 66), (242, 184, 160)]


@pytest.fixture(scope="module")
def torus():
    return TorusMark(b"a key for tests only")


def separated(tile):
    """The tile reduced to its four inks, hard edges."""
    distance = [np.abs(tile.astype(int) - ink).sum(axis=2) for ink in INKS]
    return np.asarray(INKS, np.uint8)[np.argmin(distance, axis=0)]


@pytest.mark.parametrize("name", ["floral", "stripes"])
def test_keeps_the_palette_and_reads_back(torus, tiles, name):
    drawn = separated(tiles[name])
    marked = mark(torus, drawn, 77, inks=INKS)
    assert set(map(tuple, marked.reshape(-1, 3).tolist())) <= set(INKS)
    assert 0 < (marked != drawn).any(axis=2).mean() < 0.03
    right, wrong = evidence(torus.line, marked, drawn, [77, 78])
    assert right > 15
    assert wrong < 5


def test_reads_another_colourway_of_the_marked_separations(torus, tiles):
    drawn = separated(cv2.resize(tiles["terrazzo"], (600, 400), interpolation=cv2.INTER_AREA))
    marked = mark(torus, drawn, 77, inks=INKS)
    inks = np.array([(20, 30, 60), (230, 200, 40), (250, 250, 250), (10, 120, 90)], np.uint8)
    assert evidence(torus.line, inks[indexed(marked, INKS)], drawn, [77])[0] > 15


def test_standing_still_changes_nothing(tiles):
    index = indexed(separated(tiles["floral"]), INKS)
    assert np.array_equal(moved(index, np.zeros((2, 512, 512), np.float32)), index)


def test_a_whole_pixel_is_a_roll(tiles):
    index = indexed(separated(tiles["terrazzo"]), INKS)
    right = np.stack([np.zeros((512, 512)), np.ones((512, 512))]).astype(np.float32)
    rolled = np.roll(index, -1, axis=1)
    assert (moved(index, right) == rolled).mean() > 0.98 > (index == rolled).mean()


def test_refuses_other_colours_and_what_has_no_line(torus, tiles):
    with pytest.raises(PictureError, match="none of the 4 inks"):
        mark(torus, tiles["floral"], 1, inks=INKS)
    with pytest.raises(PictureError, match="inks"):
        mark(torus, tiles["floral"], 1, inks=[(0, 0, 0)])
    with pytest.raises(MarkNotReadError, match="more edges"):
        mark(torus, np.full((256, 256, 3), INKS[0], np.uint8), 1, inks=INKS)
    with pytest.raises(MarkIdError):
        mark(torus, separated(tiles["floral"]), -1, inks=INKS)
    with pytest.raises(MarkError, match="TorusMark"):
        mark(SvdMark(), separated(tiles["floral"]), 1, inks=INKS)
