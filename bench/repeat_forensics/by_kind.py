"""Smaller tables: what kinds of tiles are proven, whether the type of repeat is named right, what failed."""

from __future__ import annotations

from collections import Counter, defaultdict

from bench.repeat_forensics.outcome import Outcome
from bench.repeat_forensics.statistics import Share
from bench.repeat_forensics.tables import Results, markdown, percent

_TYPES = ("block", "half-drop", "brick", "mirror")
_WORDS = ("named right", "named one that looks the same", "named wrong", "not named")


def tiles(results: Results, system: str) -> str:
    """Share proven by family of tiles, over all attacks."""
    hits: dict[str, list[bool]] = defaultdict(list)
    for record in results.of_system(system):
        hits[record.tile.rpartition("-")[0]].append(record.judged.outcome is Outcome.PROVEN)
    shares = {family: Share(sum(found), len(found)) for family, found in hits.items()}
    rows = [
        (family, f"{share.hits}/{share.of}", percent(share.rate))
        for family, share in sorted(shares.items(), key=lambda item: item[1].rate)
    ]
    return "## By family of tiles\n\n" + markdown(("tiles", "proven", "rate"), rows)


def repeats(results: Results, system: str) -> str:
    """What the report called the repeat, where the tile was laid in one of the four types and proven."""
    named: dict[str, Counter[str]] = defaultdict(Counter)
    for record in results.of_system(system):
        if record.attack in _TYPES and record.judged.outcome is Outcome.PROVEN:
            named[record.attack][_judged(record.attack, record.judged.repeat.split("|"))] += 1
    if not named:
        return ""
    rows = [(laid, *(str(named[laid][word]) for word in _WORDS)) for laid in _TYPES if laid in named]
    return "## The type of repeat, as named in the report\n\n" + markdown(("laid as", *_WORDS), rows)


def _judged(laid: str, told: list[str]) -> str:
    """`told`: the type named, then those the report says would look the same with this tile."""
    right, alike, wrong, silent = _WORDS
    if told[0] == laid:
        return right
    if laid in told:
        return alike
    return silent if told[0] in ("", "single") else wrong


def failures(results: Results, system: str) -> str:
    """Every picture of a promised row that was not proven."""
    lines = []
    for attack in results.attacks:
        missed = [
            f"{record.tile} ({record.judged.outcome.value})"
            for record in results.of_system(system)
            if record.attack == attack.name and record.judged.outcome is not Outcome.PROVEN
        ]
        if missed and attack.target is not None:
            lines.append(f"- {attack.name}: {', '.join(sorted(missed))}")
    return "## What was not proven\n\n" + ("\n".join(lines) or "Nothing among the promised rows.") + "\n"
