"""What a source gives: a picture's name with its bytes or a problem, and where it came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from forensics.errors import PictureError

MIB = 1 << 20


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is read before the rest is left out; every limit is a count, never a time.

    ``file_bytes``: one picture, archive member or captured page. ``archive_bytes`` and ``archive_pixels``:
    unpacked from, and decoded for, one given file. ``members``: of one archive. ``depth``: archives inside
    archives. ``ratio``: unpacked to packed size of a member. ``pages``: of one PDF or TIFF; ``page_pixels``:
    of one rendered page. ``frames``: kept of one animation, of those ``frames_looked_at`` or ``frame_pixels``
    decoded for it. ``rows``: of one listing, or of all listings in one given archive. ``side``: the longest
    side, in px, of a page or frame made here.
    """

    file_bytes: int = 256 * MIB
    archive_bytes: int = 16_384 * MIB
    archive_pixels: int = 40_000_000_000
    members: int = 20_000
    depth: int = 2
    ratio: int = 500
    pages: int = 2_000
    page_pixels: int = 2_000_000
    frames: int = 8
    frames_looked_at: int = 200
    frame_pixels: int = 200_000_000
    rows: int = 100_000
    side: int = 4_096
    url_bytes: int = 64 * MIB
    url_seconds: float = 30.0
    redirects: int = 5


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a suspect came from.

    ``file``: the given file it was found in, relative to what was given. ``url``: the address it was captured
    at or fetched from. ``listing``: the row of the listing that named it, by lower-case column name, without
    the picture column. ``dpi``: dots per inch where the file states one (72 and 96 are what programs write
    when nobody chose, so they count as unstated).
    """

    file: str = ""
    url: str | None = None
    listing: Mapping[str, str] = field(default_factory=dict)
    dpi: float | None = None


@dataclass(frozen=True, slots=True)
class Suspect:
    """A picture by its stable name: its bytes, which `decode_image` reads, or why there are none.

    Names: ``sub/a.jpg``, ``shop.zip!/b.png``, ``shop.zip!/catalogue.pdf#page=3``, ``anim.gif#frame=4``,
    ``crawl.warc.gz!/https://host/x.jpg``, ``listings.csv#row=2!/a.jpg``. Pages, frames and rows count from 1;
    of several pictures with one name the second ends in ``#copy=2``.
    """

    name: str
    data: bytes | None
    problem: PictureError | None
    origin: Origin = field(default_factory=Origin)

    @property
    def dpi(self) -> float | None:
        """Dots per inch, where the file states it."""
        return self.origin.dpi
