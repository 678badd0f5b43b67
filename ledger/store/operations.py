"""Durable jobs as people see them: what was asked, how far it is, what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlmodel import col, desc, select

from ledger.errors import UnknownError
from ledger.store.store import Tx
from ledger.store.tables import OperationRow
from ledger.store.text import dump, load, load_optional


class State(StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


OPEN = (State.QUEUED, State.RUNNING)


@dataclass(frozen=True)
class Operation:
    """`done` of `total` parts are finished; `error` is {code, message, field?} when `state` is failed."""

    id: str
    kind: str
    arguments: Mapping[str, Any]
    state: State
    attempt: int
    done: int
    total: int
    message: str
    result: Mapping[str, Any] | None
    error: Mapping[str, Any] | None
    created_at: str
    updated_at: str

    @property
    def workflow(self) -> str:
        """Name of the attempt under way."""
        return f"{self.id}-{self.attempt}"

    @property
    def ended(self) -> bool:
        return self.state not in OPEN


def ask(tx: Tx, operation: str, kind: str, arguments: Mapping[str, Any], at: str) -> Operation:
    """Queue an operation; one that failed is queued for another attempt, any other is left as it is."""
    row = tx.session.get(OperationRow, operation)
    if row is None:
        row = OperationRow(
            id=operation,
            kind=kind,
            arguments=dump(arguments),
            state=State.QUEUED.value,
            attempt=1,
            done=0,
            total=0,
            message="waiting for a worker",
            created_at=at,
            updated_at=at,
        )
    elif row.state == State.FAILED.value:
        row.state, row.attempt, row.error = State.QUEUED.value, row.attempt + 1, None
        row.arguments, row.message, row.updated_at = dump(arguments), "waiting for a worker", at
    tx.session.add(row)
    tx.session.flush()
    return _operation(row)


def get(tx: Tx, operation: str) -> Operation:
    """Raises UnknownError (unknown-operation)."""
    return _operation(_row(tx, operation))


def page(tx: Tx, limit: int = 100, offset: int = 0) -> tuple[Operation, ...]:
    """Operations, newest first."""
    query = select(OperationRow).order_by(desc(col(OperationRow.created_at)), col(OperationRow.id))
    return tuple(_operation(row) for row in tx.session.exec(query.limit(limit).offset(offset)))


def unfinished(tx: Tx) -> tuple[Operation, ...]:
    """Operations that are queued or running, oldest first."""
    query = select(OperationRow).where(col(OperationRow.state).in_([state.value for state in OPEN]))
    return tuple(_operation(row) for row in tx.session.exec(query.order_by(col(OperationRow.created_at))))


def of_kind(tx: Tx, kind: str) -> tuple[Operation, ...]:
    """Operations of one kind, oldest first."""
    query = select(OperationRow).where(col(OperationRow.kind) == kind)
    ordered = query.order_by(col(OperationRow.created_at), col(OperationRow.id))
    return tuple(_operation(row) for row in tx.session.exec(ordered))


def progress(tx: Tx, operation: str, done: int, total: int, message: str, at: str) -> None:
    row = _row(tx, operation)
    row.state, row.done, row.total, row.message = State.RUNNING.value, done, total, message
    row.updated_at = at
    tx.session.add(row)
    tx.session.flush()


def finish(tx: Tx, operation: str, result: Mapping[str, Any], at: str) -> None:
    row = _row(tx, operation)
    row.state, row.message, row.done = State.DONE.value, "done", row.total
    row.result, row.error, row.updated_at = dump(result), None, at
    tx.session.add(row)
    tx.session.flush()


def fail(tx: Tx, operation: str, error: Mapping[str, Any], at: str) -> None:
    row = _row(tx, operation)
    row.state, row.message, row.error = State.FAILED.value, str(error.get("message", "")), dump(error)
    row.updated_at = at
    tx.session.add(row)
    tx.session.flush()


def _row(tx: Tx, operation: str) -> OperationRow:
    row = tx.session.get(OperationRow, operation)
    if row is None:
        raise UnknownError("operation", operation)
    return row


def _operation(row: OperationRow) -> Operation:
    return Operation(
        id=row.id,
        kind=row.kind,
        arguments=load(row.arguments),
        state=State(row.state),
        attempt=row.attempt,
        done=row.done,
        total=row.total,
        message=row.message,
        result=load_optional(row.result),
        error=load_optional(row.error),
        created_at=row.created_at,
        updated_at=row.updated_at,
    )
