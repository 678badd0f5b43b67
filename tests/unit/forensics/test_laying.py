"""Laying a tile over a suspect: type of the repeat, size, turn, region, colours. And what is drawn of it."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from forensics import ColourChange, Evidence, Found, Overlay, RepeatType, Signal, Verdict, draw
from forensics.describing.colourway import colourway
from forensics.describing.laying import Laid, lay
from forensics.describing.plane import edges_of
from forensics.describing.regions import area, filled, outline, overlap, region, uncovered, without
from forensics.describing.repeats import AS_IS, Laying, Turn, frames, layings, repeat_of
from forensics.describing.unrolled import folded
from forensics.report import SMALLEST_P

Image = NDArray[np.uint8]
SIDE = 256
LAYOUTS = ("block", "half-drop", "brick", "mirror")


def laid_out(tile: Image, layout: str, across: NDArray[np.float64], down: NDArray[np.float64]) -> Image:
    """The endless repeat of a tile at tile coordinates, laid in one of four ways."""
    column, row = np.floor(across), np.floor(down)
    if layout == "half-drop":
        down = down + 0.5 * (column % 2)
    if layout == "brick":
        across = across + 0.5 * (row % 2)
    x, y = across % 1.0, down % 1.0
    if layout == "mirror":
        x, y = np.where(column % 2, 1.0 - x, x), np.where(row % 2, 1.0 - y, y)
    n = tile.shape[0]
    wrapped = cv2.copyMakeBorder(tile, 2, 2, 2, 2, cv2.BORDER_WRAP)
    at = (np.asarray(v * n + 1.5, np.float32) for v in (x, y))
    return np.asarray(cv2.remap(wrapped, *at, cv2.INTER_LINEAR), np.uint8)


def picture(tile: Image, layout: str = "block", *, px: float = 150.0, degrees: float = 0.0) -> Image:
    """620 x 560 px, a tile ``px`` wide, turned, its phase such that no cell starts at the border."""
    y, x = np.mgrid[0:560, 0:620] / px
    turn = np.deg2rad(degrees)
    across = np.cos(turn) * x + np.sin(turn) * y + 0.37
    down = -np.sin(turn) * x + np.cos(turn) * y + 0.21
    return laid_out(tile, layout, across, down)


def lattice(layout: str, px: float, degrees: float) -> NDArray[np.float64]:
    """What a blind reader would recover: the reduced basis of the layout, anywhere."""
    turn = np.deg2rad(degrees)
    right, lower = np.array([np.cos(turn), np.sin(turn)]) * px, np.array([-np.sin(turn), np.cos(turn)]) * px
    u, v = {
        "block": (right, lower),
        "half-drop": (right + lower / 2, lower),
        "brick": (right, lower + right / 2),
        "mirror": (2 * right, 2 * lower),
    }[layout]
    return np.array([[u[0], v[0], 301.0], [u[1], v[1], 277.0], [0, 0, 1.0]])


def placed(tile: Image, suspect: Image, start: NDArray[np.float64]) -> Laid:
    laid = lay(suspect, [start, *frames(start, (310.0, 280.0), 1.0)], tile)
    assert laid is not None
    return laid


@pytest.mark.parametrize(("layout", "degrees"), zip(LAYOUTS, (0.0, 9.0, 0.0, -14.0), strict=True))
def test_type_size_and_turn_of_the_repeat(tile: Image, layout: str, degrees: float) -> None:
    laid = placed(tile, picture(tile, layout, degrees=degrees), lattice(layout, 150.0, degrees))
    assert laid.laying.type.value == layout
    assert laid.sure > 0.3
    repeat = repeat_of(laid.unit, laid.middle, "mark")
    assert repeat.width_px == pytest.approx(150, abs=1)
    assert repeat.height_px == pytest.approx(150, abs=1)
    assert (repeat.angle_deg - degrees + 45) % 90 - 45 == pytest.approx(0.0, abs=0.5)


def test_fold_lies_as_the_registered_tile(tiles: list[Image]) -> None:
    for number, layout in ((0, "half-drop"), (2, "mirror")):
        suspect = np.ascontiguousarray(np.rot90(picture(tiles[number], layout)[:, ::-1]))
        laid = lay(suspect, [lattice("block", 150.0, 0.0)], tiles[number])
        assert laid is not None
        fold, weight = folded(suspect, laid, tiles[number], 128)
        seen = edges_of(np.clip(fold, 0, 255).astype(np.uint8), 128)
        assert np.corrcoef(seen.ravel(), edges_of(tiles[number], 128).ravel())[0, 1] > 0.8
        assert weight.min() > 0


def test_a_tile_that_looks_the_same_in_brick_is_called_a_block_repeat() -> None:
    stripes = np.zeros((SIDE, SIDE, 3), np.uint8)
    stripes[:, :] = np.where((np.arange(SIDE) // 32 % 2)[:, None, None], 200, 40)
    stripes[96:128] = (180, 60, 60)
    laid = placed(stripes, picture(stripes, "brick"), lattice("block", 150.0, 0.0))
    assert laid.laying.type is RepeatType.BLOCK
    assert RepeatType.BRICK in laid.alike


def test_a_stranger_hardly_agrees(tiles: list[Image]) -> None:
    own = placed(tiles[1], picture(tiles[1]), lattice("block", 150.0, 0.0))
    other = lay(picture(tiles[2]), [lattice("block", 150.0, 0.0)], tiles[1])
    assert own.agreement > 0.9
    assert other is None or other.agreement < 0.5


def _hue(image: Image) -> Image:
    hsv = cv2.cvtColor(image, cv2.COLOR_RGB2HSV_FULL)
    hsv[..., 0] = (hsv[..., 0].astype(int) + round(80 * 256 / 360)) % 256
    return np.asarray(cv2.cvtColor(hsv, cv2.COLOR_HSV2RGB_FULL), np.uint8)


def _grey(image: Image) -> Image:
    return np.repeat(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)[..., None], 3, axis=2)


COLOURS: dict[ColourChange, Callable[[Image], Image]] = {
    ColourChange.SAME: lambda image: np.clip(image * 0.8 + 12.0, 0, 255).astype(np.uint8),
    ColourChange.HUE: _hue,
    ColourChange.GREY: _grey,
    ColourChange.INVERTED: lambda image: 255 - image,
    ColourChange.CHANNELS: lambda image: np.ascontiguousarray(image[..., ::-1]),
}
INKS = np.array([(244, 239, 230), (200, 85, 61), (47, 72, 88), (242, 177, 52)], np.uint8)


def _inked(tiles: list[Image]) -> Image:
    """A tile in four well-known inks."""
    labels = np.unique(tiles[3].reshape(-1, 3), axis=0, return_inverse=True, return_counts=True)
    four = np.argsort(-labels[2])[:4]
    pure = labels[0][four].astype(float)
    nearest = ((tiles[3].reshape(-1, 1, 3) - pure) ** 2).sum(-1).argmin(1)
    return INKS[nearest].reshape(tiles[3].shape)


@pytest.mark.parametrize("change", COLOURS)
def test_colourway_in_a_word(tiles: list[Image], change: ColourChange) -> None:
    tile = _inked(tiles)
    suspect = COLOURS[change](picture(tile))
    found = colourway(suspect, placed(tile, suspect, lattice("block", 150.0, 0.0)), tile)
    assert found.change is change
    assert len(found.inks) == 4
    if change is ColourChange.HUE:
        assert found.hue_deg == pytest.approx(80, abs=5)
    assert found.channels == ("bgr" if change is ColourChange.CHANNELS else None)


def test_each_ink_and_the_colour_seen_in_its_place(tiles: list[Image]) -> None:
    tile = _inked(tiles)
    swapped = INKS[[1, 2, 3, 0]]
    nearest = ((tile.reshape(-1, 1, 3).astype(float) - INKS) ** 2).sum(-1).argmin(1)
    suspect = picture(swapped[nearest].reshape(tile.shape))
    found = colourway(suspect, placed(tile, suspect, lattice("block", 150.0, 0.0)), tile)
    assert found.change is ColourChange.REINKED
    for ink in found.inks:
        old, new = (np.array([int(c[k : k + 2], 16) for k in (1, 3, 5)]) for c in (ink.registered, ink.seen))
        wanted = swapped[((INKS.astype(int) - old) ** 2).sum(-1).argmin()]
        assert np.abs(new - wanted).max() < 30


def test_region_is_where_the_tile_is(tile: Image) -> None:
    rng = np.random.default_rng(4)
    room = cv2.GaussianBlur(rng.integers(0, 255, (560, 620, 3)).astype(np.uint8), (0, 0), 2.0)
    suspect = np.asarray(room, np.uint8).copy()
    suspect[90:480, 120:500] = picture(tile)[90:480, 120:500]
    laid = placed(tile, suspect, lattice("block", 150.0, 0.0))
    place = region(suspect, laid, tile)
    truth = ((120.0, 90.0), (500.0, 90.0), (500.0, 480.0), (120.0, 480.0))
    size = (620, 560)
    both = (filled(place, size) & filled(truth, size)).sum()
    assert both > 0.8 * max(filled(place, size).sum(), filled(truth, size).sum())
    assert uncovered(suspect, [place], 1.0) == pytest.approx(1 - area(place) / (620 * 560), abs=0.02)
    rest = without(suspect, [place])
    assert rest[280, 300].std() < 40
    assert (rest[10, 10] == suspect[10, 10]).all()


def test_outline_is_clockwise_and_inside() -> None:
    mask = np.zeros((50, 80), np.bool_)
    mask[10:40, 20:70] = True
    place = outline(mask, 2.0, (160, 100))
    assert area(place) == pytest.approx(50 * 30 * 4, rel=0.1)
    points = np.array(place)
    after = np.roll(points, -1, axis=0)
    assert (points[:, 0] * after[:, 1] - after[:, 0] * points[:, 1]).sum() > 0
    assert overlap(place, ((40, 20), (60, 20), (60, 40), (40, 40)), (160, 100)) == 1.0
    assert outline(np.zeros((9, 9), np.bool_), 1.0, (9, 9)) == ()


def test_turns_are_undone_and_layings_agree_with_themselves_moved() -> None:
    values = np.arange(64).reshape(8, 8)
    for turn in (
        AS_IS,
        Turn(half_x=True),
        Turn(half_y=True),
        Turn(flip_x=True),
        Turn(flip_x=True, flip_y=True),
    ):
        assert (turn.undone(turn.of(values)) == values).all()
    for laying in layings():
        moved: Laying = laying.moved(1, 1)
        assert moved.turn(0, 0) == laying.turn(1, 1)
        assert moved.moved(1, 1) == laying


def test_sheet_is_the_same_every_time_and_does_without_a_tile(tile: Image) -> None:
    suspect = picture(tile, "half-drop", degrees=5)
    laid = placed(tile, suspect, lattice("half-drop", 150.0, 5.0))
    evidence = Evidence("a", 5, Signal.MARK, SMALLEST_P, overlay=Overlay(tuple(laid.unit.ravel().tolist())))
    found = Found("a", 5, (evidence,))
    assert found.verdict is Verdict.PROVEN
    sheets = [draw(suspect, shown, tile) for shown in (found, evidence)]
    assert np.array_equal(sheets[0], sheets[1])
    assert sheets[0].shape[1:] == (1120, 3)
    assert draw(suspect, evidence, None).shape[0] < sheets[0].shape[0]
    nowhere = Evidence("a", None, Signal.COPY, 1.0)
    assert draw(suspect, nowhere, tile).dtype == np.uint8
