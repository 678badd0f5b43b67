"""Examine one suspect picture against a register.

In this order, stopping as soon as something is proven:
1. copy lane: a near pHash is a hint whom to compare with, never evidence;
2. the mark, read blind;
3. candidates by the shape of the folded suspect and by their local features, then the geometric check;
4. the candidates' known marks, asked for one by one: far fainter marks still prove that way.
"""

from __future__ import annotations

import time
from typing import Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from forensics.candidates import Case, copies
from forensics.comparison import compare, overlay_of, repeat_of
from forensics.index import Index
from forensics.prints import fingerprint
from forensics.report import Evidence, Report, Signal, gathered
from watermark.protocol import Reading

DEFAULT_BUDGET_SECONDS = 30.0
MIN_MARK_SIDE_PX = 128
MIN_CONTRAST = 1.0
MAX_WORKING_SIDE_PX = 4096


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

    The budget is CPU time of this thread, checked between steps, so that a busy machine does not change the
    verdict; when it runs out the evidence so far is reported. A picture of one flat tone shows nothing.
    Pictures over 4096 px a side are reduced first; the report is in pixels of the picture given.
    """
    started, deadline = time.monotonic(), time.thread_time() + budget_seconds
    if pixels.std() < MIN_CONTRAST:
        return Report(seconds=time.monotonic() - started)
    whole = fingerprint(pixels)
    work, scale = _reduced(pixels)
    hints, evidence = copies(index, whole), list[Evidence]()
    reading = _read(work, watermarker, budget_seconds)
    evidence += _blind(reading, index, work, scale)
    lattice = reading.lattice if reading.mark_id is not None else None
    repeat = repeat_of(lattice.matrix, lattice.kind, scale) if lattice else None
    if reading.mark_id is None and len(index) > 0:
        case = Case(work, index, whole, deadline)
        more, found = compare(case, watermarker, scale)
        evidence, repeat = evidence + more, found
    return Report(gathered(evidence), repeat, time.monotonic() - started, hints=tuple(hints))


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
            overlay=overlay_of(lattice.matrix, scale) if lattice else None,
            detail=detail,
        )
    ]
