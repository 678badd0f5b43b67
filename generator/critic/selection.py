"""Which of many tiles to look at first: good ones, away from what is there already and from each other."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from generator.errors import BriefError

Vectors = NDArray[np.float32]


def distances(tiles: Vectors, others: Vectors) -> NDArray[np.float64]:
    """0 for the same look to 1 for the opposite one, (n, m)."""
    near = np.asarray(tiles, np.float64) @ np.asarray(others, np.float64).T
    return np.clip((1.0 - near) / 2.0, 0.0, 1.0)


def pick(
    tiles: Vectors, scores: Sequence[float], keep: int, divergence: float, house: Vectors | None = None
) -> list[int]:
    """The numbers of `keep` tiles in the order in which they are chosen, by maximal marginal relevance.

    `divergence` 0 takes the best scores (0 to 1); 1 takes whatever lies farthest from the house's tiles and
    from those chosen before (the greedy k-centre rule of Gonzalez, 1985); between, both weigh. Ties go to the
    lower number. Raises BriefError for a divergence outside 0 to 1.
    """
    if not 0.0 <= divergence <= 1.0:
        raise BriefError("divergence", f"{divergence} is out of range", "give 0 (best) to 1 (farthest apart)")
    worth = np.asarray(scores, np.float64)
    apart = np.ones(len(worth))
    if house is not None and len(house):
        apart = distances(tiles, house).min(1)
    left, chosen = np.ones(len(worth), bool), list[int]()
    while len(chosen) < min(keep, len(worth)):
        gain = (1.0 - divergence) * worth + divergence * apart
        best = int(np.where(left, gain, -np.inf).argmax())
        chosen.append(best)
        left[best] = False
        apart = np.minimum(apart, distances(tiles, tiles[best : best + 1])[:, 0])
    return chosen


def spread(tiles: Vectors) -> float:
    """The mean distance of each tile from its nearest other; 0 where all look the same, 1 for one alone."""
    if len(tiles) < 2:
        return 1.0
    apart = distances(tiles, tiles)
    np.fill_diagonal(apart, 1.0)
    return float(apart.min(1).mean())


def away(tiles: Vectors, house: Vectors) -> float:
    """The mean distance of each tile from the nearest of the house's; 1 without any."""
    return float(distances(tiles, house).min(1).mean()) if len(house) and len(tiles) else 1.0
