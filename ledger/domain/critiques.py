"""What the critic says of a tile and of a collection, and how points become one number."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ledger.domain.errors import FieldError
from ledger.domain.ids import AssetId

PASS, WARN, FAIL, UNKNOWN = "pass", "warn", "fail", "unknown"
_SHARE = re.compile(r"([0-9]{1,3}(?:\.[0-9]{1,4})?) ?%")
_WORTH = {PASS: 1.0, UNKNOWN: 1.0, WARN: 0.7, FAIL: 0.0}


@dataclass(frozen=True)
class Point:
    """One point of the release checklist, with what was measured and what is wanted.

    Its state is pass, warn or fail, or unknown where there was nothing to measure by yet.
    """

    name: str
    state: str
    measure: str
    limit: str
    reason: str = ""


@dataclass(frozen=True)
class Critique:
    """A tile judged.

    `seen` is the likeliest value of every attribute, `agreement` how far the tile shows what its prompt says,
    0 to 1 in decimal text, 1 where it has no known words; `embedding` is 128 little-endian 32-bit floats of
    the critic that `critic` names by its digest. `finish` is how plain its outlines are beside those of its
    words by rule, 0 to 1 in decimal text, empty where there is nothing to hold it against.
    """

    asset: AssetId
    version: str
    points: tuple[Point, ...]
    seen: Mapping[str, str]
    agreement: str
    embedding: bytes
    critic: str
    finish: str = ""

    @property
    def releasable(self) -> bool:
        """Whether no point failed."""
        return all(point.state != FAIL for point in self.points)

    @property
    def score(self) -> float:
        """0 to 1, as `worth` has it."""
        states = [point.state for point in self.points]
        return worth(float(self.agreement), float(self.finish or 1), states)


def worth(agreement: float, finish: float, states: Iterable[str]) -> float:
    """0 to 1: the agreement, times the square of the finish, times 0.7 for every warning.

    It is 0 where a point failed. The finish weighs more: a torn tile is of no use, whatever it shows.
    """
    return agreement * finish**2 * math.prod(_WORTH[state] for state in states)


def kept_of(text: str, count: int) -> int:
    """How many tiles `5 %` or `12` keeps of `count`, at least one. Raises FieldError."""
    share = _SHARE.fullmatch(text.strip())
    if share is not None and 0 < float(share[1]) <= 100:
        return max(1, math.ceil(count * float(share[1]) / 100 - 1e-9))
    if text.strip().isdecimal() and int(text.strip()[:9]) >= 1:
        return min(count, int(text.strip()[:9]))
    raise FieldError("keep-top", f"{text[:40]!r} is neither a share nor a number; give such as 5% or 12")
