"""Which image formats we sign, told by their first bytes rather than by what the caller says."""

from __future__ import annotations

from provenance.errors import MediaError

_SIGNATURES = (
    ("image/png", 0, b"\x89PNG\r\n\x1a\n"),
    ("image/jpeg", 0, b"\xff\xd8\xff"),
    ("image/webp", 8, b"WEBP"),
    ("image/tiff", 0, b"II*\x00"),
    ("image/tiff", 0, b"MM\x00*"),
    ("application/pdf", 0, b"%PDF-"),
)
SVG = "image/svg+xml"
PICTURES = ("image/png", "image/jpeg", "image/webp", "image/tiff")  # what has pixels
SUPPORTED = (*dict.fromkeys(mime for mime, _, _ in _SIGNATURES), SVG)
_BEGINNING = 4096  # in which a drawing's root element must stand


def check_mime(data: bytes, mime: str) -> None:
    """Raise MediaError unless `data` begins like an image of media type `mime`.

    The C2PA library guesses the type when it is wrong, which would let a claim state another format.
    """
    if mime not in SUPPORTED:
        raise MediaError(f"mime: {mime!r} is not supported; use one of {', '.join(SUPPORTED)}")
    found = sniff(data)
    if found != mime:
        raise MediaError(f"mime: declared {mime}, but the bytes are {found or 'no supported image'}")


def sniff(data: bytes) -> str | None:
    """The media type that `data` begins like, or None."""
    for mime, offset, signature in _SIGNATURES:
        if data[offset : offset + len(signature)] == signature:
            return mime
    return SVG if _is_svg(data[:_BEGINNING]) else None


def _is_svg(beginning: bytes) -> bool:
    text = beginning.removeprefix(b"\xef\xbb\xbf").lstrip()
    return text.startswith((b"<?xml", b"<svg", b"<!--")) and b"<svg" in text
