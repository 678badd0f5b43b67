"""Results as tables: by attack, by family, beside the other systems."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from bench.repeat_forensics.attacks import ATTACKS, Attack
from bench.repeat_forensics.outcome import Outcome, Record
from bench.repeat_forensics.statistics import Share, added, threshold_at

FALSE_PAIRS = 1e-4
HASHES = ("pdq", "phash", "dhash", "iscc")


@dataclass(frozen=True)
class Results:
    """The latest answer of every system to every picture."""

    records: tuple[Record, ...]

    @classmethod
    def of(cls, records: Iterable[Record]) -> Results:
        """Only the last line of each system, attack and tile counts: the newest code."""
        latest = {(r.system, r.attack, r.tile): r for r in records}
        return cls(tuple(latest.values()))

    @property
    def systems(self) -> tuple[str, ...]:
        """The systems that answered, in the order they first did."""
        return tuple(dict.fromkeys(r.system for r in self.records))

    @property
    def attacks(self) -> tuple[Attack, ...]:
        """The attacks that were run, in their own order."""
        names = {r.attack for r in self.records}
        return tuple(a for a in ATTACKS if a.name in names)

    def of_system(self, system: str) -> list[Record]:
        """One system's records."""
        return [r for r in self.records if r.system == system]

    def tiles(self) -> tuple[str, ...]:
        """The tiles that were used."""
        return tuple(sorted({r.tile for r in self.records}))

    def impostors(self, system: str) -> dict[float, int]:
        """How often each score was given to a pair that does not belong together."""
        counts: dict[float, int] = defaultdict(int)
        for record in self.of_system(system):
            for score, count in record.judged.impostors.items():
                counts[float(score)] += count
        return dict(counts)


def found(results: Results, system: str) -> dict[str, Share]:
    """By attack: pictures in which a system found the right tile.

    Proven for those that prove; for a hash, a distance of the true pair that at most FALSE_PAIRS of this
    run's impostor pairs reach, which flatters the hash: the threshold is chosen on the same pictures.
    """
    limit = threshold_at(results.impostors(system), FALSE_PAIRS) if system in HASHES else 0.0

    def hit(record: Record) -> bool:
        if system in HASHES:
            return record.judged.score is not None and record.judged.score >= limit
        return record.judged.outcome is Outcome.PROVEN

    return _counted(results.of_system(system), hit)


def with_outcome(results: Results, system: str, *outcomes: Outcome) -> dict[str, Share]:
    """By attack: pictures with one of these outcomes."""
    return _counted(results.of_system(system), lambda record: record.judged.outcome in outcomes)


def _counted(records: list[Record], hit: Callable[[Record], bool]) -> dict[str, Share]:
    counts: dict[str, list[bool]] = defaultdict(list)
    for record in records:
        counts[record.attack].append(hit(record))
    return {attack: Share(sum(hits), len(hits)) for attack, hits in counts.items()}


def by_family(shares: Mapping[str, Share]) -> dict[str, Share]:
    """Shares by family of attacks."""
    grouped: dict[str, list[Share]] = defaultdict(list)
    for attack in ATTACKS:
        if attack.name in shares:
            grouped[attack.family].append(shares[attack.name])
    return {family: added(listed) for family, listed in grouped.items()}


def markdown(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = [f"| {' | '.join(header)} |", "|" + "---|" * len(header)]
    return "\n".join([*lines, *(f"| {' | '.join(row)} |" for row in rows)]) + "\n"


def percent(rate: float) -> str:
    """A share as percents: whole ones, or one digit between 99 and 100."""
    if rate != rate:
        return "-"
    return f"{100 * rate:.1f} %" if 0.99 < rate < 1 else f"{100 * rate:.0f} %"


def seconds_of(records: Iterable[Record]) -> list[float]:
    """CPU seconds, sorted."""
    return sorted(r.seconds for r in records)


def smoke(results: Results) -> str:
    """A short table of hit rates for those who work on the code: what fails first, with the tiles that do."""
    rows = []
    for attack in results.attacks:
        mine = [r for r in results.of_system("selvage") if r.attack == attack.name]
        if not mine:
            continue
        hits = sum(r.judged.outcome is Outcome.PROVEN for r in mine)
        failed = ", ".join(
            f"{r.tile} ({r.judged.outcome.value}{', cut' if r.judged.cut_short else ''})"
            for r in mine
            if r.judged.outcome is not Outcome.PROVEN
        )
        times = seconds_of(mine)
        rows.append(
            (attack.name, f"{hits}/{len(mine)}", f"{times[len(times) // 2]:.1f}", f"{times[-1]:.1f}", failed)
        )
    return markdown(("attack", "proven", "CPU s median", "max", "not proven"), rows)
