"""A drawing by rule is as plain as itself; what is torn is less so, and what is plainer is no worse."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from generator.critic import Finish, finish_of
from generator.critic.finish import EDGE, outlines_of
from generator.motifs.draw import draw_tile
from generator.motifs.sampling import any_tile

SEEN = 1_200_000


def torn(found: NDArray[np.uint8], by: float = 5.0) -> NDArray[np.uint8]:
    """The same map with its edges moved by up to some samples, as by an unsteady hand."""
    dice, (rows, columns) = np.random.default_rng(3), np.indices(found.shape, np.float32)
    moved = [cv2.GaussianBlur(dice.standard_normal(found.shape), (0, 0), 3.0) for _ in "xy"]
    down, across = (by * (each / each.std()).astype(np.float32) for each in moved)
    return np.asarray(
        cv2.remap(found, columns + across, rows + down, cv2.INTER_NEAREST, borderMode=cv2.BORDER_WRAP)
    )


@pytest.mark.parametrize("number", range(0, 21, 3))
def test_a_drawing_by_rule_is_finished_and_less_so_once_it_is_torn(number: int) -> None:
    words, _ = any_tile(SEEN + number, EDGE)
    drawn = draw_tile(words, SEEN + number, 2 * EDGE)
    whole, worn = (finish_of(each, words, SEEN + number) for each in (drawn, torn(drawn)))
    assert (whole.count, whole.length, whole.turns, whole.kinds, whole.share) == (1.0,) * 5
    assert worn.share < 0.9
    assert worn.turns > 1.0


def test_outlines_are_counted_in_tiles_and_turns() -> None:
    square = np.zeros((512, 512), np.uint8)
    square[128:384, 128:384] = 1
    found = outlines_of(square, 3)
    assert found.count == 2  # the square, and its hole in the ground
    assert found.length == pytest.approx(2 * 2.0, rel=0.01)
    assert found.turns == pytest.approx(2.0, rel=0.01)
    assert found.kinds == 1
    assert outlines_of(np.zeros((64, 64), np.uint8), 2).count == 0


def test_one_of_many_that_went_wrong_is_a_kind_more() -> None:
    bars = np.zeros((EDGE, EDGE), np.uint8)
    for row in range(8, EDGE, 32):
        bars[row : row + 12, 16:112] = bars[row : row + 12, 144:240] = 1
    whole = outlines_of(bars, 2)
    bars[8:20, 60:112] = 0
    worn = outlines_of(bars, 2)
    assert (whole.count, whole.kinds) == (2 * 16, 1)
    assert (worn.count, worn.kinds) == (2 * 16, 2)
    assert worn.turns == pytest.approx(whole.turns)


def test_it_does_not_matter_how_large_a_map_is_or_where_it_begins() -> None:
    words, drawn = any_tile(SEEN + 8, 2 * EDGE)
    small = draw_tile(words, SEEN + 8, EDGE)
    large, little = outlines_of(drawn, words.inks), outlines_of(small, words.inks)
    assert (little.count, little.length, little.turns) == pytest.approx(
        (large.count, large.length, large.turns), rel=0.15
    )
    moved = outlines_of(np.roll(drawn, (100, 36), (0, 1)), words.inks)
    assert (moved.count, moved.length, moved.turns) == pytest.approx(
        (large.count, large.length, large.turns), rel=0.02
    )


@pytest.mark.parametrize(
    ("finish", "share"),
    [
        (Finish(1.0, 1.0, 1.0, 1.0), 1.0),
        (Finish(1.0, 1.0, 0.2, 1.0), 1.0),  # turning less is no fault
        (Finish(1.0, 1.0, 1.0, 0.2), 1.0),  # nor are fewer kinds
        (Finish(1.0, 1.0, np.e, 1.0), 1 / np.e),
        (Finish(4.0, 1.0, 1.0, 1.0), 0.5),
        (Finish(0.25, 1.0, 0.25, 1.0), 0.5),
        (Finish(1.0, 0.25, 1.0, 1.0), 0.5),
        (Finish(1.0, 1.0, 1.0, 4.0), 0.5),
    ],
)
def test_one_number_of_four(finish: Finish, share: float) -> None:
    assert finish.share == pytest.approx(share)
