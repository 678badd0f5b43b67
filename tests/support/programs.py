"""Selvage's long-running programs as real processes, for tests that freeze, kill and restart them."""

from __future__ import annotations

import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

START = "from api.cli import main; main()"
PATIENCE_SECONDS = 120.0


class Program:
    """`selvage NAME ... --json` on one data folder; it is up when it has printed its first line."""

    def __init__(self, data: Path, *arguments: str, log: Path) -> None:
        self._command = [sys.executable, "-c", START, "--data", str(data), *arguments, "--json"]
        self._log = log
        self._process: subprocess.Popen[str] | None = None
        self.said: dict[str, Any] = {}

    def start(self) -> Program:
        environment = {**os.environ, "OMP_NUM_THREADS": "1"}
        with self._log.open("a") as log:
            self._process = subprocess.Popen(
                self._command, stdout=subprocess.PIPE, stderr=log, text=True, env=environment
            )
        line = self._process.stdout.readline() if self._process.stdout else ""
        assert line, f"{self._command[-2:]} did not start: {self._log.read_text()[-2000:]}"
        self.said = json.loads(line)
        return self

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def kill(self) -> None:
        """kill -9, of a program that must still be alive."""
        assert self._process is not None
        assert self._process.poll() is None, self._log.read_text()[-2000:]
        self.end()
        assert self._process.returncode == -signal.SIGKILL

    def end(self) -> None:
        """Make sure it is gone."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            if self._process.stdout:
                self._process.stdout.close()

    @contextmanager
    def frozen(self, *databases: Path) -> Iterator[None]:
        """Stopped in its tracks, outside any transaction of these, while the block runs or until `thaw`."""
        wait_until(lambda: self._freeze(databases), 0.01)
        try:
            yield
        finally:
            self.thaw()

    def thaw(self) -> None:
        if self._process is not None and self._process.poll() is None:
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


def wait_until(happened: Callable[[], bool], pause_seconds: float = 0.001) -> None:
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
