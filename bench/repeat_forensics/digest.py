"""Which code made a result: a digest of the sources it depends on."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.metadata import version
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_SIGHT = ("numpy", "scipy", "opencv-python-headless")


@cache
def digest_of(*rooms: str) -> str:
    """12 hex digits over every file below these folders or files of the repository, and the versions of the
    numeric packages, which decide pixels as much as our code does."""
    told = hashlib.sha256()
    for room in rooms:
        for path in sorted(_files(ROOT / room)):
            told.update(path.relative_to(ROOT).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    for package in _SIGHT:
        told.update(f"{package}=={version(package)}".encode())
    return told.hexdigest()[:12]


def _files(path: Path) -> list[Path]:
    if path.is_file():
        return [path]
    return [file for file in path.rglob("*") if file.is_file() and "__pycache__" not in file.parts]
