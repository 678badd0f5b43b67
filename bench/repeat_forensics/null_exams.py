"""Null examinations: the whole scanner, informed decoding included, on null pictures under a fresh ring."""

from __future__ import annotations

import time
from dataclasses import dataclass

from bench.repeat_forensics.digest import digest_of
from bench.repeat_forensics.null_decodes import KEYS_PER_PICTURE
from bench.repeat_forensics.nulls import NullPicture, drawn, fresh_key
from bench.repeat_forensics.register import Register

RING = 8


@dataclass(frozen=True)
class ExamRecord:
    """What the scanner said to one null picture; least_p: of the finding that came nearest."""

    picture: str
    kind: str
    code: str
    verdict: str
    least_p: float
    seconds: float


def code() -> str:
    """What null examinations depend on."""
    return digest_of("forensics", "watermark", "bench/repeat_forensics/attacks")


def examined(picture: NullPicture, register: Register) -> ExamRecord:
    """Examine a null picture in full with RING fresh keys, all of which are tried."""
    from forensics import examine
    from watermark import TorusMark

    pixels, started = drawn(picture, register), time.process_time()
    ring = [fresh_key(picture.name, KEYS_PER_PICTURE + number) for number in range(RING)]
    report = examine(pixels, register.index, TorusMark(ring))
    seconds = round(time.process_time() - started, 2)
    return ExamRecord(picture.name, picture.kind, code(), report.verdict.value, report.p_value, seconds)
