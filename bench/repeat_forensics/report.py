"""docs/benchmark.md and docs/benchmark/: written by this program from the results files, never by hand."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.repeat_forensics import by_kind, contact, null_report, plots
from bench.repeat_forensics.attacks import PROMISES, Attack, families
from bench.repeat_forensics.errors import ReportError
from bench.repeat_forensics.outcome import FAILED, Outcome, Record
from bench.repeat_forensics.statistics import Roc, Share, added, roc
from bench.repeat_forensics.tables import (
    FALSE_PAIRS,
    HASHES,
    Results,
    by_family,
    found,
    markdown,
    percent,
    seconds_of,
    with_outcome,
)
from bench.repeat_forensics.tiles import HALVES, Half, tiles
from bench.repeat_forensics.tiles import families as tile_families

_MAIN = "selvage"
_COPIES = "copy"


@dataclass(frozen=True)
class Told:
    """Everything the report is written from."""

    half: Half
    distractors: int
    results: Results
    refused: null_report.Refused
    missing: dict[str, str]

    @property
    def attacks(self) -> tuple[Attack, ...]:
        """The attacks Selvage was put through."""
        run = {record.attack for record in self.results.of_system(_MAIN)}
        return tuple(attack for attack in self.results.attacks if attack.name in run)


def write(told: Told, page: Path, folder: Path) -> None:
    """The page and its pictures. Raises ReportError when Selvage was not run."""
    if not told.attacks:
        raise ReportError("results: no line of the system 'selvage'; run it first")
    folder.mkdir(parents=True, exist_ok=True)
    _pictures(told, folder)
    (folder / "rates.json").write_text(_raw(told))
    sections = (_head(told), _promises(told), _rows(told), by_kind.tiles(told.results, _MAIN))
    others = (by_kind.repeats(told.results, _MAIN), _beside(told), _curves(told))
    tail = (
        null_report.section(told.refused, told.results, folder),
        by_kind.failures(told.results, _MAIN),
        _method(told),
    )
    page.write_text("\n".join((*sections, *others, *tail)).rstrip() + "\n")


def _head(told: Told) -> str:
    mine = told.results.of_system(_MAIN)
    proven = Share(sum(r.judged.outcome is Outcome.PROVEN for r in mine), len(mine))
    wrong = Share(sum(r.judged.outcome is Outcome.WRONG for r in mine), len(mine))
    times = seconds_of(mine)
    cut = sum(r.judged.cut_short for r in mine)
    failed = sum(r.judged.signal.startswith(FAILED) for r in mine)
    half = told.half
    return f"""# Benchmark: which tile is this?

Written by `python -m bench.repeat_forensics`; no figure on this page was typed by hand.

{len(told.results.tiles())} tiles of the {half} half, in {len(tile_families(half))} families, marked and
registered with {told.distractors} others. Each went through {len(told.attacks)} attacks:
{len(mine)} pictures. Parameters were tuned on the tuning half only; the halves share no family.
{_caution(half, mine)}

