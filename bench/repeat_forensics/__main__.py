"""`python -m bench.repeat_forensics`: run what has not been run, then write docs/benchmark.md."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from bench.repeat_forensics import null_alike, null_run, nulls
from bench.repeat_forensics.attacks import ATTACKS, named
from bench.repeat_forensics.errors import BenchmarkError
from bench.repeat_forensics.null_askings import AskingRecord
from bench.repeat_forensics.null_decodes import NullRecord
from bench.repeat_forensics.null_exams import ExamRecord
from bench.repeat_forensics.null_report import Refused
from bench.repeat_forensics.outcome import read
from bench.repeat_forensics.register import CACHE, ROOT
from bench.repeat_forensics.report import Told, write
from bench.repeat_forensics.runner import Plan, run
from bench.repeat_forensics.systems import MAKERS, available
from bench.repeat_forensics.tables import Results, smoke
from bench.repeat_forensics.tiles import HALVES, families

DOCS = ROOT / "docs"
_ALIKE = ".alike.json"


def parsed(words: list[str]) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m bench.repeat_forensics", description=__doc__)
    parser.add_argument(
        "--half", choices=HALVES, default="held-out", help="whose families (default: held-out)"
    )
    parser.add_argument("--tiles", type=int, default=32, help="tiles put into the wild (default: 32)")
    parser.add_argument("--distractors", type=int, default=64, help="other registered tiles (default: 64)")
    parser.add_argument("--rows", default="", help="attacks or families, comma between them (default: all)")
    parser.add_argument("--systems", default=",".join(MAKERS), help="comma between them (default: all)")
    parser.add_argument("--each", type=int, default=0, help="tiles per attack, in turn (default: all)")
    parser.add_argument("--workers", type=int, default=2, help="processes (default: 2)")
    parser.add_argument("--nulls", type=int, default=0, help="null decodes to make (default: 0)")
    parser.add_argument("--exams", type=int, default=0, help="full null examinations to make (default: 0)")
    parser.add_argument("--askings", type=int, default=0, help="null askings to make (default: 0)")
    parser.add_argument("--alike", type=int, default=0, help="ids of one key to compare (default: 0)")
    parser.add_argument("--results", type=Path, default=None, help="results file (default: under cache/)")
    parser.add_argument("--docs", type=Path, default=DOCS, help="where the page goes (default: docs)")
    parser.add_argument("--fresh", action="store_true", help="forget the results file first")
    parser.add_argument("--resume", action="store_true", help="go on where a run stopped (always done)")
    parser.add_argument("--report-only", action="store_true", help="write the pages from what is there")
    parser.add_argument("--no-report", action="store_true", help="run only; print the table")
    parser.add_argument("--list", action="store_true", help="print attacks with parameters, and families")
    return parser.parse_args(words)


def main(words: list[str]) -> int:
    """Run and report; 2 when a name is unknown."""
    arguments = parsed(words)
    if arguments.list:
        return _listed()
    try:
        attacks = named(_split(arguments.rows)) if arguments.rows else ATTACKS
        systems = tuple(_split(arguments.systems))
        _known(systems)
    except KeyError as error:
        print(error.args[0], file=sys.stderr)
        return 2
    plan = Plan(arguments.half, arguments.tiles, arguments.distractors, systems, arguments.each)
    results = arguments.results or CACHE / f"results-{arguments.half}.jsonl"
    if arguments.fresh:
        results.unlink(missing_ok=True)
    if not arguments.report_only:
        run(plan, attacks, results, arguments.workers)
        for work, wanted in _null_works(arguments):
            null_run.run(work, plan, wanted, results.with_suffix(work.suffix), arguments.workers)
        if arguments.alike:
            null_alike.keep(null_alike.compared(arguments.alike), results.with_suffix(_ALIKE))
    found = Results.of(read(results))
    if arguments.no_report:
        print(smoke(found))
        return 0
    told = Told(arguments.half, arguments.distractors, found, _refused(results), available(systems)[1])
    try:
        write(told, arguments.docs / "benchmark.md", arguments.docs / "benchmark")
    except BenchmarkError as error:
        print(error, file=sys.stderr)
        return 1
    print(arguments.docs / "benchmark.md")
    return 0


def _null_works(arguments: argparse.Namespace) -> list[tuple[null_run.Work, int]]:
    """What is asked of null pictures, and how much of it is wanted."""
    works = (null_run.DECODES, null_run.EXAMS, null_run.ASKINGS)
    wanted = (arguments.nulls, arguments.exams, arguments.askings)
    return [(work, count) for work, count in zip(works, wanted, strict=True) if count]


def _refused(results: Path) -> Refused:
    """What was said to null pictures so far."""
    return Refused(
        nulls.read(NullRecord, results.with_suffix(null_run.DECODES.suffix)),
        nulls.read(ExamRecord, results.with_suffix(null_run.EXAMS.suffix)),
        nulls.read(AskingRecord, results.with_suffix(null_run.ASKINGS.suffix)),
        null_alike.read(results.with_suffix(_ALIKE)),
    )


def _split(words: str) -> list[str]:
    return [word.strip() for word in words.split(",") if word.strip()]


def _known(systems: tuple[str, ...]) -> None:
    for name in systems:
        if name not in MAKERS:
            raise KeyError(f"systems: no system {name!r}; there are {', '.join(MAKERS)}")


def _listed() -> int:
    for attack in ATTACKS:
        target = "" if attack.target is None else f"{attack.target:.0%}"
        print(f"{attack.family:17s} {attack.name:42s} {target:4s} {attack.parameters}")
    for half in HALVES:
        print(f"{half}: {', '.join(families(half))}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
