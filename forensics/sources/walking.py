"""What all sources of one iteration share: the limits, what was used of them, and what is done already."""

from __future__ import annotations

from collections.abc import Callable, Container
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, BinaryIO

from forensics.errors import PictureError
from forensics.sources.naming import Names
from forensics.sources.outcomes import problem
from forensics.sources.suspect import MIB, Limits, Origin, Suspect

if TYPE_CHECKING:
    from forensics.sources.allowing import AllowList


# Opens what lies beside a listing by the relative path a row names. PictureError for any other path.
Beside = Callable[[str], AbstractContextManager[BinaryIO]]


@dataclass(frozen=True, slots=True)
class Item:
    """Something to look into: a seekable stream, read from its start. ``depth``: archives it lies in.

    ``beside``: of a listing whose rows are followed.
    """

    name: str
    stream: BinaryIO
    depth: int = 0
    origin: Origin = field(default_factory=Origin)
    beside: Beside | None = None

    def inside(
        self, name: str, stream: BinaryIO, beside: Beside | None = None, *, url: str | None = None
    ) -> Item:
        """A member of this archive, perhaps captured at an address."""
        origin = replace(self.origin, url=url) if url is not None else self.origin
        return Item(f"{self.name}!/{name}", stream, self.depth + 1, origin, beside)


@dataclass(slots=True)
class Walk:
    """The state of one iteration. Bytes, pixels and rows of listings are of the given file being read."""

    limits: Limits
    allow: AllowList | None = None
    done: Container[str] = frozenset()
    bytes: int = 0
    pixels: int = 0
    rows: int = 0
    names: Names = field(default_factory=Names)

    def begin(self) -> None:
        """Another given file: what it unpacks to counts from nothing."""
        self.bytes = self.pixels = self.rows = 0

    def overdrawn(self) -> PictureError | None:
        """The problem when the given file has given all it may."""
        if self.bytes > self.limits.archive_bytes:
            limit = f"{self.limits.archive_bytes // MIB} MiB"
            return problem("archive-too-much", what="what it unpacks to", limit=limit)
        if self.pixels > self.limits.archive_pixels:
            limit = f"{self.limits.archive_pixels // 1_000_000} megapixels"
            return problem("archive-too-much", what="what it decodes to", limit=limit)
        return None

    @staticmethod
    def refused(item: Item, error: PictureError, suffix: str = "") -> Suspect:
        """An item, or a part of it, that gives a problem."""
        return Suspect(item.name + suffix, None, error, item.origin)
