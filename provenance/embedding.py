"""The manifest store of an image file: taken out, put in, taken away (C2PA 2.4, appendix A.3).

PNG keeps it in one `caBX` chunk before the picture, JPEG in APP11 segments (ISO 19566-5, annex D), WebP in a
`C2PA` chunk, TIFF under tag 52545, SVG in base64 in its metadata, PDF in a stream of its own.
"""

from __future__ import annotations

import base64
import binascii
import re
import struct
import zlib
from collections.abc import Callable, Iterator

from provenance.errors import MediaError, NoManifestError, ProvenanceError
from provenance.jumbf import STORE, parse_store

_PNG_HEAD, _PNG_CHUNK = 8, b"caBX"
_JPEG_PART = 65_000  # bytes of a box in one segment
_TIFF_TAG = 0xCD41
_SVG_STORE = re.compile(rb"<c2pa:manifest>([^<]*)</c2pa:manifest>")
_PDF_STORE = re.compile(rb"stream\r?\n(?=....jumb....jumd" + re.escape(STORE) + rb")", re.DOTALL)


def store_of(data: bytes, mime: str) -> bytes:
    """The manifest store in an image of media type `mime`. Raises NoManifestError, MediaError."""
    store = b"".join(_READ[_known(mime)](data))
    if not store:
        raise NoManifestError("data: carries no C2PA manifest")
    return store


def without_store(data: bytes, mime: str) -> bytes:
    """The same picture without a manifest store: a PNG, JPEG or WebP. Raises MediaError."""
    return _PARTS[_writable(mime)](data, None)


def with_store(data: bytes, mime: str, store: bytes) -> bytes:
    """The same picture with `store` in place of any it had: a PNG, JPEG or WebP. Raises MediaError."""
    return _PARTS[_writable(mime)](data, store)


def before_update(data: bytes, mime: str) -> bytes:
    """The file as it was before its update manifest; `data` where it holds none that can be taken out."""
    try:
        store = parse_store(store_of(data, mime)).before_update()
        return data if store is None else with_store(data, mime, store)
    except ProvenanceError:
        return data


def _known(mime: str) -> str:
    if mime not in _READ:
        raise MediaError(f"mime: {mime!r} is not supported; use one of {', '.join(_READ)}")
    return mime


def _writable(mime: str) -> str:
    if mime not in _PARTS:
        raise MediaError(f"mime: a manifest cannot be put back into {mime}; use one of {', '.join(_PARTS)}")
    return mime


def _png_chunks(data: bytes) -> Iterator[tuple[bytes, bytes, bytes]]:
    """(type, content, whole chunk)."""
    at = _PNG_HEAD
    while at < len(data):
        length = int.from_bytes(data[at : at + 4], "big")
        end = at + 12 + length
        if end > len(data):
            raise MediaError("data: the PNG ends within a chunk; fetch the file again")
        yield data[at + 4 : at + 8], data[at + 8 : end - 4], data[at:end]
        at = end


def _png_read(data: bytes) -> Iterator[bytes]:
    return (content for kind, content, _ in _png_chunks(data) if kind == _PNG_CHUNK)


def _png_write(data: bytes, store: bytes | None) -> bytes:
    chunks = [whole for kind, _, whole in _png_chunks(data) if kind != _PNG_CHUNK]
    if store is not None:
        named = _PNG_CHUNK + store
        chunks.insert(1, struct.pack(">I", len(store)) + named + struct.pack(">I", zlib.crc32(named)))
    return data[:_PNG_HEAD] + b"".join(chunks)


def _jpeg_segments(data: bytes) -> Iterator[tuple[int, bytes, bytes]]:
    """(marker, content, whole segment) up to the picture, and then all the rest as one of marker 0."""
    at = 2
    while at + 4 <= len(data) and data[at] == 0xFF:
        marker, length = data[at + 1], int.from_bytes(data[at + 2 : at + 4], "big")
        if marker == 0xDA:
            break
        if length < 2 or at + 2 + length > len(data):
            raise MediaError("data: the JPEG ends within a segment; fetch the file again")
        yield marker, data[at + 4 : at + 2 + length], data[at : at + 2 + length]
        at += 2 + length
    yield 0, b"", data[at:]


