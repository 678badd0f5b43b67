"""What ends the asking as proven stays proven when the place it was found in is paid for."""

from __future__ import annotations

import math

from forensics.asking.informed import PROVEN_LOG
from forensics.lanes import MOST_PLACES, _paid
from forensics.report import PROVEN_P, Evidence, Signal


def test_every_place_of_a_picture_is_paid_for() -> None:
    told = Evidence("a tile", 1, Signal.LINE, math.exp(PROVEN_LOG))
    paid = [_paid(told, number).p_value for number in range(1, MOST_PLACES + 1)]
    assert max(paid) <= PROVEN_P * (1 + 1e-9)
    assert max(paid) > PROVEN_P / 2, "the margin is larger than any place costs"
