"""Views of the database.

On a SQLite file most are on one connection that stays open: to open one takes as long as several questions.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine


class Views:
    """Consistent views, safe between threads; what is written in one is undone."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._is_file = engine.dialect.name == "sqlite"
        self._turn = threading.Lock()
        self._kept: Connection | None = None

    @contextmanager
    def view(self) -> Iterator[Connection]:
        if not self._is_file or not self._turn.acquire(blocking=False):
            with self._engine.connect() as connection:
                connection.begin()
                yield connection
            return
        try:
            yield from self._on_kept()
        finally:
            self._turn.release()

    def close(self) -> None:
        with self._turn:
            if self._kept is not None:
                self._kept.close()
                self._kept = None

    def _on_kept(self) -> Iterator[Connection]:
        """The connection is kept only after nothing went wrong on it."""
        connection, self._kept = self._kept or self._engine.connect(), None
        try:
            begun = connection.begin()
            yield connection
            begun.rollback()
        except BaseException:
            connection.close()
            raise
        self._kept = connection
