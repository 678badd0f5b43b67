"""File locks between threads and processes, with an error that says what to do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from ledger.chain.errors import ChainUnavailableError

_SECONDS = 120.0


@contextmanager
def held(path: Path) -> Iterator[None]:
    """Holds the lock file `path`. ChainUnavailableError if another holds it for two minutes."""
    lock = FileLock(path, timeout=_SECONDS)
    try:
        lock.acquire()
    except Timeout:
        raise ChainUnavailableError(
            f"another process has held {path} for {_SECONDS:.0f} s; end it and try again"
        ) from None
    try:
        yield
    finally:
        lock.release()
