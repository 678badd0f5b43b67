"""A picture by its address: only from hosts that are allowed, only over HTTPS, only as long as was said."""

from __future__ import annotations

import io
import threading
from typing import TYPE_CHECKING

from ledger.context import Ledger
from ledger.domain.errors import FieldError
from ledger.errors import ReferenceRefusedError

if TYPE_CHECKING:
    from urllib.parse import SplitResult

    from forensics.sources.allowing import AllowList

SECONDS = 20.0
REDIRECTS = 3
FETCHED_AT_ONCE = 8
REFUSED, SLOW = ("url-not-allowed", "url-address-refused"), "url-too-slow"
_FETCHING = threading.BoundedSemaphore(FETCHED_AT_ONCE)


def fetched(
    ledger: Ledger, url: str, length: int, mime: str | None = None, *, private: bool = False
) -> bytes:
    """The bytes at `url`, at most `length` of them, of media type `mime` if one is given.

    Asks only the hosts the ledger was opened with, each redirect anew, at addresses that are public unless
    `private`. Raises ReferenceRefusedError for another host or address, FieldError for anything else that is
    not as was said.
    """
    from forensics.errors import PictureError
    from forensics.sources.suspect import Limits
    from forensics.sources.web import fetch

    limits = Limits(url_bytes=length, url_seconds=SECONDS, redirects=REDIRECTS)
    if not _FETCHING.acquire(blocking=False):
        raise FieldError("referenceUrl", "too many hosts are still sending, too slowly; try again later")
    try:
        data = fetch(url, _secure(ledger.engines.scan_hosts, private), limits)
    except PictureError as error:
        if error.code in REFUSED:
            raise ReferenceRefusedError(str(error)) from error
        slow = f"is sent too slowly: it took over {SECONDS:g} seconds"
        raise FieldError("referenceUrl", slow if error.code == SLOW else str(error)) from error
    finally:
        _FETCHING.release()
    _check_type(data, mime)
    return data


def within(data: bytes, unit: str, origin: tuple[float, float], size: tuple[float, float]) -> bytes:
    """The rectangle of a picture as a PNG; `unit` is pixel or percent. PictureError, FieldError."""
    from PIL import Image

    from forensics import decode_image

    picture = Image.fromarray(decode_image(data))
    scale = (picture.width / 100, picture.height / 100) if unit == "percent" else (1.0, 1.0)
    left, top = (round(part * factor) for part, factor in zip(origin, scale, strict=True))
    width, height = (round(part * factor) for part, factor in zip(size, scale, strict=True))
    box = (max(left, 0), max(top, 0), min(left + width, picture.width), min(top + height, picture.height))
    if box[0] >= box[2] or box[1] >= box[3]:
        raise FieldError("region", f"lies outside the picture of {picture.width} x {picture.height} px")
    file = io.BytesIO()
    picture.crop(box).save(file, "PNG")
    return file.getvalue()


def _check_type(data: bytes, mime: str | None) -> None:
    from PIL import Image

    from forensics import PictureError
    from forensics.sources.decoding import open_header

    if mime is None:
        return
    try:
        found = Image.MIME.get(open_header(data).format or "")
    except PictureError as error:
        raise FieldError("assetType", f"says {mime[:80]}, but what is there cannot be read") from error
    if found != mime.strip().lower():
        raise FieldError("assetType", f"says {mime[:80]}, but what is there is {found}")


def _secure(hosts: str, private: bool) -> AllowList:
    """These hosts, over HTTPS only, also where a redirect leads."""
    from forensics.sources.allowing import AllowList

    class Secure(AllowList):
        def allows(self, url: SplitResult) -> bool:
            return url.scheme == "https" and super().allows(url)

    return Secure(AllowList.parse(hosts).hosts, private)
