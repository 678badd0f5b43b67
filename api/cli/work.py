"""Long work as a command sees it: submit, show progress on stderr, return the result or raise its error."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from api.cli.context import jobs, settings
from api.cli.progress import Progress
from api.errors import OperationFailedError, ServiceError

if TYPE_CHECKING:
    from ledger.context import Ledger
    from ledger.store.operations import Operation
    from ledger.workflows import Jobs


def run_operation(ledger: Ledger, kind: str, arguments: Mapping[str, Any], key: str) -> dict[str, Any]:
    """The result of an operation, done here or by the worker that holds the data folder.

    Raises OperationFailedError with the code of its error, ServiceError when it takes too long.
    """
    with jobs(ledger) as opened:
        return watch(opened, opened.submit(kind, dict(arguments), key), kind)


def watch(opened: Jobs, operation: str, label: str) -> dict[str, Any]:
    """Wait for an operation; the same errors as `run_operation`."""
    progress = Progress(label)
    limit = settings().operation_timeout_seconds
    try:
        ended = opened.wait(operation, lambda now: progress.show(now.done, now.total, now.message), limit)
    finally:
        progress.close()
    return _result(ended, limit)


def _result(operation: Operation, limit: float) -> dict[str, Any]:
    if not operation.ended:
        raise ServiceError(
            f"operation {operation.id} is still {operation.state} after {limit:g} s; it goes on "
            f"where a worker runs: selvage worker, then selvage operations {operation.id}"
        )
    if operation.error:
        error = operation.error
        raise OperationFailedError(
            str(error.get("code", "internal")), str(error.get("message", "")), field=error.get("field")
        )
    return dict(operation.result or {})
