"""`selvage serve` for the benches, and how long what it answers took."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

TICK = 1 / os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Service:
    """A running service and its process."""

    url: str
    process: int

    @property
    def address(self) -> tuple[str, int]:
        host, port = self.url.removeprefix("http://").split(":")
        return host, int(port)

    def cpu_seconds(self) -> float:
        """What it and the processes it started have used."""
        return sum(map(cpu_seconds, (self.process, *_children(self.process))))


@contextmanager
def serving(folder: Path, *options: str) -> Iterator[Service]:
    """`selvage serve` with `options` on a data folder, at any free port."""
    command = [sys.executable, "-c", "from api.cli import main; main()", "--data", str(folder)]
    command += ["serve", "--port", "0", "--json", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield Service(str(json.loads(process.stdout.readline())["url"]), process.pid)
        finally:
            process.terminate()


def spread(seconds: Sequence[float]) -> dict[str, float]:
    """Median and 99th percentile, in milliseconds."""
    ordered = sorted(seconds)
    return {
        "ms_median": 1000 * statistics.median(ordered),
        "ms_99th": 1000 * ordered[int(0.99 * len(ordered))],
    }


def cpu_seconds(process: int) -> float:
    """User and system time of a process (proc(5), fields 14 and 15)."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) * TICK


def _children(process: int) -> list[int]:
    tasks = Path(f"/proc/{process}/task").glob("*/children")
    return [int(child) for task in tasks for child in task.read_text().split()]
