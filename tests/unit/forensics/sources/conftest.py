"""Pictures, PDFs, web archives and ZIPs made on the spot."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping, Sequence
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image


def picture(seed: int = 0, width: int = 96, height: int = 64) -> Image.Image:
    """Soft blobs: survives JPEG, differs from seed to seed."""
    small = np.random.default_rng(seed).integers(0, 256, (6, 8, 3), np.uint8)
    return Image.fromarray(small).resize((width, height), Image.Resampling.BICUBIC)


def encoded(image: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def zipped(
    members: Mapping[str, bytes] | Sequence[tuple[str, bytes]], method: int = zipfile.ZIP_DEFLATED
) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, data in members.items() if isinstance(members, Mapping) else members:
            archive.writestr(zipfile.ZipInfo(name), data, method)
    return buffer.getvalue()


def pdf(contents: Sequence[bytes], images: Sequence[bytes] = (), box: str = "0 0 595 842") -> bytes:
    """A PDF of one page for each content stream; ``images`` are JPEGs, drawn by ``/I0 Do`` and so on."""
    objects = [b"<</Type/Catalog/Pages 2 0 R>>", b""]

    def add(body: bytes) -> int:
        objects.append(body)
        return len(objects)

    def stream(head: bytes, body: bytes) -> int:
        return add(b"<<%s/Length %d>>stream\n%s\nendstream" % (head, len(body), body))

    drawn = []
    for data in images:
        width, height = Image.open(io.BytesIO(data)).size
        head = b"/Type/XObject/Subtype/Image/Width %d/Height %d/ColorSpace/DeviceRGB" % (width, height)
        drawn.append(stream(head + b"/BitsPerComponent 8/Filter/DCTDecode", data))
    names = b" ".join(b"/I%d %d 0 R" % pair for pair in enumerate(drawn))
    kids = []
    for content in contents:
        text = stream(b"", content)
        page = b"<</Type/Page/Parent 2 0 R/MediaBox[%s]/Contents %d 0 R/Resources<</XObject<<%s>>>>>>"
        kids.append(add(page % (box.encode(), text, names)))
    objects[1] = b"<</Type/Pages/Count %d/Kids[%s]>>" % (
        len(kids),
        b" ".join(b"%d 0 R" % kid for kid in kids),
    )
    return _with_table(objects)


def _with_table(objects: Sequence[bytes]) -> bytes:
    out, places = bytearray(b"%PDF-1.4\n"), []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj%s\nendobj\n" % (number, body)
    start, count = len(out), len(objects) + 1
    out += b"xref\n0 %d\n0000000000 65535 f \n" % count
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    return bytes(out) + b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (count, start)


def warc(captures: Sequence[tuple[str, str, bytes]], *, gzip: bool = True) -> bytes:
    """(address, more HTTP headers, body) -> a WARC written by warcio."""
    from warcio.statusandheaders import StatusAndHeaders
    from warcio.warcwriter import WARCWriter

    buffer = io.BytesIO()
    writer = WARCWriter(buffer, gzip=gzip)
    for url, more, body in captures:
        headers = [tuple(line.split(": ", 1)) for line in more.split("\n") if line]
        http = StatusAndHeaders("200 OK", headers, protocol="HTTP/1.1")
        writer.write_record(
            writer.create_warc_record(url, "response", payload=io.BytesIO(body), http_headers=http)
        )
    return buffer.getvalue()


def large_png(side: int, colour: int = 2) -> bytes:
    """A square PNG of any size in a few ms: 16 rows packed once, repeated."""
    samples = {0: 1, 2: 3, 6: 4}[colour]
    y, x = np.mgrid[0:16, 0:side]
    pixels = np.stack([x * 3, x * 5 + y * 16, x, np.full_like(x, 200)], 2)[..., :samples]
    filtered = np.diff(pixels.reshape(16, -1), axis=0, prepend=0).astype(np.uint8)
    # The first row stands for itself, each other one is told from the row above.
    rows = b"".join(bytes([2 * (k > 0)]) + row.tobytes() for k, row in enumerate(filtered))
    packer = zlib.compressobj(6, zlib.DEFLATED, -15)
    block, end = packer.compress(rows) + packer.flush(zlib.Z_FULL_FLUSH), packer.flush()
    check = 1
    for _ in range(side // 16):
        check = zlib.adler32(rows, check)
    header = struct.pack(">IIBBBBB", side, side, 8, colour, 0, 0, 0)
    body = b"\x78\x9c" + block * (side // 16) + end + struct.pack(">I", check)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", body) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


@pytest.fixture(scope="session")
def made() -> SimpleNamespace:
    """The functions above: picture, encoded, zipped, pdf, warc, large_png."""
    functions: tuple[Callable[..., object], ...] = (picture, encoded, zipped, pdf, warc, large_png)
    return SimpleNamespace(**{each.__name__: each for each in functions})


@pytest.fixture(scope="session")
def png() -> bytes:
    """A small picture."""
    return encoded(picture())
