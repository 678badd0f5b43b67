"""Where a registered tile lies in a suspect: settled by its blocks, from wherever the first guess came.

A guess comes from features or from a fold of the suspect laid on the tile; it may be off by some pixels and
know nothing of perspective. Repeats from the middle outwards are matched block by block with the registered
tile, and one homography is fitted to all of them, three times over. No guess costs the mark's p-value
anything: only the suspect and the unmarked tile are looked at.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from forensics.placing.blocks import COUNT, SIDE, BlockReference, Feature, Moves
from forensics.placing.growing import grow
from forensics.placing.unfold import Matrix, Own, Point, reduced, repeats

_WORK = SIDE // 2
# (repeats looked at, share of their blocks that must agree to go on): cloth starts badly and gets better.
_ROUNDS = ((3, 0.1), (5, 0.2), (9, 0.3))
_FEWEST = 5
_ENOUGH_FOR_PERSPECTIVE = 16
_TOLERANCE_PX = 12.0
_CLOSE_PX = 0.4
_CLEARLY = 1.15
_LEAST_OF_REPEAT = 0.1
_PLANE_ENOUGH = 0.6


@dataclass(frozen=True)
class Settled:
    """``homography``: tile px (512 a repeat) to suspect px. ``agreeing``: blocks that look like the tile's.

    ``share``: agreeing blocks among those that can be told; ``likeness``: their mean correlation. ``own``:
    homographies of single repeats, where the tile lies on no plane.
    """

    homography: Matrix
    agreeing: int
    share: float
    likeness: float
    feature: Feature
    own: Own | None = None


def settle(
    pixels: NDArray[np.uint8],
    guess: Matrix,
    reference: BlockReference,
    focus: Point | None = None,
    local: Matrix | None = None,
) -> Settled | None:
    """The guess made exact, or None where the blocks do not bear it out.

    ``focus``: suspect px (x, y) around which the guess is best; ``local``: the placement just there. Where
    no plane fits well, the repeats are laid one by one from there.
    """
    smaller, homography = reduced(pixels, guess, _WORK)
    enlarge = np.asarray(guess @ np.linalg.inv(homography), np.float64)
    at = _moved(focus, np.asarray(np.linalg.inv(enlarge), np.float64)) if focus is not None else None
    plane = _on_a_plane(smaller, homography, reference, at)
    if at is None or local is None or (plane is not None and plane.share > _PLANE_ENOUGH):
        return None if plane is None else _enlarged(plane, enlarge)
    near = np.asarray(np.linalg.inv(enlarge) @ local, np.float64)
    sheets = (_on_a_sheet(smaller, (near, homography), reference, each, at) for each in Feature)
    sheet = max(sheets, key=_support)
    if _support(sheet) > _CLEARLY * _support(plane):
        plane = sheet
    return None if plane is None else _enlarged(plane, enlarge)


def _support(settled: Settled | None) -> float:
    return settled.agreeing * settled.share * settled.likeness if settled is not None else 0.0


def _enlarged(settled: Settled, enlarge: Matrix) -> Settled:
    """From px of the reduced suspect to px of the suspect."""
    own = settled.own and {cell: np.asarray(enlarge @ each) for cell, each in settled.own.items()}
    return replace(settled, homography=np.asarray(enlarge @ settled.homography, np.float64), own=own)


def _moved(point: Point, homography: Matrix) -> Point:
    x, y = cv2.perspectiveTransform(np.array([[point]], np.float64), homography)[0, 0]
    return float(x), float(y)


def _on_a_sheet(
    pixels: NDArray[np.uint8],
    placements: tuple[Matrix, Matrix],
    reference: BlockReference,
    feature: Feature,
    focus: Point,
) -> Settled | None:
    grown = grow(pixels, placements, reference, feature, focus)
    if grown is None or grown.agreeing < _FEWEST:
        return None
    return Settled(grown.first, grown.agreeing, grown.share, grown.likeness, feature, grown.best)


def _on_a_plane(
    pixels: NDArray[np.uint8], homography: Matrix, reference: BlockReference, focus: Point | None
) -> Settled | None:
    feature = _telling(pixels, homography, reference, focus)
    settled: Settled | None = None
    for number, (most, least) in enumerate(_ROUNDS):
        found = _matched(pixels, homography, reference, feature, (most, focus))
        if found.agreeing < _FEWEST or found.share < least:
            return None
        step = _fitted(found.places, found.belongs)
        homography = homography if step is None else np.asarray(homography @ step, np.float64)
        settled = Settled(homography, found.agreeing, found.share, found.likeness, feature)
        still = float(np.median(np.hypot(*(found.belongs - found.places).T)))
        if step is None or (number and found.share > _ROUNDS[-1][1] and still < _CLOSE_PX):
            break
    return settled


def _telling(
    pixels: NDArray[np.uint8], homography: Matrix, reference: BlockReference, focus: Point | None
) -> Feature:
    """The feature by which the middle repeat agrees more, edges unless light is clearly better."""
    edges, light = (_matched(pixels, homography, reference, each, (1, focus)) for each in Feature)
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
    pixels: NDArray[np.uint8],
    homography: Matrix,
    reference: BlockReference,
    feature: Feature,
    nearest: tuple[int, Point | None],
) -> _Matched:
    centres = (np.arange(COUNT) + 0.5) * SIDE / COUNT
    grid = np.stack(np.meshgrid(centres, centres), -1)
    places, belongs, likenesses, told = [], [], [], 0
    for cell, patch, seen in repeats(pixels, homography, _WORK, *nearest):
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
