"""The torus mark survives what the trade does to a tile."""

from itertools import cycle

import cv2
import numpy as np
import pytest

from watermark import PictureError, TorusMark
from watermark.torus.sync import SYMMETRIES

KEY = b"a key for tests only"
MARK_ID = 0xC0FFEE123456


def repeated(tile, across, down, phase=(131, 57)):
    rows = (np.arange(int(down * tile.shape[0])) + phase[0]) % tile.shape[0]
    columns = (np.arange(int(across * tile.shape[1])) + phase[1]) % tile.shape[1]
    return np.ascontiguousarray(tile[rows][:, columns])


def jpeg(picture, quality):
    coded = cv2.imencode(".jpg", picture[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    return np.ascontiguousarray(cv2.imdecode(coded, cv2.IMREAD_COLOR)[..., ::-1])


def scaled(picture, factor):
    method = cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC
    return cv2.resize(picture, None, fx=factor, fy=factor, interpolation=method)


def photographed(tile, degrees, scale, tilt=0.0):
    """A cut of 2.5 x 2.1 periods, turned and foreshortened about its centre."""
    sheet = repeated(tile, 6, 6)
    width, height = int(2.5 * tile.shape[1] * scale), int(2.1 * tile.shape[0] * scale)
    turn = np.vstack(
        [cv2.getRotationMatrix2D((sheet.shape[1] / 2, sheet.shape[0] / 2), degrees, scale), [0, 0, 1]]
    )
    middle = np.array(
        [[1, 0, width / 2 - sheet.shape[1] / 2], [0, 1, height / 2 - sheet.shape[0] / 2], [0, 0, 1]]
    )
    away, back, bend = np.eye(3), np.eye(3), np.eye(3)
    away[:2, 2], back[:2, 2] = (-width / 2, -height / 2), (width / 2, height / 2)
    bend[2, :2] = tilt / width, -tilt / height
    return cv2.warpPerspective(
        sheet, back @ bend @ away @ middle @ turn, (width, height), flags=cv2.INTER_AREA
    )


def recoloured(picture):
    ramp = np.array([[20, 15, 50], [150, 60, 90], [250, 230, 190]], float)
    table = np.stack([np.interp(np.arange(256), [0, 128, 255], ramp[:, k]) for k in range(3)], axis=1)
    return np.rint(table[cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)]).astype(np.uint8)


def hue_turned(picture):
    hsv = cv2.cvtColor(picture, cv2.COLOR_RGB2HSV)
    hsv[..., 0] = (hsv[..., 0].astype(int) + 60) % 180
    return cv2.cvtColor(hsv, cv2.COLOR_HSV2RGB)


def grey(picture):
    return np.repeat(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)[..., None], 3, axis=2)


ATTACKS = {
    "jpeg 75": lambda t: jpeg(t, 75),
    "jpeg 50": lambda t: jpeg(t, 50),
    "crop 1.25": lambda t: repeated(t, 1.25, 1.25),
    "crop 2.3x1.7 jpeg 50": lambda t: jpeg(repeated(t, 2.3, 1.7), 50),
    "repeat 2x2": lambda t: np.tile(t, (2, 2, 1)),
    "repeat 4x4 halved": lambda t: scaled(np.tile(t, (4, 4, 1)), 0.5),
    "scale 1.5": lambda t: jpeg(scaled(repeated(t, 2.3, 1.7), 1.5), 80),
    "turned 4 at .7": lambda t: jpeg(photographed(t, 4, 0.7), 75),
    "hue": lambda t: jpeg(hue_turned(repeated(t, 2.3, 1.7)), 85),
    "gradient map": lambda t: jpeg(recoloured(repeated(t, 2.3, 1.7)), 85),
    "grey": lambda t: grey(repeated(t, 1.6, 1.4)),
    "inverted": lambda t: 255 - repeated(t, 1.6, 1.4),
    "flip and quarter turn": lambda t: np.ascontiguousarray(np.rot90(repeated(t, 2.3, 1.7))[:, ::-1]),
    "noise 8": lambda t: np.clip(
        repeated(t, 2.3, 1.7) + np.random.default_rng(5).normal(0, 8, repeated(t, 2.3, 1.7).shape), 0, 255
    ).astype(np.uint8),
}


@pytest.fixture(scope="module")
def torus():
    return TorusMark(KEY)


@pytest.fixture(scope="module")
def marked(torus, tiles):
    return {name: torus.embed(tile, MARK_ID) for name, tile in tiles.items()}


@pytest.mark.parametrize(
    ("attack", "name"), zip(ATTACKS, cycle(["floral", "dots", "terrazzo"]), strict=False)
)
def test_survives(torus, marked, attack, name):
    reading = torus.read(ATTACKS[attack](marked[name]))
    assert reading.mark_id == MARK_ID
    assert reading.p_value <= 1e-9


def test_survives_perspective(torus, marked):
    reading = torus.read(jpeg(photographed(marked["terrazzo"], 3, 0.7, tilt=0.18), 85))
    assert reading.mark_id == MARK_ID
    assert reading.lattice.homography is not None


def test_reports_the_repeat_it_was_read_in(torus, marked):
    reading = torus.read(scaled(repeated(marked["floral"], 2.3, 1.7), 0.75))
    assert np.allclose(np.hypot(*reading.lattice.u), 384, atol=1)
    assert np.allclose(np.hypot(*reading.lattice.v), 384, atol=1)
    assert reading.lattice.orientation in range(len(SYMMETRIES))
    assert reading.tile.shape == (512, 512, 3)
    assert reading.tile.dtype == np.uint8


def test_another_key_reads_nothing(marked):
    reading = TorusMark(b"some other secret").read(repeated(marked["floral"], 2.3, 1.7))
    assert reading.mark_id is None
    assert reading.p_value == 1.0


def test_marks_tiles_that_are_not_square(torus, tiles):
    tile = cv2.resize(tiles["terrazzo"], (640, 400), interpolation=cv2.INTER_AREA)
    marked = torus.embed(tile, MARK_ID)
    assert torus.read(marked).mark_id == MARK_ID
    assert torus.read(jpeg(repeated(marked, 1.8, 1.6), 80)).mark_id == MARK_ID


def test_refuses_tiles_too_small_for_the_band(torus):
    with pytest.raises(PictureError, match="256 px"):
        torus.embed(np.zeros((255, 255, 3), np.uint8), 1)


def test_a_spent_budget_ends_the_search(torus, tiles):
    assert torus.read(repeated(tiles["dots"], 2.3, 1.7), budget_seconds=0).mark_id is None
