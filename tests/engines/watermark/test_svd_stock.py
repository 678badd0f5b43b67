"""The stock invisible-watermark package reads our SVD mark, and its own encoder is worse."""

import numpy as np
import pytest

from watermark import MarkIdError, SvdMark
from watermark.quality import psnr, ssim

MARK_ID = 0xC0FFEE123456


def stock_scales():
    return list(SvdMark.STOCK_SCALES)


@pytest.mark.parametrize(("name", "width"), [("floral", 512), ("dots", 448), ("terrazzo", 300)])
def test_the_stock_decoder_reads_our_bits(tiles, name, width):
    from imwatermark import WatermarkDecoder

    picture = np.ascontiguousarray(tiles[name][:, :width])
    marked = SvdMark().embed(picture, MARK_ID)
    word = SvdMark.payload_bits(MARK_ID, width)
    decoder = WatermarkDecoder("bits", len(word))
    bits = decoder.decode(marked[..., ::-1].copy(), "dwtDctSvd", scales=stock_scales())
    assert tuple(int(bit) for bit in bits) == word
    assert SvdMark.mark_id_of(bits.tolist()) == MARK_ID


@pytest.mark.parametrize("name", ["floral", "stripes"])
def test_our_encoder_is_kinder_than_the_stock_encoder(tiles, name):
    from imwatermark import WatermarkEncoder

    encoder = WatermarkEncoder()
    encoder.set_by_bits(SvdMark.payload_bits(MARK_ID, 512))
    stock = encoder.encode(tiles[name][..., ::-1].copy(), "dwtDctSvd", scales=stock_scales())[..., ::-1]
    ours = SvdMark().embed(tiles[name], MARK_ID)
    assert psnr(tiles[name], ours) > psnr(tiles[name], stock) + 6
    assert ssim(tiles[name], ours) > ssim(tiles[name], stock)


def test_words_that_do_not_check_are_no_ids():
    word = list(SvdMark.payload_bits(5, 512))
    assert SvdMark.mark_id_of(word) == 5
    word[3] ^= 1
    assert SvdMark.mark_id_of(word) is None
    assert SvdMark.mark_id_of([]) is None
    with pytest.raises(MarkIdError):
        SvdMark.payload_bits(1 << 48, 512)
