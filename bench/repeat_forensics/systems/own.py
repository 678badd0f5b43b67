"""Selvage itself: the whole examination, and the blind reading of the mark alone."""

from __future__ import annotations

import math

from bench.repeat_forensics.digest import digest_of
from bench.repeat_forensics.outcome import Judged, Outcome
from bench.repeat_forensics.pencil import Pixels
from bench.repeat_forensics.register import Entry, Register, watermarker
from forensics import Report, Verdict, examine

_PICTURES = ("bench/repeat_forensics/attacks", "bench/repeat_forensics/families", "generator/archive")


class Selvage:
    """`forensics.examine` over the register: copy lane, mark, candidates, geometry."""

    name = "selvage"

    def __init__(self) -> None:
        self.code = digest_of("forensics", "watermark", *_PICTURES)

    def circulating(self, entry: Entry) -> Pixels:
        """The registered tile with the torus mark."""
        return entry.marked

    def prepare(self, register: Register) -> None:
        """The index in memory."""
        self._index, self._mark = register.index, watermarker()

    def judge(self, picture: Pixels, truth: Entry) -> Judged:
        """The report, scored: a proven finding of another tile is wrong whatever else was found."""
        return scored(examine(picture, self._index, self._mark), truth)


def scored(report: Report, truth: Entry) -> Judged:
    """A report as an outcome."""
    proven = {found.asset_id for found in report.found if found.verdict is Verdict.PROVEN}
    likely = {found.asset_id for found in report.found if found.verdict is Verdict.LIKELY}
    if proven - {truth.asset_id}:
        outcome = Outcome.WRONG
    elif truth.asset_id in proven:
        outcome = Outcome.PROVEN
    elif truth.asset_id in likely:
        outcome = Outcome.LIKELY
    else:
        outcome = Outcome.MISLED if likely else Outcome.NOTHING
    best = report.best()
    signal = f"{best.signal.value}: {best.detail}" if best else ""
    mine, others = _strengths(report, truth)
    impostors = {f"{others:.2f}": 1}
    return Judged(outcome, report.p_value, signal, mine, impostors, report.cut_short, _repeat(report, truth))


def _repeat(report: Report, truth: Entry) -> str:
    """The type of repeat in which the true tile was found, and those that look the same; "" for none."""
    mine = (found.repeat for found in report.found if found.asset_id == truth.asset_id)
    repeat = next((repeat for repeat in mine if repeat is not None), None)
    return "" if repeat is None else "|".join((repeat.type.value, *(kind.value for kind in repeat.alike)))


def _strengths(report: Report, truth: Entry) -> tuple[float, float]:
    """-log10 p of the best finding of the true tile, and of the best finding of anything else; 0 for none."""
    mine = [found.p_value for found in report.found if found.asset_id == truth.asset_id]
    others = [found.p_value for found in report.found if found.asset_id != truth.asset_id]
    return -math.log10(min(mine, default=1.0)), -math.log10(min(others, default=1.0))


class SelvageBlind:
    """`TorusMark.read`: nothing but the key."""

    name = "selvage-blind"

    def __init__(self) -> None:
        self.code = digest_of("watermark", *_PICTURES)

    def circulating(self, entry: Entry) -> Pixels:
        """The registered tile with the torus mark."""
        return entry.marked

    def prepare(self, register: Register) -> None:  # noqa: ARG002 - a blind reader has no register
        """The key."""
        self._mark = watermarker()

    def judge(self, picture: Pixels, truth: Entry) -> Judged:
        """Proven when the id is read; an id of anybody else is wrong."""
        if min(picture.shape[:2]) < 128:
            return Judged(Outcome.NOTHING)
        reading = self._mark.read(picture)
        if reading.mark_id is None:
            return Judged(Outcome.NOTHING, score=reading.score, cut_short=reading.cut_short)
        right = reading.mark_id == truth.mark_id
        outcome = Outcome.PROVEN if right else Outcome.WRONG
        kind = reading.lattice.kind if reading.lattice else ""
        return Judged(outcome, reading.p_value, f"mark: {kind}", reading.score, cut_short=reading.cut_short)
