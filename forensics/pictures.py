"""From untrusted bytes to pixels, and from a path to the files under it.

What is inside those files (pages, frames, members of archives) is the business of `forensics.sources`.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from forensics.errors import PictureError
from forensics.sources.decoding import MAX_PIXELS, MAX_SIDE_PX, MIN_SIDE_PX, check_size, decode, open_header
from forensics.sources.folders import files
from forensics.sources.naming import printable
from forensics.sources.outcomes import FORMATS, problem
from forensics.sources.streams import opened, size_of
from forensics.sources.suspect import MIB, Limits

__all__ = ["FORMATS", "MAX_PIXELS", "MAX_SIDE_PX", "MIN_SIDE_PX", "decode_image", "iterate_pictures"]


def decode_image(data: bytes, *, max_side: int | None = None) -> NDArray[np.uint8]:
    """Bytes of a picture -> uint8 (H, W, 3) sRGB, upright.

    Animations give their first frame; EXIF orientation and embedded colour profiles are applied; transparency
    is laid over white; CMYK, Lab, grey, palette and 16-bit pictures are converted. With ``max_side`` (px) a
    larger picture comes out scaled down to that longest side, and pictures too large to be held whole are
    read as well. PictureError for anything that is not such a picture.
    """
    image = open_header(data)
    check_size(image, data, max_side)
    try:
        return decode(image, data, max_side)
    except Exception as error:  # decoders raise whatever they stumble over
        why = printable(str(error)[:120])
        raise problem("picture-truncated", kind=image.format, why=why) from error


def iterate_pictures(path: str | os.PathLike[str]) -> Iterator[tuple[str, bytes | PictureError]]:
    """Every file at or under ``path``, sorted by name: (name relative to ``path``, its bytes or why not).

    Hidden files and folders are skipped, each real folder is entered once, and links that leave ``path`` are
    not followed. A path that does not exist is a PictureError at once; an unreadable file is reported and the
    walk goes on.
    """
    root = Path(path)
    if not root.exists():
        raise problem("picture-path-missing", path=printable(str(root)))
    if not root.is_dir():
        return iter([(root.name, _read(root, None))])
    folder = root.resolve()
    return (
        (name, file if isinstance(file, PictureError) else _read(file, folder)) for name, file in files(root)
    )


def _read(path: Path, folder: Path | None) -> bytes | PictureError:
    limit = Limits().file_bytes
    try:
        with opened(path, folder) as stream:
            if size_of(stream) > limit:
                return problem("picture-too-large", size=f"over {limit // MIB} MiB", advice="make it smaller")
            return stream.read(limit)
    except PictureError as error:
        return error
