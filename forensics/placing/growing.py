"""A registered tile laid repeat by repeat over what is no plane: draped cloth, a sleeve, the side of a mug.

The first repeat is where the guess is best. Every further one begins where its neighbours, carried on, would
have it, and is made exact by its own blocks; a repeat that does not agree is carried on from no further, so
the growth ends where the cloth does.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray

from forensics.placing.blocks import COUNT, SIDE, BlockReference, Feature, Moves
from forensics.placing.unfold import MAX_REPEATS, Cell, Matrix, Own, Point, repeat

_WORK = SIDE // 2
_TURNS = 3
_FEWEST = 5
_BEGIN_SHARE, _LEAST_SHARE = 0.1, 0.3
_NEARLY_AS_WELL = 0.75
_LEAST_SEEN = 0.08
_TOLERANCE_PX = 14.0
_ENOUGH_TO_TURN = 12
_MOST_TRIED = 40
_BESIDE = ((1, 0), (-1, 0), (0, 1), (0, -1))
_CORNERS = np.array([[0, 0], [SIDE, 0], [SIDE, SIDE], [0, SIDE]], np.float64)
_CENTRES = (np.stack(np.meshgrid(np.arange(COUNT), np.arange(COUNT)), -1) + 0.5) * SIDE / COUNT


@dataclass
class Grown:
    """``own``: the repeats laid, each with its homography from tile px (unwrapped) to suspect px.

    ``first``: the homography of the first; ``agreeing`` blocks of those ``told``, and the sum of their
    correlations.
    """

    own: Own = field(default_factory=dict)
    first: Matrix = field(default_factory=lambda: np.eye(3))
    counts: dict[Cell, int] = field(default_factory=dict)
    shares: dict[Cell, float] = field(default_factory=dict)
    told: int = 0
    liked: float = 0.0

    @property
    def best(self) -> Own:
        """The repeats that lie nearly as well as the best: the rest would only blur what they show."""
        least = _NEARLY_AS_WELL * max(self.shares.values(), default=0.0)
        return {cell: matrix for cell, matrix in self.own.items() if self.shares[cell] >= least}

    @property
    def agreeing(self) -> int:
        """Blocks that look like the tile's."""
        return sum(self.counts.values())

    @property
    def share(self) -> float:
        """Of the blocks that can be told, in the repeats laid."""
        return self.agreeing / max(1, self.told)

    @property
    def likeness(self) -> float:
        """Mean correlation of the agreeing blocks."""
        return self.liked / max(1, self.agreeing)

    def keep(self, cell: Cell, homography: Matrix, moves: Moves) -> None:
        """One repeat more."""
        self.first = homography if not self.own else self.first
        self.own[cell] = homography
        self.counts[cell] = int(moves.agreeing.sum())
        self.shares[cell] = self.counts[cell] / max(1, int(moves.told.sum()))
        self.told += int(moves.told.sum())
        self.liked += float(moves.likeness[moves.agreeing].sum())

    def expected(self, cell: Cell, broad: Matrix) -> Matrix:
        """Where the neighbours laid would have a repeat: half as each goes on, half as the whole does."""
        beside = [(x, y) for x, y in _BESIDE if (cell[0] + x, cell[1] + y) in self.own]
        corners = _CORNERS + np.array(cell, np.float64) * SIDE
        placed, weights = [], []
        for x, y in beside:
            neighbour = (cell[0] + x, cell[1] + y)
            border = (np.array([cell]) + 0.5 + np.array([[x, y]]) / 2) * SIDE
            shift = _through(border, self.own[neighbour]) - _through(border, broad)
            goes_on = _through(corners, self.own[neighbour])
            placed.append((goes_on + _through(corners, broad) + shift) / 2)
            weights.append(self.counts[neighbour])
        return _homography(corners, np.average(placed, axis=0, weights=weights))


def grow(
    pixels: NDArray[np.uint8],
    placements: tuple[Matrix, Matrix],
    reference: BlockReference,
    feature: Feature,
    focus: Point,
) -> Grown | None:
    """Lay the tile repeat by repeat, from ``focus`` (suspect px) outwards; None where the first fails.

    ``placements``: tile px, 512 a repeat, to suspect px, as it is at the focus, and as it is on the whole.
    """
    local, broad = placements
    at = _through(np.array([focus], np.float64), np.asarray(np.linalg.inv(local), np.float64))[0] / SIDE
    first = (int(np.floor(at[0])), int(np.floor(at[1])))
    grown, waiting, tried = Grown(), {first}, {first}
    while waiting and len(grown.own) < MAX_REPEATS and len(tried) < _MOST_TRIED:
        cell = min(waiting, key=lambda each: (np.hypot(*(np.array(each) + 0.5 - at)), each))
        waiting.remove(cell)
        homography = grown.expected(cell, broad) if grown.own else local
        laid = _laid(pixels, homography, cell, reference, feature)
        if laid is None:
            continue
        grown.keep(cell, *laid)
        beside = {(cell[0] + x, cell[1] + y) for x, y in _BESIDE} - tried
        tried |= beside
        waiting |= beside
    return grown if grown.own else None


def _laid(
    pixels: NDArray[np.uint8], homography: Matrix, cell: Cell, reference: BlockReference, feature: Feature
) -> tuple[Matrix, Moves] | None:
    """One repeat made exact by its blocks, None where they do not agree."""
    kept: tuple[Matrix, Moves] | None = None
    for _ in range(_TURNS):
        patch, seen = repeat(pixels, homography, cell, _WORK)
        if seen.mean() < _LEAST_SEEN:
            break
        moves = reference.compare(patch, seen, feature)
        agreeing = int(moves.agreeing.sum())
        if agreeing < _FEWEST or agreeing < _BEGIN_SHARE * moves.told.sum():
            break
        if kept is not None and agreeing < kept[1].agreeing.sum():
            break
        kept = homography, moves
        step = _step(moves, cell)
        if step is None:
            break
        homography = np.asarray(homography @ step, np.float64)
    enough = kept is not None and kept[1].agreeing.sum() >= _LEAST_SHARE * kept[1].told.sum()
    return kept if enough else None


def _step(moves: Moves, cell: Cell) -> Matrix | None:
    """The affine map, a shift for few, that brings the blocks home, in tile px; None for too wild a one."""
    places = _CENTRES[moves.agreeing] + np.array(cell) * SIDE
    belongs = places + moves.moves[moves.agreeing]
    if len(places) < _ENOUGH_TO_TURN:
        shift = np.eye(3)
        shift[:2, 2] = np.median(places - belongs, axis=0)
        return shift
    found, _ = cv2.estimateAffine2D(belongs, places, ransacReprojThreshold=_TOLERANCE_PX, maxIters=300)
    if found is None or not 0.7 < np.linalg.det(found[:, :2]) < 1.4:
        return None
    return np.vstack([found, [0.0, 0.0, 1.0]])


def _through(points: Matrix, homography: Matrix) -> Matrix:
    return np.asarray(cv2.perspectiveTransform(points[None], homography)[0], np.float64)


def _homography(source: Matrix, target: Matrix) -> Matrix:
    found = cv2.getPerspectiveTransform(source.astype(np.float32), target.astype(np.float32))
    return np.asarray(found, np.float64)
