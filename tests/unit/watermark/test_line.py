"""The mark in the line: budget, null distribution, palettes, misalignment, two copies averaged."""

from __future__ import annotations

from itertools import pairwise

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from watermark.errors import MarkError, MarkIdError, MarkKeyError, PictureError
from watermark.line import LineMark, false_match_bound, threshold
from watermark.line.flips import flips
from watermark.line.palette import FLAT, Palette
from watermark.line.pvalue import log_tail
from watermark.quality import psnr, ssim

Picture = NDArray[np.uint8]

KEY = b"a key of the line, for tests only"
OTHER_KEY = b"another key, which marked nothing"
ID, OTHER_ID = 0xC0FFEE123456, 0x0BADF00D0001
SIDE = 512
INKS = np.array([(246, 233, 228), (196, 69, 106), (63, 95, 66), (242, 184, 160), (40, 52, 92)], np.float32)
FULL = np.ones((SIDE, SIDE), np.float32)


def scattered(side: int = SIDE, count: int = 260) -> Picture:
    """Flat, anti-aliased discs of four inks on a ground, seamless."""
    rng = np.random.default_rng(5)
    inks = [(246, 233, 228), (196, 69, 106), (63, 95, 66), (242, 184, 160), (40, 52, 92)]
    sheet = np.full((3 * side, 3 * side, 3), inks[0], np.uint8)
    for _ in range(count):
        x, y = rng.integers(0, 3 * side, 2)
        radius = int(rng.uniform(0.02, 0.06) * side)
        ink = inks[int(rng.integers(1, 5))]
        for dx in (-3 * side, 0, 3 * side):
            for dy in (-3 * side, 0, 3 * side):
                cv2.circle(sheet, (int(x) + dx, int(y) + dy), radius, ink, -1)
    return np.asarray(cv2.resize(sheet, (side, side), interpolation=cv2.INTER_AREA), np.uint8)


def coded(picture: Picture, quality: int) -> Picture:
    data = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    return np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR), np.uint8)


def posterised(picture: Picture, count: int) -> Picture:
    """Every pixel one of `count` new inks."""
    flat = picture.reshape(-1, 3).astype(np.float32)
    cv2.setRNGSeed(3)
    stop = (cv2.TERM_CRITERIA_EPS + cv2.TERM_CRITERIA_MAX_ITER, 20, 0.5)
    _, _, centres = cv2.kmeans(
        flat[::13].copy(), count, np.zeros(0, np.int32), stop, 2, cv2.KMEANS_PP_CENTERS
    )
    nearest = ((flat[:, None] - centres[None]) ** 2).sum(2).argmin(1)
    inks = np.random.default_rng(8).permutation(
        np.array([(20, 60, 200), (230, 220, 90), (90, 20, 60), (200, 120, 230), (40, 160, 120)], np.uint8)
    )
    return np.asarray(inks[nearest].reshape(picture.shape), np.uint8)


def shifted_smoothly(picture: Picture) -> NDArray[np.float32]:
    """Off by a px and a half, differently everywhere."""
    y, x = np.mgrid[0:SIDE, 0:SIDE].astype(np.float32)
    turn = 2 * np.pi / SIDE
    down = 0.8 + 0.7 * np.sin(turn * x + 1) + 0.3 * np.cos(2 * turn * y)
    right = -0.6 + 0.7 * np.cos(turn * y) + 0.3 * np.sin(turn * (x + y))
    wide = cv2.copyMakeBorder(picture.astype(np.float32), 8, 8, 8, 8, cv2.BORDER_WRAP)
    return np.asarray(cv2.remap(wide, x + 8 + right, y + 8 + down, cv2.INTER_CUBIC), np.float32)


@pytest.fixture(scope="module")
def drawn() -> Picture:
    return scattered()


@pytest.fixture(scope="module")
def line() -> LineMark:
    return LineMark(KEY)


