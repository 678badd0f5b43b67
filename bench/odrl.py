"""Milliseconds of an ODRL evaluation: alone, with reading its documents, and as a command of its own.

``python -m bench.odrl [--suite FOLDER] [--rounds N]``. Our own cases always; with ``--suite``, or
ODRL_TEST_SUITE set, those of another folder in the same layout, and how many of its reports agree with what
it expects. odrl-evaluator, the evaluator that the suite comes with, is not timed beside ours: npm knows no
package of that name (404, 2026-11-21).
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench._odrl_cases import OWN, Case, activations, cases, constraints
from ledger.domain.policy import evaluate

PROGRAMS = 5


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.odrl")
    parser.add_argument(
        "--suite", type=Path, default=os.environ.get("ODRL_TEST_SUITE"), help="folder of cases"
    )
    parser.add_argument("--rounds", type=int, default=20, help="evaluations of every case")
    given = parser.parse_args(words)
    figures: dict[str, Any] = {"own": measured(list(cases(OWN)), given.rounds)}
    if given.suite:
        others = list(cases(Path(given.suite)))
        figures["suite"] = {**measured(others, given.rounds), **agreement(others)}
    print(json.dumps(figures))
    return 0


def measured(found: list[Case], rounds: int) -> dict[str, Any]:
    """Medians over every case and round, in milliseconds of wall clock."""
    alone, whole, slowest = [], [], 0.0
    for case in found:
        inputs = case.inputs()
        once = [
            milliseconds(lambda: evaluate(inputs.policies, inputs.request, inputs.world, case.reading))  # noqa: B023 -- called at once
            for _ in range(rounds)
        ]
        alone += once
        slowest = max(slowest, statistics.median(once))
        whole += [milliseconds(case.report) for _ in range(max(1, rounds // 10))]
    return {
        "cases": len(found),
        "evaluate_median_ms": statistics.median(alone),
        "evaluate_slowest_case_ms": slowest,
        "evaluations_per_s": 1000 * len(alone) / sum(alone),
        "with_reading_median_ms": statistics.median(whole),
        "all_cases_with_reading_s": sum(whole) / max(1, rounds // 10) / 1000,
        "program_median_ms": statistics.median(
            milliseconds(lambda: program(found[0])) for _ in range(PROGRAMS)
        ),
    }


def milliseconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - began)


def program(case: Case) -> None:
    """The command, started afresh."""
    policy, request, state = (str(path) for path in case.files)
    words = ["odrl", "evaluate", "--policy", policy, "--request", request, "--state", state]
    start = [sys.executable, "-c", "from api.cli import main; main()", *words]
    done = subprocess.run(start, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    if done.returncode not in (0, 1):
        raise SystemExit(f"selvage {' '.join(words)} ended with {done.returncode}")


def agreement(found: list[Case]) -> dict[str, int]:
    """Cases whose activation states are those expected, and constraint reports that say the same."""
    pairs = [(case.written(), case.graph) for case in found]
    told = [(constraints(ours), constraints(theirs)) for ours, theirs in pairs]
    return {
        "activation_agrees": sum(activations(ours) == activations(theirs) for ours, theirs in pairs),
        "constraint_reports": sum(len(theirs) for _, theirs in told),
        "constraint_reports_agree": sum(
            ours.get(each) == said for ours, theirs in told for each, said in theirs.items()
        ),
    }


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
