"""From untrusted bytes to pixels, and from a path to the pictures under it.

The header is read before any pixel is decoded, so an image bomb costs nothing. Only raster formats with
a decoder inside the process are opened: nothing here starts another program.
"""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from forensics.errors import PictureError

if TYPE_CHECKING:
    from PIL import Image

FORMATS = ("PNG", "JPEG", "WEBP", "TIFF", "GIF", "BMP", "AVIF")
MIN_SIDE_PX = 32
MAX_SIDE_PX = 16_384
MAX_PIXELS = 89_000_000  # Pillow warns of anything larger
MAX_FILE_BYTES = 256 * 1024 * 1024
_SIZE_ADVICE = f"scale it down to at most {MAX_SIDE_PX} px a side and {MAX_PIXELS // 1_000_000} megapixels"


def decode_image(data: bytes) -> NDArray[np.uint8]:
    """Bytes of a picture -> uint8 (H, W, 3) RGB, upright.

    Animations give their first frame; EXIF orientation is applied; transparency is laid over white; CMYK,
    grey, palette and 16-bit pictures are converted. PictureError for anything that is not such a picture.
    """
    image = _open(data)
    _check_size(*image.size)
    try:
        return _decode(image)
    except Exception as error:  # decoders raise whatever they stumble over
        raise PictureError(
            f"file: the {image.format} data is cut short or damaged ({error}); get a complete copy",
            code="picture-truncated",
        ) from error


def iterate_pictures(path: str | os.PathLike[str]) -> Iterator[tuple[str, bytes | PictureError]]:
    """Every file at or under ``path``, sorted by name: (name relative to ``path``, its bytes or why not).

    Hidden files and folders are skipped, and each real folder is entered once, so links cannot loop. A path
    that does not exist is a PictureError at once; an unreadable file is reported and the walk goes on.
    """
    root = Path(path)
    if not root.exists():
        raise PictureError(
            f"path: {root} does not exist; name a picture or a folder", code="picture-path-missing"
        )
    if not root.is_dir():
        return iter([(root.name, _read(root))])
    return _walk(root, root, {root.resolve()})


def _walk(root: Path, folder: Path, entered: set[Path]) -> Iterator[tuple[str, bytes | PictureError]]:
    try:
        names = sorted(entry.name for entry in folder.iterdir())
    except OSError as error:
        yield folder.relative_to(root).as_posix(), _unreadable(folder, error)
        return
    for name in names:
        entry = folder / name
        if name.startswith("."):
            continue
        if entry.is_dir():
            real = entry.resolve()
            if real not in entered:
                entered.add(real)
                yield from _walk(root, entry, entered)
        else:
            yield entry.relative_to(root).as_posix(), _read(entry)


def _read(path: Path) -> bytes | PictureError:
    try:
        if not path.is_file():
            return PictureError(
                f"file: {path.name} is not a regular file; remove it", code="picture-not-a-file"
            )
        if path.stat().st_size > MAX_FILE_BYTES:
            return PictureError(
                f"file: {path.name} is over {MAX_FILE_BYTES >> 20} MiB; make it smaller",
                code="picture-too-large",
            )
        return path.read_bytes()
    except (OSError, RuntimeError) as error:
        return _unreadable(path, error)


def _unreadable(path: Path, error: Exception) -> PictureError:
    reason = getattr(error, "strerror", None) or str(error)
    return PictureError(
        f"file: {path.name} cannot be read ({reason}); check its permissions", code="picture-not-readable"
    )


def _open(data: bytes) -> Image.Image:
    from PIL import Image

    if not data:
        raise PictureError("file: it is empty; choose a picture", code="picture-empty")
    Image.init()  # registers every format; Pillow stumbles over a listed one it has not loaded yet
    try:
        return Image.open(io.BytesIO(data), formats=FORMATS)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise PictureError(f"size: far too many pixels; {_SIZE_ADVICE}", code="picture-too-large") from error
    except Exception as error:  # header parsers raise whatever they stumble over
        raise PictureError(
            f"file: not a picture we can read; use one of {', '.join(FORMATS)}", code="picture-not-an-image"
        ) from error


def _check_size(width: int, height: int) -> None:
    if min(width, height) < MIN_SIDE_PX:
        raise PictureError(
            f"size: {width} x {height} px; a picture needs at least {MIN_SIDE_PX} px a side",
            code="picture-too-small",
        )
    if max(width, height) > MAX_SIDE_PX or width * height > MAX_PIXELS:
        raise PictureError(f"size: {width} x {height} px; {_SIZE_ADVICE}", code="picture-too-large")


def _decode(image: Image.Image) -> NDArray[np.uint8]:
    from PIL import ImageOps

    image.seek(0)
    image.load()
    return _to_rgb(ImageOps.exif_transpose(image))


def _to_rgb(image: Image.Image) -> NDArray[np.uint8]:
    from PIL import Image

    if image.mode.startswith(("I", "F")):
        return _from_deep_grey(np.asarray(image, np.float64), sixteen_bit=image.mode.startswith("I;16"))
    if image.mode in ("RGBA", "LA", "PA", "La", "RGBa") or "transparency" in image.info:
        paper = Image.new("RGBA", image.size, "white")
        paper.alpha_composite(image.convert("RGBA"))
        image = paper
    return np.array(image.convert("RGB"), np.uint8)


def _from_deep_grey(values: NDArray[np.float64], *, sixteen_bit: bool) -> NDArray[np.uint8]:
    # Pillow's own conversion of deep grey clips at 255 and leaves a white picture.
    values = np.nan_to_num(values, posinf=0.0, neginf=0.0)
    top = 65535.0 if sixteen_bit else max(float(values.max()), 1.0)
    grey = np.clip(np.round(values / top * 255.0), 0, 255).astype(np.uint8)
    return np.repeat(grey[..., None], 3, axis=2)
