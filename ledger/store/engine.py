"""One engine for two databases. Writers take turns on both: a rule checked in a transaction holds to its end.

SQLite: WAL, full synchronisation, foreign keys, BEGIN IMMEDIATE for writes. PostgreSQL: an advisory lock held
to the end of each writing transaction does the same. What is noted by a second engine is in the same database
and waits for no disk: whatever is written after it by the first brings it to the disk as well.
"""

from __future__ import annotations

import errno
import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy
from sqlalchemy import Connection, Engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, IntegrityError, OperationalError, SQLAlchemyError

from ledger.errors import ConflictError, DatabaseError, StorageFullError

WRITE = "selvage_write"
WRITERS_LOCK = 0x53454C56  # any constant of our own
BUSY_MS = 30_000
SWITCHES, SWITCH_SECONDS = 300, 0.1
_PRAGMAS = ("synchronous=FULL", f"busy_timeout={BUSY_MS}", "foreign_keys=ON")
_NOTING = ("synchronous=NORMAL", f"busy_timeout={BUSY_MS}", "wal_autocheckpoint=0")


def make_engine(url: str) -> Engine:
    """Engine for `sqlite:///file` or `postgresql://...`; DatabaseError for anything else."""
    parsed = _parse(url)
    if parsed.get_backend_name() == "sqlite":
        engine = _sqlite(parsed, _PRAGMAS)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    engine = _postgres(parsed)
    event.listen(engine, "begin", _begin_postgres)
    return engine


def make_noting_engine(url: URL) -> Engine:
    """A second engine for the database of the first, whose commits do not wait for the disk.

    What is noted last is lost with the power, and never what something written later relies on. For SQLite
    somebody else has to bring it into the file (`Noting._checkpoint`).
    """
    if url.get_backend_name() == "sqlite":
        engine = _sqlite(url, _NOTING)
        event.listen(engine, "begin", lambda connection: _begin(connection, "BEGIN IMMEDIATE"))
        return engine
    return _postgres(url, options="-c synchronous_commit=off")


def is_busy(error: SQLAlchemyError) -> bool:
    """Whether SQLite would have had to wait for another who writes."""
    return getattr(getattr(error, "orig", None), "sqlite_errorcode", None) == sqlite3.SQLITE_BUSY


def _postgres(url: URL, **options: str) -> Engine:
    return sqlalchemy.create_engine(
        url.set(drivername="postgresql+psycopg"), pool_pre_ping=True, connect_args=options
    )


def _parse(url: str) -> URL:
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise DatabaseError("database_url: not a database URL; write it like sqlite:///file") from error
    if parsed.get_backend_name() not in ("sqlite", "postgresql"):
        raise DatabaseError(
            f"database_url: {parsed.get_backend_name()} is not supported; use sqlite, postgresql"
        )
    if parsed.get_backend_name() == "sqlite" and parsed.database in (None, "", ":memory:"):
        raise DatabaseError("database_url: a ledger in memory would be lost; name a file")
    return parsed


def _sqlite(url: URL, pragmas: Sequence[str]) -> Engine:
    Path(str(url.database)).parent.mkdir(parents=True, exist_ok=True)
    engine = sqlalchemy.create_engine(
        url, connect_args={"timeout": BUSY_MS / 1000, "check_same_thread": False}
    )

    def connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # the driver would begin transactions later than we need them
        _write_ahead(connection)
        for pragma in pragmas:
            connection.execute(f"PRAGMA {pragma}")

    event.listen(engine, "connect", connect)
    return engine


def _write_ahead(connection: Any) -> None:
    """Switch the journal. SQLite does not wait its turn for that while a new file is made: ask again."""
    for attempt in range(SWITCHES, -1, -1):
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if attempt == 0 or "locked" not in str(error):
                raise
            time.sleep(SWITCH_SECONDS)
        else:
            return


def _begin_sqlite(connection: Connection) -> None:
    write = connection.get_execution_options().get(WRITE)
    _begin(connection, "BEGIN IMMEDIATE" if write else "BEGIN")


def _begin(connection: Connection, statement: str) -> None:
    """Past the database layer, which takes longer for it than SQLite does."""
    driver = connection.connection.dbapi_connection
    try:
        driver.execute(statement)  # type: ignore[union-attr]  # it is open
    except sqlite3.Error as error:
        raise OperationalError(statement, (), error) from error


def _begin_postgres(connection: Connection) -> None:
    if connection.get_execution_options().get(WRITE):
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({WRITERS_LOCK})")


@contextmanager
def translated() -> Iterator[None]:
    """Errors of the database, as ours. Nothing of the transaction they happened in is kept."""
    try:
        yield
    except IntegrityError as error:
        raise ConflictError(
            "id", f"the database already holds this, or lacks what it refers to ({error.orig})"
        ) from error
    except SQLAlchemyError as error:
        text = str(getattr(error, "orig", None) or error)
        if _says_full(error, text):
            raise full() from error
        raise DatabaseError(
            f"the database refused: {text.splitlines()[0]}; check SELVAGE_DATABASE_URL"
        ) from error
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise full() from error
        raise


def _says_full(error: SQLAlchemyError, text: str) -> bool:
    # With no space at all SQLite cannot even make its shared memory file, and calls that an I/O error.
    name = getattr(getattr(error, "orig", None), "sqlite_errorname", "")
    return "database or disk is full" in text or "No space left" in text or name == "SQLITE_IOERR_SHMSIZE"


def full() -> StorageFullError:
    return StorageFullError(
        "no space left on the device; free some and run the same again: nothing was half-written"
    )