def _is_box(marker: int, content: bytes) -> bool:
    return marker == 0xEB and content[:2] == b"JP"


def _jpeg_read(data: bytes) -> Iterator[bytes]:
    """The box of the store, whose head each segment repeats."""
    for marker, content, _ in _jpeg_segments(data):
        if _is_box(marker, content):
            first = content[4:8] == b"\0\0\0\1"
            yield content[8 if first else 16 :]


def _jpeg_write(data: bytes, store: bytes | None) -> bytes:
    segments = [whole for marker, content, whole in _jpeg_segments(data) if not _is_box(marker, content)]
    parts = [] if store is None else [_jpeg_part(store, number) for number in range(_jpeg_count(store))]
    after_jfif = 1 if segments[0][:2] == b"\xff\xe0" else 0
    return data[:2] + b"".join([*segments[:after_jfif], *parts, *segments[after_jfif:]])


def _jpeg_count(store: bytes) -> int:
    return -(-(len(store) - 8) // _JPEG_PART)


def _jpeg_part(store: bytes, number: int) -> bytes:
    start = 8 + number * _JPEG_PART
    content = b"JP" + struct.pack(">HI", 1, number + 1) + store[:8] + store[start : start + _JPEG_PART]
    return b"\xff\xeb" + struct.pack(">H", len(content) + 2) + content


def _webp_chunks(data: bytes) -> Iterator[tuple[bytes, bytes, bytes]]:
    """(type, content, whole chunk with its padding)."""
    at = 12
    while at + 8 <= len(data):
        length = int.from_bytes(data[at + 4 : at + 8], "little")
        end = at + 8 + length
        if end > len(data):
            raise MediaError("data: the WebP ends within a chunk; fetch the file again")
        yield data[at : at + 4], data[at + 8 : end], data[at : end + length % 2]
        at = end + length % 2


def _webp_read(data: bytes) -> Iterator[bytes]:
    return (content for kind, content, _ in _webp_chunks(data) if kind == b"C2PA")


def _webp_write(data: bytes, store: bytes | None) -> bytes:
    chunks = [whole for kind, _, whole in _webp_chunks(data) if kind != b"C2PA"]
    if store is not None:
        chunks.append(b"C2PA" + struct.pack("<I", len(store)) + store + b"\0" * (len(store) % 2))
    body = b"WEBP" + b"".join(chunks)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def _tiff_read(data: bytes) -> Iterator[bytes]:
    order = "<" if data[:2] == b"II" else ">"
    try:
        (at,) = struct.unpack_from(f"{order}I", data, 4)
        (count,) = struct.unpack_from(f"{order}H", data, at)
        for entry in range(count):
            tag, _, length, where = struct.unpack_from(f"{order}HHII", data, at + 2 + 12 * entry)
            if tag == _TIFF_TAG:
                yield data[where : where + length]
    except struct.error as error:
        raise MediaError("data: the TIFF ends within its directory; fetch the file again") from error


def _svg_read(data: bytes) -> Iterator[bytes]:
    found = _SVG_STORE.search(data)
    if found is not None:
        try:
            yield base64.b64decode(found[1], validate=True)
        except binascii.Error as error:
            raise MediaError("data: the manifest in the SVG is not base64; fetch the file again") from error


def _pdf_read(data: bytes) -> Iterator[bytes]:
    """The last stream that is a store, which is that of the newest revision; it is never compressed."""
    for found in list(_PDF_STORE.finditer(data))[-1:]:
        at = found.end()
        yield data[at : at + int.from_bytes(data[at : at + 4], "big")]


_READ: dict[str, Callable[[bytes], Iterator[bytes]]] = {
    "image/png": _png_read,
    "image/jpeg": _jpeg_read,
    "image/webp": _webp_read,
    "image/tiff": _tiff_read,
    "image/svg+xml": _svg_read,
    "application/pdf": _pdf_read,
}
_PARTS: dict[str, Callable[[bytes, bytes | None], bytes]] = {
    "image/png": _png_write,
    "image/jpeg": _jpeg_write,
    "image/webp": _webp_write,
}
