"""A CSV of listings: which picture was seen where, offered by whom.

The first row names the columns. The picture is the first column there is of `PICTURE_COLUMNS`: an address, or
a path relative to the listing's folder and inside it, on the disk or in an archive. Every other column is
handed on as text.
"""

from __future__ import annotations

import csv
import io
import posixpath
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from forensics.errors import PictureError
from forensics.sources import web
from forensics.sources.allowing import AllowList
from forensics.sources.naming import component, is_unsafe, printable
from forensics.sources.outcomes import problem
from forensics.sources.streams import opened, size_of, unreadable
from forensics.sources.suspect import MIB, Origin, Suspect
from forensics.sources.walking import Beside, Item, Walk

PICTURE_COLUMNS = ("image", "image_path", "image_url", "picture", "file", "path", "url")
_MAX_BYTES = 64 * MIB


def rows(item: Item, beside: Beside, walk: Walk) -> Iterator[Item | Suspect]:
    """The picture of each row as an item with the row in its origin, or the row's problem.

    ``beside`` opens the paths. All listings of one archive together may have as many rows as one listing.
    """
    try:
        reader = _reader(item.stream)
        column = _picture_column(reader.fieldnames or [])
    except PictureError as error:
        yield walk.refused(item, error)
        return
    number = 0
    try:
        for number, row in enumerate(reader, start=1):
            walk.rows += 1
            if max(number, walk.rows) > walk.limits.rows:
                yield walk.refused(item, problem("listing-too-long", first=number), "#rest")
                return
            if item.depth and (spent := walk.overdrawn()) is not None:
                yield walk.refused(item, spent, "#rest")
                return
            yield from _row(item, number, row, column, beside, walk)
    except (csv.Error, UnicodeError) as error:
        why = printable(str(error)[:120])
        yield walk.refused(item, problem("listing-unreadable", why=f"after row {number}: {why}"), "#rest")


def picture_paths(stream: BinaryIO, most: int | None = None) -> Iterator[str]:
    """The paths in the picture column of the first rows, as written; nothing if it cannot be read."""
    return (place for place in row_paths(stream, most) if place)


def row_paths(stream: BinaryIO, most: int | None = None) -> Iterator[str]:
    """As `picture_paths`, one for each row that `rows` counts: "" where it holds no path."""
    try:
        reader = _reader(stream)
        column = _picture_column(reader.fieldnames or [])
        for row in islice(reader, most):
            place = (row.get(column) or "").strip()
            yield "" if web.is_url(place) else place
    except (PictureError, csv.Error):
        return


def in_folder(folder: Path) -> Beside:
    """Opens what a row names below the listing's folder (resolved)."""

    def open_beside(place: str) -> AbstractContextManager[BinaryIO]:
        if is_unsafe(place) or "\0" in place:
            raise problem("listing-leaves-folder", path=printable(place))
        path = folder / place
        try:
            there = path.exists()
        except OSError as error:  # a name too long for the disk, or a folder nobody may enter
            raise unreadable(printable(path.name), error) from error
        if not there:
            raise problem("listing-picture-missing", path=printable(place))
        return opened(path, folder)

    return open_beside


def nowhere(place: str) -> AbstractContextManager[BinaryIO]:
    """For a listing that came by itself: only the addresses in it are followed."""
    raise problem("listing-leaves-folder", path=printable(place))


def _reader(stream: BinaryIO) -> csv.DictReader[str]:
    if size_of(stream) > _MAX_BYTES:
        raise problem("listing-unreadable", why=f"over {_MAX_BYTES // MIB} MiB")
    data = stream.read(_MAX_BYTES)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise problem("listing-unreadable", why=f"byte {error.start} is not UTF-8") from error
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        reader.fieldnames = [name.strip().lower() for name in reader.fieldnames or []]
    except csv.Error as error:
        raise problem("listing-unreadable", why=printable(str(error))) from error
    return reader


def _picture_column(columns: object) -> str:
    found = [str(name) for name in columns] if isinstance(columns, list) else []
    for name in PICTURE_COLUMNS:
        if name in found:
            return name
    told = ", ".join(printable(name) for name in found[:8]) or "none"
    raise problem("listing-no-picture-column", found=f"there are {told}", names=" or ".join(PICTURE_COLUMNS))


def _row(
    item: Item, number: int, row: dict[str, str], column: str, beside: Beside, walk: Walk
) -> Iterator[Item | Suspect]:
    place = (row.get(column) or "").strip()
    name = f"{item.name}#row={number}" + (f"!/{component(place)}" if place else "")
    known = {key: value.strip() for key, value in row.items() if _is_told(key, value) and key != column}
    address = printable(place) if web.is_url(place) else None
    by_path = posixpath.join(posixpath.dirname(item.origin.file), printable(place))
    given = item.origin.file if address or item.depth else by_path
    origin = Origin(file=given, url=address, listing=known)
    with ExitStack() as stack:
        try:
            if not place:
                raise problem("listing-row-empty", column=column)
            stream = _fetched(place, walk) if address else stack.enter_context(beside(place))
        except PictureError as error:
            yield Suspect(name, None, error, origin)
            return
        yield Item(name, stream, item.depth, origin)


def _fetched(url: str, walk: Walk) -> BinaryIO:
    return io.BytesIO(web.fetch(url, walk.allow or AllowList(), walk.limits))


def _is_told(key: object, value: object) -> bool:
    # DictReader keeps what is beyond the last column under None, and None for what is missing.
    return isinstance(key, str) and key != "" and isinstance(value, str) and value.strip() != ""
