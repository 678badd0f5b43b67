"""Jobs as callers see them: submit, watch, wait; and which process executes.

On SQLite exactly one process executes, under a file lock; others enqueue and watch, and one that asked to
execute takes over when the lock falls free. On PostgreSQL any number of processes execute, each under a name
of its own. People see the table of operations; what DBOS keeps decides what is still to be done.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from shutil import disk_usage
from typing import Any

from filelock import FileLock, Timeout

from ledger import license
from ledger.context import Ledger
from ledger.domain.ids import derive
from ledger.errors import UnknownError, WorkerError
from ledger.store import operations
from ledger.store.engine import full
from ledger.store.operations import Operation
from ledger.workflows import durable
from ledger.workflows.kinds import KINDS
from ledger.workflows.running import Runner

WATCH_SECONDS = 0.1
TEND_SECONDS = 1.0
CLOSE_SECONDS = 30.0
SPARE = 64 * 1024  # bytes on disk without which not even a step can be written down
SQLITE = "sqlite:///"

_executing: Jobs | None = None  # DBOS runs once per process


class Jobs:
    """The jobs of one ledger. Open with `Jobs.open`, close when done; safe to share between threads."""

    def __init__(self, ledger: Ledger, url: str, wants_to_execute: bool, executor: str) -> None:
        self.ledger = ledger
        self._url, self._executor, self._wants_to_execute = url, executor, wants_to_execute
        self._lock: FileLock | None = None
        self._runner: Runner | None = None
        self._guard = threading.Lock()
        self._client = durable.Client(url)

    @classmethod
    def open(
        cls, ledger: Ledger, database_url: str, *, execute: bool = False, executor: str = "local"
    ) -> Jobs:
        """Connect to the jobs in `database_url`; `execute` what is queued unless another process does.

        `executor` names this process among several on PostgreSQL: after a crash, the process that is opened
        under the same name goes on with its jobs. Raises WorkerError.
        """
        jobs = cls(ledger, database_url, execute, executor)
        if not (execute and jobs.take_over()):
            jobs._see_to_left_over()
        return jobs

    @property
    def executing(self) -> bool:
        """Whether this process runs queued jobs."""
        return self._runner is not None

    def submit(self, kind: str, arguments: Mapping[str, Any], key: str) -> str:
        """Queue a job and return its operation id. The same kind and key is the same operation.

        One that failed is tried again with these arguments; one that is queued, running or done is left as it
        is. Raises UnknownError (unknown-kind).
        """
        if kind not in KINDS:
            raise UnknownError("kind", kind, f"use one of {', '.join(KINDS)}")
        operation = derive("operation", self.ledger.id, kind, key)
        with self.ledger.store.transaction() as tx:
            asked = operations.ask(tx, operation, kind, arguments, self.ledger.now())
        if not asked.ended:
            self._see_to(asked)
        return operation

    def status(self, operation: str) -> Operation:
        """How far an operation is. Raises UnknownError (unknown-operation)."""
        with self.ledger.store.reading() as tx:
            return operations.get(tx, operation)

    def wait(
        self,
        operation: str,
        progress: Callable[[Operation], None] | None = None,
        timeout: float | None = None,
        *,
        working_counts: bool = True,
    ) -> Operation:
        """The operation once it is done or failed. `progress` is called whenever something changed.

        `timeout` seconds are counted from the start, or, where `working_counts` is not set, anew from
        whenever this very process last had work under way: so a night's work done here is waited for.

        Raises UnknownError, WorkerError when `timeout` seconds pass first, and what keeps this process from
        writing the end down (StorageFullError, DatabaseError); the job goes on all the same.
        """
        started = tended = time.monotonic()
        seen: Operation | None = None
        while True:
            here = not working_counts and self._runner is not None and self._runner.busy
            found = self.status(operation)
            if progress and found != seen:
                progress(found)
            if found.ended:
                return found
            seen, now = found, time.monotonic()
            started = now if here else started
            if timeout is not None and now - started > timeout:
                raise WorkerError(_too_slow(found, timeout))
            if now - tended > TEND_SECONDS:
                self._tend(found)
                tended = time.monotonic()
            time.sleep(WATCH_SECONDS)

    def take_over(self) -> bool:
        """Become the process that executes, unless another one is; what was left undone is gone on with."""
        global _executing
        with self._guard:
            if self.executing:
                return True
            if _executing is not None:
                raise WorkerError("this process already executes the jobs of a ledger; close those first")
            if not self._acquire():
                return False
            _executing, self._runner = self, Runner(self.ledger, self._client)
            try:
                durable.launch(self._url, self._executor, self._runner, self._runner.draw)
                self._see_to_left_over()
            except BaseException:
                self._stand_down(0)
                raise
        return True

    def close(self, timeout: float = CLOSE_SECONDS) -> None:
        """Stop after the steps under way, at most `timeout` seconds; the rest is gone on with next time."""
        with self._guard:
            if self.executing:
                self._stand_down(timeout)
            self._client.close()

    def _stand_down(self, timeout: float) -> None:
        global _executing
        if self._runner is not None:
            self._runner.stop(timeout)
        durable.stop()
        _executing, self._runner = None, None
        if self._lock is not None:
            self._lock.release()
            self._lock = None

    def _acquire(self) -> bool:
        if not self._url.startswith(SQLITE):
            return True
        lock = FileLock(Path(self._url.removeprefix(SQLITE)).with_suffix(".lock"))
        try:
            lock.acquire(timeout=0)
        except Timeout:
            return False
        self._lock = lock
        return True

    def _tend(self, operation: Operation) -> None:
        """See to an operation that is waited for: somebody must execute it."""
        if self._wants_to_execute and not self.executing:
            self.take_over()
        self._see_to(operation)
        if self._runner is not None:
            if operation.id in self._runner.unwritten:
                raise self._runner.unwritten[operation.id]
            self._require_space()

    def _require_space(self) -> None:
        # DBOS tries again for ever when the disk is full, without telling anybody.
        if (
            self._url.startswith(SQLITE)
            and disk_usage(Path(self._url.removeprefix(SQLITE)).parent).free < SPARE
        ):
            raise full()

    def _see_to(self, operation: Operation) -> None:
        """Have DBOS know an operation; one that ended there without a word here has failed."""
        lost = self._client.lost(operation.workflow)
        if lost == "UNKNOWN":
            self._enqueue(operation)
        elif lost is not None:
            error = {"code": "worker", "message": f"the job was lost ({lost}); ask for it again"}
            with self.ledger.store.transaction() as tx:
                operations.fail(tx, operation.id, error, self.ledger.now())

    def _enqueue(self, operation: Operation) -> None:
        """Hand an operation to DBOS; doing it twice is doing it once."""
        self._client.enqueue(operation.workflow, KINDS[operation.kind].lane, operation.id)

    def _see_to_left_over(self) -> None:
        """A process that died between writing an operation and queueing it left one that nobody runs."""
        with self.ledger.store.reading() as tx:
            left = operations.unfinished(tx)
        for operation in left:
            self._see_to(operation)
        under_way = {operation.arguments.get("invoice") for operation in left}
        for invoice in license.owed(self.ledger):
            if invoice not in under_way:  # its job failed after the money moved: the licence must follow
                self.submit("settle", {"invoice": invoice, "authorization": None}, f"owed {invoice}")


def _too_slow(operation: Operation, timeout: float) -> str:
    return (
        f"operation {operation.id} is {operation.state.value} after {timeout:g} s ({operation.message}) "
        f"and is gone on with: watch it with selvage operations {operation.id} --wait, watch longer with a "
        "larger SELVAGE_OPERATION_TIMEOUT_SECONDS; where no worker runs, start one: selvage worker"
    )