@pytest.fixture(scope="module")
def marked(drawn: Picture, line: LineMark) -> Picture:
    return line.displace(drawn, ID)


def test_keeps_the_quality_budget(drawn: Picture, line: LineMark, marked: Picture) -> None:
    assert psnr(drawn, marked) >= 45.8
    assert ssim(drawn, marked) >= 0.997
    quieter = line.displace(drawn, ID, loudest_db=50)
    assert 49.5 <= psnr(drawn, quieter) <= 51


def test_makes_no_colour_beyond_its_neighbours(drawn: Picture, marked: Picture) -> None:
    around = cv2.copyMakeBorder(drawn, 1, 1, 1, 1, cv2.BORDER_WRAP)
    least = cv2.erode(around, np.ones((3, 3), np.uint8))[1:-1, 1:-1]
    most = cv2.dilate(around, np.ones((3, 3), np.uint8))[1:-1, 1:-1]
    assert np.all((marked >= least) & (marked <= most))


def test_keeps_the_type_and_is_the_same_every_time(drawn: Picture, line: LineMark, marked: Picture) -> None:
    exact = line.displace(drawn.astype(np.float32), ID)
    assert exact.dtype == np.float32
    assert np.abs(exact - marked).max() <= 0.5 + 1e-3
    assert np.array_equal(marked, LineMark(KEY).displace(drawn, ID))
    first = line.evidence(marked.astype(np.float32), FULL, drawn, [ID])
    assert np.array_equal(first, LineMark(KEY).evidence(marked.astype(np.float32), FULL, drawn, [ID]))


def test_reads_after_jpeg_and_a_smooth_misalignment(drawn: Picture, line: LineMark, marked: Picture) -> None:
    seen = shifted_smoothly(coded(marked, 70))
    asked, other = line.evidence(seen, FULL, drawn, [ID, OTHER_ID])
    assert asked > 12
    assert abs(other) < 6


@pytest.mark.parametrize("inks", [4, 5])
def test_survives_a_hard_palette(drawn: Picture, line: LineMark, marked: Picture, inks: int) -> None:
    seen = coded(posterised(marked, inks), 85).astype(np.float32)
    assert line.evidence(seen, FULL, drawn, [ID])[0] > 9


def test_reads_a_part(drawn: Picture, line: LineMark, marked: Picture) -> None:
    weight = FULL.copy()
    weight[:, 250:] = 0
    seen = marked.astype(np.float32) * weight[..., None]
    assert line.evidence(seen, weight, drawn, [ID])[0] > 9


def test_two_averaged_copies_name_both(drawn: Picture, line: LineMark, marked: Picture) -> None:
    second = line.displace(drawn, OTHER_ID)
    seen = (marked.astype(np.float32) + second) / 2
    both = line.evidence(seen, FULL, drawn, [ID, OTHER_ID, 7])
    assert both[:2].min() > 9
    assert abs(both[2]) < 6


@pytest.mark.parametrize("side", [256, 1024])
def test_the_size_of_the_tile_does_not_matter(line: LineMark, side: int) -> None:
    tile = scattered(side)
    small = cv2.resize(line.displace(tile, ID).astype(np.float32), (SIDE, SIDE), interpolation=cv2.INTER_AREA)
    assert line.evidence(small, FULL, tile, [ID])[0] > 9


def test_a_tile_need_not_be_square(line: LineMark) -> None:
    tile = np.ascontiguousarray(cv2.resize(scattered(), (768, 512), interpolation=cv2.INTER_AREA))
    seen = cv2.resize(line.displace(tile, ID).astype(np.float32), (SIDE, SIDE), interpolation=cv2.INTER_AREA)
    assert line.evidence(seen, FULL, tile, [ID])[0] > 9


