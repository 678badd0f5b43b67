"""One iterator over every picture of a source, whatever the source is."""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Container, Iterator
from pathlib import Path

from forensics.errors import PictureError
from forensics.sources import listing, pdf, stills, warc, web, zips
from forensics.sources.allowing import AllowList
from forensics.sources.kinds import HEAD, Kind, kind_of
from forensics.sources.listed import Listed
from forensics.sources.naming import is_listing, printable
from forensics.sources.outcomes import problem
from forensics.sources.streams import is_own_trouble, opened, unreadable
from forensics.sources.suspect import Limits, Origin, Suspect
from forensics.sources.walking import Beside, Item, Walk

Reader = Callable[[Item, Walk], Iterator[Item | Suspect]]

_READERS: dict[Kind, Reader] = {
    Kind.PICTURE: stills.pictures,
    Kind.ZIP: zips.members,
    Kind.PDF: pdf.pages,
    Kind.WARC: warc.captures,
    Kind.GZIPPED_WARC: warc.captures,
}
_REFUSED = {
    Kind.EMPTY: "picture-empty",
    Kind.ARCHIVE: "archive-kind-unknown",
    Kind.OTHER: "picture-not-an-image",
}
_ARCHIVES = (Kind.ZIP, Kind.WARC, Kind.GZIPPED_WARC)


def iterate(
    source: str | os.PathLike[str] | bytes,
    limits: Limits | None = None,
    *,
    name: str = "upload",
    allow: AllowList | None = None,
    skip: Container[str] = frozenset(),
) -> Iterator[Suspect]:
    """Every picture of a file, folder, ZIP, PDF, WARC, listing (CSV), URL or of bytes called ``name``.

    One picture is held in memory at a time; the order and the names are the same each time. Whatever cannot
    be read is a Suspect with a problem (see `OUTCOMES`) and the iteration goes on. URLs, the source itself
    or those in a listing, are fetched from hosts on ``allow`` only. Suspects named in ``skip`` are left out.
    A path that does not exist is a PictureError at once.
    """
    walk = Walk(limits or Limits(), allow, skip)
    found = _given(source, name, walk)
    return _unskipped(found, walk)


def _unskipped(found: Iterator[Suspect], walk: Walk) -> Iterator[Suspect]:
    return (suspect for suspect in found if suspect.name not in walk.done)


def _given(source: str | os.PathLike[str] | bytes, name: str, walk: Walk) -> Iterator[Suspect]:
    if isinstance(source, bytes):
        return _bytes(source, printable(name), walk)
    if isinstance(source, str) and web.is_url(source):
        return _address(source, walk)
    root = Path(source)
    if not root.exists():
        raise problem("picture-path-missing", path=printable(str(root)))
    return _folder(root, walk) if root.is_dir() else _file(root, walk)


def _bytes(data: bytes, name: str, walk: Walk) -> Iterator[Suspect]:
    item = Item(name, io.BytesIO(data), origin=Origin(file=name))
    return _listed(item, listing.nowhere, walk) if is_listing(name) else _suspects(item, walk)


def _address(url: str, walk: Walk) -> Iterator[Suspect]:
    name = printable(url)
    origin = Origin(file=name, url=name)
    try:
        stream = io.BytesIO(web.fetch(url, walk.allow or AllowList(), walk.limits))
    except PictureError as error:
        yield Suspect(name, None, error, origin)
        return
    yield from _suspects(Item(name, stream, origin=origin), walk)


def _file(path: Path, walk: Walk) -> Iterator[Suspect]:
    name = printable(path.name)
    origin = Origin(file=name)
    try:
        with opened(path, None) as stream:
            item = Item(name, stream, origin=origin)
            if is_listing(name):
                yield from _listed(item, listing.in_folder(path.resolve().parent), walk)
            else:
                yield from _suspects(item, walk)
    except PictureError as error:
        yield Suspect(name, None, error, origin)


def _folder(root: Path, walk: Walk) -> Iterator[Suspect]:
    for given in Listed(root, walk).in_turn():
        origin = Origin(file=given.name)
        walk.begin()
        if isinstance(given.path, PictureError):
            yield Suspect(given.name, None, given.path, origin)
            continue
        try:
            with opened(given.path, root.resolve()) as stream:
                yield from _suspects(Item(given.name, stream, origin=origin, beside=given.beside), walk)
        except PictureError as error:
            yield Suspect(given.name, None, error, origin)


def _listed(item: Item, beside: Beside, walk: Walk) -> Iterator[Suspect]:
    for found in listing.rows(item, beside, walk):
        walk.begin()
        yield from [found] if isinstance(found, Suspect) else _suspects(found, walk)


def _suspects(item: Item, walk: Walk) -> Iterator[Suspect]:
    kind = _kind(item)
    if kind is Kind.OTHER and item.beside is not None:
        for found in _guarded(listing.rows(item, item.beside, walk), item, walk):
            if not item.depth:  # on the disk, what a row names is a given file
                walk.begin()
            yield from [found] if isinstance(found, Suspect) else _suspects(found, walk)
    elif kind in _REFUSED:
        named = is_listing(item.name) and item.beside is None
        code = "listing-not-followed" if named else _REFUSED[kind]
        yield walk.refused(item, problem(code))
    elif kind in _ARCHIVES and item.depth >= walk.limits.depth:
        yield walk.refused(item, problem("archive-too-deep", depth=item.depth))
    else:
        for found in _guarded(_READERS[kind](item, walk), item, walk):
            yield from [found] if isinstance(found, Suspect) else _suspects(found, walk)


def _guarded(reader: Iterator[Item | Suspect], item: Item, walk: Walk) -> Iterator[Item | Suspect]:
    """What fails under a reader ends that file, not the iteration; a full disk ends everything."""
    try:
        yield from reader
    except (OSError, MemoryError) as error:
        if is_own_trouble(error):
            raise
        why = printable(getattr(error, "strerror", None) or type(error).__name__)
        yield walk.refused(item, problem("picture-not-readable", name=item.name, why=why), "#rest")
    except Exception as error:  # noqa: BLE001  a fault of ours may not cost the other files of a scan
        yield walk.refused(item, problem("reader-failed", why=type(error).__name__), "#rest")


def _kind(item: Item) -> Kind:
    try:
        item.stream.seek(0)
        head = item.stream.read(HEAD)
        item.stream.seek(0)
    except OSError as error:
        raise unreadable(item.name, error) from error
    return kind_of(head)
