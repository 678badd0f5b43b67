"""The database of a ledger: transactions, migrations and the append-only book."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, desc
from sqlmodel import Session, col, select

from ledger.domain import entries as book
from ledger.domain.canonical import canonical
from ledger.domain.entries import Entry
from ledger.store.asked import Asked, AskedOf, Change, PutOnce
from ledger.store.engine import WRITE, make_engine, translated
from ledger.store.noting import Noting
from ledger.store.reading import Views
from ledger.store.tables import EntryRow
from ledger.store.together import Together

Put = Callable[[bytes], str]
Item = TypeVar("Item")
Kept = TypeVar("Kept")
_LAST = Asked(select(EntryRow).order_by(desc(col(EntryRow.sequence))).limit(1))


class Tx:
    """One database transaction. The functions of `ledger.store.*` take it first.

    It is given its session, or the connection that one is made on when it is needed: many that only ask
    need none.
    """

    def __init__(self, on: Session | Connection) -> None:
        self._session = on if isinstance(on, Session) else None
        self._connection = None if isinstance(on, Session) else on

    @property
    def session(self) -> Session:
        if self._session is None:
            self._session = Session(self._connection, expire_on_commit=False)
        return self._session

    def close(self) -> None:
        """Let go of the session, if one was needed."""
        if self._session is not None:
            self._session.close()

    def flush(self) -> None:
        """Hand what was written so far to the database."""
        if self._session is not None:
            self._session.flush()

    def ask(self, asked: Asked, **values: Any) -> list[Any]:
        """The rows of a statement that is asked often; what was written in this transaction is seen."""
        return asked.rows(self._flushed(), values)

    def ask_of(self, asked: AskedOf, those: Sequence[str]) -> list[Any]:
        """The same for a list of any length."""
        return asked.rows(self._flushed(), those) if those else []

    def put(self, put: PutOnce, values: Mapping[str, Any]) -> bool:
        """Whether a row was written: there was none of its key. For tables that the journal does not keep."""
        return put.write(self._flushed(), values)

    def change(self, change: Change, **values: Any) -> int:
        """How many rows were changed or removed. For tables that the journal does not keep."""
        return change.made(self._flushed(), values)

    def _flushed(self) -> Connection:
        self.flush()
        return self._connection or self.session.connection()

    def append(self, kind: str, subject: str, body: Mapping[str, Any], at: str) -> Entry:
        """Write the next entry of the book, in this transaction."""
        return self.append_each([(kind, subject, body, at)])[0]

    def append_each(self, given: Iterable[tuple[str, str, Mapping[str, Any], str]]) -> tuple[Entry, ...]:
        """Write the next entries: kind, subject, body and time of each."""
        last = next(map(to_entry, self.ask(_LAST)), None)
        made: list[Entry] = []
        for kind, subject, body, at in given:
            last = book.append(last, kind, subject, at, body)
            made.append(last)
            self.session.add(EntryRow(**{**vars(last), "body": canonical(dict(body)).decode()}))
        self.session.flush()
        return tuple(made)


class Store:
    """Open with `Store.open(url)`; every reader and writer comes through `reading` and `transaction`.

    `put` keeps bytes and names them by their SHA-256: the pages of the journal go there. Without it none is
    written, and the next one that is written begins the journal anew.
    """

    def __init__(self, engine: Engine, put: Put | None = None) -> None:
        self._engine = engine
        self._put = put
        self._writing = engine.execution_options(**{WRITE: True})
        self._together = Together(self.transaction)
        self._noting = Noting(engine.url)
        self._views = Views(engine)

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

    @property
    def is_file(self) -> bool:
        """Whether the database is a file that this process reads, and no server."""
        return self._engine.dialect.name == "sqlite"

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

    def together(self, work: Callable[[Tx, Sequence[Item]], Sequence[Kept]], item: Item) -> Kept:
        """What `work` answers for `item`, written with what other threads hand in meanwhile: see Together."""
        return self._together.write(work, item)

    def note(self, work: Callable[[Tx], Kept]) -> Kept:
        """What `work` answers, its notes written without waiting for the disk: see Noting."""
        with self._noting.transaction(patient=True) as connection:
            assert connection is not None  # noqa: S101  who is patient is given one
            return _noted(connection, work)

    def note_at_once(self, work: Callable[[Tx], Kept]) -> Kept | None:
        """The same; None, and nothing is done, where somebody else is writing to the file just now."""
        with self._noting.transaction(patient=False) as connection:
            return None if connection is None else _noted(connection, work)

    @contextmanager
    def reading(self) -> Iterator[Tx]:
        """A consistent view that blocks nobody; what is written in it is undone."""
        with translated(), self._views.view() as connection, closing(Tx(connection)) as tx:
            yield tx

    def close(self) -> None:
        self._noting.close()
        self._views.close()
        self._engine.dispose()


def _noted(connection: Connection, work: Callable[[Tx], Kept]) -> Kept:
    with closing(Tx(connection)) as tx:
        kept = work(tx)
        tx.flush()
    return kept


def to_entry(row: EntryRow | Any) -> Entry:
    return Entry(row.sequence, row.kind, row.subject, row.at, json.loads(row.body), row.previous, row.hash)
