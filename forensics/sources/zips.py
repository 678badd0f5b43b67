"""ZIP archives: members in the order of their names, unpacked one at a time into a bounded copy.

Nothing is ever written under a member's name, so a name that climbs can only mislead a reader of the report:
it is refused all the same. Sizes are believed only to refuse; what is read is counted.
"""

from __future__ import annotations

import io
import lzma
import zipfile
import zlib
from collections.abc import Iterator
from typing import IO, cast

from forensics.errors import PictureError
from forensics.sources.naming import Names, is_hidden, is_unsafe, printable
from forensics.sources.outcomes import problem
from forensics.sources.streams import OverLimitError, is_own_trouble, spooled
from forensics.sources.suspect import Limits, Suspect
from forensics.sources.walking import Item, Walk

# zipfile keeps about 600 bytes of memory for each member, whose entry takes at least 46 in the directory.
MAX_DIRECTORY_BYTES = 16 << 20
_HEADER_BYTES = 30  # of a member, before its name (APPNOTE 6.3.10, 4.3.7)
_ENCRYPTED = 0x1
_SMALL = 16 << 20  # below this a high ratio does no harm: a flat bitmap packs a thousandfold
_DAMAGE = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError, ValueError, OverflowError)


def members(item: Item, walk: Walk) -> Iterator[Item | Suspect]:
    """Every member as an item, or its problem; directories and hidden files are passed over."""
    try:
        archive = zipfile.ZipFile(cast(IO[bytes], _Guarded(item.stream)))
    except PictureError as error:
        yield walk.refused(item, error)
        return
    except Exception as error:  # noqa: BLE001  the directory's parser raises whatever it stumbles over
        yield walk.refused(item, problem("archive-damaged", kind="ZIP", why=_why(error)))
        return
    with archive:
        yield from _members(archive, item, walk)


def _members(archive: zipfile.ZipFile, item: Item, walk: Walk) -> Iterator[Item | Suspect]:
    # Not info.is_dir(): it stumbles over an empty name.
    files = (info for info in archive.infolist() if not info.filename.endswith("/"))
    wanted = [info for info in files if not is_hidden(info.filename)]
    wanted.sort(key=lambda info: (info.filename, info.header_offset))
    names, shared = Names(), _overlapping(archive, walk.limits)
    for info in wanted[: walk.limits.members]:
        if (spent := walk.overdrawn()) is not None:
            yield walk.refused(item, spent, "#rest")
            return
        name = names.unique(info.filename)
        if info.header_offset in shared:
            overlap = problem("archive-damaged", kind="member", why="it shares bytes with another")
            yield walk.refused(item, overlap, f"!/{name}")
        else:
            yield from _member(archive, info, item, name, walk)
    left = wanted[walk.limits.members :]
    if left:
        first = printable(left[0].filename)
        rest = problem("archive-too-many", left=len(left), total=len(wanted), first=first)
        yield walk.refused(item, rest, "#rest")


def _member(
    archive: zipfile.ZipFile, info: zipfile.ZipInfo, item: Item, name: str, walk: Walk
) -> Iterator[Item | Suspect]:
    if (refused := _refusal(info, walk.limits)) is not None:
        yield walk.refused(item, refused, f"!/{name}")
        return
    try:
        with archive.open(info) as packed, spooled(packed, walk.limits.file_bytes) as stream:
            walk.bytes += info.file_size
            yield item.inside(name, stream)
    except PictureError as error:
        yield walk.refused(item, error, f"!/{name}")
    except OverLimitError:
        bomb = problem("archive-bomb", packed=info.compress_size, unpacked="far more")
        yield walk.refused(item, bomb, f"!/{name}")
    except (NotImplementedError, RuntimeError):  # what zipfile says of methods it lacks
        yield walk.refused(item, problem("archive-method-unknown"), f"!/{name}")
    except _DAMAGE as error:
        if is_own_trouble(error):
            raise
        damaged = problem("archive-damaged", kind="member", why=_why(error))
        yield walk.refused(item, damaged, f"!/{name}")


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
