"""Examine one suspect picture against a register.

In this order, stopping as soon as something is proven:
1. copy lane: a near pHash is a hint whom to compare with, never evidence;
2. the mark, read blind;
3. candidates by the shape of the folded suspect and by their local features, then the geometric check;
4. the candidates' known marks, asked for one by one: far fainter marks still prove that way.
"""

from __future__ import annotations

import math
import time
from typing import Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from forensics.candidates import Case, Fold, copies, retrieve, tile_views
from forensics.features import View
from forensics.geometry import FLOOR_P, Placement, place
from forensics.index import Index, Reference
from forensics.informed import ALIGNED, ANY_ORIENTATION, FoldedSuspect, confirm
from forensics.prints import fingerprint
from forensics.report import PROVEN_P, Evidence, Overlay, Repeat, Report, Signal
from watermark.protocol import Lattice, Reading

DEFAULT_BUDGET_SECONDS = 20.0
MIN_MARK_SIDE_PX = 128
MAX_WORKING_SIDE_PX = 4096
_BLIND_SHARE = 0.6


class Reader(Protocol):
    """What is asked of a watermarker: ``watermark.Watermarker`` is one."""

    def read(self, pixels: NDArray[np.uint8], budget_seconds: float = ...) -> Reading:
        """Look for a mark, blind."""
        ...


def examine(
    pixels: NDArray[np.uint8],
    index: Index,
    watermarker: Reader,
    budget_seconds: float = DEFAULT_BUDGET_SECONDS,
) -> Report:
    """What the suspect (H, W, 3) uint8 shows, and how sure we are.

    The budget is checked between steps; when it runs out the evidence so far is reported. Pictures over
    4096 px a side are reduced first; homographies in the report are in pixels of the picture given.
    """
    started = time.monotonic()
    whole = fingerprint(pixels)
    work, scale = _reduced(pixels)
    evidence = copies(index, whole)
    reading = _read(work, watermarker, budget_seconds * _BLIND_SHARE)
    evidence += _blind(reading, index, work, scale)
    repeat = _repeat(reading.lattice, scale) if reading.mark_id is not None and reading.lattice else None
    if reading.mark_id is None and len(index) > 0:
        case = Case(work, index, whole, started + budget_seconds)
        more, found = _compare(case, watermarker, scale)
        evidence, repeat = evidence + more, found
    return Report(tuple(evidence), repeat, time.monotonic() - started)


def _reduced(pixels: NDArray[np.uint8]) -> tuple[NDArray[np.uint8], float]:
    longest = max(pixels.shape[:2])
    if longest <= MAX_WORKING_SIDE_PX:
        return np.ascontiguousarray(pixels), 1.0
    scale = MAX_WORKING_SIDE_PX / longest
    size = (max(1, round(pixels.shape[1] * scale)), max(1, round(pixels.shape[0] * scale)))
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8), scale


def _read(work: NDArray[np.uint8], watermarker: Reader, budget_seconds: float) -> Reading:
    if min(work.shape[:2]) < MIN_MARK_SIDE_PX:
        return Reading(None, 1.0, 0.0)
    return watermarker.read(work, budget_seconds)


def _blind(reading: Reading, index: Index, work: NDArray[np.uint8], scale: float) -> list[Evidence]:
    if reading.mark_id is None:
        return []
    reference = index.by_mark(reading.mark_id)
    detail = "mark read blind" if reference else "marked by this ledger's key, unknown asset"
    lattice = reading.lattice
    return [
        Evidence(
            asset_id=reference.asset_id if reference else None,
            mark_id=reading.mark_id,
            signal=Signal.MARK,
            p_value=reading.p_value,
            repeats=float(work.shape[0] * work.shape[1] / lattice.area) if lattice else None,
            overlay=_overlay(lattice.matrix, scale) if lattice else None,
            detail=detail,
        )
    ]


