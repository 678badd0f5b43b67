"""Selvage's long-running programs as real processes, for tests that freeze, kill and restart them."""

from __future__ import annotations

import atexit
import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Any, TextIO

NURSERY = Path(__file__).with_name("nursery.py")
START = "from api.cli import main; main()"
PATIENCE_SECONDS = 120.0


@cache
def _nursery() -> subprocess.Popen[str]:
    code = f"import runpy; runpy.run_path({str(NURSERY)!r}, run_name='__main__')"
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    started = subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, text=True, env=environment
    )
    atexit.register(started.communicate)  # it ends when its input does
    return started


class Program:
    """`selvage NAME ... --json` on one data folder; it is up when it has printed its first line.

    A process forked from the nursery, which has imported everything: see nursery.py. `changed`: constants of
    ours that have other values in it, by their dotted names.
    """

    def __init__(
        self, data: Path, *arguments: str, log: Path, changed: Mapping[str, int] | None = None
    ) -> None:
        self._changed = dict(changed or {})
        self._arguments = ["--data", str(data), *arguments, "--json"]
        self._log = log
        self._pid: int | None = None
        self._told: TextIO | None = None
        self.said: dict[str, Any] = {}

    def start(self) -> Program:
        pipe = self._log.with_suffix(f".{uuid.uuid4().hex}")
        os.mkfifo(pipe)
        environment = {**os.environ, "OMP_NUM_THREADS": "1", "SELVAGE_TEND_SECONDS": "0"}  # nothing unasked
        asked = [self._arguments, environment, self._changed, str(pipe), str(self._log)]
        nursery = _nursery()
        assert nursery.stdin is not None
        nursery.stdin.write(json.dumps(asked) + "\n")
        nursery.stdin.flush()
        self._told = pipe.open()  # to the end, or it could say nothing more
        pipe.unlink()
        self._pid, line = int(self._told.readline()), self._told.readline()
        assert line, f"{self._arguments[2:]} did not start: {self._log.read_text()[-2000:]}"
        self.said = json.loads(line)
        return self

    @property
    def pid(self) -> int:
        assert self._pid is not None
        return self._pid

    def kill(self) -> None:
        """kill -9, of a program that must still be alive."""
        assert not has_ended(self.pid), self._log.read_text()[-2000:]
        self.end()

    def end(self) -> None:
        """Make sure it is gone."""
        if self._pid is not None and self._told is not None:
            end_process(self._pid)
            self._pid = None  # another process may be called so soon
            self._told.close()

    @contextmanager
    def frozen(self, *databases: Path) -> Iterator[None]:
        """Stopped in its tracks, outside any transaction of these, while the block runs or until `thaw`."""
        wait_until(lambda: self._freeze(databases), 0.01)
        try:
            yield
        finally:
            self.thaw()

    def thaw(self) -> None:
        if self._pid is not None and not has_ended(self.pid):
            os.kill(self.pid, signal.SIGCONT)

    def _freeze(self, databases: Sequence[Path]) -> bool:
        os.kill(self.pid, signal.SIGSTOP)
        wait_until(lambda: _stands_still(self.pid))  # on a busy machine its other threads go on for a while
        try:
            for database in databases:
                with locked(database, 0.1):
                    pass
        except sqlite3.OperationalError:
            self.thaw()
            return False
        return True


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until(happened: Callable[[], bool], pause_seconds: float = 0.005) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not happened():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(pause_seconds)


def ask(database: Path, query: str, *values: object) -> list[tuple[Any, ...]]:
    """What an SQLite file of a running program says."""
    connection = sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=30)
    try:
        return connection.execute(query, values).fetchall()
    finally:
        connection.close()


@contextmanager
def locked(database: Path, patience_seconds: float = 30) -> Iterator[None]:
    """Nobody else writes to this SQLite file while the block runs; its readers go on."""
    connection = sqlite3.connect(database, timeout=patience_seconds, isolation_level=None)
    try:
        connection.execute("BEGIN IMMEDIATE")
        yield
    finally:
        connection.close()


def end_process(pid: int) -> None:
    """kill -9 a process of ours that may be somebody else's child; returns when it has ended."""
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
    wait_until(lambda: has_ended(pid), 0.01)


def _stands_still(pid: int) -> bool:
    """Whether every thread of a process is stopped."""
    states = [
        (thread / "stat").read_text().rpartition(")")[2].split()[0]
        for thread in Path(f"/proc/{pid}/task").iterdir()
    ]
    return set(states) <= {"T", "t", "Z"}


def has_ended(pid: int) -> bool:
    """Whether a process is gone with all its threads, reaped or not."""
    process = Path(f"/proc/{pid}")
    try:
        threads = list((process / "task").iterdir())
        return (process / "stat").read_text().rpartition(")")[2].split()[0] == "Z" and len(threads) == 1
    except (FileNotFoundError, ProcessLookupError):  # the second when it goes between opening and reading
        return True
