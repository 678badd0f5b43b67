import cv2
import numpy as np
import pytest

from watermark import TorusMark
from watermark.lattice import fold
from watermark.lattice.fourier import PlaneSpectrum
from watermark.protocol import Lattice
from watermark.torus import search as module
from watermark.torus.layouts import multiples, parts
from watermark.torus.spectrum import lattice_spectrum, residual, spectrum
from watermark.torus.views import Looks, first_views, other_views

MARK_ID = 0x1234567890AB


@pytest.fixture(scope="module")
def torus():
    return TorusMark(b"the key of the tests of the search")


@pytest.fixture(scope="module")
def marked(torus):
    """A marked tile of scattered flat shapes."""
    rng = np.random.default_rng(6)
    sheet = np.full((1024, 1024, 3), (244, 236, 226), np.uint8)
    for _ in range(90):
        at, reach = rng.integers(0, 1024, 2), int(rng.integers(14, 60))
        ink = tuple(int(c) for c in rng.integers(20, 220, 3))
        for dx in (-1024, 0, 1024):
            for dy in (-1024, 0, 1024):
                cv2.circle(sheet, (int(at[0]) + dx, int(at[1]) + dy), reach, ink, -1)
    return torus.embed(cv2.resize(sheet, (512, 512), interpolation=cv2.INTER_AREA), MARK_ID)


def jpeg(picture):
    coded = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, 80])[1]
    return cv2.imdecode(coded, cv2.IMREAD_COLOR)


def laid(tile, layout, columns=5, rows=4):
    """Tiles laid edge to edge, dropped by half, or mirrored; halved, phase cut."""
    small = cv2.resize(tile, (256, 256), interpolation=cv2.INTER_AREA)
    if layout == "mirror":
        row = np.hstack([small, small[:, ::-1]])
        sheet = np.tile(np.vstack([row, row[::-1]]), (3, 3, 1))
    else:
        dropped = 128 if layout == "half-drop" else 0
        strip = np.tile(small, (rows + 1, 1, 1))
        sheet = np.hstack([np.roll(strip, dropped * (k % 2), axis=0) for k in range(columns)])
    return jpeg(np.ascontiguousarray(sheet[37:760, 51:1050]))


@pytest.mark.parametrize("layout", ["block", "half-drop", "mirror"])
def test_reads_a_straight_tile_in_every_layout(torus, marked, layout):
    reading = torus.read(laid(marked, layout))
    assert reading.mark_id == MARK_ID
    assert reading.p_value <= 1e-9
    assert not reading.cut_short


def test_the_first_lane_reads_a_plain_repeat_and_stops_early(torus, marked):
    looks = Looks(laid(marked, "block"))
    assert torus.read(looks.pixels, looks=looks, fast=True).mark_id == MARK_ID
    assert len(list(first_views(looks))) <= 5 < len(list(other_views(looks)))


def test_a_search_gives_the_same_answer_twice(torus, marked):
    suspect = laid(marked, "half-drop")
    one, two = torus.read(suspect), torus.read(suspect)
    assert (one.p_value, one.score, one.lattice) == (two.p_value, two.score, two.lattice)
    assert np.array_equal(one.tile, two.tile)


def test_says_when_the_safety_limit_cut_it_short(torus):
    noise = np.random.default_rng(1).integers(0, 256, (300, 300, 3), np.uint8)
    reading = torus.read(noise, budget_seconds=0)
    assert reading.mark_id is None
    assert reading.cut_short


def test_later_views_need_more(torus, marked, monkeypatch):
    """The m-th view pays for m (m + 1): the same mark found later has a larger bound."""
    suspect = laid(marked, "block")
    looks = Looks(suspect)
    view = next(v for v in first_views(looks) if v.lattice.kind != "whole")
    bounds = []
    for before in (0, 30):
        monkeypatch.setattr(
            module, "first_views", lambda _, n=before: iter([next(first_views(looks))] * n + [view])
        )
        bounds.append(module.search(suspect, torus._ring, fast=True))
    assert bounds[0].score == bounds[1].score
    assert bounds[0].p_value <= bounds[1].p_value


def test_sampling_the_suspect_agrees_with_folding_it(marked):
    sheet = np.tile(marked, (3, 3, 1))[:1100, :1200]
    lattice = Lattice((512.0, 0.0), (0.0, 512.0), (600.0, 550.0))
    tile, _ = fold(sheet, lattice)
    plane = residual(tile, "bilateral")
    seen = lattice_spectrum(PlaneSpectrum(np.tile(plane, (2, 2))), np.diag([512.0, 512.0]))
    exact = spectrum(plane, 512.0)
    shifted = np.abs((seen * exact.conj()).sum())
    axis = np.arange(-128, 129)
    best = max(
        abs((seen * exact.conj() * np.exp(2j * np.pi * (axis[:, None] * dy + axis * dx) / 2)).sum())
        for dy in (0, 1)
        for dx in (0, 1)
    )
    assert max(best, shifted) > 0.95 * (np.abs(seen) * np.abs(exact)).sum()


def test_a_half_drop_is_taken_apart_into_its_upright_tile():
    period = np.array([[100.0, 50.0], [0.0, 100.0]])
    tiles = [tile for tile in parts(period) if tile.parity != "all"]
    assert any(np.allclose(np.abs(tile.basis), 100 * np.eye(2)) for tile in tiles)


def test_multiples_of_a_motif_are_near_squares_inside_the_picture():
    motif = Lattice((40.0, 0.0), (0.0, 20.0), score=0.99)
    found = multiples([motif], (400, 600), 90)
    sides = [np.hypot(*basis.T) for basis in found]
    assert sides
    assert all(side.min() >= 90 and side.max() < 0.85 * 600 for side in sides)
    assert all(side.max() / side.min() < 1.06 for side in sides)
