"""The page's part on null pictures laid on registered tiles and asked for marks they do not carry."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from bench.repeat_forensics import plots
from bench.repeat_forensics.null_askings import (
    ASKED_KINDS,
    ASKING,
    IDS,
    KEYS,
    LINE_IDS,
    LUMA_NORMAL,
    MEASURES,
    OTHER_ID,
    PER_DECADE,
    PLACES_IDS,
    AskingRecord,
)
from bench.repeat_forensics.statistics import Share
from bench.repeat_forensics.tables import markdown

LEVELS = (2, 3, 4, 5)


def section(records: Sequence[AskingRecord], folder: Path) -> str:
    """How many were asked, what was accepted, and whether the p are what they say."""
    if not records:
        return "No null picture was asked for known marks yet: `--askings 100000`.\n"
    curves = {words: _curve(counted(group, measure)) for words, measure, group in _measured(records)}
    plots.tails(curves, folder / "askings.svg")
    return "\n".join((_head(records), _by_kind(records), _shared(records), _calibrated(records)))


def counted(records: Iterable[AskingRecord], measure: str) -> Counter[int]:
    """How many p of a measure lie in each tenth of a decade."""
    total: Counter[int] = Counter()
    for record in records:
        total.update({int(tenth): count for tenth, count in record.tails.get(measure, {}).items()})
    return total


def at_most(tail: Counter[int], decades: float) -> Share:
    """The share of the p that are 10**-decades or less."""
    hits = sum(count for tenth, count in tail.items() if tenth >= decades * PER_DECADE)
    return Share(hits, tail.total())


def _head(records: Sequence[AskingRecord]) -> str:
    return f"""### Asked for marks they do not carry

With a tile at hand a scan asks for the ids it knows, and a far fainter mark than a blind reading needs is
proven: so it is asked in vain as often. {len(records)} further null pictures were laid on their candidates
by the code of a scan, each once, and every look that a scan takes where it hears nothing was asked under
{KEYS} fresh keys for {IDS} ids in sequence. Pictures of the kind "other id" are tiles marked with the
register's key, asked under that very key for {KEYS * IDS} ids that nobody has. One asking is one id under one
key in one picture, by all its looks: luminance, the line where a scan asks it, and both together, all prices
paid. The line is dear, so it is asked for fewer of a picture's ids: {KEYS * LINE_IDS}, or {KEYS * PLACES_IDS}
where the artwork may lie in many places.
"""


def _by_kind(records: Sequence[AskingRecord]) -> str:
    rows = []
    for kind in (*ASKED_KINDS, "all"):
        mine = [r for r in records if kind in (r.kind, "all")]
        if not mine:
            continue
        share = Share(sum(r.accepted for r in mine), sum(r.askings for r in mine))
        laid = [r for r in mine if r.askings]
        looks = f"{sum(r.looks for r in mine)} + {sum(r.line_looks for r in mine)}"
        line = sum(r.line_askings for r in mine)
        numbers = (len(mine), len(laid), sum(r.keys for r in laid), looks, share.of, line, share.hits)
        bound = f"{share.upper_bound:.2g}" if share.of else "-"
        rows.append((kind, *map(str, numbers), bound, _least(laid, ASKING)))
    header = (
        "kind",
        "pictures",
        "laid on a tile",
        "under keys",
        "looks, luminance + line",
        "askings",
        "in the line too",
    )
    return markdown((*header, "accepted", "upper 95 % bound", "smallest p"), rows)


def _shared(records: Sequence[AskingRecord]) -> str:
    laid = [r for r in records if r.askings]
    pairs = Share(sum(bool(r.accepted) for r in laid), sum(r.keys for r in laid))
    seldom = f"{pairs.upper_bound:.2g}" if pairs.of else "-"
    return f"""The askings are not all independent. Those of one picture share its placing; those of one key
share alignment and weights too, and only the code word, or the phases of the line, is each id's own. Counted
by pictures and keys, {pairs.of} of them, the bound is {seldom}. Accepted is what has p <= 1e-9.
"""


def _calibrated(records: Sequence[AskingRecord]) -> str:
    rows = [_weighed(*each) for each in _measured(records)]
    header = ("what was heard", "p", *(f"p <= 1e-{decades}" for decades in LEVELS), "smallest p", "largest z")
    return f"""Is a p what it says? It is a bound, so of all p at most one in a hundred may be 0.01 or less,
and so on. By the normal law, which the product does not lean on, a look in luminance would have just the
share that each level names, were it not for the weaker of two statistics that counts.

{markdown(header, rows)}
{_verdict(records)}

![Share of null askings with so small a p](benchmark/askings.svg)
"""


Measured = tuple[str, str, Sequence[AskingRecord]]


def _measured(records: Sequence[AskingRecord]) -> list[Measured]:
    """What is weighed, each by itself: (words, measure, records)."""
    own = [r for r in records if r.kind == OTHER_ID]
    fresh = [r for r in records if r.kind != OTHER_ID]
    groups = (("fresh keys", fresh), ("own key, other ids", own))
    return [
        (f"{words}: {measure}", measure, group)
        for words, group in groups
        for measure in MEASURES
        if counted(group, measure)
    ]


def _weighed(words: str, measure: str, records: Sequence[AskingRecord]) -> tuple[str, ...]:
    tail = counted(records, measure)
    shares = [at_most(tail, decades) for decades in LEVELS]
    told = [f"{share.rate:.2g} ({share.hits})" for share in shares]
    largest = max((r.largest[measure] for r in records if measure in r.largest), default=None)
    z = "-" if largest is None else f"{largest:.2f}"
    return words, str(tail.total()), *told, _least(records, measure), z


def _verdict(records: Sequence[AskingRecord]) -> str:
    """Plainly whether any share is above its level, beyond chance or within it."""
    above, clearly = [], []
    for words, measure, group in _measured(records):
        tail = counted(group, measure)
        for decades in LEVELS:
            share = at_most(tail, decades)
            if measure != LUMA_NORMAL and share.rate > 10.0**-decades:
                within = share.interval[0] <= 10.0**-decades
                (above if within else clearly).append(f"{words}, at 1e-{decades}")
    told = [f"**More small p than a bound allows, beyond chance: {'; '.join(clearly)}.**"] if clearly else []
    told += [f"Above the level, within chance: {'; '.join(above)}."] if above else []
    return "\n".join(told or ["No share is above its level."])


def _least(records: Iterable[AskingRecord], measure: str) -> str:
    found = [record.least[measure] for record in records if measure in record.least]
    return f"{min(found):.1g}" if found else "-"


def _curve(tail: Counter[int]) -> list[tuple[float, float]]:
    """(p, share of all p at most that), from the largest to the smallest."""
    decades = [tenth / PER_DECADE for tenth in range(max(tail, default=-1) + 1)]
    return [(10.0**-level, at_most(tail, level).rate) for level in decades]
