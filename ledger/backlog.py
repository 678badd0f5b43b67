"""Signed files that wait to be read for what their claims say: a few at a time, by one thread at a time.

Anybody's question may be what they are read for, so a question costs little, however many wait.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, TypeVar

from ledger.errors import BlobCorruptError, BlobMissingError, StorageError

if TYPE_CHECKING:
    from ledger.context import Ledger
    from provenance.stores import StoredManifest

AT_ONCE = 50
File = TypeVar("File")


class Backlog:
    """What waits for one purpose. `done_with` are digests of files that this process does not read again."""

    def __init__(self) -> None:
        self.done_with: set[str] = set()
        self._lock = threading.Lock()

    def some(self, work: Callable[[int], int]) -> int:
        """Do `work` on at most AT_ONCE files; nothing while another thread is at it. How many that were."""
        if not self._lock.acquire(blocking=False):
            return 0
        try:
            return work(AT_ONCE)
        finally:
            self._lock.release()

    def read(
        self, ledger: Ledger, files: Iterable[tuple[File, str, str]]
    ) -> Iterator[tuple[File, StoredManifest]]:
        """What each of (file, digest, MIME type) says, without those that cannot be read.

        Where the bytes are out of reach, the others are left for the next time.
        """
        from provenance.embedding import store_of
        from provenance.errors import ProvenanceError
        from provenance.stores import read_store

        for file, digest, mime in files:
            try:
                read = read_store(store_of(ledger.blobs.get(digest), mime), ledger.engines.trust)
            except (StorageError, ProvenanceError) as error:
                self.done_with.add(digest)
                if isinstance(error, (BlobMissingError, BlobCorruptError, ProvenanceError)):
                    continue
                return
            yield file, read
