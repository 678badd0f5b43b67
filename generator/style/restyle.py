"""A base pattern drawn over: its separations taken in, and how much of its layout is left afterwards."""

from __future__ import annotations

import io

import cv2
import numpy as np
from numpy.typing import NDArray

from generator.draft import Pixels
from generator.errors import BriefError
from generator.recipe import GROUND
from generator.screens import separate
from generator.style.tiles import to_screens

_MISSING = "restore its file, or draw without a base"


def base_screens(data: bytes | None, inks: int, screens: int, edge: int) -> NDArray[np.float32]:
    """The screens (screens, edge, edge) in -1..1 of a base pattern, a grey PNG of ink numbers.

    Raises BriefError (field `base`) when it is not here, no such picture, or of more inks than `inks`.
    """
    found = _read(data)
    if int(found.max()) >= inks:
        raise BriefError("palette", f"has {inks} inks", f"the base has {int(found.max()) + 1}: give as many")
    if inks > screens + 1:
        raise BriefError("palette", f"has {inks} inks", f"these weights print at most {screens + 1}")
    return to_screens(found, screens, edge)


def with_kept(keep: str, data: bytes | None, drawn: Pixels, inks: int) -> Pixels:
    """An index map (H, H) that was drawn over a base, with the part `keep` of the base put back as it is.

    `motif`: every place that the base prints has the base's ink, the rest is as drawn. `ground`: the ground
    is that of the base and no other; a place that the base prints has the ink drawn there, and the base's
    where none was. A base of another size is enlarged or reduced to the drawing's. Raises BriefError.
    """
    base = _sized(_read(data), drawn.shape[0], inks)
    check_keep(keep, base, inks)
    if keep == GROUND:
        return np.where((base > 0) & (drawn > 0), drawn, base)
    return np.where(base > 0, base, drawn)


def check_keep(keep: str, base: Pixels, inks: int) -> None:
    """Raise BriefError (field `base.keep`) where nothing is left to draw beside what is kept of a base."""
    if not base.any():
        raise BriefError("base.keep", "the base is all ground", "leave keep out, or draw over another tile")
    if keep == GROUND and inks == 2:
        problem = "beside its ground a tile of 2 inks has one ink, and nothing else can be drawn there"
        raise BriefError("base.keep", problem, "keep its motif, or leave keep out")
    if keep != GROUND and base.all():
        raise BriefError("base.keep", "the base prints everywhere", "keep its ground, or leave keep out")


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


def _sized(found: Pixels, edge: int, inks: int) -> Pixels:
    """An index map at another size, inks told apart as those of a drawing are; at its own, itself."""
    if found.shape[0] == edge:
        return found
    return separate(to_screens(found, inks - 1, min(edge, found.shape[0])), edge, inks)


def _read(data: bytes | None) -> Pixels:
    from PIL import Image, UnidentifiedImageError

    if data is None:
        raise BriefError("base", "its separations are not here", _MISSING)
    try:
        with Image.open(io.BytesIO(data), formats=("PNG",)) as picture:
            found = np.asarray(picture)
    except (UnidentifiedImageError, OSError, ValueError) as error:
        raise BriefError("base", f"its separations cannot be read ({error})", _MISSING) from error
    if found.ndim != 2 or found.dtype != np.uint8 or found.shape[0] != found.shape[1]:
        raise BriefError("base", "its separations are no square map of inks", _MISSING)
    return found
