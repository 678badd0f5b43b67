import numpy as np
import pytest

from watermark import MarkKeyError, TorusMark, key_id
from watermark.torus.pvalue import false_match_bound, threshold

OLD, NEW, OTHER = (word * 4 for word in (b"old key ", b"new key ", b"another "))


@pytest.fixture(scope="module")
def tile():
    return np.full((256, 256, 3), 180, np.uint8)


def test_a_key_has_a_name_that_stays():
    assert key_id(OLD) == "52895804"
    assert len({key_id(key) for key in (OLD, NEW, OTHER)}) == 3


@pytest.mark.parametrize(
    "keys", [b"", b"short", "text of sixteen.", None, [], [OLD, b"short"], [OLD, OLD], 7]
)
def test_refuses_keys_that_are_no_secret(keys):
    with pytest.raises(MarkKeyError, match="key"):
        TorusMark(keys)
    if not isinstance(keys, list):
        with pytest.raises(MarkKeyError, match="key"):
            key_id(keys)


def test_the_last_key_marks_and_all_are_read(tile):
    ring = TorusMark([OLD, NEW])
    assert list(ring.decoders) == list(ring.lines) == [key_id(OLD), key_id(NEW)]
    assert ring.decoder is ring.decoders[key_id(NEW)]
    for marker, name in ((ring, key_id(NEW)), (TorusMark(OLD), key_id(OLD)), (TorusMark(NEW), key_id(NEW))):
        reading = ring.read(marker.embed(tile, 99))
        assert (reading.mark_id, reading.key_id) == (99, name)
    assert np.array_equal(ring.embed(tile, 99), TorusMark(NEW).embed(tile, 99))


def test_a_key_not_on_the_ring_reads_nothing(tile):
    reading = TorusMark([OLD, NEW]).read(TorusMark(OTHER).embed(tile, 99))
    assert (reading.mark_id, reading.key_id, reading.p_value) == (None, None, 1.0)


def test_every_key_on_the_ring_is_paid_for():
    assert false_match_bound(14, 1, 8, 48, keys=3) == pytest.approx(3 * false_match_bound(14, 1, 8, 48))
    assert threshold(1, 8, 48, keys=3) > threshold(1, 8, 48)
    ring = TorusMark([OLD, NEW, OTHER])._ring
    assert ring.bound(14, 1, 8) == false_match_bound(14, 1, 8, 48, keys=3)
    assert ring.threshold(1, 8) == threshold(1, 8, 48, keys=3)
