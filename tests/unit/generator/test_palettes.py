"""Palettes: names, hex, colour books and photographs become inks; what is wrong with them is said."""

from __future__ import annotations

import numpy as np
import pytest

from generator import palettes
from generator.errors import BriefError
from generator.palettes import colour


def flat(*inks: str) -> np.ndarray:
    """A picture of vertical bands, one of each ink, the first twice as wide."""
    widths = [80, *(40 for _ in inks[1:])]
    bands = [
        np.tile(np.array(colour.ink_rgb(ink), np.uint8), (60, wide, 1))
        for ink, wide in zip(inks, widths, strict=True)
    ]
    return np.concatenate(bands, axis=1)


def test_names_and_hex_are_mixed_and_spelling_does_not_matter() -> None:
    assert palettes.resolve(["Chalk", "#17274F", "dusty  rose", "fff"]) == (
        palettes.NAMES["chalk"],
        "#17274f",
        palettes.NAMES["dusty-rose"],
        "#ffffff",
    )


def test_every_name_is_a_colour_of_its_own() -> None:
    assert len(palettes.NAMES) >= 150
    assert len(set(palettes.NAMES.values())) == len(palettes.NAMES)
    assert all(palettes.nearest_name(ink) == name for name, ink in list(palettes.NAMES.items())[::9])


@pytest.mark.parametrize(
    ("inks", "told"),
    [
        (["indgo", "chalk"], "indigo"),
        (["navy", "#17274f"], "'navy' and '#17274f' are the same ink"),
        (["chalk"], "has 1 inks"),
        (["chalk", "zzzzqq"], "no colour we know"),
        ("navy", "not a list"),
        ([1, 2], "not a list"),
        (["chalk", "jet", "navy", "lime", "rose", "gold", "plum"], "inks"),
    ],
)
def test_what_is_no_palette_is_told(inks: list[str], told: str) -> None:
    with pytest.raises(BriefError, match="palette") as refused:
        palettes.resolve(inks)
    assert told in str(refused.value)


def test_a_book_of_ones_own_goes_before_our_names() -> None:
    book = palettes.read_book(b"name,hex\nNavy,#000080\nHouse Red,B31B1B\n")
    assert palettes.resolve(["navy", "house-red"], book) == ("#000080", "#b31b1b")


def test_a_book_in_lab_is_converted() -> None:
    book = palettes.read_book("code;L;a;b\n12-34;53.59;0;0\nwhite;100;0;0\n".encode("utf-8-sig"))
    assert book == {"12-34": "#808080", "white": "#ffffff"}
    assert palettes.read_book(b"black,0,0,0\n") == {"black": "#000000"}


@pytest.mark.parametrize(
    "data",
    [
        b"name;L;a;b\n12-34;53,59;0,0;0,0\n",
        b"12-34;53,59;0,0;0,0\n",
        b"Name\tL\ta\tb\n12-34\t53,59\t0\t0\n",
        b'12-34,"53,59",0,0\n',
    ],
)
def test_decimals_of_a_book_may_have_a_comma(data: bytes) -> None:
    assert palettes.read_book(data) == {"12-34": "#808080"}


def test_empty_cells_at_the_end_of_a_line_count_for_nothing() -> None:
    assert palettes.read_book(b"name,hex\nIndigo,#17274f,\n") == {"Indigo": "#17274f"}
    assert len(palettes.read_book(b"name,L,a,b\nRed,52,48,20,\n")) == 1


def test_no_two_inks_of_a_palette_share_a_name() -> None:
    near, ours = ("#28316c", "#26306a"), "#27306b"
    assert palettes.told_apart((*near, ours)) == ("indigo-2", "indigo-3", "indigo")
    assert palettes.told_apart((ours, near[0]), ["Indigo 2"]) == ("Indigo 2", "indigo")
    assert palettes.told_apart((near[0], ours), ["Indigo", None]) == ("Indigo", "indigo-2")
    assert palettes.called([ours, near[0], "paper"], {"Paper": "#faf7f0"}) == ("indigo", "indigo-2", "paper")


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "0 lines"),
        (b"name,hex\n", "no colour"),
        (b"\xff\xfe\x00", "no CSV"),
        (b"red,#ff000\n", "line 1"),
        (b"name,hex\nred,#ff0000\nred,#00ff00\n", "line 3"),
        (b"green,87,-120,90\n", "outside of sRGB"),
        (b"odd,x,y,z\n", "no numbers"),
        (b"odd,500,0,0\n", "L is 0 to 100"),
        (b"name,cmyk\nred,1\n", "no hex column"),
        (b",#ff0000\n", "no name"),
        (b"red\n", "1 columns"),
        (b"red,52,1,48,0,20,5\n", "decimal commas"),
        (b"name,L,a,b\nred,52,1,48,0,20,5\n", "line 2"),
    ],
)
def test_a_bad_line_of_a_book_is_named(data: bytes, told: str) -> None:
    with pytest.raises(BriefError) as refused:
        palettes.read_book(data)
    assert told in str(refused.value)


