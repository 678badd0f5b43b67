"""Larger index maps, screens, drawings and sheets: exact where they can be, near where they say."""

from __future__ import annotations

import io
import re

import numpy as np
import pypdfium2
import pytest
import resvg_py
from PIL import Image, ImageCms
from plates import recombined

from generator import ArchiveGenerator
from generator.draft import Draft
from generator.errors import BriefError
from generator.palette import ink_rgb
from generator.production.drawing import to_svg
from generator.production.enlarging import Enlarger
from generator.production.pictures import encode, encode_screen
from generator.production.screens import margin_px, screen
from generator.production.sheet import Swatch, swatch_sheet

INKS = ("#f6ecd6", "#17274f", "#c8553d", "#d6a01f")
NAMES = ("cream", "navy", "terracotta", "saffron")


@pytest.fixture(scope="module")
def draft() -> Draft:
    maker = ArchiveGenerator()
    return maker.generate(maker.plan("dense floral, small scale", INKS, 5, 256))


def rasterised(svg: str, edge: int) -> np.ndarray:
    data = bytes(resvg_py.svg_to_bytes(svg_string=svg, width=edge, height=edge, dpi=96))
    return np.asarray(Image.open(io.BytesIO(data)).convert("RGB"))


@pytest.mark.parametrize("edge", [512, 700, 1536])
def test_an_enlarged_map_is_the_same_design(draft: Draft, edge: int) -> None:
    large = Enlarger(draft.separations).index(edge)
    assert large.shape == (edge, edge)
    assert set(np.unique(large)) <= set(np.unique(draft.separations))
    places = ((np.arange(512) + 0.5) * edge / 512).astype(int)
    assert (large[np.ix_(places, places)] == draft.separations).mean() > (0.97 if edge > 512 else 0.9999)


def test_an_enlarged_map_is_seamless_and_does_not_know_its_strips(draft: Draft) -> None:
    moved = np.roll(draft.separations, (128, 64), axis=(0, 1))
    large = Enlarger(draft.separations).index(1024)
    assert np.array_equal(Enlarger(moved).index(1024), np.roll(large, (256, 128), axis=(0, 1)))
    enlarger = Enlarger(draft.separations)
    parts = [enlarger.rows(1024, top, top + 128) for top in range(0, 1024, 128)]
    assert np.array_equal(np.concatenate(parts), large)


def test_a_painted_tile_is_near_the_tile_itself(draft: Draft) -> None:
    assert np.array_equal(Enlarger(draft.separations).painted(256, INKS), draft.pixels())
    larger = Enlarger(draft.separations).painted(512, INKS).reshape(256, 2, 256, 2, 3).mean(axis=(1, 3))
    assert np.abs(larger - draft.pixels()).mean() < 3.5


def test_a_slanted_border_becomes_smooth() -> None:
    """A disc of radius 30 drawn eight times larger is a disc of radius 240, not a staircase."""
    y, x = np.mgrid[0:128, 0:128] - 63.5
    disc = np.hypot(x, y) < 30
    y, x = np.mgrid[0:1024, 0:1024] - 511.5
    expected = np.hypot(x, y) < 240
    wrong = Enlarger(disc.astype(np.uint8)).index(1024) != expected
    assert wrong.sum() < 0.5 * (np.kron(disc, np.ones((8, 8), bool)) != expected).sum()


@pytest.mark.parametrize("bad", [np.zeros((4, 5), np.uint8), np.zeros((4, 4), np.int64)])
def test_what_is_no_index_map_is_refused(bad: np.ndarray) -> None:
    with pytest.raises(BriefError, match=r"^separations: "):
        Enlarger(bad)


def test_too_large_a_map_is_refused(draft: Draft) -> None:
    with pytest.raises(BriefError, match=r"^width: "):
        Enlarger(draft.separations).rows(20_000, 0, 1)


def test_screens_recombine_exactly_and_share_their_marks(draft: Draft) -> None:
    index, dpi = Enlarger(draft.separations).index(600), 150
    margin = margin_px(dpi)
    files = [encode_screen(screen(index, ink, dpi, f"Tile ink {ink}"), dpi) for ink in range(len(INKS))]
    read = [Image.open(io.BytesIO(data)) for data in files]
    assert {picture.mode for picture in read} == {"1"}
    assert {picture.info["dpi"] for picture in read} == {(150.0, 150.0)}
    plates = [~np.asarray(picture) for picture in read]
    inner = [plate[margin:-margin, margin:-margin] for plate in plates]
    assert np.array_equal(recombined(inner), index)
    corners = [plate[:margin, :margin] for plate in plates]
    assert corners[0].any()
    assert all(np.array_equal(corners[0], corner) for corner in corners)


