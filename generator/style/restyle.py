"""A base pattern drawn over: its separations taken in, and how much of its layout is left afterwards."""

from __future__ import annotations

import io

import cv2
import numpy as np
from numpy.typing import NDArray

from generator.draft import Pixels
from generator.errors import BriefError
from generator.style.tiles import to_screens

_MISSING = "restore its file, or draw without a base"


def base_screens(data: bytes | None, inks: int, screens: int, edge: int) -> NDArray[np.float32]:
    """The screens (screens, edge, edge) in -1..1 of a base pattern, a grey PNG of ink numbers.

    Raises BriefError (field `base`) when it is not here, no such picture, or of more inks than `inks`.
    """
    if data is None:
        raise BriefError("base", "its separations are not here", _MISSING)
    found = _read(data)
    if int(found.max()) >= inks:
        raise BriefError("palette", f"has {inks} inks", f"the base has {int(found.max()) + 1}: give as many")
    if inks > screens + 1:
        raise BriefError("palette", f"has {inks} inks", f"these weights print at most {screens + 1}")
    return to_screens(found, screens, edge)


def layout_kept(base: Pixels, drawn: Pixels) -> float:
    """How far the ground of a tile lies where that of its base lies: -1 to 1, at the same phase.

    The correlation (phi) of both grounds, index maps (H, W); 1 is the same ground, 0 no more than chance.
    A map without any ground, or with nothing else, has no layout: 0.
    """
    edge = drawn.shape[0]
    grounds = [np.asarray(each == 0, np.float32) for each in (base, drawn)]
    one, other = (cv2.resize(each, (edge, edge), interpolation=cv2.INTER_AREA).ravel() for each in grounds)
    if not one.std() or not other.std():
        return 0.0
    return float(np.corrcoef(one, other)[0, 1])


def _read(data: bytes) -> Pixels:
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(io.BytesIO(data), formats=("PNG",)) as picture:
            found = np.asarray(picture)
    except (UnidentifiedImageError, OSError, ValueError) as error:
        raise BriefError("base", f"its separations cannot be read ({error})", _MISSING) from error
    if found.ndim != 2 or found.dtype != np.uint8 or found.shape[0] != found.shape[1]:
        raise BriefError("base", "its separations are no square map of inks", _MISSING)
    return found
