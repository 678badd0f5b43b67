"""Two or three licensees put their copies together: the result still names one of them, blind."""

import numpy as np
import pytest

from watermark import TorusMark

COPIES = (0x1B2C3D4E5F60, 0x0A1B2C3D4E5F, 0xF0E1D2C3B4A5)
ROWS, COLUMNS = np.mgrid[:512, :512]


def chosen(where, one, other):
    return np.where(where[..., None], one, other)


MIXES = {
    "mean of two": lambda a, b, c: np.rint((a.astype(float) + b) / 2).astype(np.uint8),
    "mean of three": lambda a, b, c: np.rint((a.astype(float) + b + c) / 3).astype(np.uint8),
    "median of three": lambda a, b, c: np.median([a, b, c], axis=0).astype(np.uint8),
    "brighter of two": lambda a, b, c: np.maximum(a, b),
    "pixels in turn": lambda a, b, c: chosen((ROWS + COLUMNS) % 2 == 0, a, b),
    "squares in turn": lambda a, b, c: chosen((ROWS // 32 + COLUMNS // 32) % 2 == 0, a, b),
    "stitched halves": lambda a, b, c: chosen(COLUMNS < 256, a, b),
}


@pytest.fixture(scope="module")
def torus():
    return TorusMark(b"a key for tests only")


@pytest.fixture(scope="module")
def copies(torus, tiles):
    return [torus.embed(tiles["floral"], copy) for copy in COPIES]


@pytest.mark.parametrize("mix", MIXES)
def test_a_mix_of_copies_names_one_of_them(torus, copies, mix):
    suspect = np.roll(MIXES[mix](*copies), (131, 57), axis=(0, 1))
    reading = torus.read(suspect)
    assert reading.mark_id in COPIES
    assert reading.p_value <= 1e-9


def test_the_line_names_every_copy_in_a_mean(torus, tiles, copies):
    mean = np.mean(copies, axis=0, dtype=np.float32)
    everywhere = np.ones(mean.shape[:2], np.float32)
    z = torus.line.evidence(mean, everywhere, tiles["floral"], [*COPIES, 5])
    assert z[:3].min() > 8
    assert z[3] < 5
