"""Web archives (WARC 1.0 and 1.1, ISO 28500): the pictures, PDFs and archives that a crawl captured.

The one place that knows warcio. It is given a stream that is unpacked already, in pieces of bounded size, so
that it does not matter how the records were packed, and is stopped where a header has no end.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, BinaryIO

from forensics.sources import http_body
from forensics.sources.kinds import HEAD, Kind, kind_of
from forensics.sources.naming import Names, printable
from forensics.sources.outcomes import problem
from forensics.sources.streams import OverLimitError, Readable, is_own_trouble, spooled
from forensics.sources.suspect import Suspect
from forensics.sources.walking import Item, Walk

if TYPE_CHECKING:
    from warcio.recordloader import ArcWarcRecord

_CHUNK = 1 << 16
_HEADER_BYTES = 1 << 20  # between two records: the rest of one, the headers of the next
_CAPTURES = ("response", "resource")
_WANTED = (Kind.PICTURE, Kind.PDF, Kind.ZIP, Kind.WARC, Kind.GZIPPED_WARC)


def captures(item: Item, walk: Walk) -> Iterator[Item | Suspect]:
    """Every capture that is of a kind we read, in the order of the file; pages of text are passed over."""
    stream = _Unpacked(item.stream)
    names = Names()
    try:
        for record in _records(stream, walk):
            url = record.rec_headers.get_header("WARC-Target-URI")
            if record.rec_type in _CAPTURES and url:
                yield from _capture(record, url.strip("<>"), item, names, walk)
    except Exception as error:  # the parser raises whatever it stumbles over
        if is_own_trouble(error):
            raise
        why = printable(str(error)[:120]) or type(error).__name__
        yield walk.refused(item, problem("archive-damaged", kind="WARC", why=why), "#rest")
    if (spent := walk.overdrawn()) is not None:
        yield walk.refused(item, spent, "#rest")


def _records(stream: _Unpacked, walk: Walk) -> Iterator[ArcWarcRecord]:
    from warcio.archiveiterator import ArchiveIterator

    class Quiet(ArchiveIterator):  # type: ignore[misc]  # warcio has no types
        INC_RECORD = ""  # it would be written to stderr

    records = iter(Quiet(stream, block_size=_CHUNK))
    before = walk.bytes
    while walk.overdrawn() is None:
        stream.allowance = _HEADER_BYTES
        record = next(records, None)
        stream.allowance = None
        if record is None:
            return
        yield record
        walk.bytes = before + stream.given
        while walk.overdrawn() is None and record.raw_stream.read(_CHUNK):
            walk.bytes = before + stream.given


def _capture(
    record: ArcWarcRecord, url: str, item: Item, names: Names, walk: Walk
) -> Iterator[Item | Suspect]:
    sent = record.http_headers
    encodings = [sent.get_header(name) for name in ("transfer-encoding", "content-encoding")] if sent else []
    body = http_body.body(record.raw_stream, *encodings) if sent else record.raw_stream
    try:
        head = _filled(body, HEAD)
    except zlib.error:
        head = b""
    if kind_of(head) not in _WANTED:
        return
    name = names.unique(url)
    try:
        with spooled(_Rejoined(head, body), walk.limits.file_bytes) as stream:
            yield item.inside(name, stream, url=printable(url))
    except OverLimitError:
        size = f"over {walk.limits.file_bytes >> 20} MiB"
        large = problem("picture-too-large", size=size, advice="make it smaller")
        yield walk.refused(item, large, f"!/{name}")
    except zlib.error as error:
        damaged = problem("archive-damaged", kind="capture", why=printable(str(error)))
        yield walk.refused(item, damaged, f"!/{name}")


def _filled(body: Readable, size: int) -> bytes:
    head = b""
    while len(head) < size and (more := body.read(size - len(head))):
        head += more
    return head


class _Rejoined:
    """A stream whose first bytes were read already."""

    def __init__(self, head: bytes, rest: Readable) -> None:
        self._head, self._rest = head, rest

    def read(self, size: int = -1, /) -> bytes:
        """Up to ``size`` bytes."""
        if self._head:
            part, self._head = self._head[:size], self._head[size:]
            return part
        return self._rest.read(size)


class _Unpacked:
    """A WARC without its gzip members, if it has any. ValueError where ``allowance`` is used up."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._packed = stream.read(2) == b"\x1f\x8b"
        stream.seek(0)
        self._inflater = zlib.decompressobj(16 + zlib.MAX_WBITS)
        self._waiting = b""
        self.given = 0
        self.allowance: int | None = None

    def tell(self) -> int:
        """Bytes given so far."""
        return self.given

    def read(self, size: int) -> bytes:
        """Up to ``size`` bytes."""
        if self.allowance is not None and self.allowance <= 0:
            raise ValueError("a header has no end")
        piece = self._inflate(size) if self._packed else self._stream.read(size)
        self.given += len(piece)
        if self.allowance is not None:
            self.allowance -= len(piece)
        return piece

    def _inflate(self, size: int) -> bytes:
        while True:
            if self._inflater.eof:
                self._waiting = self._inflater.unused_data
                self._inflater = zlib.decompressobj(16 + zlib.MAX_WBITS)
            packed = self._waiting or self._stream.read(_CHUNK)
            if not packed:
                return b""
            piece = self._inflater.decompress(packed, size)
            self._waiting = self._inflater.unconsumed_tail
            if piece:
                return piece