def _compare(case: Case, watermarker: Reader, scale: float) -> tuple[list[Evidence], Repeat | None]:
    """Evidence from the candidates: by geometry, and by their known marks."""
    candidates = retrieve(case)
    placements = _placements(case, candidates)
    evidence = [_geometry(r, p, len(candidates), scale) for r, p in placements]
    hypotheses = len(placements) + len(case.folds) * len(candidates)
    for reference, placement in placements:
        folded = FoldedSuspect(
            placement.unfolded.tile, placement.unfolded.weight, _period(placement.homography)
        )
        p_value = confirm(watermarker, folded, reference.mark_id, ALIGNED, hypotheses)
        evidence += _known_mark(reference, p_value, placement.unfolded.matched, placement.overlay(scale))
    if not any(e.signal is Signal.MARK for e in evidence):
        evidence += _ask_folds(case, watermarker, candidates, hypotheses, scale)
    return evidence, _seen_repeat(case, placements, scale)


def _placements(case: Case, candidates: list[Reference]) -> list[tuple[Reference, Placement]]:
    """Where the candidates lie in the suspect; the first view of the suspect that places any is taken."""
    for view in View:
        found: list[tuple[Reference, Placement]] = []
        for reference in candidates:
            if case.late():
                break
            placed = place(case.views, view, case.pixels, tile_views(reference))
            if placed is not None:
                found.append((reference, placed))
        if found or case.late():
            return found
    return []


def _geometry(reference: Reference, placed: Placement, compared: int, scale: float) -> Evidence:
    tried = compared * (list(View).index(placed.view) + 1)
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


def _ask_folds(
    case: Case, watermarker: Reader, candidates: list[Reference], hypotheses: int, scale: float
) -> list[Evidence]:
    """The candidates' marks in the blind folds: what is left for art without features, such as stripes."""
    for fold in case.folds:
        folded = FoldedSuspect(fold.tile, fold.weight, float(np.sqrt(fold.lattice.area)))
        for reference in candidates:
            if case.late():
                return []
            p_value = confirm(watermarker, folded, reference.mark_id, ANY_ORIENTATION, hypotheses)
            found = _known_mark(
                reference, p_value, _repeats(case, fold), _overlay(fold.lattice.matrix, scale)
            )
            if found:
                return found
    return []


def _known_mark(reference: Reference, p_value: float, repeats: float, overlay: Overlay) -> list[Evidence]:
    if p_value > PROVEN_P * 1e3:
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


def _seen_repeat(case: Case, placements: list[tuple[Reference, Placement]], scale: float) -> Repeat | None:
    if placements:
        matrix = placements[0][1].homography @ np.diag([512.0, 512.0, 1.0])
        return _repeat_of(matrix, "features", scale)
    repeating = [fold.lattice for fold in case.folds if fold.lattice.kind != "whole"]
    return _repeat(repeating[0], scale) if repeating else None


def _repeat(lattice: Lattice | None, scale: float) -> Repeat | None:
    return _repeat_of(lattice.matrix, lattice.kind, scale) if lattice else None


def _repeat_of(matrix: NDArray[np.float64], kind: str, scale: float) -> Repeat:
    corners = np.array([[[0, 0], [1, 0], [0, 1]]], np.float64)
    origin, right, down = cv2.perspectiveTransform(corners, matrix)[0] / scale
    u, v = right - origin, down - origin
    angle = float(np.degrees(np.arctan2(u[1], u[0])))
    return Repeat(float(np.hypot(*u)), float(np.hypot(*v)), angle, kind, _overlay(matrix, scale))


def _overlay(matrix: NDArray[np.float64], scale: float) -> Overlay:
    return Overlay(tuple((np.diag([1 / scale, 1 / scale, 1.0]) @ matrix).ravel().tolist()))


def _repeats(case: Case, fold: Fold) -> float:
    return float(case.pixels.shape[0] * case.pixels.shape[1] / max(fold.lattice.area, 1.0))


def _period(homography: NDArray[np.float64]) -> float:
    linear = homography[:2, :2] / homography[2, 2]
    return 512.0 * math.sqrt(abs(float(np.linalg.det(linear))))
