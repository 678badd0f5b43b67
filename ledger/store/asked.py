"""Statements that every decision asks, written out once for a database, then handed to its driver.

What the database layer does for a statement takes longer than the statement. Rows are plain tuples, with
names where there are several columns. Only text and whole numbers are asked for so: the layer would turn
nothing of it into anything else.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import BindParameter, Connection, Dialect, Table, bindparam
from sqlalchemy.exc import DBAPIError
from sqlmodel import SQLModel

MOST = 512  # values of one list
Marks = Sequence[BindParameter[str]]
Statement = Any  # a select of any columns: its types are as many as they are


@dataclass(frozen=True)
class _Written:
    """A statement as the driver takes it: its text, the order of its values, and those that never change."""

    text: str
    order: Sequence[str] | None
    fixed: Mapping[str, Any]
    row: Callable[[Any], Any] | None

    def rows(self, connection: Connection, values: Mapping[str, Any]) -> list[Any]:
        found: list[Any] = self.done(connection, values).fetchall()
        return found if self.row is None else [*map(self.row, found)]

    def done(self, connection: Connection, values: Mapping[str, Any]) -> Any:
        """The driver's cursor, after the statement."""
        given = {**self.fixed, **values} if self.fixed else values
        wanted = given if self.order is None else [given[name] for name in self.order]
        driver = connection.connection.dbapi_connection
        try:
            return driver.execute(self.text, wanted)  # type: ignore[union-attr]
        except connection.dialect.loaded_dbapi.Error as error:
            raise DBAPIError(self.text, wanted, error) from error


class Asked:
    """One statement whose parts that change are bind parameters."""

    def __init__(self, query: Statement) -> None:
        self._query = query
        self._written: dict[str, _Written] = {}

    def rows(self, connection: Connection, values: Mapping[str, Any]) -> list[Any]:
        written = self._written.get(connection.dialect.name)
        if written is None:
            written = self._written[connection.dialect.name] = _write(self._query, connection.dialect)
        return written.rows(connection, values)


class Change:
    """One statement that changes or removes rows."""

    def __init__(self, statement: Statement) -> None:
        self._statement = statement
        self._written: dict[str, _Written] = {}

    def made(self, connection: Connection, values: Mapping[str, Any]) -> int:
        """How many rows it was."""
        written = self._written.get(connection.dialect.name)
        if written is None:
            written = self._written[connection.dialect.name] = _compiled(
                self._statement, connection.dialect, None
            )
        return int(written.done(connection, values).rowcount)


class PutOnce:
    """A row of a table, written where there is none of its key."""

    def __init__(self, table: type[SQLModel]) -> None:
        self._table = SQLModel.metadata.tables[str(table.__tablename__)]
        self._written: dict[str, _Written] = {}

    def write(self, connection: Connection, values: Mapping[str, Any]) -> bool:
        """Whether it was written: there was no such key."""
        written = self._written.get(connection.dialect.name)
        if written is None:
            written = self._written[connection.dialect.name] = _written_once(self._table, connection.dialect)
        return bool(written.done(connection, values).rowcount)


class AskedOf:
    """A statement about the values of one list: `make` is given a bind parameter for each."""

    def __init__(self, make: Callable[[Marks], Statement]) -> None:
        self._make = lru_cache(maxsize=None)(lambda count: Asked(make(marks("of", count))))

    def rows(self, connection: Connection, those: Sequence[str]) -> list[Any]:
        """The rows for `those`, which may be any number."""
        found: list[Any] = []
        for start in range(0, len(those), MOST):
            values = listed("of", those[start : start + MOST])
            found += self._make(len(values)).rows(connection, values)
        return found


def marks(name: str, count: int) -> Marks:
    """The bind parameters of a list of `count` values, a power of two."""
    return [bindparam(f"{name}_{number}", type_=None) for number in range(count)]


def listed(name: str, those: Sequence[str]) -> dict[str, str]:
    """The values of the `marks` of a list, the last repeated: few statements are written out."""
    padded = [*those, *[those[-1]] * (padded_length(len(those)) - len(those))]
    return {f"{name}_{number}": value for number, value in enumerate(padded)}


def padded_length(count: int) -> int:
    """The power of two that is at least `count`."""
    return 1 << (count - 1).bit_length()


def _write(query: Statement, dialect: Dialect) -> _Written:
    names = [str(column.key) for column in query.selected_columns]
    row = namedtuple("Row", names, rename=True)  # type: ignore[misc]  # names come from the query
    return _compiled(query, dialect, row._make if len(names) > 1 else None)


def _compiled(statement: Statement, dialect: Dialect, row: Callable[[Any], Any] | None) -> _Written:
    compiled = statement.compile(dialect=dialect)
    order = compiled.positiontup if compiled.positional else None
    fixed = {name: value for name, value in compiled.params.items() if value is not None}
    return _Written(str(compiled), order, fixed, row)


def _written_once(table: Table, dialect: Dialect) -> _Written:
    names = [column.name for column in table.columns]
    compiled = table.insert().values({name: bindparam(name) for name in names}).compile(dialect=dialect)
    order = compiled.positiontup if compiled.positional else None
    return _Written(f"{compiled} ON CONFLICT DO NOTHING", order, {}, None)
