"""One operation, run: its steps made durable, its progress shown, its end written down."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ledger.context import Ledger
from ledger.errors import DatabaseError, StorageFullError
from ledger.store import Tx, operations
from ledger.workflows.attempts import StepError, attempt, describe
from ledger.workflows.drawing import Ahead, draw
from ledger.workflows.durable import DRAWING, Client, Closing, Drawn, step
from ledger.workflows.kinds import KINDS, LANES

log = logging.getLogger(__name__)
AGAIN_SECONDS = 1.0


class Runner:
    """Runs operations of one ledger, in any number of threads, until it is told to stop."""

    def __init__(self, ledger: Ledger, client: Client) -> None:
        self.ledger = ledger
        self.ahead = Ahead(client, lambda: self.stopping)
        self.stopping = False
        self.unwritten: dict[str, Exception] = {}  # operations that ended, and why the database does not know
        self._changed = threading.Condition()
        self._running = 0
        # DBOS recovers crashed workflows beside their queue, so turns are also taken here.
        self._turns = {lane: threading.Lock() for lane in (*LANES, DRAWING)}

    @property
    def busy(self) -> bool:
        """Whether an operation is under way here, or waits here for its turn."""
        return self._running > 0

    def __call__(self, operation: str, workflow: str) -> None:
        """The body of a workflow. Raises only Closing: every failure becomes the operation's error.

        A workflow that a crash left behind does nothing if its operation has ended or was asked for again.
        """
        self._count(1)
        try:
            with self._turns[KINDS[self._found(operation).kind].lane]:
                if self.stopping:
                    raise Closing
                found = self._found(operation)
                if found.ended or found.workflow != workflow:
                    return
                self._write(operation, self._outcome(found))
        finally:
            self._count(-1)

    def draw(self, tile: str) -> Drawn:
        """The body of a drawing: nothing once this process stops, so that who waits draws it instead."""
        self._count(1)
        try:
            with self._turns[DRAWING]:
                return {} if self.stopping else draw(self.ledger, tile)
        finally:
            self._count(-1)

    def stop(self, timeout: float) -> None:
        """Let the steps under way end, at most `timeout` seconds, and begin no other."""
        self.stopping = True
        with self._changed:
            self._changed.wait_for(lambda: not self._running, timeout)

    def _found(self, operation: str) -> operations.Operation:
        with self.ledger.store.reading() as tx:
            return operations.get(tx, operation)

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

    def _write(self, operation: str, change: Callable[[Tx], None]) -> None:
        """Write the end of an operation down, however long the database takes to come back."""
        while not self.stopping:
            try:
                with self.ledger.store.transaction() as tx:
                    change(tx)
                self.unwritten.pop(operation, None)
                return
            except (DatabaseError, StorageFullError) as error:
                if operation not in self.unwritten:
                    log.warning("how operation %s ended cannot be written down yet: %s", operation, error)
                self.unwritten[operation] = error
                time.sleep(AGAIN_SECONDS)
        raise Closing

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
        ran = False

        def tried() -> dict[str, Any]:
            nonlocal ran
            ran = True
            return attempt(lambda: self._shown(work, message, done, total))

        kept = step(message, tried)
        if "error" in kept and not ran:
            kept = tried()  # it failed before a crash, and nobody was told: perhaps the reason has passed
        if "error" in kept:
            raise StepError(kept["error"])
        return kept["value"]

    def drawn(self, tiles: Sequence[str]) -> Mapping[str, str]:
        return self._runner.ahead.drawn(tiles)

    def _shown(self, work: Callable[[], Any], message: str, done: int, total: int) -> Any:
        value = work()
        with self.ledger.store.transaction() as tx:
            operations.progress(tx, self._operation, done, total, message, self.ledger.now())
        return value
