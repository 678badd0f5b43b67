"""Null askings: null pictures laid on registered tiles, and asked there for marks they do not carry.

A picture is laid on its candidates as a scan lays it, by the same code, once: placing needs no key, except
that stripes are followed by the synchronisation frequencies of one, here the first. Every look that a scan
would take is then asked under KEYS fresh keys for IDS mark ids each, in sequence, as a ledger gives them out.
A picture of the kind "other id" is marked, and is asked under the very key it is marked with, for other ids.

One null asking is one mark id under one key in one picture: all looks in luminance and, where a scan asks it,
in the line, with every price that is paid by a tile of one id and a ring of one key. Askings of one picture
share its placing; those of one key share alignment and weights too, and differ by the code word alone.
"""

from __future__ import annotations

import hashlib
import math
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bench.repeat_forensics import nulls
from bench.repeat_forensics.digest import digest_of
from bench.repeat_forensics.null_looks import Laying, LineLook, LumaLook, laid
from bench.repeat_forensics.nulls import KINDS, OTHER_ID, NullPicture, drawn, fresh_key
from bench.repeat_forensics.register import KEY, Register

if TYPE_CHECKING:
    from watermark.torus.keyring import Keyring

ASKED_KINDS = (*KINDS, OTHER_ID)
KEYS, IDS = 4, 1250
LINE_IDS, PLACES_IDS, AT_ONCE = 250, 16, 8
LUMA, LUMA_NORMAL = "luminance, one look", "the same by the normal law"
LINE, LINE_PLACES = "line, one look, artwork that lies one way", "line, one look, artwork that lies in many"
ASKING = "a whole asking"
MEASURES = (LUMA, LUMA_NORMAL, LINE, LINE_PLACES, ASKING)
PER_DECADE = 10

Tail = dict[str, int]


@dataclass(frozen=True)
class AskingRecord:
    """What was heard in one null picture.

    keys: asked; looks, line_looks: in luminance and in the line, under each key; askings: 0 where no tile
    could be laid; line_askings: those of them that the line was asked for. tails: for each of MEASURES how
    many p lie in each tenth of a decade, {"23": n} for those from 10**-2.4 to 10**-2.3; least: the smallest p
    of each; largest: the largest z of each.
    """

    picture: str
    kind: str
    code: str
    keys: int
    looks: int
    line_looks: int
    askings: int
    line_askings: int
    accepted: int
    tails: dict[str, Tail]
    least: dict[str, float]
    largest: dict[str, float]
    seconds: float


def code() -> str:
    """What null askings depend on."""
    return digest_of("forensics", "watermark", "bench/repeat_forensics/attacks")


@dataclass
class Tally:
    """p-values counted as they come, by measure."""

    tails: dict[str, Counter[int]] = field(default_factory=dict)
    least: dict[str, float] = field(default_factory=dict)
    largest: dict[str, float] = field(default_factory=dict)

    def told(self, measure: str, log_p: float, z: float | None = None) -> None:
        """One p more, by its natural logarithm, and the z it came from."""
        tenth = math.floor(-log_p / math.log(10) * PER_DECADE + 1e-9)
        self.tails.setdefault(measure, Counter())[tenth] += 1
        self.least[measure] = min(math.exp(log_p), self.least.get(measure, 1.0))
        if z is not None:
            self.largest[measure] = max(round(z, 3), self.largest.get(measure, -math.inf))

    @property
    def lines(self) -> dict[str, Tail]:
        """The tails as they are kept."""
        return {
            measure: {str(tenth): count for tenth, count in sorted(tail.items())}
            for measure, tail in self.tails.items()
        }


def pictures() -> Iterator[NullPicture]:
    """Null pictures of all five kinds, others than those that are decoded and examined."""
    return nulls.pictures(ASKED_KINDS, "laid")


@dataclass(frozen=True)
class Answers:
    """Log of the p of every id asked in luminance, and of those asked in the line."""

    mark: dict[int, float]
    line: dict[int, float]

    @property
    def together(self) -> list[float]:
        """Both channels put together as a scan does."""
        from forensics.asking.informed import Answer

        return [Answer(each, None, mark, self.line.get(each, 0.0)).log_p for each, mark in self.mark.items()]


def asked(picture: NullPicture, register: Register) -> AskingRecord:
    """Lay a null picture on its candidates and ask it for foreign marks."""
    from forensics.report import PROVEN_P
    from watermark.torus.keyring import Keyring

    pixels, started = drawn(picture, register), time.process_time()
    rings = [Keyring((key,)) for key in _keys(picture)]
    looks = laid(pixels, register.index, rings[0])
    tally, share = Tally(), KEYS // len(rings)
    askings, in_line, accepted = 0, 0, 0
    for number, ring in enumerate(rings if looks.luma else ()):
        answers = _answers(looks, ring, list(_foreign(picture, number, share * IDS)), share, tally)
        for log_p in answers.together:
            tally.told(ASKING, log_p)
            askings, accepted = askings + 1, accepted + (log_p <= math.log(PROVEN_P))
        in_line += len(answers.line)
    seconds = round(time.process_time() - started, 2)
    return AskingRecord(
        *(picture.name, picture.kind, code(), len(rings), len(looks.luma), len(looks.line)),
        *(askings, in_line, accepted, tally.lines, tally.least, tally.largest, seconds),
    )


def _keys(picture: NullPicture) -> list[bytes]:
    return [KEY] if picture.kind == OTHER_ID else [fresh_key(picture.name, number) for number in range(KEYS)]


def _foreign(picture: NullPicture, number: int, count: int) -> Iterator[int]:
    """So many mark ids in sequence that nobody has used, the same in every run."""
    told = hashlib.sha256(f"ids asked in vain: {picture.name} {number}".encode()).digest()
    first = int.from_bytes(told[:6], "big")
    return ((first + step) % 2**48 for step in range(count))


def _answers(looks: Laying, ring: Keyring, ids: Sequence[int], share: int, tally: Tally) -> Answers:
    """What every id is answered; `share`: how many times the ids of one fresh key are asked for."""
    mark, line = dict.fromkeys(ids, 0.0), dict[int, float]()
    for look in looks.luma:
        _listened(look, ring, mark, tally)
    for seen in looks.line:
        _watched(seen, ring, ids[: share * (LINE_IDS if seen.one_place else PLACES_IDS)], line, tally)
    return Answers(mark, line)


def _listened(look: LumaLook, ring: Keyring, best: dict[int, float], tally: Tally) -> None:
    """One look in luminance under one key."""
    from forensics.asking.listening import bound

    heard = look.heard(ring.newest)
    for mark_id in best:
        z = heard.statistic(mark_id)
        tally.told(LUMA, bound(z, 0.0), z)
        tally.told(LUMA_NORMAL, math.log(math.erfc(z / math.sqrt(2)) / 2), z)
        best[mark_id] = min(best[mark_id], look.log_p(heard, mark_id, z))


def _watched(look: LineLook, ring: Keyring, ids: Sequence[int], best: dict[int, float], tally: Tally) -> None:
    """One look at the line under one key, AT_ONCE ids at a time: of no more a scan asks every view."""
    from watermark.line.pvalue import log_tail

    measure, line = LINE if look.one_place else LINE_PLACES, ring.lines[ring.newest.key_id]
    for first in range(0, len(ids), AT_ONCE):
        for heard in look.heard(line, ids[first : first + AT_ONCE]):
            tally.told(measure, min(0.0, heard.log_tried + log_tail(heard.z)), heard.z)
            best[heard.mark_id] = min(best.get(heard.mark_id, 0.0), look.log_p(heard))
