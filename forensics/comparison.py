"""Compare a suspect with its candidates: lay each tile in it, and ask for the tile's known mark there."""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from forensics.candidates import Case, retrieve, tile_views
from forensics.features import TILE_SIDE, View
from forensics.geometry import FLOOR_P, Placement, place
from forensics.index import Reference
from forensics.informed import ALIGNED, ANY_ORIENTATION, FoldedSuspect, confirm
from forensics.report import SUPPORTED_MARK_P, Evidence, Overlay, Repeat, Signal

# (view, whether to allow for tiles that repeat a motif), likeliest first.
LOOKS = (
    (View.PLAIN, False),
    (View.PLAIN, True),
    (View.EDGES, False),
    (View.MIRRORED, False),
    (View.MIRRORED_EDGES, False),
)
MIN_ASKED_INLIERS = 6


def compare(case: Case, watermarker: object, scale: float) -> tuple[list[Evidence], Repeat | None]:
    """Evidence from the candidates, and the repeat seen; ``scale``: suspect px per px of the picture."""
    candidates = retrieve(case)
    asked = _Asked(watermarker, (len(LOOKS) + len(case.folds)) * len(candidates))
    evidence, placements = _look(case, asked, candidates, scale)
    if not any(e.signal is Signal.MARK for e in evidence):
        evidence += _ask_folds(case, asked, candidates, scale)
    return evidence, _seen_repeat(case, placements, scale)


class _Asked:
    """The questions put to one picture; each answer pays for all of them."""

    def __init__(self, watermarker: object, questions: int) -> None:
        self._watermarker = watermarker
        self._questions = questions

    def confirm(self, folded: FoldedSuspect, mark_id: int, orientations: int) -> float:
        """p of this mark in this fold."""
        return confirm(self._watermarker, folded, mark_id, orientations, self._questions)


def _look(
    case: Case, asked: _Asked, candidates: list[Reference], scale: float
) -> tuple[list[Evidence], list[Placement]]:
    """Look after look, until one shows a mark or a convincing placement."""
    for number, (view, repeating) in enumerate(LOOKS, start=1):
        evidence: list[Evidence] = []
        placements: list[Placement] = []
        for reference in candidates:
            if case.late():
                return evidence, placements
            placed = place(case.views, view, case.pixels, tile_views(reference), repeating=repeating)
            if placed is None or placed.inliers < MIN_ASKED_INLIERS:
                continue
            marks = _ask_placement(asked, reference, placed, scale)
            if placed.convincing:
                evidence.append(_geometry(reference, placed, len(candidates) * number, scale))
            if marks:
                return [*evidence, *marks], [placed]
            placements += [placed] if placed.convincing else []
        if evidence:
            return evidence, placements
    return [], []


def _ask_placement(asked: _Asked, reference: Reference, placed: Placement, scale: float) -> list[Evidence]:
    seen = placed.unfolded
    folded = FoldedSuspect(seen.tile, seen.weight, _period(placed.homography))
    p_value = asked.confirm(folded, reference.mark_id, ALIGNED)
    return _known_mark(reference, p_value, seen.matched, placed.overlay(scale))


def _geometry(reference: Reference, placed: Placement, tried: int, scale: float) -> Evidence:
    return Evidence(
        asset_id=reference.asset_id,
        mark_id=None,
        signal=Signal.GEOMETRY,
        p_value=min(1.0, max(FLOOR_P, placed.chance * tried)),
        repeats=placed.unfolded.matched,
        inliers=placed.inliers,
        overlay=placed.overlay(scale),
        detail=f"{placed.inliers} of {placed.matches} features agree",
    )


def _ask_folds(case: Case, asked: _Asked, candidates: list[Reference], scale: float) -> list[Evidence]:
    """The candidates' marks in the blind folds: what is left for art without features, such as stripes."""
    for fold in case.folds:
        folded = FoldedSuspect(fold.tile, fold.weight, math.sqrt(fold.lattice.area))
        repeats = float(case.pixels.shape[0] * case.pixels.shape[1] / max(fold.lattice.area, 1.0))
        for reference in candidates:
            if case.late():
                return []
            p_value = asked.confirm(folded, reference.mark_id, ANY_ORIENTATION)
            found = _known_mark(reference, p_value, repeats, overlay_of(fold.lattice.matrix, scale))
            if found:
                return found
    return []


def _known_mark(reference: Reference, p_value: float, repeats: float, overlay: Overlay) -> list[Evidence]:
    if p_value > SUPPORTED_MARK_P:
        return []
    return [
        Evidence(
            asset_id=reference.asset_id,
            mark_id=reference.mark_id,
            signal=Signal.MARK,
            p_value=p_value,
            repeats=repeats,
            overlay=overlay,
            detail="the candidate's known mark confirmed",
        )
    ]


def _seen_repeat(case: Case, placements: list[Placement], scale: float) -> Repeat | None:
    if placements:
        unit = placements[0].homography @ np.diag([TILE_SIDE, TILE_SIDE, 1.0])
        return repeat_of(unit, "features", scale)
    repeating = [fold.lattice for fold in case.folds if fold.lattice.kind != "whole"]
    return repeat_of(repeating[0].matrix, repeating[0].kind, scale) if repeating else None


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


def _period(homography: NDArray[np.float64]) -> float:
    linear = homography[:2, :2] / homography[2, 2]
    return TILE_SIDE * math.sqrt(abs(float(np.linalg.det(linear))))