def test_without_the_mark_z_stays_below_its_bound(drawn: Picture, line: LineMark, marked: Picture) -> None:
    """Many ids asked of suspects unmarked, noisy, of another id and of another key."""
    rng = np.random.default_rng(2)
    noisy = drawn + rng.normal(0, 6, drawn.shape)
    suspects = [drawn, noisy, marked, LineMark(OTHER_KEY).displace(drawn, ID)]
    ids = [int(n) for n in rng.integers(0, 1 << 48, 400)]
    z = np.concatenate([line.evidence(np.asarray(s, np.float32), FULL, drawn, ids) for s in suspects])
    for level in (2.5, 3.0, 3.5, 4.0):
        assert (z >= level).mean() <= min(1.0, false_match_bound(level)) + 3 / len(z)
    assert z.max() < 5.5


def test_the_bound() -> None:
    assert false_match_bound(0) == 1
    assert false_match_bound(-3) == 1
    assert false_match_bound(threshold(1000), 1000) == pytest.approx(1e-9)
    assert false_match_bound(9, 2) == pytest.approx(2 * false_match_bound(9))
    assert 0 < false_match_bound(1e6) < 1e-299
    steps = [log_tail(z / 4) for z in range(-4, 400)]
    assert all(one >= next_ for one, next_ in pairwise(steps))
    assert log_tail(7) < -(7**2) / 2 < log_tail(7) + 1.5


def test_sums_of_few_waves_keep_to_the_bound() -> None:
    """The fewer the components and the more unequal, the farther from normal: the bound must hold still."""
    rng = np.random.default_rng(6)
    for sizes in ([1.0], [1.0] * 3, [3.0, 1, 1, 1, 1], [1.0] * 40, list(np.geomspace(1, 0.01, 60))):
        a = np.array(sizes)
        z = np.concatenate(
            [np.cos(rng.uniform(0, 2 * np.pi, (50_000, len(a)))) @ a for _ in range(8)]
        ) / np.sqrt((a**2).sum() / 2)
        for level in (1.0, 1.4, 2.0, 2.5, 3.0, 3.5, 4.0):
            assert (z >= level).mean() <= np.exp(log_tail(level))


def test_refuses_what_it_cannot_mark(drawn: Picture, line: LineMark) -> None:
    with pytest.raises(MarkKeyError, match="key"):
        LineMark(b"short")
    with pytest.raises(MarkIdError, match="mark_id"):
        line.displace(drawn, 1 << 48)
    with pytest.raises(MarkError, match="amplitude"):
        LineMark(KEY, amplitude=0)
    with pytest.raises(PictureError, match="shape"):
        line.displace(drawn[..., 0], ID)
    with pytest.raises(PictureError, match="seen"):
        line.evidence(FULL, FULL, drawn, [ID])


def test_nothing_seen_is_no_evidence(drawn: Picture, line: LineMark) -> None:
    nothing = np.zeros((SIDE, SIDE, 3), np.float32)
    assert line.evidence(nothing, np.zeros_like(FULL), drawn, [ID])[0] == pytest.approx(0, abs=1e-3)


def test_flat_cloth_is_no_evidence(line: LineMark) -> None:
    flat = np.full((SIDE, SIDE, 3), 120, np.uint8)
    assert np.array_equal(line.displace(flat, ID), flat)
    assert abs(line.evidence(flat.astype(np.float32), FULL, flat, [ID])[0]) < 6


def test_labels_tell_which_way_the_line_went(drawn: Picture, line: LineMark, marked: Picture) -> None:
    """Of a hard palette on the very pixels, the likelihood of the inks is a view of its own."""
    art = drawn.astype(np.float32)
    palette = Palette(INKS, INKS, FLAT)
    seen = palette.paint(marked.astype(np.float32))
    score = flips(art, seen, FULL, palette)
    along = (score * line.field.displacement(ID, SIDE)).sum()
    others = [float((score * line.field.displacement(n, SIDE)).sum()) for n in range(1, 40)]
    assert along > 6 * np.std(others)
    assert not flips(art, seen, FULL, Palette(INKS[:1], INKS[:1], FLAT)).any()
