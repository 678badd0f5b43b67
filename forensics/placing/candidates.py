"""Which registered tiles a suspect is worth comparing with, and the folds of the suspect they came from."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import zip_longest
from typing import TYPE_CHECKING

import cv2
import numpy as np
from numpy.typing import NDArray

from forensics.errors import ReferenceTileError
from forensics.fingerprints.prints import Fingerprint, shape_print
from forensics.index import MOST_DESCRIBED_LATE, Index, Reference
from forensics.placing.barcodes import likest_bars
from forensics.placing.features import SuspectViews
from forensics.placing.known import coarse_edges, details, known, laid_by, orientation_spectra, small_edges
from forensics.placing.pieces import found_as_pieces
from watermark.protocol import Lattice

if TYPE_CHECKING:
    from watermark.torus.views import Looks

SHAPE_DISTANCE = 0.6
FAR_SHAPE, CLEARLY_NEARER = 0.76, 0.06
MIN_VOTES = 5.0  # half the unmarked pictures of the tuning half have no tile with more than 3.6
NEARLY_AS_MANY = 0.2
MOST_FOLDS = 4
MOST_CANDIDATES = 4
MOST_LAID = 256
MOST_ALIKE = 64
MOST_LAID_AS_PIECES = 128
LEAST_LAID = 0.3
FOLD_SIDE = 512


@dataclass(frozen=True)
class Fold:
    """The suspect folded by one lattice: ``tile`` float32 (512, 512, 3), ``weight`` (512, 512)."""

    lattice: Lattice
    tile: NDArray[np.float32]
    weight: NDArray[np.float32]

    @cached_property
    def seen(self) -> NDArray[np.float32] | None:
        """(128, 128) 1 where anything was seen, its rim left out; None if that is everywhere."""
        missing = (self.weight <= 0).astype(np.float32)
        if not missing.any():
            return None
        near = cv2.dilate(missing, np.ones((13, 13), np.uint8))
        small = cv2.resize(near, (FOLD_SIDE // 4, FOLD_SIDE // 4), interpolation=cv2.INTER_AREA)
        return np.asarray(small < 0.5, np.float32)

    @cached_property
    def edges(self) -> NDArray[np.float32]:
        """Edge map at (128, 128), zero mean, unit norm: what is laid on a registered tile."""
        return small_edges(self.tile, self.seen)


class Case:
    """One suspect being examined: its folds and features, made when first asked for.

    ``pixels`` (H, W, 3) may be a region of the picture examined; its pixel (0, 0) is then that picture's
    ``origin`` (x, y). ``looks``: what the blind reader already knows of the same pixels. ``deadline``: CPU
    time of this thread after which no new look is taken, a safety valve; ``cut_short``: whether it struck.
    ``pieces``: the folds by the tile's side of those ``retrieve`` found the suspect a piece of, by asset id.
    ``lost``: the assets it could not be compared with, for what is kept of their tiles cannot be loaded.
    """

    def __init__(
        self,
        pixels: NDArray[np.uint8],
        index: Index,
        whole: Fingerprint,
        deadline: float = float("inf"),
        *,
        looks: Looks | None = None,
        origin: tuple[float, float] = (0.0, 0.0),
    ) -> None:
        self.pixels = pixels
        self.index = index
        self.whole = whole
        self.origin = origin
        self.cut_short = False
        self.pieces: dict[str, Fold] = {}
        self.lost: set[str] = set()
        self._looks = looks
        self._deadline = deadline

    def late(self) -> bool:
        """Whether the budget has run out, in CPU time: a busy machine must not change a verdict."""
        self.cut_short = self.cut_short or time.thread_time() > self._deadline
        return self.cut_short

    def at_hand(self, load: Callable[[Reference], object], reference: Reference) -> bool:
        """Whether ``load`` has what it needs of a tile; if not, the asset is ``lost`` to this suspect."""
        try:
            load(reference)
        except ReferenceTileError:
            self.lost.add(reference.asset_id)
            return False
        return True

    @cached_property
    def views(self) -> SuspectViews:
        """Local features of the suspect."""
        return SuspectViews(self.pixels)

    @cached_property
    def folds(self) -> list[Fold]:
        """The suspect taken as one tile, then folded by each repeat it may have."""
        from watermark.lattice import recover, whole

        lattices = self._looks.lattices if self._looks is not None else recover(self.pixels)
        return [self._fold(lattice) for lattice in (whole(self.pixels), *lattices[:MOST_FOLDS])]

    def native(self, size: tuple[int, int]) -> Fold | None:
        """The suspect as a piece of a tile (width, height) px at its own scale; None if it is far larger."""
        if self.pixels.shape[0] > 1.5 * size[1] or self.pixels.shape[1] > 1.5 * size[0]:
            return None
        return self.fold_by(np.diag(np.asarray(size, np.float64)), (0.0, 0.0))

    def piece(self, side: float) -> Fold:
        """The suspect as a piece of a tile with this side, px of the suspect."""
        return self.fold_by(np.diag([side, side]), (0.0, 0.0))

    def fold_by(self, basis: NDArray[np.float64], origin: tuple[float, float]) -> Fold:
        """The suspect folded by the period vectors that are the rows of ``basis``, px of the suspect."""
        u, v = basis.tolist()
        return self._fold(Lattice((u[0], u[1]), (v[0], v[1]), origin))

    def _fold(self, lattice: Lattice) -> Fold:
        from watermark.lattice import fold

        if self._looks is not None:
            return Fold(lattice, *self._looks.fold(lattice, FOLD_SIDE))
        return Fold(lattice, *fold(self.pixels, lattice, FOLD_SIDE))


def retrieve(case: Case) -> list[Reference]:
    """At most four references to compare with: near in shape in any fold, or with many details in common."""
    ranked: list[tuple[float, Reference]] = []
    worth_laying: list[list[Reference]] = []
    for fold in case.folds:
        folded = shape_print(np.clip(np.rint(fold.tile), 0, 255).astype(np.uint8))
        near = case.index.nearest(folded, MOST_LAID)
        ranked += [(distance, r) for r, distance in near[:MOST_CANDIDATES] if distance < SHAPE_DISTANCE]
        ranked += [(near[0][1], near[0][0])] if _stands_out([distance for _, distance in near]) else []
        worth_laying.append([r for r, _ in near])
    ranked.sort(key=lambda pair: pair[0])
    by_copy = [near.reference for near in case.index.copies(case.whole)[:1]]
    shaped = [r for _, r in ranked]
    alike, like_a_fold = case.index.alike(case.views, MOST_ALIKE), _in_turn(worth_laying)
    voted, laid = _voted(alike), _laid(case, like_a_fold)
    pieces = _pieces(case, [*(reference for reference, _ in alike), *like_a_fold])
    barred = _barred(case, [*like_a_fold, *(reference for reference, _ in alike)])
    first = [*by_copy, *barred[:1], *voted[:1], *laid[:1], *pieces[:1], *shaped[:2]]
    every = [*first, *barred[1:], *voted[1:], *laid[1:], *pieces[1:], *shaped[2:]]
    return _first_distinct(reference for reference in every if case.at_hand(known, reference))


def _stands_out(distances: list[float]) -> bool:
    """Whether the first is not too far and clearly nearer than the second: a texture blurred by its fold."""
    return len(distances) > 1 and distances[0] < FAR_SHAPE and distances[0] < distances[1] - CLEARLY_NEARER


def _voted(alike: list[tuple[Reference, float]]) -> list[Reference]:
    """At most three references with most votes of the suspect's details, and not far fewer than the best."""
    least = max(MIN_VOTES, NEARLY_AS_MANY * alike[0][1]) if alike else 0.0
    return [reference for reference, votes in alike[: MOST_CANDIDATES - 1] if votes >= least]


