"""A draft: the separations of one tile, and its pixels in any palette."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from generator.errors import BriefError
from generator.palette import ink_rgb
from generator.recipe import Recipe

SUPERSAMPLING = 2
Pixels = NDArray[np.uint8]


@dataclass(frozen=True, eq=False)
class Draft:
    """One tile before it is marked.

    `separations` is a read-only uint8 index map of shape (2 * size, 2 * size): which ink of the palette
    prints at each half pixel (0 is the ground). Raises BriefError when it does not fit the recipe.
    """

    recipe: Recipe
    separations: Pixels

    def __post_init__(self) -> None:
        """Check the index map against the recipe and freeze it."""
        edge = SUPERSAMPLING * self.recipe.size
        if self.separations.shape != (edge, edge) or self.separations.dtype != np.uint8:
            raise BriefError(
                "separations", "do not have the recipe's size", f"give uint8 of shape ({edge}, {edge})"
            )
        if int(self.separations.max()) >= len(self.recipe.palette):
            raise BriefError(
                "separations", "name an ink beyond the palette", "use ink numbers of the palette"
            )
        frozen = np.ascontiguousarray(self.separations).copy()
        frozen.flags.writeable = False
        object.__setattr__(self, "separations", frozen)

    def pixels(self) -> Pixels:
        """The tile in the recipe's palette: uint8 RGB of shape (size, size, 3)."""
        return paint(self.separations, self.recipe.palette)

    def colourway(self, palette: Sequence[str]) -> Pixels:
        """The same separations in another palette of as many inks: uint8 RGB (size, size, 3)."""
        return paint(self.separations, self.recipe.with_palette(palette).palette)

    @cached_property
    def separations_sha256(self) -> str:
        return separations_digest(self.separations)


def separations_digest(separations: Pixels) -> str:
    """SHA-256 (hex) of the edge as 4 big-endian bytes followed by the index map in row order."""
    edge = separations.shape[0].to_bytes(4, "big")
    return hashlib.sha256(edge + separations.tobytes()).hexdigest()


def paint(separations: Pixels, palette: Sequence[str]) -> Pixels:
    """Average each 2 x 2 block of inks into one pixel, in integers so that every machine agrees.

    `separations` is uint8 (2H, 2W); the result is uint8 RGB (H, W, 3), rounded half up.
    """
    height, width = separations.shape
    blocks = separations.reshape(height // 2, 2, width // 2, 2)
    inks = np.array([ink_rgb(ink) for ink in palette], dtype=np.uint16)
    total = np.zeros((height // 2, width // 2, 3), dtype=np.uint16)
    for row in range(2):
        for column in range(2):
            total += inks[blocks[:, row, :, column]]
    return ((total + 2) // 4).astype(np.uint8)