- Proven, right tile: **{proven.hits} of {proven.of}** ({percent(proven.rate)}).
- Proven, wrong tile: **{wrong.hits} of {wrong.of}** (upper 95 % bound {wrong.upper_bound:.2g}).
- CPU seconds a picture, one thread: median {times[len(times) // 2]:.1f}, 95th percentile
  {times[int(0.95 * (len(times) - 1))]:.1f}, longest {times[-1]:.1f}. Cut short by the budget: {cut}.
- Ended in an error: {failed}.

![Share proven by attack](benchmark/rates.svg)
"""


def _caution(half: Half, records: Sequence[Record]) -> str:
    """What a reader must know first: the wrong half, or rows run again after the code changed."""
    words = ["This page shows the tuning half: it says how well tuning went."] if half == "tuning" else []
    if len({record.code for record in records}) > 1:
        words.append(_versions(records))
    return f"**{' '.join(words)}**\n" if words else ""


def _versions(records: Sequence[Record]) -> str:
    """Which attacks were not run with the code that most were run with."""
    codes = Counter(record.code for record in records)
    most = codes.most_common(1)[0][0]
    others = dict.fromkeys(record.attack for record in records if record.code != most)
    return f"Measured with {len(codes)} versions of the code: {', '.join(others)} with another, see the end."


def _promises(told: Told) -> str:
    shares = found(told.results, _MAIN)
    rows = []
    for promise in PROMISES:
        share = added(shares[a.name] for a in told.attacks if a.promise is promise)
        rows.append(
            (promise.words, *_measured(share), percent(promise.target), share.reaches(promise.target))
        )
    header = ("attacks", "proven", "rate", "95 % interval", "promised", "")
    return "## What was promised\n\nProven means: the right tile, by the mark.\n\n" + markdown(header, rows)


def _measured(share: Share) -> tuple[str, str, str]:
    low, high = share.interval
    interval = f"{100 * low:.1f} to {100 * high:.1f} %" if share.of else "-"
    return f"{share.hits}/{share.of}", percent(share.rate), interval


def _rows(told: Told) -> str:
    proven = found(told.results, _MAIN)
    likely = with_outcome(told.results, _MAIN, Outcome.LIKELY)
    wrong = with_outcome(told.results, _MAIN, Outcome.WRONG)
    blind = found(told.results, "selvage-blind")
    rows = []
    for attack in told.attacks:
        name, share = attack.name, proven[attack.name]
        times = seconds_of(r for r in told.results.of_system(_MAIN) if r.attack == name)
        promised = (
            ("-", "") if attack.target is None else (percent(attack.target), share.reaches(attack.target))
        )
        read = f"{blind[name].hits}/{blind[name].of}" if name in blind else "-"
        others = (read, str(likely[name].hits), str(wrong[name].hits), f"{times[len(times) // 2]:.1f}")
        rows.append((attack.family, name, *_measured(share), *promised, *others))
    header = (
        *("family", "attack", "proven", "rate", "95 % interval", "promised", ""),
        *("blind alone", "likely, right", "proven, wrong", "CPU s"),
    )
    return "## By attack\n\n" + markdown(header, rows)


def _beside(told: Told) -> str:
    systems = told.results.systems
    tables = {system: by_family(found(told.results, system)) for system in systems}
    rows = [
        (family, *(_short(tables[system].get(family)) for system in systems))
        for family in families()
        if any(family in tables[system] for system in systems)
    ]
    rows.append(("all", *(_short(added(tables[system].values())) for system in systems)))
    absent = "".join(f"\n- Not run: {system} ({reason})." for system, reason in told.missing.items())
    hashes = ", ".join(system for system in systems if system in HASHES)
    return f"""## Beside other systems

Share of pictures in which the right tile was found, by family of attacks.

{markdown(("attacks", *systems), rows)}
- Watermarks ({", ".join(s for s in systems if s not in HASHES)}): the mark read, and right; each was attacked
  in tiles it marked itself, with its package's own settings.
- {hashes or "hashes (not run)"}: the distance of the true pair is one that at most {FALSE_PAIRS:g} of the
  impostor pairs of this run reach. A hash says "alike"; it proves nothing.
- Each library was made for something else: single pictures, not repeats. That is the point of the table,
  not a flaw of theirs.{absent}{_unlike(told)}

![Every attack, every system](benchmark/systems.svg)
"""


def _unlike(told: Told) -> str:
    """Said where the systems were not shown the same pictures."""
    shown: dict[str, set[tuple[str, str]]] = {}
    for record in told.results.records:
        shown.setdefault(record.system, set()).add((record.attack, record.tile))
    if len(set(map(frozenset, shown.values()))) == 1:
        return ""
    counts = ", ".join(f"{system} {len(pictures)}" for system, pictures in shown.items())
    return f"\n- The systems were not all shown the same pictures: {counts}."


def _short(share: Share | None) -> str:
    return "-" if share is None or not share.of else f"{percent(share.rate)} ({share.hits}/{share.of})"


def _curves(told: Told) -> str:
    scored = [system for system in told.results.systems if told.results.impostors(system)]
    return f"""## ROC

True pairs against pairs that do not belong together, with pointwise 95 % Clopper-Pearson bands; left over all
attacks, right over copies of one whole tile, the case hashes are made for. For selvage
a wrong pair is the strongest finding of any other tile in a picture; for the rest it is one other registered
tile. Curves: {", ".join(scored)}.

![ROC](benchmark/roc.svg)
"""


def _method(told: Told) -> str:
    rows = [(attack.family, attack.name, attack.parameters) for attack in told.attacks]
    halves = "\n".join(f"- {half}: {', '.join(tile_families(half))}" for half in HALVES)
    counts = Counter(f"{r.system} {r.code}" for r in told.results.records)
    codes = [f"{code} ({count} pictures)" for code, count in sorted(counts.items())]
    return f"""## How it was made

Tiles are 512 px, drawn from seeds: the house archive with seeds apart from training, the embedded generator's
own drawings, and families drawn in the bench. Attacks are seeded by attack and tile: every run makes the same
pictures. Suspects have about 0.6 to 1.2 megapixels where the attack does not say otherwise.

{halves}

![The tiles](benchmark/tiles.jpg)

One tile under every attack:

![The attacks](benchmark/attacks.jpg)

{markdown(("family", "attack", "parameters"), rows)}
Again: `{_command(told)}`; one row: `--rows "hard palette"`;
fewer tiles for each attack, in turn: `--each 8`; other systems: `--systems selvage,pdq`; null decodes,
askings and examinations: `--nulls 100000 --askings 100000 --exams 100 --alike 1000000`. A run that was
cut off goes on. Code: {"; ".join(codes)}.
"""


def _command(told: Told) -> str:
    options = f"--half {told.half} --tiles {len(told.results.tiles())} --distractors {told.distractors}"
    return f"python -m bench.repeat_forensics {options}"


def _raw(told: Told) -> str:
    counts = {system: found(told.results, system) for system in told.results.systems}
    rates = {s: {a: [share.hits, share.of] for a, share in rows.items()} for s, rows in counts.items()}
    return json.dumps(rates, indent=1, sort_keys=True) + "\n"


def _pictures(told: Told, folder: Path) -> None:
    results = told.results
    shares = {system: found(results, system) for system in results.systems}
    plots.rates(told.attacks, shares[_MAIN], folder / "rates.svg")
    plots.beside(told.attacks, shares, folder / "systems.svg")
    copies = [attack.name for attack in told.attacks if attack.name.startswith(_COPIES)]
    panels = {"all attacks": _rocs(results, None)} | ({"copies": _rocs(results, copies)} if copies else {})
    plots.curves(panels, folder / "roc.svg")
    drawn = tiles(told.half, len(results.tiles()))
    contact.collected(drawn, folder / "tiles.jpg")
    contact.attacked(drawn[min(1, len(drawn) - 1)], told.attacks, folder / "attacks.jpg")


def _rocs(results: Results, attacks: list[str] | None) -> dict[str, Roc]:
    chosen = [r for r in results.records if attacks is None or r.attack in attacks]
    some = Results(tuple(chosen))
    curves = {}
    for system in some.systems:
        true = [r.judged.score for r in some.of_system(system) if r.judged.score is not None]
        impostors = some.impostors(system)
        if true and impostors:
            curves[system] = roc(true, impostors)
    return curves
