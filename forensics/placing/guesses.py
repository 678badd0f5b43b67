"""First guesses where a registered tile lies in a suspect, likeliest first: by features, and by folds.

Features find figurative art in any crop; folds of the suspect by its own repeat find what has no features,
such as stripes, whose shift and orientation are read off the correlation of the edges. A fold by the repeat
of a motif (one dot of the many in a tile) is widened to the whole tile with the help of what is known of the
tile: which steps repeat its art.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from forensics.placing.blocks import SIDE
from forensics.placing.candidates import Case, Fold
from forensics.placing.features import View
from forensics.placing.known import ORIENTATIONS, KnownTile, lay
from forensics.placing.matching import Agreement, agree, match, match_repeating
from forensics.placing.unfold import Matrix, Point

LEAST_LIKENESS = 0.22
MIN_INLIERS = 6
_NEARLY_AS_GOOD = 0.9
_MOST_ORIENTATIONS = 2
_GRID = 128
_MOST_WIDENED = 4
_ASPECT = 1.6
_OBLIQUE = 0.35


@dataclass(frozen=True)
class Guess:
    """``homography``: tile px (512 a repeat) to suspect px. ``worth``: how many features or how alike, 0..1.

    ``agreement`` and ``view``: the features it came from, None for a fold. ``focus``: suspect px (x, y) where
    most of them agree, and ``local`` the placement just there.
    """

    homography: Matrix
    worth: float
    view: View | None = None
    agreement: Agreement | None = None
    focus: Point | None = None
    local: Matrix | None = None


def by_features(case: Case, tile: KnownTile, view: View, *, repeating: bool = False) -> Guess | None:
    """The placement most matches of one view agree on; ``repeating``: for tiles that repeat a motif."""
    pair = case.views.features(view), tile.views.features(view)
    found = agree(match_repeating(*pair) if repeating else match(*pair))
    if found is None or found.inliers < MIN_INLIERS:
        return None
    to_suspect = case.views.to_suspect(view)
    homography, local = (np.asarray(to_suspect @ each) for each in (found.homography, found.local))
    x, y, _ = to_suspect @ np.array([*found.focus, 1.0])
    worth, evidence = min(1.0, found.inliers / 100.0), None if repeating else found
    return Guess(homography, worth, view, evidence, (float(x), float(y)), local)


def by_fold(fold: Fold, tile: KnownTile) -> list[Guess]:
    """The best shift of the best orientations of a fold that look like the tile at all."""
    surfaces = lay(fold.edges, tile.edges, fold.seen)
    heights = surfaces.reshape(len(surfaces), -1).max(1)
    order = np.argsort(-heights, kind="stable")[:_MOST_ORIENTATIONS]
    return [
        Guess(_laid(fold, int(k), surfaces[k]), float(heights[k]))
        for k in order
        if heights[k] > max(LEAST_LIKENESS, _NEARLY_AS_GOOD * float(heights.max()))
    ]


def _laid(fold: Fold, orientation: int, surface: NDArray[np.float32]) -> Matrix:
    y, x = divmod(int(surface.argmax()), _GRID)
    unit = SIDE // _GRID
    canvas = turned_back(orientation, (y * unit, x * unit))
    return np.asarray(fold.lattice.matrix @ np.diag([1 / SIDE, 1 / SIDE, 1.0]) @ canvas, np.float64)


def turned_back(orientation: int, shift: tuple[int, int]) -> Matrix:
    """3x3 from px (x, y) of the tile to px of a fold that shows it so: fold(p) = tile(M p - shift)."""
    inverse = np.linalg.inv(ORIENTATIONS[orientation])[::-1, ::-1]
    matrix = np.eye(3)
    matrix[:2, :2] = inverse
    matrix[:2, 2] = inverse @ np.array([shift[1], shift[0]], np.float64)
    return matrix


def widened(case: Case, tile: KnownTile) -> Iterator[Fold]:
    """Folds by the whole tile: the finest repeats taken as the known steps of the tile's art."""
    if tile.steps is None:
        return
    finest = sorted((f.lattice for f in case.folds if f.lattice.kind != "whole"), key=lambda f: f.area)
    seen: list[NDArray[np.float64]] = []
    for lattice in finest[:2]:
        for exchange in ORIENTATIONS:
            basis = np.linalg.inv(tile.steps) @ exchange @ np.array([lattice.u, lattice.v])
            if not _likely(basis, case.pixels.shape) or any(_same(basis, known) for known in seen):
                continue
            seen.append(basis)
            yield case.fold_by(basis, lattice.origin)
            if len(seen) >= _MOST_WIDENED:
                return


def by_wave(case: Case, tile: KnownTile) -> Iterator[Guess]:
    """Stripes laid by the whole tile: its one wave, and how often that goes up along its sides.

    Along the stripes every place looks the same; which is the right one is for the mark to say.
    """
    from watermark.lattice.stripes import tiles_of, wave_of

    wave = None if tile.wave is None else wave_of(case.pixels)
    if wave is None or tile.wave is None:
        return
    middle = (case.pixels.shape[1] / 2, case.pixels.shape[0] / 2)
    for basis in tiles_of(wave, tile.wave):
        yield from by_fold(case.fold_by(basis, middle), tile)[:1]


def _likely(basis: NDArray[np.float64], shape: tuple[int, ...]) -> bool:
    lengths = np.hypot(*basis.T)
    upright = abs(basis[0] @ basis[1]) < _OBLIQUE * lengths.prod()
    return bool(upright and lengths.max() < _ASPECT * lengths.min() and lengths.min() < 2 * max(shape[:2]))


def _same(one: NDArray[np.float64], other: NDArray[np.float64]) -> bool:
    change = other @ np.linalg.inv(one)
    return bool(np.abs(change - np.rint(change)).max() < 0.05 and abs(abs(np.linalg.det(change)) - 1) < 0.1)
