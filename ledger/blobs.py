"""Bytes by their SHA-256, over fsspec: `file:///folder`, `s3://bucket/prefix`, `memory://name` in tests.

Invariants: a name is written only when all its bytes are durable; what is read has the digest it is named by.
"""

from __future__ import annotations

import errno
import hashlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ledger import durable_file
from ledger.errors import BlobCorruptError, BlobMissingError, StorageError, StorageFullError

JOURNAL = "journal"  # the folder of the pages of the journal (ledger/rebuild.py)
_SHA256 = re.compile(r"[0-9a-f]{64}")
_FULL = (errno.ENOSPC, errno.EDQUOT)


class Blobs:
    """A store of immutable bytes. Open with `Blobs.open(url)`; a plain path is a local folder."""

    def __init__(self, filesystem: Any, root: str) -> None:
        self._fs = filesystem
        self._root = root.rstrip("/")
        self._local = "file" in _protocols(filesystem)

    @classmethod
    def open(cls, url: str) -> Blobs:
        """Raises StorageError when the URL is of no known kind or its folder cannot be made."""
        import fsspec

        try:
            filesystem, root = fsspec.core.url_to_fs(url)
            filesystem.makedirs(root, exist_ok=True)
        except OSError as error:
            raise _failed(error, "make the folder of blobs") from error
        except (ValueError, ImportError) as error:
            raise StorageError(f"blobs_url: {error}; use file:///folder or s3://bucket/prefix") from error
        return cls(filesystem, root)

    def put(self, data: bytes) -> str:
        """Keep `data`; returns its SHA-256 in hex. StorageFullError, StorageError: nothing is kept."""
        name = hashlib.sha256(data).hexdigest()
        path = self._path(name)
        try:
            if self._fs.exists(path) and self._fs.size(path) == len(data):
                return name
            if self._local:
                durable_file.write(Path(path), data)
            else:
                self._fs.makedirs(path.rsplit("/", 1)[0], exist_ok=True)
                self._fs.pipe_file(path, data)
        except OSError as error:
            raise _failed(error, f"keep {len(data)} bytes") from error
        return name

    def get(self, sha256: str) -> bytes:
        """The bytes named `sha256`. Raises BlobMissingError, BlobCorruptError, StorageError."""
        try:
            data = bytes(self._fs.cat_file(self._path(sha256)))
        except FileNotFoundError as error:
            raise BlobMissingError(f"blob {sha256} is missing; restore the folder of blobs") from error
        except OSError as error:
            raise _failed(error, f"read blob {sha256}") from error
        if hashlib.sha256(data).hexdigest() != sha256:
            raise BlobCorruptError(f"blob {sha256} was changed on disk; restore it from a backup")
        return data

    def find(self, sha256: str) -> bytes | None:
        """As `get`, and None where they are not."""
        try:
            return self.get(sha256)
        except BlobMissingError:
            return None

    def under(self, folder: str) -> Blobs:
        """A store of its own in a folder of this one."""
        return Blobs(self._fs, f"{self._root}/{folder}")

    def names(self) -> Iterator[str]:
        """The digests of what is here, folders like `under` included, in no order. Raises StorageError."""
        try:
            self._fs.invalidate_cache()
            paths = self._fs.find(self._root)
        except OSError as error:
            raise _failed(error, "list the blobs") from error
        names = (str(path).rsplit("/", 1)[-1] for path in paths)
        return (name for name in names if _SHA256.fullmatch(name))

    def __contains__(self, sha256: str) -> bool:
        return bool(self._fs.exists(self._path(sha256)))

    def _path(self, sha256: str) -> str:
        if not _SHA256.fullmatch(sha256):
            raise BlobMissingError(f"{sha256[:80]!r} names no blob; names are 64 lower-case hex digits")
        return f"{self._root}/{sha256[:2]}/{sha256}"


def _protocols(filesystem: Any) -> tuple[str, ...]:
    found = filesystem.protocol
    return (found,) if isinstance(found, str) else tuple(found)


def _failed(error: OSError, doing: str) -> StorageError:
    if error.errno in _FULL:
        return StorageFullError(
            f"no space left to {doing}; free some and run the same again: nothing was half-written"
        )
    return StorageError(f"could not {doing}: {error.strerror or error}; check SELVAGE_BLOBS_URL")
