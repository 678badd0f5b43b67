"""Where a registered tile lies in a suspect: settled by its blocks, from wherever the first guess came.

A guess comes from features or from a fold of the suspect laid on the tile; it may be off by some pixels and
know nothing of perspective. Repeats from the middle outwards are matched block by block with the registered
tile, and one homography is fitted to all of them, three times over. No guess costs the mark's p-value
anything: only the suspect and the unmarked tile are looked at.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from forensics.placing.blocks import COUNT, SIDE, BlockReference, Feature, Moves
from forensics.placing.unfold import Matrix, reduced, repeats

_WORK = SIDE // 2
# (repeats looked at, share of their blocks that must agree to go on): cloth starts badly and gets better.
_ROUNDS = ((3, 0.1), (5, 0.2), (9, 0.3))
_FEWEST = 5
_ENOUGH_FOR_PERSPECTIVE = 16
_TOLERANCE_PX = 12.0
_CLOSE_PX = 0.4
_CLEARLY = 1.15
_LEAST_OF_REPEAT = 0.1


@dataclass(frozen=True)
class Settled:
    """``homography``: tile px (512 a repeat) to suspect px. ``agreeing``: blocks that look like the tile's.

    ``share``: agreeing blocks among those that can be told; ``likeness``: their mean correlation.
    """

    homography: Matrix
    agreeing: int
    share: float
    likeness: float
    feature: Feature


def settle(pixels: NDArray[np.uint8], guess: Matrix, reference: BlockReference) -> Settled | None:
    """The guess made exact, or None where the blocks do not bear it out."""
    smaller, homography = reduced(pixels, guess, _WORK)
    enlarge = guess @ np.linalg.inv(homography)
    feature = _telling(smaller, homography, reference)
    settled: Settled | None = None
    for number, (most, least) in enumerate(_ROUNDS):
        found = _matched(smaller, homography, reference, feature, most)
        if found.agreeing < _FEWEST or found.share < least:
            return None
        step = _fitted(found.places, found.belongs)
        homography = homography if step is None else np.asarray(homography @ step, np.float64)
        moved = np.asarray(enlarge @ homography, np.float64)
        settled = Settled(moved, found.agreeing, found.share, found.likeness, feature)
        still = float(np.median(np.hypot(*(found.belongs - found.places).T)))
        if step is None or (number and found.share > _ROUNDS[-1][1] and still < _CLOSE_PX):
            break
    return settled


def _telling(pixels: NDArray[np.uint8], homography: Matrix, reference: BlockReference) -> Feature:
    """The feature by which the middle repeat agrees more, edges unless light is clearly better."""
    edges, light = (_matched(pixels, homography, reference, each, 1) for each in Feature)
    return Feature.LIGHT if light.support > _CLEARLY * edges.support else Feature.EDGES


@dataclass(frozen=True)
class _Matched:
    """Block centres, where the tile says they belong, tile px unwrapped over the repeats (n, 2)."""

    places: Matrix
    belongs: Matrix
    share: float
    likeness: float

    @property
    def agreeing(self) -> int:
        return len(self.places)

    @property
    def support(self) -> float:
        return self.agreeing * self.likeness


def _matched(
    pixels: NDArray[np.uint8], homography: Matrix, reference: BlockReference, feature: Feature, most: int
) -> _Matched:
    centres = (np.arange(COUNT) + 0.5) * SIDE / COUNT
    grid = np.stack(np.meshgrid(centres, centres), -1)
    places, belongs, likenesses, told = [], [], [], 0
    for cell, patch, seen in repeats(pixels, homography, _WORK, most):
        moves: Moves = reference.compare(patch, seen, feature)
        if moves.agreeing.sum() < _LEAST_OF_REPEAT * moves.told.sum():
            continue  # a wall or a table beside the cloth, not a repeat that disagrees
        here = grid[moves.agreeing] + np.array(cell) * SIDE
        places.append(here)
        belongs.append(here + moves.moves[moves.agreeing])
        likenesses.append(moves.likeness[moves.agreeing])
        told += int(moves.told.sum())
    if not told:
        return _Matched(np.zeros((0, 2)), np.zeros((0, 2)), 0.0, 0.0)
    like = np.concatenate(likenesses)
    mean = float(like.mean()) if len(like) else 0.0
    return _Matched(np.concatenate(places), np.concatenate(belongs), len(like) / told, mean)


def _fitted(places: Matrix, belongs: Matrix) -> Matrix | None:
    """Homography that takes where blocks belong to where they are; affine when there are few."""
    if len(places) >= _ENOUGH_FOR_PERSPECTIVE:
        found, inside = cv2.findHomography(belongs, places, cv2.RANSAC, _TOLERANCE_PX, maxIters=500)
        if found is not None and np.isfinite(found).all() and inside.mean() > 0.3:
            return np.asarray(found, np.float64)
    affine, _ = cv2.estimateAffine2D(belongs, places, ransacReprojThreshold=_TOLERANCE_PX, maxIters=500)
    if affine is None or not 0.5 < abs(np.linalg.det(affine[:, :2])) < 2.0:
        return None
    return np.vstack([affine, [0.0, 0.0, 1.0]])
