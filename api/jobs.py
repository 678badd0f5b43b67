"""Who does the long work. On SQLite one process per data folder does; the others ask it and watch.

Whoever finds nobody at work takes over: a command for as long as it runs, a service or a worker for good.
What a killed process left unfinished is finished by the next one that takes over.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from api.compose import open_jobs, open_ledger
from api.settings import Settings
from ledger.errors import WorkerError

if TYPE_CHECKING:
    from ledger.context import Ledger
    from ledger.workflows import Jobs

RETRY_SECONDS = 1.0
STOP_SECONDS = 30.0


@contextmanager
def working(settings: Settings, ledger: Ledger) -> Iterator[Jobs]:
    """Jobs for one command: done by this process, unless another one is at work on the same data."""
    jobs = try_to_work(settings, ledger) or open_jobs(settings, ledger, execute=False)
    try:
        yield jobs
    finally:
        jobs.close()


def try_to_work(settings: Settings, ledger: Ledger, number: int = 1) -> Jobs | None:
    """Jobs that this process executes, or None when another process does."""
    with suppress(WorkerError):
        return open_jobs(settings, ledger, execute=True, executor=executor_name(settings, number))
    return None


def executor_name(settings: Settings, number: int) -> str:
    """The name under which work is taken and, after a crash, taken up again: the same after a restart."""
    return "local" if settings.on_sqlite else f"{socket.gethostname()}-{number}"


class EmbeddedWorker:
    """A worker in a thread of this process; it takes over as soon as nobody else is at work."""

    def __init__(self, settings: Settings, ledger: Ledger) -> None:
        self._settings, self._ledger = settings, ledger
        self._stop = threading.Event()
        self._jobs: Jobs | None = None
        self._thread = threading.Thread(target=self._run, name="selvage-worker", daemon=True)

    @property
    def executes(self) -> bool:
        return self._jobs is not None

    def start(self) -> None:
        """Take over before returning if that is possible now, else keep trying."""
        self._jobs = try_to_work(self._settings, self._ledger)
        if self._jobs is None:
            self._thread.start()

    def close(self) -> None:
        """Let the step at hand end, then stop."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join()
        if self._jobs is not None:
            self._jobs.close()

    def _run(self) -> None:
        while self._jobs is None and not self._stop.wait(RETRY_SECONDS):
            self._jobs = try_to_work(self._settings, self._ledger)


def run_worker(
    settings: Settings, stop: threading.Event, say: Callable[[str], None], number: int | None = None
) -> None:
    """Work until `stop` is set. Without a `number`, SELVAGE_WORKERS processes are started."""
    if number is None and settings.workers > 1 and not settings.on_sqlite:
        _run_processes(settings, stop, say)
        return
    ledger = open_ledger(settings)
    jobs = try_to_work(settings, ledger, number or 1)
    if jobs is None:
        say("waiting: another process is at work on this data")
    while jobs is None and not stop.wait(RETRY_SECONDS):
        jobs = try_to_work(settings, ledger, number or 1)
    if jobs is not None:
        say("working")
        stop.wait()
        jobs.close()
    say("stopped")


def _run_processes(settings: Settings, stop: threading.Event, say: Callable[[str], None]) -> None:
    children = [_start(settings, number) for number in range(1, settings.workers + 1)]
    say(f"{len(children)} workers")
    while not stop.wait(RETRY_SECONDS):
        for index, child in enumerate(children):
            if child.poll() is not None:
                say(f"worker {index + 1} ended with {child.returncode}; starting it again")
                children[index] = _start(settings, index + 1)
    for child in children:
        child.send_signal(signal.SIGTERM)
    for child in children:
        try:
            child.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            child.kill()
    say("stopped")


def _start(settings: Settings, number: int) -> subprocess.Popen[bytes]:
    program = "from api.cli import main; main()"
    command = [sys.executable, "-c", program, "--data", str(settings.data), "worker", "--number", str(number)]
    return subprocess.Popen(command, env=os.environ.copy())  # noqa: S603 -- this very program
