"""The database of a ledger: transactions, migrations and the append-only book."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine, Result, desc
from sqlmodel import Session, col, select

from ledger.domain import entries as book
from ledger.domain.canonical import canonical
from ledger.domain.entries import Entry
from ledger.store.engine import WRITE, make_engine, translated
from ledger.store.tables import EntryRow

Put = Callable[[bytes], str]


@dataclass(frozen=True)
class Tx:
    """One database transaction. The functions of `ledger.store.*` take it first."""

    session: Session

    def read(self, query: Any, values: Mapping[str, Any] | None = None) -> Result[Any]:
        """Columns without objects made of them, for what is asked often; what was written is seen."""
        self.session.flush()
        return self.session.connection().execute(query, values or {})

    def append(self, kind: str, subject: str, body: Mapping[str, Any], at: str) -> Entry:
        """Write the next entry of the book, in this transaction."""
        last = self.session.exec(select(EntryRow).order_by(desc(col(EntryRow.sequence))).limit(1)).first()
        entry = book.append(to_entry(last) if last else None, kind, subject, at, body)
        row = EntryRow(**{**vars(entry), "body": canonical(dict(body)).decode()})
        self.session.add(row)
        self.session.flush()
        return entry


class Store:
    """Open with `Store.open(url)`; every reader and writer comes through `reading` and `transaction`.

    `put` keeps bytes and names them by their SHA-256: the pages of the journal go there. Without it none is
    written, and the next one that is written begins the journal anew.
    """

    def __init__(self, engine: Engine, put: Put | None = None) -> None:
        self._engine = engine
        self._put = put
        self._writing = engine.execution_options(**{WRITE: True})

    @classmethod
    def open(cls, url: str, put: Put | None = None) -> Store:
        """Connect and bring the schema up to date. Raises DatabaseError, StorageFullError."""
        store = cls(make_engine(url), put)
        store.migrate()
        return store

    def migrate(self) -> None:
        """Bring the schema up to date; safe to call from several processes at once."""
        from ledger.store.migrate import HEAD, upgrade

        with translated():
            if self.version != HEAD:
                upgrade(self._writing)

    @property
    def version(self) -> str | None:
        """Name of the last migration that ran, None on an empty database."""
        from ledger.store.migrate import version

        with translated():
            return version(self._engine)

    @property
    def engine(self) -> str:
        """`sqlite` or `postgresql`, and its version, for `selvage doctor`."""
        dialect = self._engine.dialect
        with translated(), self._engine.connect():
            return f"{dialect.name} {'.'.join(map(str, dialect.server_version_info or ()))}".strip()

    @contextmanager
    def transaction(self) -> Iterator[Tx]:
        """Read and write; writers take turns. All or nothing: any exception undoes it."""
        from ledger.store import journal

        with translated(), Session(self._writing, expire_on_commit=False) as session, session.begin():
            if self._put is None:
                yield Tx(session)
                return
            written = journal.Written(session)
            yield Tx(session)
            session.flush()
            journal.write(session, written, self._put)

    @contextmanager
    def reading(self) -> Iterator[Tx]:
        """A consistent view that blocks nobody; what is written in it is undone."""
        with translated(), Session(self._engine) as session:
            yield Tx(session)

    def close(self) -> None:
        self._engine.dispose()


def to_entry(row: EntryRow) -> Entry:
    return Entry(row.sequence, row.kind, row.subject, row.at, json.loads(row.body), row.previous, row.hash)
