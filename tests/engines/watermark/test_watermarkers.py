"""What every watermark must do, run over each of them."""

import numpy as np
import pytest

from watermark import (
    MarkError,
    MarkIdError,
    MarkNotReadError,
    PictureError,
    Reading,
    SvdMark,
    TorusMark,
    mark,
)
from watermark.quality import psnr, ssim

KEY = b"a key for tests only"


@pytest.fixture(params=[lambda: TorusMark(KEY), SvdMark], ids=["torus", "svd"])
def watermarker(request):
    return request.param()


class TestWatermarker:
    def test_names_itself(self, watermarker):
        assert watermarker.algorithm.startswith("org.selvage.")
        assert watermarker.bits == 48

    @pytest.mark.parametrize("name", ["floral", "dots", "stripes", "terrazzo"])
    def test_reads_back_what_it_embedded_and_keeps_the_picture(self, watermarker, tiles, name):
        original = tiles[name].copy()
        marked = mark(watermarker, original, 0x123456789ABC)
        reading = watermarker.read(marked)
        assert reading.mark_id == 0x123456789ABC
        assert 0 < reading.p_value <= 1e-9
        assert psnr(original, marked) >= 40
        assert ssim(original, marked) >= 0.985
        assert np.array_equal(original, tiles[name]), "the input was changed"

    @pytest.mark.parametrize("mark_id", [0, 1, 2**48 - 1])
    def test_carries_every_id(self, watermarker, tiles, mark_id):
        assert watermarker.read(watermarker.embed(tiles["floral"], mark_id)).mark_id == mark_id

    def test_is_deterministic(self, watermarker, tiles):
        first, second = (watermarker.embed(tiles["terrazzo"], 77) for _ in range(2))
        assert np.array_equal(first, second)
        one, two = watermarker.read(first), watermarker.read(first)
        assert (one.mark_id, one.p_value, one.score) == (two.mark_id, two.p_value, two.score)

    def test_finds_nothing_where_nothing_is(self, watermarker, tiles):
        noise = np.random.default_rng(9).integers(0, 256, (300, 400, 3), np.uint8)
        flat = np.full((256, 256, 3), 255, np.uint8)
        for picture in (tiles["floral"], tiles["stripes"], noise, flat):
            reading = watermarker.read(picture)
            assert reading.mark_id is None
            assert reading.p_value == 1.0

    @pytest.mark.parametrize("mark_id", [-1, 2**48, 1.5, "7", None, True])
    def test_refuses_ids_that_do_not_fit(self, watermarker, tiles, mark_id):
        with pytest.raises(MarkIdError, match="mark_id"):
            watermarker.embed(tiles["dots"], mark_id)

    @pytest.mark.parametrize(
        "picture",
        [
            np.zeros((1, 1, 3), np.uint8),
            np.zeros((512, 512), np.uint8),
            np.zeros((512, 512, 4), np.uint8),
            np.zeros((512, 512, 3), np.float64),
            np.zeros((100, 512, 3), np.uint8),
            np.zeros((200, 8193, 3), np.uint8),
            "a.png",
        ],
        ids=["1x1", "grey", "alpha", "float", "thin", "long", "path"],
    )
    def test_refuses_what_is_not_a_usable_picture(self, watermarker, picture):
        for attempt in (lambda: watermarker.embed(picture, 1), lambda: watermarker.read(picture)):
            with pytest.raises(PictureError, match="pixels"):
                attempt()


class _Forgetful:
    """A watermark that never reads back, to see that `mark` refuses."""

    algorithm, bits = "org.selvage.test.1", 48

    def __init__(self):
        self.strengths = []

    def strengthened(self, factor):
        self.strengths.append(factor)
        return self

    def embed(self, pixels, mark_id):
        return pixels

    def read(self, pixels, budget_seconds=15):
        return Reading(None, 1.0, 0.0)


def test_mark_retries_stronger_and_then_refuses(tiles):
    forgetful = _Forgetful()
    with pytest.raises(MarkNotReadError, match="0x5"):
        mark(forgetful, tiles["floral"], 5)
    assert len(forgetful.strengths) == 3
    assert forgetful.strengths == sorted(forgetful.strengths)


def test_every_error_is_a_mark_error_with_its_own_code():
    codes = {error.code for error in (MarkError, MarkIdError, MarkNotReadError, PictureError)}
    assert len(codes) == 4
    assert all(issubclass(error, MarkError) for error in (MarkIdError, MarkNotReadError, PictureError))
