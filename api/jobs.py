"""Who does the long work. On SQLite one process per data folder does; the others ask it and watch.

Whoever finds nobody at work takes over: a command for as long as it runs, a service or a worker for good.
What a killed process left unfinished is finished by the next one that takes over.
"""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from api.compose import open_jobs, open_ledger
from api.errors import OperationFailedError
from api.settings import Settings
from api.tending import Tending

if TYPE_CHECKING:
    from ledger.context import Ledger
    from ledger.workflows import Jobs, Operation

RETRY_SECONDS = 1.0
STOP_SECONDS = 40.0


@contextmanager
def working(settings: Settings, ledger: Ledger) -> Iterator[Jobs]:
    """Jobs for one command: done by this process, unless another one is at work on the same data."""
    jobs = open_jobs(settings, ledger, execute=True)
    try:
        yield jobs
    finally:
        jobs.close()


def result_of(ended: Operation) -> dict[str, Any]:
    """What an operation gave. Raises OperationFailedError with the code of its error."""
    if ended.error:
        code, message = str(ended.error.get("code", "internal")), str(ended.error.get("message", ""))
        raise OperationFailedError(code, message, field=ended.error.get("field"))
    return dict(ended.result or {})


class StandBy:
    """Makes `jobs` work in this process as soon as the process that does dies."""

    def __init__(self, jobs: Jobs) -> None:
        self._jobs = jobs
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="selvage-standby", daemon=True)

    def start(self) -> None:
        """Keep trying in a thread, unless this process is at work already."""
        if not self._jobs.executing:
            self._thread.start()

    def close(self) -> None:
        """Stop trying. What is at work goes on until `jobs` is closed."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        take_over_when_free(self._jobs, self._stop)


def take_over_when_free(jobs: Jobs, stop: threading.Event) -> bool:
    """Wait until this process is the one at work; False when `stop` came first."""
    while not jobs.take_over():
        if stop.wait(RETRY_SECONDS):
            return False
    return True


def run_worker(
    settings: Settings, stop: threading.Event, say: Callable[[str], None], alone: bool = False
) -> None:
    """Work until `stop` is set. With several SELVAGE_WORKERS start as many processes, unless `alone`."""
    if settings.workers > 1 and not settings.on_sqlite and not alone:
        _run_processes(settings, stop, say)
        return
    ledger = open_ledger(settings)
    jobs = open_jobs(settings, ledger, execute=True)
    tending = Tending(settings, ledger, jobs)
    try:
        if not jobs.executing:
            say("waiting: another process is at work on this data")
        if take_over_when_free(jobs, stop):
            say("working")
            tending.start()
            stop.wait()
    finally:
        tending.close()
        jobs.close()
    say("stopped")


def _run_processes(settings: Settings, stop: threading.Event, say: Callable[[str], None]) -> None:
    children = [_start(settings) for _ in range(settings.workers)]
    say(f"{len(children)} workers")
    while not stop.wait(RETRY_SECONDS):
        for index, child in enumerate(children):
            if child.poll() is not None:
                say(f"a worker ended with {child.returncode}; starting it again")
                children[index] = _start(settings)
    for child in children:
        child.send_signal(signal.SIGTERM)
    for child in children:
        end(child)
    say("stopped")


def own_command(settings: Settings, *arguments: str) -> list[str]:
    """This very program, on the same data."""
    program = "from api.cli import main; main()"
    return [sys.executable, "-c", program, "--data", str(settings.data), *arguments]


def end(child: subprocess.Popen[Any]) -> None:
    """Wait until a process that was asked to end has ended, and no longer than STOP_SECONDS."""
    try:
        child.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()


def _start(settings: Settings) -> subprocess.Popen[bytes]:
    return subprocess.Popen(own_command(settings, "worker", "--alone"))  # noqa: S603 -- this very program