def _pieces(case: Case, references: Iterable[Reference]) -> list[Reference]:
    """At most two of the first 128 tiles that the suspect looks like a piece of; their folds are kept."""
    described = _described(case, list({r.asset_id: r for r in references}.values())[:MOST_LAID_AS_PIECES])
    found = found_as_pieces(case, described)
    case.pieces = {reference.asset_id: fold for reference, fold in found}
    return [reference for reference, _ in found]


def _barred(case: Case, references: Iterable[Reference]) -> list[Reference]:
    """At most two striped tiles whose stripes the suspect shows, in whatever size, on whatever bends."""
    distinct = _described(case, list({r.asset_id: r for r in references}.values()))
    numbers = likest_bars(case.pixels, [details(reference).edges for reference in distinct])
    return [distinct[number] for number in numbers]


def _described(case: Case, references: list[Reference]) -> list[Reference]:
    """Those whose details are at hand, where half a second each is too much for every suspect."""
    if len(case.index) > MOST_DESCRIBED_LATE:
        references = [reference for reference in references if reference.details is not None]
    return [reference for reference in references if case.at_hand(details, reference)]


def _in_turn(lists: list[list[Reference]]) -> list[Reference]:
    """The first 256 of all lists: the first of each, then the second of each."""
    turns = (r for row in zip_longest(*lists) for r in row if r is not None)
    return list({r.asset_id: r for r in turns}.values())[:MOST_LAID]


def _laid(case: Case, references: list[Reference]) -> list[Reference]:
    """At most two tiles that a fold looks like when laid on them, edge by edge, in any place and orientation.

    Finer than the shape in the fingerprint: tiles of dots, stripes and checks need it, and hard recolourings.
    """
    references = _described(case, references)
    kept = [details(reference).edges for reference in references]
    heights = np.zeros(len(kept))
    for fold in case.folds:
        turned = orientation_spectra(coarse_edges(fold.edges))
        for k, edges in enumerate(kept):
            heights[k] = max(heights[k], float(laid_by(turned, edges).max()))
    order = np.argsort(-heights, kind="stable")[:2]
    return [references[k] for k in order if heights[k] >= LEAST_LAID]


def _first_distinct(references: Iterable[Reference]) -> list[Reference]:
    found: dict[str, Reference] = {}
    for reference in references:
        found[reference.asset_id] = reference
        if len(found) == MOST_CANDIDATES:
            break
    return list(found.values())
