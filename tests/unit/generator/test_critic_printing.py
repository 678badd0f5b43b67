"""What a printer asks is measured: finest line and gap, seam, inks; and tiles are picked apart."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from generator.critic import Limits, release_checks, separations
from generator.critic.printing import WIDEST_PX, finest, seam
from generator.critic.selection import away, distances, pick, spread
from generator.draft import paint
from generator.errors import BriefError
from generator.motifs.sampling import any_tile

INKS = ("#f6ecd6", "#17274f", "#c8553d")
EDGE = 256


def lines(width: int, period: int = 32) -> Any:
    """An index map of upright lines."""
    return np.tile((np.arange(EDGE) % period < width).astype(np.uint8), (EDGE, 1))


def states(pixels: Any, palette: Any = INKS[:2], **limits: float) -> dict[str, str]:
    return {
        check.name: check.state
        for check in release_checks(separations(pixels, palette), palette, Limits(**limits))
    }


@pytest.mark.parametrize("width", [1, 2, 3, 5, 7])
def test_the_finest_line_is_as_wide_as_it_was_drawn(width: int) -> None:
    drawn = lines(width) == 1
    assert finest(drawn) == finest(drawn.T) == finest(np.roll(drawn, width // 2, 1)) == width
    assert finest(~drawn) == WIDEST_PX
    assert finest(~(lines(32 - width) == 1)) == width


def test_a_line_too_fine_for_the_screen_fails_and_names_the_ink() -> None:
    pixels = np.array([[246, 236, 214], [23, 39, 79]], np.uint8)[lines(2)]
    limits = Limits(dpi=150, line_mm=0.5, repeat_mm=40)
    found = {check.name: check for check in release_checks(separations(pixels, INKS[:2]), INKS[:2], limits)}
    assert (found["finest line"].state, found["finest line"].measure) == ("fail", "0.34 mm")
    assert "ink 2" in found["finest line"].reason
    assert states(pixels, line_mm=0.3, repeat_mm=40)["finest line"] == "pass"
    assert states(pixels, line_mm=0.3, repeat_mm=44)["resolution"] == "fail"


def test_screens_are_found_again_under_soft_edges() -> None:
    _, drawn = any_tile(3, 2 * EDGE)
    drawn = np.minimum(drawn, 2)
    found = separations(paint(drawn, INKS), INKS)
    coarse = drawn.reshape(EDGE, 2, EDGE, 2)
    whole = (coarse == coarse[:, :1, :, :1]).all((1, 3))
    assert (found.inks == drawn[::2, ::2])[whole].all()
    assert found.foreign < 0.002


@pytest.mark.parametrize("family", ["lattice", "damask", "plaid", "marble"])
def test_a_blend_of_three_inks_where_they_meet_is_no_other_colour(family: str) -> None:
    for number in range(20000, 20006):
        words, drawn = any_tile(number, 2 * EDGE, family)
        palette = (*INKS, "#7fb7be", "#e5b8c4", "#2f6b3c")[: words.inks]
        assert states(paint(drawn, palette), palette)["inks"] != "fail"


def test_a_colour_that_is_no_ink_is_found_between_inks_too() -> None:
    pixels = paint(np.repeat(np.repeat(lines(12), 2, 0), 2, 1), INKS)
    assert states(pixels, INKS)["inks"] == "warn"  # the third ink does not print
    pixels[:, 11::32] = (127, 183, 190)  # on the edge of every line
    assert states(pixels, INKS)["inks"] == "fail"


def test_a_colour_of_no_ink_fails_and_an_idle_ink_is_told() -> None:
    pixels = paint(np.repeat(np.repeat(lines(8), 2, 0), 2, 1), INKS[:2])
    assert states(pixels)["inks"] == "pass"
    assert states(pixels, INKS)["inks"] == "warn"
    pixels[:20, :20] = (0, 160, 60)
    assert states(pixels)["inks"] == "fail"


@pytest.mark.parametrize("number", [1, 2, 3, 7, 12, 17, 19])
def test_tiles_of_the_archive_meet_themselves_and_cut_ones_do_not(number: int) -> None:
    _, drawn = any_tile(number, EDGE)
    broken, most = seam(drawn)
    assert broken <= most
    cut = np.ascontiguousarray(drawn[: EDGE - 51, : EDGE - 43])
    broken, most = seam(cut)
    assert broken > most


@pytest.mark.parametrize("change", [{"dpi": 5}, {"line_mm": -1}, {"repeat_mm": float("nan")}])
def test_limits_no_printer_has_are_refused(change: dict[str, float]) -> None:
    with pytest.raises(BriefError, match=next(iter(change))):
        Limits(**change)


def test_picking_goes_from_the_best_to_the_farthest_apart() -> None:
    turns = np.array([0.0, 0.02, 0.04, 1.5, 3.0])
    tiles = np.stack([np.cos(turns), np.sin(turns)], 1).astype(np.float32)
    scores = [0.9, 0.95, 1.0, 0.5, 0.4]
    assert pick(tiles, scores, 3, 0.0) == [2, 1, 0]
    apart = pick(tiles, scores, 3, 1.0)
    assert set(apart) == {0, 3, 4}
    assert spread(tiles[apart]) > spread(tiles[[2, 1, 0]])
    house = tiles[4:]
    assert pick(tiles, scores, 1, 1.0, house) == [0]
    assert away(tiles[[0]], house) > away(tiles[[3]], house)
    assert distances(tiles[:1], tiles[:1])[0, 0] == pytest.approx(0.0, abs=1e-6)
    assert (spread(tiles[:1]), pick(tiles, scores, 99, 0.5)[:1]) == (1.0, [2])
    with pytest.raises(BriefError, match="divergence"):
        pick(tiles, scores, 1, 1.5)
