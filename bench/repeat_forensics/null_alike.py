"""Ids of one key whose code words are more alike than coins make them: how alike, and who is answered.

A picture that carries one id of a key says something of every other whose code word agrees with it. How much
is the code's doing and needs no picture: of many ids, how alike each is to one that is marked, as the z that
a mark without noise would lend it. The most alike are then asked, by the code of a scan, of coded bits that
carry the marked id from faint to loud, with normal noise.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from bench.repeat_forensics.digest import digest_of
from bench.repeat_forensics.register import KEY

if TYPE_CHECKING:
    from forensics.asking.listening import Heard
    from watermark.torus.decode import Decoder

LOUDNESS = (8, 12, 16, 20, 24, 28, 31)
MOST_ALIKE, DRAWS = 25, 8
DECODED, DECODED_AT = 1000, (6, 7, 8, 9, 10, 11, 12)
_SYNC_SHARE = math.sqrt(3 / 7)


@dataclass(frozen=True)
class Alike:
    """How alike the code words of ids are to that of one, and what that comes to.

    ids: compared with it. tail: how many lend z, rounded down, {"5": n}; near: how many enough for 1e-9.
    asked: for each z of the marked id, how many were asked, how many of them had p <= 1e-9 before the id was
    compared with what the bits decode to, and how many were accepted after it. failed: for each z of the
    marked id, how often the bits were decoded, and how often not to it.
    """

    code: str
    ids: int
    largest: float
    near: int
    tail: dict[str, int]
    asked: dict[str, list[int]]
    failed: dict[str, list[int]]


def code() -> str:
    """What this depends on."""
    return digest_of("forensics/asking", "watermark/torus")


def compared(count: int) -> Alike:
    """Compare so many ids with one, and ask for the most alike."""
    from watermark.torus.keyring import Keyring

    rng = np.random.default_rng(48)
    decoder = Keyring((KEY,)).newest
    own = int(rng.integers(2**48))
    ids = [int(each) for each in rng.integers(0, 2**48, count)]
    word = _word(decoder, own)
    lent = np.array([float(word @ _word(decoder, each)) for each in ids]) / math.sqrt(len(word))
    hardest = [ids[place] for place in np.argsort(-lent, kind="stable")[:MOST_ALIKE]]
    return Alike(
        *(code(), count, float(lent.max()), int(sum(accepts(_log_p(float(z))) for z in lent))),
        {str(z): n for z, n in sorted(Counter(int(z) for z in lent if z >= 1).items())},
        {str(z): _asked(decoder, own, hardest, z, rng) for z in LOUDNESS},
        failures(decoder),
    )


def failures(decoder: Decoder) -> dict[str, list[int]]:
    """How often a marked id is not found in coded bits that carry it with noise, by its z."""
    rng = np.random.default_rng(16)
    told = {}
    for loudness in DECODED_AT:
        ids = [int(each) for each in rng.integers(0, 2**48, DECODED)]
        failed = [_heard(decoder, own, loudness, rng).rival(own ^ 1) != own for own in ids]
        told[str(loudness)] = [DECODED, sum(failed)]
    return told


def accepts(log_p: float) -> bool:
    """Whether an asking in luminance alone is proven by it, its ways to be combined paid."""
    from forensics.asking.informed import Answer
    from forensics.report import PROVEN_P

    return Answer(0, None, log_p).log_p <= math.log(PROVEN_P)


def _asked(
    decoder: Decoder, own: int, ids: list[int], loudness: float, rng: np.random.Generator
) -> list[int]:
    from forensics.asking import informed

    told = [0, 0, 0]
    for _ in range(DRAWS):
        heard = _heard(decoder, own, loudness, rng)
        for mark_id in ids:
            before = _log_p(heard.statistic(mark_id))
            answers = informed._spoken(heard, "", (mark_id,), _price())
            after = min((each.mark for each in answers if each.mark_id == mark_id), default=0.0)
            told = [told[0] + 1, told[1] + accepts(before), told[2] + accepts(after)]
    return told


def _heard(decoder: Decoder, own: int, loudness: float, rng: np.random.Generator) -> Heard:
    """Coded bits with noise, the marked id heard with about this z, of at most 32."""
    from forensics.asking.listening import Heard

    word = _word(decoder, own)
    share = loudness / math.sqrt(len(word))
    bits = share / math.sqrt(1 - share**2) * word + rng.standard_normal(len(word))
    return Heard(decoder, bits, math.sqrt(float((bits**2).sum())), loudness * _SYNC_SHARE)


def _word(decoder: Decoder, mark_id: int) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return 1.0 - 2.0 * decoder.band.code.encode(mark_id)


def _price() -> float:
    """Of the first look in luminance for one id under one key."""
    from forensics.asking import informed

    return math.log(2) + informed._price(1, (0,), 1)


def _log_p(z: float) -> float:
    from forensics.asking.listening import bound

    return bound(z, _price())


def read(path: Path) -> Alike | None:
    """What is kept, None where nothing is."""
    return Alike(**json.loads(path.read_text())) if path.exists() else None


def keep(found: Alike, path: Path) -> None:
    """Into the file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(asdict(found), sort_keys=True) + "\n")
