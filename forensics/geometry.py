"""Whether a suspect shows a registered tile, by its local features laid modulo the tile.

Accepted are placements with at least 12 distinct agreeing features whose rectified edges also look like the
registered tile's. The probability given is a bound from a model and is floored: see ``chance``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from forensics.features import TILE_SIDE, SuspectViews, TileViews, View
from forensics.matching import FINAL_TOLERANCE_PX, Agreement, agree, match
from forensics.report import Overlay
from forensics.unfold import Unfolded, unfold

MIN_INLIERS = 12
MIN_LIKENESS = 0.35
FLOOR_P = 1e-6
_FITTED_POINTS = 4


@dataclass(frozen=True)
class Placement:
    """A registered tile found in the suspect.

    ``homography`` maps tile px (512 a repeat) to suspect px. ``chance`` is the p of one comparison, before it
    is multiplied by the number of tiles compared.
    """

    homography: NDArray[np.float64]
    inliers: int
    matches: int
    chance: float
    unfolded: Unfolded
    view: View

    def overlay(self, scale: float) -> Overlay:
        """The tile's frame in a picture of which the suspect examined is ``scale`` times the size."""
        unit = np.diag([1 / scale, 1 / scale, 1.0]) @ self.homography @ np.diag([TILE_SIDE, TILE_SIDE, 1.0])
        return Overlay(tuple(unit.ravel().tolist()))


def place(suspect: SuspectViews, view: View, pixels: NDArray[np.uint8], tile: TileViews) -> Placement | None:
    """The placement of a tile in one view of the suspect, None unless it passes both acceptance tests."""
    found = agree(match(suspect.features(view), tile.features(view)))
    if found is None or found.inliers < MIN_INLIERS:
        return None
    homography = suspect.to_suspect(view) @ found.homography
    unfolded = unfold(pixels, homography, tile.edges)
    if unfolded.likeness < MIN_LIKENESS or unfolded.matched <= 0.0:
        return None
    return Placement(homography, found.inliers, found.matches, chance(found), unfolded, view)


def chance(found: Agreement) -> float:
    """Bound on the probability that this many matches agree by accident, over the hypotheses tried.

    Model: matches of an unrelated picture fall on the tile independently and uniformly, so each agrees with a
    given placement with probability pi * tolerance^2 / side^2; four of the inliers fix the homography and
    witness nothing; the binomial tail is multiplied by the hypotheses tried. Real matches are neither
    independent nor uniform where two designs share a motif (dots, gingham), so the bound is floored at 1e-6
    by decree, and geometry alone never proves anything.
    """
    from scipy.stats import binom

    hit = np.pi * (FINAL_TOLERANCE_PX / TILE_SIDE) ** 2
    tail = binom.sf(found.inliers - _FITTED_POINTS - 1, max(found.matches - _FITTED_POINTS, 1), hit)
    return float(min(1.0, max(FLOOR_P, found.hypotheses * tail)))


def votes(suspect: SuspectViews, view: View, tile: TileViews) -> int:
    """How many features of the suspect have a clear match on the tile: a cheap order for candidates."""
    return len(match(suspect.features(view), tile.features(view)))