def test_a_photograph_gives_the_inks_it_is_made_of_largest_first() -> None:
    inks = ("#f6ecd6", "#17274f", "#c8553d")
    picture = flat(*inks)
    assert set(palettes.from_photograph(picture, 3)) == set(inks)
    assert palettes.from_photograph(picture, 3)[0] == inks[0]
    assert palettes.from_photograph(picture, 3) == palettes.from_photograph(picture, 3)


def test_a_photograph_with_light_and_noise_gives_inks_that_are_near() -> None:
    picture = flat("#f6ecd6", "#17274f", "#c8553d").astype(float)
    picture *= np.linspace(0.92, 1.0, picture.shape[1])[None, :, None]
    noisy = np.clip(picture + np.random.default_rng(1).normal(0, 6, picture.shape), 0, 255).astype(np.uint8)
    found = palettes.from_photograph(noisy, 3)
    for ink in ("#f6ecd6", "#17274f", "#c8553d"):
        assert min(colour.difference(ink, each) for each in found) < 6


@pytest.mark.parametrize(("count", "field"), [(4, "palette"), (1, "inks"), (40, "inks"), (True, "inks")])
def test_a_photograph_of_too_few_colours_or_a_bad_count_is_refused(count: int, field: str) -> None:
    with pytest.raises(BriefError) as refused:
        palettes.from_photograph(flat("#ffffff", "#000000"), count)
    assert refused.value.field == field


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ((50.0, 2.6772, -79.7751), (50.0, 0.0, -82.7485), 2.0425),
        ((50.0, 0.0, 0.0), (50.0, -1.0, 2.0), 2.3669),
        ((50.0, 2.5, 0.0), (73.0, 25.0, -18.0), 27.1492),
        ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
        ((2.0776, 0.0795, -1.135), (0.9033, -0.0636, -0.5514), 0.9082),
        ((50.0, -0.001, 2.49), (50.0, 0.0011, -2.49), 4.7461),
    ],
)
def test_the_difference_is_that_of_the_published_pairs(
    first: colour.Lab, second: colour.Lab, expected: float
) -> None:
    assert colour.ciede2000(first, second) == pytest.approx(expected, abs=5e-5)


def test_colours_come_back_from_every_space() -> None:
    for ink in ("#000000", "#ffffff", "#c8553d", "#123456"):
        light = colour.light_of(ink)
        assert colour.ink_of(colour.light_of_lab(colour.lab_of(light))) == ink
        assert colour.ink_of(colour.light_of_oklab(colour.oklab(light))) == ink
    assert colour.contrast("#000000", "#ffffff") == pytest.approx(21.0)
    assert colour.contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


def test_grey_is_grey_to_everybody() -> None:
    for deficiency in colour.DEFICIENCIES:
        assert colour.ink_of(colour.seen("#808080", deficiency)) == "#808080"


def test_red_and_green_fall_together_for_those_without_their_cones() -> None:
    report = palettes.check(["#ffffff", "#b0623a", "#7f7a35"])
    (warned,) = report.warnings
    assert warned.code == "inks-alike-to-colour-blind"
    assert warned.inks == (1, 2)
    assert "protanopia" in warned.text or "deuteranopia" in warned.text
    assert "tritanopia" not in warned.text


def test_alike_and_faint_inks_are_named_and_only_where_they_touch() -> None:
    faint = palettes.check(["#ffffff", "#f2f2f0", "#f0e0c0"])
    assert [each.code for each in faint.warnings] == ["inks-alike", "low-contrast"]
    assert palettes.check(["#ffffff", "#101010", "#141414"], touching={(0, 1), (0, 2)}).warnings == ()


def test_touching_is_read_from_the_separations_across_their_edges() -> None:
    separations = np.zeros((64, 64), np.uint8)
    separations[:, 40:] = 1
    separations[20:30, 50:60] = 2
    assert palettes.touching(separations) == {(0, 1), (1, 2)}
    assert palettes.touching(np.roll(separations, 24, axis=1)) == {(0, 1), (1, 2)}


def test_swatches_show_every_ink() -> None:
    inks = ("#f6ecd6", "#17274f", "#c8553d")
    picture = palettes.swatches(inks, ["cream", "navy", "Żółć"])
    shown = {tuple(pixel) for pixel in picture.reshape(-1, 3)[::7].tolist()}
    assert {colour.ink_rgb(ink) for ink in inks} <= shown
