"""What the devnet remembers: every transaction in order, and now and then the whole state.

A row is on disk before its transaction is sent, so an acknowledged transaction is always in the journal. The
last row alone can be open (sent or not, nobody knows); whoever holds the devnet's lock next closes it.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
import threading
from dataclasses import dataclass
from pathlib import Path

from ledger.chain.errors import DevnetError

_SCHEMA = """
create table if not exists meta(name text primary key, value text not null);
create table if not exists blocks(
  position integer primary key autoincrement, timestamp integer not null, raw blob, block_hash text);
create table if not exists snapshots(position integer primary key, head text not null, sha256 text not null);
"""


@dataclass(frozen=True)
class Row:
    """One block. `raw` is None for blocks that others made past us, `block_hash` while the row is open."""

    position: int
    timestamp: int
    raw: bytes | None
    block_hash: str | None


@dataclass(frozen=True)
class Snapshot:
    """State after `position`, whose head block has the hash `head`; `file` is None at the very beginning."""

    position: int
    head: str
    file: Path | None


class Journal:
    """SQLite file and snapshot files in `folder`. Callers hold the devnet's lock."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._mutex = threading.Lock()
        try:
            # kept open: closing the last connection writes the log back, which takes longer than a block
            self._db = sqlite3.connect(self._path, timeout=30, isolation_level=None, check_same_thread=False)
            self._db.execute("pragma journal_mode=wal")
            self._db.executescript(_SCHEMA)
        except sqlite3.Error as error:
            raise DevnetError(f"{self._path}: {error}; restore it from a backup or delete it") from None

    @property
    def _path(self) -> Path:
        return self._folder / "journal.sqlite"

    def _write(self, statement: str, *values: object, durable: bool = True) -> int:
        try:
            with self._mutex:
                self._db.execute(f"pragma synchronous={'full' if durable else 'normal'}")
                return self._db.execute(statement, values).lastrowid or 0
        except sqlite3.Error as error:
            raise DevnetError(f"{self._path} cannot be written: {error}; free some disk space") from None

    def _read(self, statement: str, *values: object) -> list[tuple[object, ...]]:
        try:
            with self._mutex:
                return self._db.execute(statement, values).fetchall()
        except sqlite3.Error as error:
            raise DevnetError(f"{self._path} cannot be read: {error}; open the devnet anew") from None

    def close(self) -> None:
        with self._mutex:
            self._db.close()

    def meta(self, name: str, default: str | None = None) -> str | None:
        """The value kept under `name`; `default` is written down if there is none yet."""
        if default is not None:
            self._write("insert or ignore into meta values(?, ?)", name, default)
        found = self._read("select value from meta where name = ?", name)
        return str(found[0][0]) if found else None

    def set_meta(self, name: str, value: str) -> None:
        self._write("insert or replace into meta values(?, ?)", name, value)

    def open_row(self, timestamp: int, raw: bytes) -> int:
        return self._write("insert into blocks(timestamp, raw) values(?, ?)", timestamp, raw)

    def close_row(self, position: int, block_hash: str) -> None:
        """Need not reach the disk: a replay closes an open row again."""
        update = "update blocks set block_hash = ? where position = ?"
        self._write(update, block_hash, position, durable=False)

    def drop_row(self, position: int) -> None:
        self._write("delete from blocks where position = ? and block_hash is null", position)

    def add_foreign(self, timestamp: int, block_hash: str) -> int:
        """A stretch of blocks that only the snapshot at this position holds."""
        return self._write("insert into blocks(timestamp, block_hash) values(?, ?)", timestamp, block_hash)

    def last(self) -> Row | None:
        rows = self.rows_after(-1, "order by position desc limit 1")
        return rows[0] if rows else None

    def rows_after(self, position: int, order: str = "order by position") -> list[Row]:
        columns = "select position, timestamp, raw, block_hash from blocks where position > ? "
        return [Row(*row) for row in self._read(columns + order, position)]  # type: ignore[arg-type]  # untyped SQL

    def newest_snapshot(self, genesis: str) -> Snapshot:
        """The newest snapshot whose file is whole; position 0 with the genesis block if there is none."""
        for position, head, digest in self._read("select * from snapshots order by position desc"):
            file = self._file(int(str(position)))
            if file.exists() and hashlib.sha256(file.read_bytes()).hexdigest() == digest:
                return Snapshot(int(str(position)), str(head), file)
        return Snapshot(0, genesis, None)

    def newest_position(self) -> int:
        """The position of the newest listed snapshot, 0 if there is none."""
        return int(str(self._read("select coalesce(max(position), 0) from snapshots")[0][0]))

    def save_snapshot(self, position: int, head: str, state: bytes) -> None:
        """Durable before it is listed; the two newest are kept."""
        file = self._file(position)
        temporary = file.with_suffix(".tmp")
        try:
            with temporary.open("wb") as handle:
                handle.write(state)
                handle.flush()
                os.fsync(handle.fileno())
            temporary.replace(file)
        except OSError as error:
            temporary.unlink(missing_ok=True)
            raise DevnetError(f"{file} cannot be written: {error}; free some disk space") from None
        digest = hashlib.sha256(state).hexdigest()
        self._write("insert or replace into snapshots values(?, ?, ?)", position, head, digest)
        for old in self._read("select position from snapshots order by position desc limit -1 offset 2"):
            self._write("delete from snapshots where position = ?", old[0])
            self._file(int(str(old[0]))).unlink(missing_ok=True)

    def _file(self, position: int) -> Path:
        return self._folder / f"snapshot-{position:09d}.json"
