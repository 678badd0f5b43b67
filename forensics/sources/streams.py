"""Opening files without being led astray, and copying streams without being flooded.

A file is opened by its resolved path, without following a link and without waiting for a pipe, and only when
it lies inside the folder it must not leave.
"""

from __future__ import annotations

import errno
import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Protocol, cast

from forensics.errors import PictureError
from forensics.sources.naming import printable
from forensics.sources.outcomes import problem

_CHUNK = 1 << 18
_IN_MEMORY = 8 << 20  # what is larger waits on the disk, not in memory


class Readable(Protocol):
    """Anything bytes can be read from."""

    def read(self, size: int = -1, /) -> bytes:
        """Up to ``size`` bytes."""
        ...


_NO_SPACE = (errno.ENOSPC, errno.EDQUOT)


class OverLimitError(Exception):
    """More bytes came than were allowed."""


@contextmanager
def opened(path: Path, folder: Path | None) -> Iterator[BinaryIO]:
    """The regular file at ``path``; PictureError where it leaves ``folder`` (resolved) or cannot be read."""
    name = printable(path.name)
    try:
        real = path.resolve(strict=True)
        if folder is not None and not real.is_relative_to(folder):
            raise problem("link-leaves-folder", name=name)
        number = os.open(real, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC)
    except (OSError, RuntimeError, ValueError) as error:
        raise unreadable(name, error) from error
    with os.fdopen(number, "rb") as file:
        if not stat.S_ISREG(os.fstat(number).st_mode):
            raise problem("picture-not-a-file", name=name)
        yield file


def unreadable(name: str, error: Exception) -> PictureError:
    """The problem of a path the system does not let us read."""
    why = getattr(error, "strerror", None) or str(error)
    return problem("picture-not-readable", name=name, why=printable(why))


def is_own_trouble(error: BaseException) -> bool:
    """Whether the disk is full, which says nothing of the file that was being read."""
    return isinstance(error, OSError) and error.errno in _NO_SPACE


@contextmanager
def spooled(source: Readable, limit: int) -> Iterator[BinaryIO]:
    """A seekable copy of the stream; OverLimitError after ``limit`` bytes."""
    with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY) as copy:
        left = limit
        while chunk := source.read(min(_CHUNK, left + 1)):
            left -= len(chunk)
            if left < 0:
                raise OverLimitError
            copy.write(chunk)
        copy.seek(0)
        yield cast(BinaryIO, copy)


def size_of(stream: BinaryIO) -> int:
    """The length of a seekable stream, which is left at its start."""
    size = stream.seek(0, os.SEEK_END)
    stream.seek(0)
    return size
