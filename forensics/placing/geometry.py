"""Whether a suspect shows a registered tile, by its local features laid modulo the tile.

A placement is evidence with at least 12 agreeing details of the tile, no two of them alike, whose
straightened edges look like the registered tile's over at least .3 of a repeat: a motif repeated in the tile
counts once, so that a chevron is not found in every other chevron. Its probability is a bound from a model,
and floored: see ``chance``.
"""

from __future__ import annotations

import numpy as np

from forensics.placing.features import TILE_SIDE
from forensics.placing.matching import FINAL_TOLERANCE_PX, Agreement

MIN_DETAILS = 12
MIN_MATCHED = 0.3
FLOOR_P = 1e-6
_FITTED_POINTS = 4


def convincing(found: Agreement, matched: float) -> bool:
    """Whether features that agree, over ``matched`` repeats that look like the tile, are evidence at all."""
    return found.details >= MIN_DETAILS and matched >= MIN_MATCHED


def chance(found: Agreement, looked_at: int) -> float:
    """Bound on the probability that this many matches agree by accident, over the hypotheses tried.

    ``looked_at``: guesses times the tiles of the register, for the features that agree also chose the tile.

    Model: matches of an unrelated picture fall on the tile independently and uniformly, so each agrees with a
    given placement with probability pi * tolerance^2 / side^2. Only details unlike one another count, and
    four of them fix the homography and witness nothing; the binomial tail is multiplied by the hypotheses
    tried. Real matches are neither independent nor uniform where two designs share a motif (dots, gingham),
    so the bound is floored at 1e-6 by decree, and geometry alone never proves anything.
    """
    from scipy.special import bdtrc

    hit = np.pi * (FINAL_TOLERANCE_PX / TILE_SIDE) ** 2
    tail = bdtrc(found.details - _FITTED_POINTS - 1, max(found.matches - _FITTED_POINTS, 1), hit)
    return float(min(1.0, max(FLOOR_P, looked_at * found.hypotheses * tail)))
