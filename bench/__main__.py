"""Runs every bench and writes docs/figures.md: `python -m bench [NAME...]`, or `make bench`.

Each module beside this one prints one JSON object on its last line when run by `python -m bench.NAME`.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

HERE = Path(__file__).parent
FIGURES = HERE.parent / "docs" / "figures.md"
RAW = HERE.parent / "docs" / "figures.json"


def main(names: list[str]) -> int:
    known = sorted(path.stem for path in HERE.glob("[a-z]*.py"))
    unknown = set(names) - set(known)
    if unknown:
        print(f"no such bench: {', '.join(sorted(unknown))}; there are {', '.join(known)}", file=sys.stderr)
        return 2
    results = json.loads(RAW.read_text()) if RAW.exists() else {}
    left_out = []
    for name in names or known:
        print(f"bench {name} ...", file=sys.stderr, flush=True)
        figures = run(name)
        if figures is None:
            left_out.append(name)
            continue
        results[name] = figures
        print(name, json.dumps(figures), flush=True)
    if set(names or known) - set(left_out):
        RAW.write_text(json.dumps(dict(sorted(results.items())), indent=2) + "\n")
        FIGURES.write_text(table(results))
    if left_out:
        print(f"left out, with the figures of before: {', '.join(left_out)}", file=sys.stderr)
    return 1 if set(names) & set(left_out) else 0


def run(name: str) -> dict[str, object] | None:
    """The figures one bench prints on its last line; a bench that fails stops the run with its own words.

    None where it says that what it needs is out of reach, and has told why.
    """
    done = subprocess.run([sys.executable, "-m", f"bench.{name}"], stdout=subprocess.PIPE, text=True)
    if done.returncode == os.EX_UNAVAILABLE:
        return None
    done.check_returncode()
    figures: dict[str, object] = json.loads(done.stdout.strip().splitlines()[-1])
    return figures


def table(results: dict[str, dict[str, object]]) -> str:
    when = datetime.now(UTC).date().isoformat()
    lines = [
        "# Figures",
        "",
        f"Written by `make bench` on {when}, {os.cpu_count()} cores. Raw: `figures.json`.",
        "",
    ]
    for name, figures in sorted(results.items()):
        lines += [f"## {name}", "", "| figure | value |", "|---|---|"]
        lines += [f"| {key} | {value} |" for key, value in flat("", figures)] + [""]
    return "\n".join(lines)


def flat(prefix: str, value: object) -> list[tuple[str, str]]:
    """Nested figures as dotted names, numbers to four digits."""
    if isinstance(value, dict):
        return [row for key, item in value.items() for row in flat(f"{prefix}.{key}".strip("."), item)]
    return [(prefix, f"{value:.4g}" if isinstance(value, float) else str(value))]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
