"""A continuous picture as the separations of flat inks, on the torus."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from generator.draft import Pixels
from generator.errors import BriefError
from generator.palette import MIN_INKS
from generator.palettes.colour import linear, oklab
from generator.palettes.photograph import from_photograph
from generator.screens import separate

_CALM = 5  # pixels across which grain is evened out before a colour is called an ink
_MARGIN = 8


def flatten(pixels: Pixels, inks: int, edge: int) -> NDArray[np.uint8]:
    """The index map (edge, edge) of a seamless picture (H, W, 3), uint8, in at most `inks` inks.

    Its colours are gathered in OKLab; the one that covers most is the ground, the others follow by what they
    cover. A picture of fewer colours leaves the last inks unused. Raises BriefError for one of a single
    colour.
    """
    centres = _colours(pixels, inks)
    wrapped = np.pad(pixels, ((_MARGIN, _MARGIN), (_MARGIN, _MARGIN), (0, 0)), mode="wrap")
    calm = cv2.medianBlur(np.ascontiguousarray(wrapped), _CALM)[_MARGIN:-_MARGIN, _MARGIN:-_MARGIN]
    colours = oklab(linear(np.asarray(calm.reshape(-1, 3), np.float64) / 255.0))
    distance = np.linalg.norm(colours[:, None] - centres[None], axis=2)
    nearest = distance.argmin(axis=1).reshape(pixels.shape[:2])
    screens = np.stack([nearest == ink for ink in range(1, len(centres))]).astype(np.float32) * 2.0 - 1.0
    return separate(screens, edge, len(centres))


def _colours(pixels: Pixels, inks: int) -> NDArray[np.float64]:
    """OKLab (n, 3) of the picture's main colours, as many as look apart, at most `inks`."""
    for count in range(inks, MIN_INKS - 1, -1):
        try:
            found = from_photograph(pixels, count)
        except BriefError:
            continue
        rgb = np.array([list(bytes.fromhex(ink[1:])) for ink in found], np.float64)
        return oklab(linear(rgb / 255.0))
    raise BriefError("seed", "the model drew a single colour", "draw with another seed, or another prompt")
