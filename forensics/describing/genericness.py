"""How common a tile's geometry is: a gingham is a gingham, a paisley is somebody's.

Counted are the tile's unlike details: local features on the torus (SIFT, see ``placing.features``), each
that looks like an earlier one dropped. A stripe has none or a few, a gingham under ten, a chevron up to
thirty, drawn motifs fifty and more, textures hundreds (the tuning half of ``bench/repeat_forensics``). A tile
with 16 is halfway: geometry asks for 12 unlike details in one place before it says anything.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from forensics.placing.features import TileViews

HALFWAY = 16
_ALIKE = 0.45


def generic(tile: NDArray[np.uint8] | TileViews) -> float:
    """0 (one of a kind) to 1 (anybody's) for a tile (H, W, 3) uint8, to three digits; 1 for a plain one.

    1 / (1 + (n / 16)^2) of its n unlike details. From 0.8 (at most 8 details) geometry alone is nothing,
    from 0.5 it lends the mark no strength; see ``forensics.report``. Views of the tile that were made for
    something else will do: looking for its features is most of the work.
    """
    from forensics.placing.features import TileViews

    views = tile if isinstance(tile, TileViews) else TileViews(tile)
    return round(1.0 / (1.0 + (unlike_details(views) / HALFWAY) ** 2), 3)


def unlike_details(views: TileViews) -> int:
    """Number of local features of a tile no two of which look alike."""
    from forensics.placing.features import View

    descriptors = views.features(View.PLAIN).descriptors
    if not len(descriptors):
        return 0
    alike = descriptors @ descriptors.T > 1.0 - _ALIKE**2 / 2.0  # of unit vectors at most 0.45 apart
    left = np.ones(len(descriptors), bool)
    for number in range(len(descriptors)):
        if left[number]:
            left[number + 1 :] &= ~alike[number, number + 1 :]
    return int(left.sum())
