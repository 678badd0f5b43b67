"""Long work as a command sees it: submit, show progress on stderr, return the result or raise its error."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from api.cli.context import jobs, settings
from api.cli.progress import Progress

if TYPE_CHECKING:
    from ledger.context import Ledger
    from ledger.workflows import Jobs, Operation


def run_operation(ledger: Ledger, kind: str, arguments: Mapping[str, Any], key: str) -> dict[str, Any]:
    """The result of an operation, done here or by the worker that holds the data folder.

    Raises OperationFailedError with the code of its error, WorkerError when others take too long.
    """
    with jobs(ledger) as opened:
        return watch(opened, opened.submit(kind, dict(arguments), key), kind)


def watch(opened: Jobs, operation: str, label: str) -> dict[str, Any]:
    """Wait for an operation, for what is done here to its end; the same errors as `run_operation`."""
    from api.jobs import result_of

    progress = Progress(label)
    limit = settings().operation_timeout_seconds
    try:
        ended = opened.wait(operation, partial(_show, progress), limit, working_counts=False)
    finally:
        progress.close()
    return result_of(ended)


def _show(progress: Progress, now: Operation) -> None:
    if now.error is None:  # the error itself is told at the end, once
        progress.show(now.done, now.total, now.message)
