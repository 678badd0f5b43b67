"""One tile of the second edition: attributes and a seed to an index map."""

from __future__ import annotations

import importlib
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from generator.lexicon.attributes import Attributes
from generator.motifs.cloth import Cloth
from generator.motifs.sheet import Sheet

EDITION = 2
CELLS = {"large": 1, "medium": 2, "small": 4}
Drawer = Callable[[Sheet], None]


def draw_tile(words: Attributes, seed: int, edge: int, span: int = 1) -> NDArray[np.uint8]:
    """The index map (edge, edge), uint8 ink numbers below `words.inks`, seamless on all sides.

    `span` is how many training units fit across the tile; the scale counts cells per unit.
    """
    dice = np.random.Generator(np.random.PCG64([seed, EDITION]))
    sheet = Sheet(Cloth(edge), words, CELLS[words.scale] * span, span, dice)
    drawer(words.family)(sheet)
    return sheet.cloth.inks


def drawer(family: str) -> Drawer:
    """The function that draws a family; it lives in the module of the family's name."""
    module = importlib.import_module(f"generator.motifs.{family}")
    found: Drawer = getattr(module, f"draw_{family}")
    return found
