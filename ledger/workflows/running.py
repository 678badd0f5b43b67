"""One operation, run: its steps made durable, its progress shown, its end written down."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from ledger.context import Ledger
from ledger.store import Tx, operations
from ledger.workflows.attempts import StepError, attempt, describe
from ledger.workflows.durable import Closing, step
from ledger.workflows.kinds import KINDS, QUEUES


class Runner:
    """Runs operations of one ledger, in any number of threads, until it is told to stop."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.stopping = False
        self._changed = threading.Condition()
        self._running = 0
        # DBOS recovers crashed workflows beside their queue, so turns are also taken here.
        self._turns = {queue: threading.Lock() for queue in QUEUES}

    def __call__(self, operation: str) -> None:
        """The body of the workflow. Raises only Closing: every failure becomes the operation's error."""
        self._count(1)
        try:
            with self.ledger.store.reading() as tx:
                found = operations.get(tx, operation)
            kind = KINDS[found.kind]
            with self._turns[kind.queue]:
                if self.stopping:
                    raise Closing
                self._write(self._outcome(found))
        finally:
            self._count(-1)

    def stop(self, timeout: float) -> None:
        """Let the steps under way end, at most `timeout` seconds, and begin no other."""
        self.stopping = True
        with self._changed:
            self._changed.wait_for(lambda: not self._running, timeout)

    def _outcome(self, operation: operations.Operation) -> Callable[[Tx], None]:
        at = self.ledger.now
        try:
            result = KINDS[operation.kind].work(_Steps(self, operation.id), operation.arguments)
        except StepError as failed:
            error = failed.error
        except Exception as fault:  # noqa: BLE001 (bad arguments, or a fault between steps: say so, never hang)
            error = describe(fault)
        else:
            return lambda tx: operations.finish(tx, operation.id, result, at())
        return lambda tx: operations.fail(tx, operation.id, error, at())

    def _write(self, change: Callable[[Tx], None]) -> None:
        with self.ledger.store.transaction() as tx:
            change(tx)

    def _count(self, by: int) -> None:
        with self._changed:
            self._running += by
            self._changed.notify_all()


class _Steps:
    """A `Run` whose steps DBOS keeps."""

    def __init__(self, runner: Runner, operation: str) -> None:
        self._runner, self._operation = runner, operation

    @property
    def ledger(self) -> Ledger:
        return self._runner.ledger

    def step(self, message: str, work: Callable[[], Any], done: int, total: int) -> Any:
        if self._runner.stopping:
            raise Closing
        kept = step(message, lambda: attempt(lambda: self._shown(work, message, done, total)))
        if "error" in kept:
            raise StepError(kept["error"])
        return kept["value"]

    def _shown(self, work: Callable[[], Any], message: str, done: int, total: int) -> Any:
        value = work()
        with self.ledger.store.transaction() as tx:
            operations.progress(tx, self._operation, done, total, message, self.ledger.now())
        return value
