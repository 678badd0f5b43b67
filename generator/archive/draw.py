"""One tile of the archive: attributes and a seed to an index map."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from generator.archive.arches import draw_arches
from generator.archive.bands import draw_chevron, draw_stripe
from generator.archive.canvas import Canvas, Sheet
from generator.archive.dots import draw_dots
from generator.archive.floral import draw_floral
from generator.archive.leaf import draw_leaf
from generator.archive.scallop import draw_scallop
from generator.archive.terrazzo import draw_terrazzo
from generator.words import Attributes

CELLS = {"large": 1, "medium": 2, "small": 4}
_DRAWERS: dict[str, Callable[[Sheet], None]] = {
    "floral": draw_floral,
    "leaf": draw_leaf,
    "dots": draw_dots,
    "stripe": draw_stripe,
    "chevron": draw_chevron,
    "scallop": draw_scallop,
    "arches": draw_arches,
    "terrazzo": draw_terrazzo,
}


def draw_tile(words: Attributes, seed: int, edge: int, span: int = 1) -> NDArray[np.uint8]:
    """The index map (edge, edge), uint8 ink numbers below `words.inks`, seamless on all sides.

    `span` is how many training units fit across the tile; the scale counts cells per unit.
    """
    canvas = Canvas(edge)
    dice = np.random.Generator(np.random.PCG64(seed))
    _DRAWERS[words.family](Sheet(canvas, words, CELLS[words.scale] * span, dice))
    return canvas.inks
