"""What was given, file by file, without looking inside: to name a scan and to see that nothing changed."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from forensics.errors import PictureError
from forensics.sources import listing, web
from forensics.sources.folders import files
from forensics.sources.naming import Names, is_unsafe, printable
from forensics.sources.outcomes import problem
from forensics.sources.streams import opened

_CHUNK = 1 << 18


@dataclass(frozen=True, slots=True)
class InventoryItem:
    """``sha256``: in hexadecimal, empty when the file cannot be read."""

    name: str
    sha256: str
    size: int


def inventory(source: str | os.PathLike[str] | bytes, *, name: str = "upload") -> list[InventoryItem]:
    """The given files, sorted by name, with the SHA-256 of their bytes; the same list for the same content.

    A listing (CSV) is followed by the picture files it names. An address is listed unread: what it gives may
    change. A path that does not exist is a PictureError.
    """
    if isinstance(source, bytes):
        return [InventoryItem(printable(name), hashlib.sha256(source).hexdigest(), len(source))]
    if isinstance(source, str) and web.is_url(source):
        return [InventoryItem(printable(source), "", 0)]
    root = Path(source)
    if not root.exists():
        raise problem("picture-path-missing", path=printable(str(root)))
    if root.is_dir():
        names, real = Names(), root.resolve()
        return [_item(names.unique(relative), path, real) for relative, path in files(root)]
    items = [_item(printable(root.name), root, None)]
    if root.name.lower().endswith(".csv"):
        items += _listed(root)
    return items


def _listed(path: Path) -> Iterator[InventoryItem]:
    folder = path.resolve().parent
    try:
        with opened(path, None) as stream:
            places = sorted(set(listing.picture_paths(stream)))
    except PictureError:
        return
    for place in places:
        if is_unsafe(place) or "\0" in place:
            yield InventoryItem(printable(place), "", 0)
        else:
            yield _item(printable(place), folder / place, folder)


def _item(name: str, path: Path | PictureError, folder: Path | None) -> InventoryItem:
    if isinstance(path, PictureError):
        return InventoryItem(name, "", 0)
    try:
        with opened(path, folder) as stream:
            digest = hashlib.sha256()
            while chunk := stream.read(_CHUNK):
                digest.update(chunk)
            return InventoryItem(name, digest.hexdigest(), stream.tell())
    except (PictureError, OSError):
        return InventoryItem(name, "", 0)
