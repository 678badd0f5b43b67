"""Writing what may be lost with the power: it waits for no disk, and is seen by everybody at once.

It is in the same database as all else. So what was committed to the disk after it was read is never there
without it.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cached_property

from sqlalchemy import Connection, Engine
from sqlalchemy.engine import URL
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from ledger.store.engine import BUSY_MS, is_busy, make_noting_engine, translated

CHECKPOINT_AFTER = 500  # notes of one process: some 8 MB of SQLite's journal


class Noting:
    """The notes of one process to the database at `url`; safe between threads."""

    def __init__(self, url: URL) -> None:
        self._url = url
        self._count = 0
        self._guard = threading.Lock()
        self._worker: threading.Thread | None = None

    @contextmanager
    def transaction(self, *, patient: bool) -> Iterator[Connection | None]:
        """All or nothing. None where it would have to wait for another who writes, and is not `patient`."""
        with translated(), self._engine.connect() as connection:
            if not self._begin(connection, patient):
                yield None
                return
            yield connection
            connection.commit()
        self._noted()

    def close(self) -> None:
        if self._worker is not None:
            self._worker.join()
        if "_engine" in self.__dict__:
            self._engine.dispose()

    @cached_property
    def _engine(self) -> Engine:
        return make_noting_engine(self._url)

    @property
    def _is_file(self) -> bool:
        return self._url.get_backend_name() == "sqlite"

    def _begin(self, connection: Connection, patient: bool) -> bool:
        if self._is_file:
            connection.connection.dbapi_connection.execute(  # type: ignore[union-attr]  # it is open
                f"PRAGMA busy_timeout={BUSY_MS if patient else 0}"
            )
        try:
            connection.begin()
        except OperationalError as error:
            if patient or not is_busy(error):
                raise
            return False
        return True

    def _noted(self) -> None:
        """Have what was noted brought to the file now and then, where nobody waits for that."""
        if not self._is_file:
            return
        with self._guard:
            self._count += 1
            if self._count < CHECKPOINT_AFTER or (self._worker is not None and self._worker.is_alive()):
                return
            self._count = 0
            self._worker = threading.Thread(target=self._checkpoint, name="checkpoint", daemon=True)
            self._worker.start()

    def _checkpoint(self) -> None:
        # What fails here fails for the next who writes to the disk as well, and is told to them.
        with suppress(sqlite3.Error, SQLAlchemyError), self._engine.connect() as connection:
            connection.connection.dbapi_connection.execute(  # type: ignore[union-attr]  # it is open
                "PRAGMA wal_checkpoint(PASSIVE)"
            )
