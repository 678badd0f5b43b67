"""ZIP archives: members in the order of their names, unpacked one at a time into a bounded copy.

Nothing is ever written under a member's name, so a name that climbs can only mislead a reader of the report:
it is refused all the same. Sizes are believed only to refuse; what is read is counted.
"""

from __future__ import annotations

import io
import lzma
import posixpath
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from typing import IO, BinaryIO, cast

from forensics.errors import PictureError
from forensics.sources.kinds import HEAD, Kind, kind_of
from forensics.sources.listing import row_paths
from forensics.sources.naming import Names, is_hidden, is_listing, is_unsafe, printable
from forensics.sources.outcomes import problem
from forensics.sources.streams import OverLimitError, is_own_trouble, spooled
from forensics.sources.suspect import Limits, Suspect
from forensics.sources.walking import Beside, Item, Walk

# zipfile keeps about 600 bytes of memory for each member, whose entry takes at least 46 in the directory.
MAX_DIRECTORY_BYTES = 16 << 20
_HEADER_BYTES = 30  # of a member, before its name (APPNOTE 6.3.10, 4.3.7)
_ENCRYPTED = 0x1
_SMALL = 16 << 20  # below this a high ratio does no harm: a flat bitmap packs a thousandfold
_DAMAGE = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError, ValueError, OverflowError)


def members(item: Item, walk: Walk) -> Iterator[Item | Suspect]:
    """Every member as an item, or its problem; directories and hidden files are passed over.

    A listing (CSV) is given with what lies beside it. The members its rows name are read as these rows, and
    not a second time by themselves; those that no row came to are read by themselves.
    """
    try:
        archive = zipfile.ZipFile(cast(IO[bytes], _Guarded(item.stream)))
    except PictureError as error:
        yield walk.refused(item, error)
        return
    except Exception as error:  # noqa: BLE001  the directory's parser raises whatever it stumbles over
        yield walk.refused(item, problem("archive-damaged", kind="ZIP", why=_why(error)))
        return
    with archive:
        yield from _members(_Contents(archive, walk), item, walk)


class _Contents:
    """The members of an archive, in the order of their names, each opened with care."""

    def __init__(self, archive: zipfile.ZipFile, walk: Walk) -> None:
        # Not info.is_dir(): it stumbles over an empty name.
        files = (info for info in archive.infolist() if not info.filename.endswith("/"))
        every = [info for info in files if not is_hidden(info.filename)]
        every.sort(key=lambda info: (info.filename, info.header_offset))
        self.wanted, self.left = every[: walk.limits.members], every[walk.limits.members :]
        self._by_name = {info.filename: info for info in reversed(self.wanted)}
        self._opened: set[str] = set()  # by rows of listings
        self._archive, self._walk = archive, walk
        self._shared = _overlapping(archive, walk.limits)

    def in_turn(self) -> Iterator[tuple[str, zipfile.ZipInfo]]:
        """Each wanted member to be read by itself, under its unique name.

        What rows name waits until every listing was read, for a listing may stop before it came to them.
        """
        names, named = Names(), self._named()
        waiting: list[tuple[str, zipfile.ZipInfo]] = []
        for info in self.wanted:
            name = names.unique(info.filename)
            if info.filename in named and self._by_name[info.filename] is info:
                waiting.append((name, info))
            else:
                yield name, info
        yield from (each for each in waiting if each[1].filename not in self._opened)

    @contextmanager
    def opened(self, info: zipfile.ZipInfo) -> Iterator[BinaryIO]:
        """The unpacked bytes of a member. PictureError where they cannot be had."""
        if (refused := self._refusal(info)) is not None:
            raise refused
        with ExitStack() as stack:
            try:
                packed = stack.enter_context(self._archive.open(info))
                stream = stack.enter_context(spooled(packed, self._walk.limits.file_bytes))
            except OverLimitError:
                bomb = problem("archive-bomb", packed=info.compress_size, unpacked="far more")
                raise bomb from None
            except (NotImplementedError, RuntimeError) as error:  # what zipfile says of methods it lacks
                raise problem("archive-method-unknown") from error
            except _DAMAGE as error:
                if is_own_trouble(error):
                    raise
                raise problem("archive-damaged", kind="member", why=_why(error)) from error
            self._walk.bytes += info.file_size
            yield stream

    def beside(self, listing: zipfile.ZipInfo) -> Beside:
        """Opens what a row of a listing names: relative to the listing, below its folder, in this archive."""

        def open_beside(place: str) -> AbstractContextManager[BinaryIO]:
            if is_unsafe(place):
                raise problem("listing-leaves-folder", path=printable(place))
            named = self._by_name.get(_below(listing, place))
            if named is None:
                raise problem("listing-picture-missing", path=printable(place))
            self._opened.add(named.filename)  # or it fails to open, which the row tells
            return self.opened(named)

        return open_beside

    def _named(self) -> frozenset[str]:
        """The names of members that rows of the listings name, as far as these may be followed."""
        named: set[str] = set()
        rows = self._walk.limits.rows - self._walk.rows
        for info in self.wanted:
            if rows <= 0 or not is_listing(info.filename) or self._walk.overdrawn() is not None:
                continue
            try:
                with self.opened(info) as stream:
                    followed = kind_of(stream.read(HEAD)) is Kind.OTHER
                    places = list(row_paths(stream, rows)) if followed else []
            except PictureError:
                continue  # it is told when its turn comes
            rows -= len(places)
            named.update(_below(info, place) for place in places if place and not is_unsafe(place))
        return frozenset(name for name in named & self._by_name.keys() if not is_listing(name))

    def _refusal(self, info: zipfile.ZipInfo) -> PictureError | None:
        if info.header_offset in self._shared:
            return problem("archive-damaged", kind="member", why="it shares bytes with another")
        return _refusal(info, self._walk.limits)


