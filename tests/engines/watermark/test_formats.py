"""`mark` takes a picture in the format it has and gives it back in that format."""

import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest

from watermark import MarkNotReadError, PictureError, SvdMark, TorusMark, mark
from watermark.formats import as_seen
from watermark.quality import psnr

MARK_ID = 0xABCDEF012345


@pytest.fixture(scope="module")
def torus():
    return TorusMark(b"a key for tests only")


def with_hole(colour):
    """The picture with a soft-edged round hole of full transparency, black underneath."""
    alpha = np.full(colour.shape[:2], 255, np.uint8)
    cv2.circle(alpha, (200, 240), 120, 0, -1)
    alpha = cv2.GaussianBlur(alpha, (0, 0), 1.5)
    colour = colour.copy()
    colour[alpha == 0] = 0
    return np.dstack([colour, alpha])


def grey(tile):
    return cv2.cvtColor(tile, cv2.COLOR_RGB2GRAY)


def deep(picture):
    """16 bits with something in the low 8 of them, as a painting program leaves it."""
    low = np.random.default_rng(3).integers(0, 200, picture.shape)
    return np.clip(picture.astype(np.int64) * 257 + low - 100, 0, 65535).astype(np.uint16)


FORMATS = {
    "grey": grey,
    "grey 1": lambda t: grey(t)[..., None],
    "grey alpha": lambda t: with_hole(grey(t)),
    "rgb": lambda t: t,
    "rgba": with_hole,
    "grey 16": lambda t: deep(grey(t)),
    "rgb 16": deep,
    "rgba 16": lambda t: np.dstack([deep(t), with_hole(t)[..., 3].astype(np.uint16) * np.uint16(257)]),
    "rgb 640x400": lambda t: cv2.resize(t, (640, 400), interpolation=cv2.INTER_AREA),
    "rgb 256": lambda t: cv2.resize(t, (256, 256), interpolation=cv2.INTER_AREA),
}


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_comes_back_as_it_went_in(torus, tiles, name):
    picture = FORMATS[name](tiles["floral"])
    before = picture.copy()
    marked = mark(torus, picture, MARK_ID)
    assert np.array_equal(picture, before), "the input was changed"
    assert (marked.shape, marked.dtype) == (picture.shape, picture.dtype)
    assert torus.read(as_seen(marked)).mark_id == MARK_ID
    assert psnr(as_seen(picture), as_seen(marked)) >= 42


@pytest.mark.parametrize("name", ["grey alpha", "rgba", "rgba 16"])
def test_transparency_stays_as_it_was(torus, tiles, name):
    picture = FORMATS[name](tiles["terrazzo"])
    marked = mark(torus, picture, MARK_ID)
    assert np.array_equal(marked[..., -1], picture[..., -1])
    hidden = picture[..., -1] == 0
    assert np.array_equal(marked[hidden], picture[hidden])


def test_the_rim_of_a_transparent_hole_is_no_line_to_move(torus, tiles):
    flat = with_hole(np.full_like(tiles["dots"], 90))
    flat[0:64, 0:64, :3] = tiles["dots"][:64, :64]
    change = np.abs(mark(torus, flat, MARK_ID)[..., :3].astype(int) - flat[..., :3])
    assert change[100:400, 60:340].max() <= 6


def test_sixteen_bits_keep_their_precision(torus, tiles):
    picture = deep(tiles["floral"])
    change = mark(torus, picture, MARK_ID).astype(int) - picture
    assert len(np.unique(change % 257)) > 250, "the change was rounded to 8 bits"


def test_grey_stays_grey_with_the_other_watermark_too(tiles):
    picture = deep(grey(tiles["floral"]))
    picture = picture[:256, :256]
    marked = mark(SvdMark(), picture, MARK_ID)
    assert (marked.shape, marked.dtype) == (picture.shape, picture.dtype)


@pytest.mark.parametrize(
    "picture",
    [
        np.zeros((512, 512, 3), np.float32),
        np.zeros((512, 512, 3), np.int16),
        np.zeros((512, 512), bool),
        np.zeros((512, 512, 5), np.uint8),
        np.zeros((512, 512, 0), np.uint8),
        np.zeros((2, 512, 512, 3), np.uint8),
        np.zeros((255, 512, 4), np.uint8),
        np.zeros((0, 0, 3), np.uint8),
        [[0, 0], [0, 0]],
        None,
    ],
    ids=["float", "int16", "bool", "five", "none", "four-d", "small", "empty", "list", "nothing"],
)
def test_refuses_what_it_cannot_mark(torus, picture):
    with pytest.raises(PictureError, match="pixels"):
        mark(torus, picture, 1)


def test_what_is_all_transparent_is_refused(torus):
    with pytest.raises(MarkNotReadError, match="transparent"):
        mark(torus, np.zeros((256, 256, 4), np.uint8), 1)


LARGE = """
import pathlib, re, numpy as np
from watermark import TorusMark
from watermark.quality import psnr
torus = TorusMark(b"a key for tests only")
stripe = np.arange(4096) // 256 % 2
tile = np.array([90, 200], np.uint8)[stripe[:, None] ^ stripe][..., None].repeat(3, axis=2)
marked = torus.embed(tile, 5)
assert torus.read(marked).mark_id == 5
assert psnr(tile, marked) >= 42
# Not getrusage: its peak begins with that of the process that started this one.
status = pathlib.Path("/proc/self/status").read_text()
print(int(re.search(r"VmHWM:\\s*(\\d+) kB", status)[1]) // 1024)
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="no /proc here")
def test_a_large_tile_takes_little_more_memory_than_its_pixels():
    """4096 px: 48 MiB as uint8, 192 MiB as float32, of which two are held (8192 px: four times as much)."""
    done = subprocess.run([sys.executable, "-c", LARGE], capture_output=True, text=True, check=True)
    assert int(done.stdout) < 900
