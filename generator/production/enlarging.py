"""Index maps at the size of production, strip by strip, with the borders of every ink smooth.

An ink is a level set: its signed distance to its own border is interpolated, and a sample takes the ink that
lies deepest around it. So no ink appears that was not there, borders stay within a sample of where they
were, and a strip is the same whatever strips are asked for beside it. At its own edge a map is itself.
"""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np
from numpy.typing import NDArray

from generator.draft import SUPERSAMPLING, Pixels, paint
from generator.errors import BriefError

MAX_EDGE = 16_384
_MARGIN, _REACH, _SOFT, _STRIP = 16, 6.0, 0.7, 256
Field = NDArray[np.float32]


class Enlarger:
    """The separations of a tile, (N, N) uint8, to be asked for at any edge. Raises BriefError for others."""

    def __init__(self, separations: NDArray[np.uint8]) -> None:
        source = separations.shape[0]
        if separations.shape != (source, source) or separations.dtype != np.uint8:
            raise BriefError("separations", "are no square index map", "give uint8 of shape (N, N)")
        self._source, self._separations = source, separations
        self._depths = {int(ink): _depth(separations == ink) for ink in np.unique(separations)}

    def rows(self, edge: int, top: int, bottom: int) -> Pixels:
        """Rows top..bottom of the index map at (edge, edge). Raises BriefError beyond MAX_EDGE."""
        if not 1 <= edge <= MAX_EDGE:
            raise BriefError("width", f"{edge} samples a side", f"give 1 to {MAX_EDGE}")
        if edge == self._source:
            return self._separations[top:bottom].copy()
        across, down = np.meshgrid(self._places(edge, 0, edge), self._places(edge, top, bottom))
        chosen = np.zeros(across.shape, np.uint8)
        deepest = np.full(across.shape, -np.inf, np.float32)
        for ink, depth in self._depths.items():
            here = np.asarray(cv2.remap(depth, across, down, cv2.INTER_CUBIC), np.float32)
            deeper = here > deepest
            deepest[deeper] = here[deeper]
            chosen[deeper] = ink
        return chosen

    def index(self, edge: int) -> Pixels:
        """The index map at (edge, edge)."""
        found = np.empty((edge, edge), np.uint8)
        for top, bottom in _strips(edge):
            found[top:bottom] = self.rows(edge, top, bottom)
        return found

    def painted(self, edge: int, palette: tuple[str, ...]) -> Pixels:
        """The tile at (edge, edge, 3) in these inks, borders softened over SUPERSAMPLING samples a pixel."""
        found = np.empty((edge, edge, 3), np.uint8)
        for top, bottom in _strips(edge):
            screens = self.rows(SUPERSAMPLING * edge, SUPERSAMPLING * top, SUPERSAMPLING * bottom)
            found[top:bottom] = paint(screens, palette)
        return found

    def _places(self, edge: int, start: int, end: int) -> Field:
        places = (np.arange(start, end, dtype=np.float64) + 0.5) * self._source / edge - 0.5 + _MARGIN
        return np.asarray(places, np.float32)


def _strips(edge: int) -> Iterator[tuple[int, int]]:
    for top in range(0, edge, _STRIP):
        yield top, min(edge, top + _STRIP)


def _depth(mask: NDArray[np.bool_]) -> Field:
    """Signed distance to the mask's border in samples, positive inside, wrapped by a margin."""
    wrapped = np.pad(mask.astype(np.uint8), _MARGIN, mode="wrap")
    inside = cv2.distanceTransform(wrapped, cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    outside = cv2.distanceTransform(1 - wrapped, cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    # Half a sample each way puts the border between samples; far from it the distance does not matter.
    signed = np.where(wrapped > 0, inside - 0.5, 0.5 - outside).clip(-_REACH, _REACH)
    return np.asarray(cv2.GaussianBlur(signed.astype(np.float32), (0, 0), _SOFT), np.float32)
