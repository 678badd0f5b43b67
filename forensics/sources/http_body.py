"""The body of a captured HTTP response (RFC 9112, 7.1; RFC 9110, 8.4), in pieces of bounded size."""

from __future__ import annotations

import zlib
from typing import Protocol

from forensics.sources.streams import Readable

_CHUNK = 1 << 16
_LONGEST_LINE = 1 << 10


class _Lines(Protocol):
    """A stream that also gives lines."""

    def read(self, size: int = -1, /) -> bytes:
        """Up to ``size`` bytes."""
        ...

    def readline(self, size: int = -1, /) -> bytes:
        """Up to ``size`` bytes of a line."""
        ...


def body(raw: _Lines, transfer: str | None, encoding: str | None) -> Readable:
    """What was sent, without chunks and compression; what is packed in another way is given as it came."""
    plain: Readable = Dechunked(raw) if (transfer or "").strip().lower() == "chunked" else raw
    if (encoding or "").strip().lower() in ("gzip", "x-gzip", "deflate"):
        return Inflated(plain)
    return plain


class Dechunked:
    """A chunked body. What is not chunked in truth is given as it is, as browsers of archives do."""

    def __init__(self, raw: _Lines) -> None:
        self._raw = raw
        self._left = 0
        self._ended = self._plain = False
        self._begun = False

    def read(self, size: int = -1, /) -> bytes:
        """Up to ``size`` bytes."""
        if not self._plain and not self._left and not self._ended:
            line = self._next_chunk()
            if line:
                return line
        if self._plain:
            return self._raw.read(size)
        if self._ended:
            return b""
        piece = self._raw.read(min(size, self._left))
        self._left -= len(piece)
        self._ended = not piece
        return piece

    def _next_chunk(self) -> bytes:
        """Read the length of the next chunk; bytes only when the first line turned out to be none."""
        if self._begun:
            self._raw.readline(_LONGEST_LINE)
        line = self._raw.readline(_LONGEST_LINE)
        try:
            self._left = int(line.split(b";")[0].strip(), 16)
        except ValueError:
            self._plain, self._ended = not self._begun, self._begun
            return line if self._plain else b""
        self._begun = True
        self._ended = self._left <= 0
        return b""


class Inflated:
    """A body packed with gzip or deflate, with or without the zlib wrapper."""

    def __init__(self, packed: Readable) -> None:
        self._packed = packed
        self._inflater = zlib.decompressobj(32 + zlib.MAX_WBITS)
        self._waiting = b""
        self._begun = self._plain = False

    def read(self, size: int = -1, /) -> bytes:
        """Up to ``size`` bytes, at most one piece; more where the body turns out not to be packed."""
        size = _CHUNK if size < 0 else size
        if self._plain:
            return self._packed.read(size)
        while not self._inflater.eof:
            packed = self._waiting or self._packed.read(_CHUNK)
            if not packed:
                return b""
            piece = self._inflate(packed, size)
            if self._plain:
                return piece
            self._waiting = self._inflater.unconsumed_tail
            if piece:
                return piece
        return b""

    def _inflate(self, packed: bytes, size: int) -> bytes:
        first, self._begun = not self._begun, True
        try:
            return self._inflater.decompress(packed, size)
        except zlib.error:
            if not first:
                raise
        self._inflater = zlib.decompressobj(-zlib.MAX_WBITS)
        try:
            return self._inflater.decompress(packed, size)
        except zlib.error:
            self._plain = True  # a crawler unpacked it and kept the header
            return packed
