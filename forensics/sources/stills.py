"""Picture files: one picture, the pages of a TIFF, or the scenes of an animation.

The first picture of a file is the file itself, byte for byte, so that a manifest in it can still be read. Of
an animation a later frame is taken when it differs from every frame taken before.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from forensics.errors import PictureError
from forensics.sources.decoding import (
    check_size,
    decode_frame,
    encode,
    fits_animated,
    open_header,
    stated_dpi,
)
from forensics.sources.naming import printable
from forensics.sources.outcomes import problem
from forensics.sources.streams import size_of
from forensics.sources.suspect import MIB, Suspect
from forensics.sources.walking import Item, Walk

if TYPE_CHECKING:
    from PIL import Image

_THUMB = (32, 32)
_NEW_SCENE = 10.0  # mean difference of thumbnails, of 255
_SUBFILE_TYPE, _REDUCED_COPY = 254, 1  # TIFF 6.0, section 8


def pictures(item: Item, walk: Walk) -> Iterator[Suspect]:
    """The picture of a file, and its further pages or scenes as PNG."""
    try:
        size = size_of(item.stream)
        if size > walk.limits.file_bytes:
            limit = f"over {walk.limits.file_bytes // MIB} MiB"
            raise problem("picture-too-large", size=limit, advice="make it smaller")
        data = item.stream.read(size)
        image = open_header(data)
        check_size(image, data, walk.limits.side)
    except PictureError as error:
        yield walk.refused(item, error)
        return
    walk.pixels += image.width * image.height
    dpi = stated_dpi(image)
    yield Suspect(item.name, data, None, replace(item.origin, dpi=dpi or item.origin.dpi))
    if _has_more(image):
        yield from _pages(image, item, walk) if image.format == "TIFF" else _scenes(image, item, walk)


def _pages(image: Image.Image, item: Item, walk: Walk) -> Iterator[Suspect]:
    page = 1
    while _stands_at(image, page):
        name = f"{item.name}#page={page + 1}"
        if page >= walk.limits.pages or walk.overdrawn() is not None:
            yield walk.refused(item, problem("pages-left-out", first=page + 1), "#rest")
            return
        if not int(getattr(image, "tag_v2", {}).get(_SUBFILE_TYPE, 0)) & _REDUCED_COPY:
            walk.pixels += image.width * image.height
            if name not in walk.done:
                yield _frame(image, name, item, walk)
        page += 1


def _scenes(image: Image.Image, item: Item, walk: Walk) -> Iterator[Suspect]:
    limits = walk.limits
    seen: list[NDArray[np.float64]] = []
    looked_at, pixels = 0, 0
    if not fits_animated(image):
        yield walk.refused(item, problem("frames-left-out", first=2), "#rest")
        return
    while len(seen) < limits.frames and _stands_at(image, looked_at):
        name = f"{item.name}#frame={looked_at + 1}"
        pixels += image.width * image.height
        if looked_at >= limits.frames_looked_at or pixels > limits.frame_pixels:
            yield walk.refused(item, problem("frames-left-out", first=looked_at + 1), "#rest")
            return
        try:
            thumb = _thumb(image)
        except Exception as error:  # noqa: BLE001  decoders raise whatever they stumble over
            yield Suspect(name, None, _damaged(image, error), item.origin)
            return
        if all(np.abs(thumb - other).mean() > _NEW_SCENE for other in seen):
            seen.append(thumb)
            if looked_at > 0:
                walk.pixels += image.width * image.height
                if name not in walk.done:
                    yield _frame(image, name, item, walk)
        looked_at += 1


def _frame(image: Image.Image, name: str, item: Item, walk: Walk) -> Suspect:
    from PIL import Image as Pillow

    try:
        check_size(image, b"", walk.limits.side)
        dpi = stated_dpi(image)
        data = encode(Pillow.fromarray(decode_frame(image, walk.limits.side)), dpi)
    except PictureError as error:
        return Suspect(name, None, error, item.origin)
    except Exception as error:  # noqa: BLE001  decoders raise whatever they stumble over
        return Suspect(name, None, _damaged(image, error), item.origin)
    return Suspect(name, data, None, replace(item.origin, dpi=dpi))


def _has_more(image: Image.Image) -> bool:
    try:
        return bool(getattr(image, "is_animated", False))
    except Exception:  # noqa: BLE001  it looks for a second frame, which may be damaged
        return False


def _stands_at(image: Image.Image, frame: int) -> bool:
    """Go to a frame; False after the last one, or where the file cannot be followed further."""
    try:
        image.seek(frame)
    except Exception:  # noqa: BLE001  the end is an EOFError, damage is anything
        return False
    return True


def _thumb(image: Image.Image) -> NDArray[np.float64]:
    return np.asarray(image.convert("RGB").resize(_THUMB, reducing_gap=2.0), np.float64)


def _damaged(image: Image.Image, error: Exception) -> PictureError:
    return problem("picture-truncated", kind=image.format, why=printable(str(error)[:120]))
