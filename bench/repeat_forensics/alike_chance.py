"""How likely is it that one id of a key is proven where another is marked? An estimate, not a bound.

A stranger is proven where the marked id lends it so much that noise does the rest, and where the coded bits
do not decode to the marked id. For a mark heard with z = r, an id that agrees with it by the share c is heard
with z = c r and normal noise; the decoder fails as often as it was seen to fail, and beyond what was seen by
the straight line through the last two failures on the normal scale. Both are taken for independent.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from scipy.stats import norm

from bench.repeat_forensics.null_alike import Alike
from bench.repeat_forensics.statistics import Share

_WHOLE = 32.0
_LOUDEST = 31


def chance(found: Alike, asked: int) -> tuple[float, float]:
    """(the chance of one false proof where so many other ids are asked, the loudness where it is largest)."""
    from forensics.report import PROVEN_P, WAYS

    need = math.sqrt(2 * math.log(4 * asked * WAYS / PROVEN_P))
    failures = {float(r): Share(failed, draws) for r, (draws, failed) in found.failed.items()}
    rated = [
        (asked * failing(failures, r) * _lent(found, r, need), float(r))
        for r in range(round(min(failures)), _LOUDEST + 1)
    ]
    return max(rated)


def failing(failures: Mapping[float, Share], loudness: float) -> float:
    """How often a mark heard so loud does not decode: the upper bound of what was seen, or the line."""
    seen = sorted(r for r, share in failures.items() if 0 < share.hits < share.of)
    if loudness <= seen[-1]:
        return failures[max(r for r in failures if r <= loudness)].upper_bound
    (near, far) = seen[-2:]
    low, high = (float(norm.ppf(failures[r].rate)) for r in (near, far))
    return float(norm.cdf(high + (high - low) / (far - near) * (loudness - far)))


def _lent(found: Alike, loudness: float, need: float) -> float:
    """The chance that an id is heard with z = `need`; ids are taken at the upper end of their step."""
    tail = {int(z): count for z, count in found.tail.items()}
    rest = found.ids - sum(tail.values())
    heard = ((0, rest), *tail.items())
    return sum(
        count / found.ids * float(norm.sf(need - min(1.0, (z + 1) / _WHOLE) * loudness)) for z, count in heard
    )
