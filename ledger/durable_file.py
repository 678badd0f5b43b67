"""Files that are there whole or not at all, also after a power cut."""

from __future__ import annotations

import os
import uuid
from pathlib import Path

ANYBODY, OWNER = 0o666, 0o600


def write(path: Path, data: bytes, mode: int = ANYBODY) -> None:
    """Put `data` at `path`, in the place of what was there, with the folder made. Raises OSError.

    The mode, less the umask, is set at creation: a key that is readable for an instant has been readable.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{uuid.uuid4().hex}.tmp")
    try:
        with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    # Without this a power cut may forget the new name although the bytes are on disk.
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
