"""What bytes are, by their own signature; names and content types are not believed."""

from __future__ import annotations

import zlib
from enum import StrEnum

HEAD = 1_100  # a PDF may begin up to 1024 bytes in (ISO 32000-2, annex I)


class Kind(StrEnum):
    """What a source reads."""

    PICTURE = "picture"
    ZIP = "ZIP"
    PDF = "PDF"
    WARC = "WARC"
    GZIPPED_WARC = "gzipped WARC"
    ARCHIVE = "another archive"
    EMPTY = "empty"
    OTHER = "other"


_PICTURES = (
    b"\x89PNG\r\n\x1a\n",
    b"\xff\xd8\xff",
    b"GIF87a",
    b"GIF89a",
    b"BM",
    b"II*\0",
    b"MM\0*",
    b"II+\0",
    b"MM\0+",
)
_ARCHIVES = (
    b"Rar!\x1a\x07",
    b"7z\xbc\xaf\x27\x1c",
    b"\x1f\x8b",
    b"BZh",
    b"\xfd7zXZ\0",
    b"\x28\xb5\x2f\xfd",
    b"MSCF",
)
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_BRANDS = (b"avif", b"avis")


def kind_of(head: bytes) -> Kind:
    """The kind of a file that begins with ``head`` (at most `HEAD` bytes are looked at)."""
    if not head:
        return Kind.EMPTY
    if head.startswith(_PICTURES) or _is_webp(head) or _is_avif(head):
        return Kind.PICTURE
    if head.startswith(_ZIP):
        return Kind.ZIP
    if b"%PDF-" in head[:HEAD]:
        return Kind.PDF
    if head.startswith(b"WARC/"):
        return Kind.WARC
    if _gzipped(head).startswith(b"WARC/"):
        return Kind.GZIPPED_WARC
    return Kind.ARCHIVE if head.startswith(_ARCHIVES) or head[257:262] == b"ustar" else Kind.OTHER


def _is_webp(head: bytes) -> bool:
    return head[:4] == b"RIFF" and head[8:12] == b"WEBP"


def _is_avif(head: bytes) -> bool:
    return head[4:8] == b"ftyp" and any(brand in head[8:64] for brand in _BRANDS)


def _gzipped(head: bytes) -> bytes:
    if not head.startswith(b"\x1f\x8b"):
        return b""
    try:
        return zlib.decompressobj(16 + zlib.MAX_WBITS).decompress(head, 16)
    except zlib.error:
        return b""
