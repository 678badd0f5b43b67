"""Any pixel Pillow opens -> 8-bit sRGB over white.

Embedded ICC profiles are applied by LittleCMS with relative colorimetric intent and black point compensation,
as browsers do; a damaged one, or one of another colour space than the pixels, is passed over.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from PIL import Image, ImageCms

Converter = Callable[["Image.Image"], "Image.Image"]

_WITH_ALPHA = ("RGBA", "LA", "PA", "La", "RGBa")
_SPACES = {"RGB": "RGB", "GRAY": "L", "CMYK": "CMYK", "Lab": "LAB"}
_MAX_PROFILE_BYTES = 8 << 20


def converter(image: Image.Image) -> Converter:
    """How this picture's pixels become RGB: a function of the picture, or of any part cut out of it."""
    deep = image.mode.startswith(("I", "F"))
    top = _deep_top(image) if deep else 0.0
    to_srgb = _profiled(image) or (lambda part: part.convert("RGB"))

    def convert(part: Image.Image) -> Image.Image:
        if deep:
            part = _shallow(part, top)
        return to_srgb(_over_white(part))

    return convert


def _over_white(image: Image.Image) -> Image.Image:
    from PIL import Image

    if image.mode not in _WITH_ALPHA and "transparency" not in image.info:
        return image
    paper = Image.new("RGBA", image.size, "white")
    paper.alpha_composite(image.convert("RGBA"))
    return paper.convert("RGB")


def _deep_top(image: Image.Image) -> float:
    if image.mode.startswith("I;16"):
        return 65535.0
    values = [float(each) for each in np.nan_to_num(np.array(image.getextrema(), np.float64), posinf=0.0)]
    return max(*values, 1.0)


def _shallow(image: Image.Image, top: float) -> Image.Image:
    # Pillow's own conversion of deep grey clips at 255 and leaves a white picture.
    from PIL import Image

    values: NDArray[np.float64] = np.nan_to_num(np.asarray(image, np.float64), posinf=0.0, neginf=0.0)
    grey = np.clip(np.round(values / top * 255.0), 0, 255).astype(np.uint8)
    return Image.fromarray(grey)


def _profiled(image: Image.Image) -> Converter | None:
    from PIL import ImageCms

    data = image.info.get("icc_profile")
    try:
        if isinstance(data, bytes) and 0 < len(data) <= _MAX_PROFILE_BYTES:
            return _transforming(ImageCms.ImageCmsProfile(io.BytesIO(data)), image.mode)
        if image.mode == "LAB":
            return _transforming(ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")), "LAB")
    except Exception:  # noqa: BLE001  a profile is untrusted bytes; LittleCMS says only that it failed
        return None
    return None


def _transforming(source: ImageCms.ImageCmsProfile, mode: str) -> Converter | None:
    from PIL import ImageCms

    if "sRGB" in ImageCms.getProfileDescription(source):
        return None
    space = _SPACES.get(source.profile.xcolor_space.strip(), "")
    if not _fits(space, mode):
        return None
    transform = ImageCms.buildTransform(
        source,
        ImageCms.createProfile("sRGB"),
        space,
        "RGB",
        renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
        flags=ImageCms.Flags.BLACKPOINTCOMPENSATION,
    )

    def convert(part: Image.Image) -> Image.Image:
        return transform.apply(part if part.mode == space else part.convert(space))

    return convert


def _fits(space: str, mode: str) -> bool:
    """Whether pixels of this mode are numbers of that colour space."""
    if space in ("CMYK", "LAB"):
        return mode == space
    if space == "L":
        return mode in ("L", "1", "LA", "La") or mode.startswith(("I", "F"))
    return space == "RGB" and mode in ("RGB", "RGBA", "RGBa", "RGBX", "P", "PA", "YCbCr")
