"""Compare a suspect with its candidates: lay each tile in it, and ask for the tile's known marks there."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from forensics.asking.informed import PROVEN_LOG, WORTH_A_WORD, Answer, Inquiry, Look, Sight, decoders_of
from forensics.asking.refolding import relaid
from forensics.describing.repeats import BLOCK
from forensics.errors import ForensicsError
from forensics.index import Reference
from forensics.placing.alignment import Settled, settle
from forensics.placing.blocks import SIDE
from forensics.placing.candidates import Case, Fold, retrieve
from forensics.placing.exact import exact
from forensics.placing.features import View
from forensics.placing.following import follow
from forensics.placing.geometry import chance, convincing
from forensics.placing.guesses import Guess, by_features, by_fold, by_wave, turned_back, widened
from forensics.placing.known import KnownTile, known
from forensics.placing.unfold import Matrix, Unfolded, unfold
from forensics.report import Evidence, Overlay, Repeat, Signal

MOST_LOOKS = 10
MOST_LINES = 2
MOST_FOLD_GUESSES = 8
MOST_GUESSES = 16
_LIKE_ENOUGH, _MATCHED_ENOUGH = 0.55, 0.5
_LEAST_COVERED = 0.03
_SAME_PLACE_PX = 12.0
_WELL, _WELL_BLOCKS, _ENOUGH_PLACES = 0.8, 20, 2
_LATER_VIEWS = (View.EDGES, View.INVERTED, View.MIRRORED, View.MIRRORED_EDGES, View.MIRRORED_INVERTED)


@dataclass
class Seen:
    """A candidate laid in the suspect: ``homography`` maps tile px (512 a repeat) to suspect px."""

    reference: Reference
    homography: Matrix
    unfolded: Unfolded
    guess: Guess

    @property
    def asked(self) -> tuple[int, ...]:
        """The mark ids of the asset: its own and those of its licensed copies."""
        return (self.reference.mark_id, *self.reference.copies)

    @property
    def laid_well(self) -> bool:
        """Whether it lies close enough for the line to be asked."""
        return _laid_well(self.unfolded)

    @property
    def convincing(self) -> bool:
        """Whether it is evidence without the mark: many unlike details in one place, and the same edges."""
        found = self.guess.agreement
        return found is not None and convincing(found, self.unfolded.matched)


def compare(case: Case, watermarker: object, scale: float) -> tuple[list[Evidence], Repeat | None]:
    """Evidence from the candidates, and the repeat seen; ``scale``: suspect px per px of the picture.

    Everything is given in px of the picture, ``case.origin`` added.
    """
    frame, inquiry = _Frame(case, scale), Inquiry(watermarker)
    heard = _heard(case, inquiry, list(decoders_of(watermarker).values()))
    told = [(seen, [a for a in answers if a.log_p <= WORTH_A_WORD]) for seen, answers in heard]
    evidence = [e for seen, answers in told for a in answers for e in frame.marks(case, seen, a)]
    evidence += [frame.geometry(case, seen) for seen, _ in told if seen.convincing]
    worth = [(answers[0].log_p if answers else 0.0, not seen.convincing, seen) for seen, answers in told]
    best = min(worth, key=lambda item: item[:2], default=None)
    if best is None or (best[0] == 0.0 and best[1]):
        return evidence, frame.repeat(case, None)
    return _strongest(evidence), frame.repeat(case, best[2])


def _heard(case: Case, inquiry: Inquiry, decoders: list[Any]) -> list[tuple[Seen, list[Answer]]]:
    """Every placement with what its luminance says, up to a proof; without one, the line of the best."""
    heard: list[tuple[Seen, list[Answer]]] = []
    candidates = retrieve(case)
    for seen in chain(_followed(case, candidates, decoders), _placements(case, candidates)):
        heard.append((seen, inquiry.ask(_look(seen), seen.asked)))
        if _proven(heard[-1][1]):
            return heard
        if inquiry.looks >= MOST_LOOKS:
            break
    heard.sort(key=lambda item: -item[0].unfolded.matched * item[0].unfolded.likeness)
    for number, (seen, _) in enumerate(heard[:MOST_LINES]):
        for look in _line_looks(case, seen):
            heard[number] = (seen, inquiry.ask_line(look, seen.asked, heard[number][1]))
            if _proven(heard[number][1]):
                return heard
    return heard


def _followed(case: Case, candidates: list[Reference], decoders: list[Any]) -> Iterator[Seen]:
    """Striped candidates laid along their stripes by what all marks of a key share."""
    for reference in candidates:
        if case.late():
            return
        found = follow(case.pixels, known(reference), decoders)
        if found is not None and float((found.unfolded.weight > 0).mean()) >= _LEAST_COVERED:
            yield Seen(reference, found.homography, found.unfolded, Guess(found.homography, 0.0))


def _line_looks(case: Case, seen: Seen) -> Iterator[Look | Sight]:
    """Folded as the tile was laid, and left as it is, each cell in its own way: first where they differ."""
    tile = known(seen.reference)
    laid = relaid(case.pixels, seen.homography, tile.blocks)
    lies = laid.likeness > _LIKE_ENOUGH and laid.share > _MATCHED_ENOUGH
    if lies and laid.laying is not BLOCK:
        yield Sight(tile, case.pixels, laid)
    if seen.laid_well:
        yield _exact_look(case, seen) or _look(seen)
    if lies and laid.laying is BLOCK:
        yield Sight(tile, case.pixels, laid)


def _laid_well(laid: Unfolded) -> bool:
    return laid.likeness > _LIKE_ENOUGH and laid.matched > _MATCHED_ENOUGH * laid.repeats


def _proven(answers: list[Answer]) -> bool:
    return bool(answers) and answers[0].log_p <= PROVEN_LOG


def _placements(case: Case, candidates: list[Reference]) -> Iterator[Seen]:
    """Every candidate wherever a guess settles, likeliest guesses first, no place twice.

    A later guess of the same place lends its features to the placement already given. A tile that lies well
    is not looked for any further; one whose motif repeats may lie well in two places.
    """
    tiles = [(reference, known(reference)) for reference in candidates]
    placed: list[Seen] = []
    well: Counter[str] = Counter()
    for number, (reference, tile, guess) in enumerate(_guesses(case, tiles, placed, well), start=1):
        if case.late() or number > MOST_GUESSES:
            return
        settled = settle(case.pixels, guess.homography, tile.blocks, guess.focus, guess.local)
        if settled is None:
            continue
        twin = _twin(placed, reference, settled.homography)
        if twin is not None:
            twin.guess = max(twin.guess, guess, key=_details)
            continue
        unfolded = unfold(case.pixels, settled.homography, tile.blocks, settled.feature, settled.own)
        if float((unfolded.weight > 0).mean()) >= _LEAST_COVERED:
            placed.append(Seen(reference, settled.homography, unfolded, guess))
            well[reference.asset_id] += _lies_well(settled) * (1 if tile.repeating else 2)
            yield placed[-1]


def _lies_well(settled: Settled) -> bool:
    return settled.share > _WELL and settled.agreeing >= _WELL_BLOCKS


def _twin(placed: list[Seen], reference: Reference, homography: Matrix) -> Seen | None:
    same = (p for p in placed if p.reference.asset_id == reference.asset_id)
    return next((p for p in same if _same_place(homography, p.homography)), None)


def _details(guess: Guess) -> int:
    return guess.agreement.details if guess.agreement is not None else 0


def _guesses(
    case: Case, tiles: list[tuple[Reference, KnownTile]], placed: list[Seen], well: Counter[str]
) -> Iterator[tuple[Reference, KnownTile, Guess]]:
    """Guesses for tiles that do not lie well yet; for those that do, only features that make it evidence."""

    def open_tiles(view: View | None) -> Iterator[tuple[Reference, KnownTile]]:
        for reference, tile in tiles:
            mine = [p for p in placed if p.reference.asset_id == reference.asset_id]
            shown = view is not View.EDGES or any(p.convincing for p in mine)
            if well[reference.asset_id] < _ENOUGH_PLACES or not shown:
                yield reference, tile

    for reference, tile in tiles:
        guess = by_features(case, tile, View.PLAIN)
        if guess is not None:
            yield reference, tile, guess
    for reference, tile in tiles:
        yield from ((reference, tile, guess) for guess in by_wave(case, tile))
    laid = [(r, t, g) for r, t in open_tiles(None) for fold in _folds(case, r, t) for g in by_fold(fold, t)]
    for reference, tile, guess in sorted(laid, key=lambda item: -item[2].worth)[:MOST_FOLD_GUESSES]:
        if well[reference.asset_id] < _ENOUGH_PLACES:
            yield reference, tile, guess
    for reference, tile in open_tiles(None):
        for fold in widened(case, tile):
            yield from ((reference, tile, guess) for guess in by_fold(fold, tile))
    for view in (View.PLAIN, *_LATER_VIEWS):
        for reference, tile in open_tiles(view):
            guess = by_features(case, tile, view, repeating=view is View.PLAIN)
            if guess is not None:
                yield reference, tile, guess


def _folds(case: Case, reference: Reference, tile: KnownTile) -> list[Fold]:
    alone = (case.native(tile.size), case.pieces.get(reference.asset_id))
    return [*(fold for fold in alone if fold is not None), *case.folds]


def _same_place(one: Matrix, other: Matrix) -> bool:
    """Whether two placements differ by whole tiles, or not at all, over the middle of a repeat."""
    corners = np.array([[[100, 100], [400, 100], [100, 400], [400, 400]]], np.float64)
    moved = cv2.perspectiveTransform(corners, np.linalg.inv(other) @ one)[0] - corners[0]
    return bool(np.abs(moved - SIDE * np.rint(moved / SIDE)).max() < _SAME_PLACE_PX)


def _look(seen: Seen) -> Look:
    return Look(known(seen.reference), seen.unfolded.tile, seen.unfolded.weight, _period(seen.homography))


def _exact_look(case: Case, seen: Seen) -> Look | None:
    """The suspect without resampling, where it shows the tile px for px."""
    tile = known(seen.reference)
    folded = exact(case.pixels, seen.homography, tile.art, tile.size)
    return None if folded is None else Look(tile, *folded, _period(seen.homography))


def _period(homography: Matrix) -> float:
    """Size of a repeat in the suspect: the square root of the area of the tile at its middle, px."""
    corners = np.array([[[0, 0], [SIDE, 0], [SIDE, SIDE], [0, SIDE]]], np.float64)
    placed = cv2.perspectiveTransform(corners, homography)[0].astype(np.float32)
    return math.sqrt(max(1.0, float(cv2.contourArea(placed))))


class _Frame:
    """From px of the suspect to px of the picture given."""

    def __init__(self, case: Case, scale: float) -> None:
        x, y = case.origin
        self._to_picture = np.array([[1 / scale, 0, x / scale], [0, 1 / scale, y / scale], [0, 0, 1.0]])

    def overlay(self, homography: Matrix) -> Overlay:
        """What to draw for a homography from tile px."""
        unit = self._to_picture @ homography @ np.diag([SIDE, SIDE, 1.0])
        return Overlay(tuple((unit / unit[2, 2]).ravel().tolist()))

    def marks(self, case: Case, seen: Seen, answer: Answer) -> Iterator[Evidence]:
        """Evidence of each channel that says anything of an id."""
        owner = seen.reference if answer.mark_id in seen.asked else case.index.by_mark(answer.mark_id)
        frame = seen.homography @ turned_back(answer.orientation, answer.shift)
        for signal, log_p in ((Signal.MARK, answer.mark), (Signal.LINE, answer.line)):
            if log_p < 0.0:
                yield Evidence(
                    asset_id=owner.asset_id if owner else None,
                    mark_id=answer.mark_id,
                    signal=signal,
                    p_value=max(math.exp(log_p), 1e-300),
                    repeats=seen.unfolded.matched,
                    overlay=self.overlay(frame),
                    detail="the candidate's known mark confirmed",
                    key_id=answer.key_id,
                )

    def geometry(self, case: Case, seen: Seen) -> Evidence:
        """Evidence of a convincing placement."""
        found = seen.guess.agreement
        if found is None:
            raise ForensicsError(f"asset {seen.reference.asset_id}: laid by a fold, which is no geometry")
        return Evidence(
            asset_id=seen.reference.asset_id,
            mark_id=None,
            signal=Signal.GEOMETRY,
            p_value=chance(found, MOST_GUESSES * max(1, len(case.index))),
            repeats=seen.unfolded.matched,
            inliers=found.inliers,
            overlay=self.overlay(seen.homography),
            detail=f"{found.inliers} of {found.matches} features agree",
        )

    def repeat(self, case: Case, seen: Seen | None) -> Repeat | None:
        """The repeat of a placement, else the best the blind folds show, None when nothing repeats."""
        if seen is not None:
            unit = seen.homography @ np.diag([SIDE, SIDE, 1.0])
            return self._measured(np.asarray(unit, np.float64), "registered")
        repeating = [fold for fold in case.folds if fold.lattice.kind != "whole"]
        if not repeating:
            return None
        return self._measured(repeating[0].lattice.matrix, repeating[0].lattice.kind)

    def _measured(self, matrix: Matrix, kind: str) -> Repeat:
        return repeat_of(np.asarray(self._to_picture @ matrix, np.float64), kind, 1.0)


def _strongest(evidence: list[Evidence]) -> list[Evidence]:
    """One piece of evidence for each asset, mark id, key and signal: the smallest p."""
    kept: dict[tuple[object, ...], Evidence] = {}
    for item in sorted(evidence, key=lambda e: e.p_value):
        kept.setdefault((item.asset_id, item.mark_id, item.key_id, item.signal), item)
    return list(kept.values())


def repeat_of(matrix: NDArray[np.float64], kind: str, scale: float) -> Repeat:
    """The repeat whose unit coordinates ``matrix`` maps to suspect px, in px of the picture given."""
    corners = np.array([[[0, 0], [1, 0], [0, 1]]], np.float64)
    origin, right, down = cv2.perspectiveTransform(corners, matrix)[0] / scale
    u, v = right - origin, down - origin
    angle = float(np.degrees(np.arctan2(u[1], u[0])))
    return Repeat(float(np.hypot(*u)), float(np.hypot(*v)), angle, kind, overlay_of(matrix, scale))


def overlay_of(matrix: NDArray[np.float64], scale: float) -> Overlay:
    """What to draw for such a matrix, in px of the picture given."""
    return Overlay(tuple((np.diag([1 / scale, 1 / scale, 1.0]) @ matrix).ravel().tolist()))
