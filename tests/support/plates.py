"""What a mill prints from screens."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


def recombined(screens: Sequence[NDArray[np.bool_]]) -> NDArray[np.uint8]:
    """The index map of screens (H, W), True where an ink prints, in the order of the palette.

    Every sample has to have exactly one ink.
    """
    assert (np.sum(screens, axis=0) == 1).all()
    return np.asarray(np.argmax(np.stack(screens), axis=0), np.uint8)