def _members(contents: _Contents, item: Item, walk: Walk) -> Iterator[Item | Suspect]:
    for name, info in contents.in_turn():
        if (spent := walk.overdrawn()) is not None:
            yield walk.refused(item, spent, "#rest")
            return
        try:
            with contents.opened(info) as stream:
                beside = contents.beside(info) if is_listing(info.filename) else None
                yield item.inside(name, stream, beside)
        except PictureError as error:
            yield walk.refused(item, error, f"!/{name}")
    if contents.left:
        left, total = len(contents.left), len(contents.wanted) + len(contents.left)
        first = printable(contents.left[0].filename)
        yield walk.refused(item, problem("archive-too-many", left=left, total=total, first=first), "#rest")


def _below(listing: zipfile.ZipInfo, place: str) -> str:
    return posixpath.normpath(posixpath.join(posixpath.dirname(listing.filename), place))


def _overlapping(archive: zipfile.ZipFile, limits: Limits) -> set[int]:
    """Where members begin that lie over one another: one bomb packed once, counted many times."""
    found, end, last = set(), 0, -1
    sound = [info for info in archive.infolist() if _refusal(info, limits) is None]
    for info in sorted(sound, key=lambda info: info.header_offset):
        if info.header_offset < end:
            found |= {last, info.header_offset}
        end = max(end, info.header_offset + _HEADER_BYTES + len(info.filename) + info.compress_size)
        last = info.header_offset
    return found


class _Guarded:
    """A stream that refuses one read of more than a directory may take: zipfile loads it whole."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self.seek, self.tell, self.seekable = stream.seek, stream.tell, stream.seekable

    def read(self, size: int = -1) -> bytes:
        """Up to ``size`` bytes."""
        here = self._stream.tell()
        left = self._stream.seek(0, io.SEEK_END) - here
        self._stream.seek(here)
        if (left if size < 0 else min(size, left)) > MAX_DIRECTORY_BYTES:
            limit = f"{MAX_DIRECTORY_BYTES >> 20} MiB"
            raise problem("archive-too-much", what="its directory", limit=limit)
        return self._stream.read(size)


def _refusal(info: zipfile.ZipInfo, limits: Limits) -> PictureError | None:
    if is_unsafe(info.filename):
        return problem("archive-name-unsafe")
    if info.flag_bits & _ENCRYPTED:
        return problem("archive-encrypted")
    if info.file_size > max(_SMALL, limits.ratio * info.compress_size):
        return problem("archive-bomb", packed=info.compress_size, unpacked=info.file_size)
    if info.file_size > limits.file_bytes:
        size = f"{info.file_size >> 20} MiB unpacked"
        return problem(
            "picture-too-large", size=size, advice="take it out of the archive, or make it smaller"
        )
    return None


def _why(error: Exception) -> str:
    return printable(str(error)[:120]) or type(error).__name__
