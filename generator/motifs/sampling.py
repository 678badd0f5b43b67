"""Any tile of the archive: attributes by number, families by turns, the rest by dice."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from generator.lexicon.attributes import Attributes, choices
from generator.lexicon.tables import families
from generator.motifs.draw import EDITION, draw_tile

_WEIGHTS = {
    "scale": {"large": 0.4, "medium": 0.36, "small": 0.24},
    "stroke": {"flat": 0.64, "outlined": 0.2, "line": 0.16},
}


def any_attributes(number: int, family: str | None = None) -> Attributes:
    """The attributes of archive tile `number`; of `family` when one is given, else families by turns."""
    dice = np.random.Generator(np.random.PCG64([number, EDITION, 1]))
    name = family if family is not None else families()[number % len(families())]
    chosen: dict[str, Any] = {}
    for attribute, values in choices(name).items():
        weights = np.array([_WEIGHTS.get(attribute, {}).get(value, 1.0) for value in values])
        chosen[attribute] = str(dice.choice(list(values), p=weights / weights.sum()))
    inks = int(dice.choice([2, 3, 4, 5, 6], p=[0.16, 0.24, 0.28, 0.18, 0.14]))
    return Attributes(family=name, inks=inks, ignored=(), **chosen)


def any_tile(
    number: int, edge: int, family: str | None = None, span: int = 1
) -> tuple[Attributes, NDArray[np.uint8]]:
    """Archive tile `number`: its attributes and its index map (edge, edge)."""
    words = any_attributes(number, family)
    return words, draw_tile(words, number, edge, span)
