"""Whether a suspect shows a registered tile, by its local features laid modulo the tile.

A placement is evidence with at least 12 agreeing details of the tile, no two of them alike, whose
straightened edges look like the registered tile's over at least .3 of a repeat: a motif repeated in the tile
counts once, so that a chevron is not found in every other chevron. Its probability is a bound from a model,
and floored: see ``chance``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from forensics.features import TILE_SIDE, SuspectViews, TileViews, View
from forensics.matching import FINAL_TOLERANCE_PX, Agreement, agree, consent, match, match_repeating
from forensics.report import Overlay
from forensics.unfold import Unfolded, unfold

MIN_DETAILS = 12
MIN_MATCHED = 0.3
FLOOR_P = 1e-6
_FITTED_POINTS = 4


@dataclass(frozen=True)
class Placement:
    """A registered tile found in the suspect.

    ``homography`` maps tile px (512 a repeat) to suspect px. ``chance`` is the p of one comparison, before it
    is multiplied by the number of tiles compared. Only a ``convincing`` placement is evidence.
    """

    homography: NDArray[np.float64]
    inliers: int
    matches: int
    chance: float
    unfolded: Unfolded
    view: View
    convincing: bool

    def overlay(self, scale: float) -> Overlay:
        """The tile's frame in a picture of which the suspect examined is ``scale`` times the size."""
        unit = np.diag([1 / scale, 1 / scale, 1.0]) @ self.homography @ np.diag([TILE_SIDE, TILE_SIDE, 1.0])
        return Overlay(tuple(unit.ravel().tolist()))


def place(
    suspect: SuspectViews, view: View, pixels: NDArray[np.uint8], tile: TileViews, *, repeating: bool = False
) -> Placement | None:
    """The best placement of a tile in one view of the suspect, None when nothing agrees.

    ``repeating``: for a tile that repeats a motif, whose details have no unique match; such a placement may
    be off by a motif and is never evidence, but good enough to ask the tile's mark.
    """
    pair = suspect.features(view), tile.features(view)
    found = agree(match_repeating(*pair) if repeating else match(*pair))
    if found is None:
        return None
    homography = suspect.to_suspect(view) @ found.homography
    unfolded = unfold(pixels, homography, tile.blocks)
    if unfolded.matched <= 0.0:
        return None
    convincing = not repeating and found.details >= MIN_DETAILS and unfolded.matched >= MIN_MATCHED
    return Placement(homography, found.inliers, found.matches, chance(found), unfolded, view, convincing)


def chance(found: Agreement) -> float:
    """Bound on the probability that this many matches agree by accident, over the hypotheses tried.

    Model: matches of an unrelated picture fall on the tile independently and uniformly, so each agrees with a
    given placement with probability pi * tolerance^2 / side^2. Only details unlike one another count, and
    four of them fix the homography and witness nothing; the binomial tail is multiplied by the hypotheses
    tried. Real matches are neither independent nor uniform where two designs share a motif (dots, gingham),
    so the bound is floored at 1e-6 by decree, and geometry alone never proves anything.
    """
    from scipy.special import bdtrc

    hit = np.pi * (FINAL_TOLERANCE_PX / TILE_SIDE) ** 2
    tail = bdtrc(found.details - _FITTED_POINTS - 1, max(found.matches - _FITTED_POINTS, 1), hit)
    return float(min(1.0, max(FLOOR_P, found.hypotheses * tail)))


def votes(suspect: SuspectViews, view: View, tile: TileViews) -> float:
    """How much of the suspect agrees on some placement of the tile, motifs repeated in it or not.

    A cheap order for candidates: a tile that is there weighs several times as much as the others.
    """
    return consent(match_repeating(suspect.features(view), tile.features(view)))