@pytest.mark.parametrize(("edge", "dpi"), [(256, 36), (256, 150), (256, 1200), (600, 150), (3780, 300)])
def test_the_caption_of_a_screen_touches_neither_marks_nor_the_tile(edge: int, dpi: int) -> None:
    label = "Harbour 01 midnight-garden   ink 3 of 3   terracotta #c8553d   640 mm at 300 dpi"
    blank = np.zeros((edge, edge), np.uint8)
    with_it, without = (~np.asarray(screen(blank, 1, dpi, text)) for text in (label, ""))
    caption, margin = with_it & ~without, margin_px(dpi)
    assert caption.sum() > 300
    assert np.array_equal(with_it & without, without)
    rows, columns = np.nonzero(caption)
    assert rows.min() >= margin + edge
    assert rows.max() < edge + 2 * margin - 1
    near, reach = margin // 2, margin // 3
    for centre in (near, margin + edge // 2, margin + edge + near):
        assert not ((columns >= centre - reach) & (columns <= centre + reach)).any()


def test_a_drawing_is_the_tile_in_named_layers(draft: Draft) -> None:
    svg = to_svg(draft.separations, INKS, NAMES, "640", "Harbour <01> & more")
    assert 'width="640mm"' in svg
    assert re.findall(r'id="(ink-\d)" .*?label="(\w+) #', svg) == [
        (f"ink-{place}", name) for place, name in enumerate(NAMES)
    ]
    expected = np.array([ink_rgb(ink) for ink in INKS], np.uint8)[draft.separations]
    assert (rasterised(svg, 512) == expected).all(axis=2).mean() > 0.999


def test_a_drawing_is_true_at_the_seam(draft: Draft) -> None:
    moved = np.roll(draft.separations, (256, 256), axis=(0, 1))
    first = rasterised(to_svg(draft.separations, INKS, NAMES, "100", "a"), 512)
    second = rasterised(to_svg(moved, INKS, NAMES, "100", "b"), 512)
    assert (np.roll(first, (256, 256), axis=(0, 1)) == second).all(axis=2).mean() > 0.9999


def test_a_drawing_has_holes_and_checks() -> None:
    checks = np.kron(np.indices((8, 8)).sum(axis=0) % 2, np.ones((8, 8), int)).astype(np.uint8)
    checks[18:22, 26:30] = 0
    shown = rasterised(to_svg(checks, INKS[:2], NAMES[:2], "10", "checks"), 64)
    expected = np.array([ink_rgb(ink) for ink in INKS[:2]], np.uint8)[checks]
    assert (shown == expected).all(axis=2).mean() > 0.97


@pytest.mark.parametrize("mime", ["image/png", "image/tiff"])
def test_a_picture_says_how_large_it_is_and_what_its_numbers_mean(draft: Draft, mime: str) -> None:
    data = encode(draft.pixels(), mime, 299.998)
    picture = Image.open(io.BytesIO(data))
    assert picture.info["dpi"] == pytest.approx((300, 300), abs=0.05)
    profile = ImageCms.ImageCmsProfile(io.BytesIO(picture.info["icc_profile"]))
    assert "sRGB" in ImageCms.getProfileDescription(profile)
    assert np.array_equal(np.asarray(picture), draft.pixels())
    assert encode(draft.pixels(), mime, 299.998) == data


def test_a_swatch_sheet_names_every_ink(draft: Draft) -> None:
    swatches = [Swatch(ink, name, 0.25) for ink, name in zip(INKS, NAMES, strict=True)]
    data = swatch_sheet("Harbour 01 Żółć", draft.pixels(), swatches, ["one tile: 640 mm"])
    assert data == swatch_sheet("Harbour 01 Żółć", draft.pixels(), swatches, ["one tile: 640 mm"])
    (page,) = pypdfium2.PdfDocument(data)
    text = page.get_textpage().get_text_range()
    assert all(f"{name}" in text and ink in text for ink, name in zip(INKS, NAMES, strict=True))
    assert "covers 25.0 %" in text
