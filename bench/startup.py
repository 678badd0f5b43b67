"""Seconds until `selvage --help` has answered and until each room is imported; medians of fresh processes."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time

ROOMS = ("generator", "watermark", "provenance", "forensics", "ledger", "api")
RUNS = 7


def seconds(program: str, *arguments: str) -> float:
    def once() -> float:
        began = time.perf_counter()
        done = [sys.executable, "-c", program, *arguments]
        subprocess.run(done, check=True, stdout=subprocess.DEVNULL)
        return time.perf_counter() - began

    once()
    return statistics.median(once() for _ in range(RUNS))


def main() -> None:
    bare = seconds("pass")
    figures = {
        "python_seconds": bare,
        "help_seconds": seconds("from api.cli import main; main()", "--help"),
        "import_seconds_beyond_python": {room: seconds(f"import {room}") - bare for room in ROOMS},
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
