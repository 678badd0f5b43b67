"""A folder of key files, written all or nothing and checked on every read.

``pki.json`` names the current signer and time-stamper and holds the SHA-256 of every file. It is written
last, so a folder without it was never finished and may be set aside; a folder with it is never replaced.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from provenance.errors import KeyMaterialError

INDEX = "pki.json"
OFFLINE_KEYS = frozenset({"root.key", "intermediate.key", "tsa-root.key"})
_OURS = (".pem", ".key", ".uri")


def is_complete(folder: Path) -> bool:
    """Whether a whole set of key files was once written here."""
    return (folder / INDEX).exists()


@contextlib.contextmanager
def exclusive(folder: Path) -> Iterator[None]:
    """Hold off other processes that create or renew keys beside us.

    Raises KeyMaterialError when the block cannot write: no room, no permission.
    """
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(folder.parent, os.O_RDONLY)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)
    except OSError as error:
        problem = error.strerror or str(error)
        raise KeyMaterialError(f"{folder}: cannot be written ({problem}); nothing was changed") from error


def create(folder: Path, files: Mapping[str, str], current: Mapping[str, str]) -> None:
    """Put `files` into `folder` in one step. What an unfinished attempt left there is kept aside.

    Raises KeyMaterialError when the folder holds files that are not ours.
    """
    staging = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    try:
        for name, text in files.items():
            _write(staging / name, text)
        _write(staging / INDEX, _index(files, current))
        _set_aside(folder)
        staging.rename(folder)
    except BaseException:
        shutil.rmtree(staging, ignore_errors=True)
        raise
    _sync_folder(folder.parent)


def add(folder: Path, files: Mapping[str, str], current: Mapping[str, str]) -> None:
    """Add `files` to a complete folder, then switch the index to them in one step."""
    known = dict(read_index(folder)["sha256"])
    known.update({name: _digest(text) for name, text in files.items()})
    fresh = f".{INDEX}.{secrets.token_hex(4)}"
    try:
        for name, text in {**files, fresh: _dump(known, current)}.items():
            _write(folder / name, text)
        (folder / fresh).replace(folder / INDEX)
    except BaseException:
        if not names(folder, *files):
            for name in (*files, fresh):
                (folder / name).unlink(missing_ok=True)
        raise
    _sync_folder(folder)


def names(folder: Path, *files: str) -> bool:
    """Whether the index names all of `files`, or cannot be asked: what it may name is not to be destroyed."""
    try:
        return set(files) <= set(read_index(folder)["sha256"])
    except KeyMaterialError:
        return is_complete(folder)


def version(folder: Path) -> tuple[int, int, int] | None:
    """Another one whenever the index was written; None where there is none. Cheap: nothing is read."""
    try:
        found = (folder / INDEX).stat()
    except OSError:
        return None
    return found.st_ino, found.st_ctime_ns, found.st_size


def read_index(folder: Path) -> dict[str, Any]:
    """Parse ``pki.json``. Raises KeyMaterialError when it is absent or not as we write it."""
    try:
        index = json.loads((folder / INDEX).read_text("utf-8"))
        if not all(isinstance(index[key], dict) for key in ("current", "sha256")):
            raise TypeError("current and sha256 must be objects")
    except OSError as error:
        raise KeyMaterialError(
            f"{folder / INDEX}: cannot be read ({error.strerror}); create the keys first"
        ) from error
    except (ValueError, KeyError, TypeError) as error:
        raise KeyMaterialError(f"{folder / INDEX}: altered ({error}); restore it from a backup") from error
    return dict(index)


def read(folder: Path, name: str, index: Mapping[str, Any]) -> str:
    """One file's text. Raises KeyMaterialError when missing, altered, or a key that others can read."""
    path = folder / name
    try:
        text = path.read_text("ascii")
        mode = path.stat().st_mode & 0o777
    except FileNotFoundError as error:
        raise KeyMaterialError(f"{path}: missing; restore it from a backup") from error
    except (OSError, UnicodeDecodeError) as error:
        raise KeyMaterialError(f"{path}: cannot be read ({error}); restore it from a backup") from error
    if path.suffix == ".key" and mode & 0o077:
        raise KeyMaterialError(f"{path}: mode {mode:04o} lets others use this key; run chmod 600 on it")
    if _digest(text) != index["sha256"].get(name):
        raise KeyMaterialError(f"{path}: altered since it was written; restore it from a backup")
    return text


def check_all(folder: Path, index: Mapping[str, Any]) -> None:
    """Check every file the index lists; authority keys may have been moved offline."""
    for name in index["sha256"]:
        if name not in OFFLINE_KEYS or (folder / name).exists():
            read(folder, name, index)


def _set_aside(folder: Path) -> None:
    if not folder.exists():
        return
    strangers = sorted(path.name for path in folder.iterdir() if path.suffix not in _OURS)
    if strangers:
        raise KeyMaterialError(f"{folder}: holds other files ({strangers[0]}); choose an empty folder")
    if any(folder.iterdir()):
        folder.rename(folder.with_name(f"{folder.name}.incomplete-{secrets.token_hex(4)}"))


def _index(files: Mapping[str, str], current: Mapping[str, str]) -> str:
    return _dump({name: _digest(text) for name, text in files.items()}, current)


def _dump(digests: Mapping[str, str], current: Mapping[str, str]) -> str:
    return json.dumps({"version": 1, "current": dict(current), "sha256": dict(digests)}, indent=1) + "\n"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def _write(path: Path, text: str) -> None:
    # The mode is set at creation: a key that is readable for an instant has been readable.
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())


def _sync_folder(folder: Path) -> None:
    # The folder is switched by then. A failure here must not pass for one that changed nothing.
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
