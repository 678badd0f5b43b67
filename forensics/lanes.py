"""The lanes of an examination, and what they have found and tried so far. See ``forensics.examination``."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from forensics.describing.description import Scene, copy_shown, described
from forensics.describing.regions import Place, overlap, places, uncovered
from forensics.fingerprints.prints import fingerprint, shape_print
from forensics.index import Index
from forensics.indexes.negatives import NegativeBank, without_claimed
from forensics.placing.candidates import Case
from forensics.placing.comparison import compare, overlay_of
from forensics.report import (
    SMALLEST_P,
    Evidence,
    Found,
    ManifestHint,
    Report,
    Signal,
    Step,
    Verdict,
)
from forensics.traits import Repeat
from watermark.protocol import Reading
from watermark.torus.views import Looks

MIN_MARK_SIDE_PX = 128
MIN_CONTRAST = 1.0
MOST_PLACES = 4
MOST_COMPARED = 3
_WHOLE_SHARE = 0.9
_ENOUGH_LEFT = 0.12
_SAME_PLACE = 0.5
_REPEATS = 0.5
_BLIND_AND_KNOWN = 2.0
_MOST_COPIES = 3

Pixels = NDArray[np.uint8]


class Reader(Protocol):
    """What is asked of a watermarker: ``watermark.Watermarker`` is one."""

    def read(
        self, pixels: Pixels, budget_seconds: float = ..., looks: Looks | None = ..., *, fast: bool = ...
    ) -> Reading:
        """Look for a mark, blind."""
        ...


@dataclass
class Run:
    """One examination: what it has found and tried so far."""

    index: Index
    watermarker: Reader
    deadline: float
    negatives: NegativeBank | None
    found: list[Found] = field(default_factory=list)
    hints: list[Evidence] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    repeat: Repeat | None = None
    cut_short: bool = False
    lost: set[str] = field(default_factory=set)
    looked: int = 1
    compared: int = 0
    known: tuple[Place, Looks] | None = None

    def examine(self, scene: Scene, hint: ManifestHint | None, first_lane_only: bool) -> Report:
        """All lanes, one after the other."""
        issued = self._manifest(hint)
        if scene.pixels.std() >= MIN_CONTRAST:
            copies = self._copies(scene)
            marked = self._blind(scene, Place.whole(scene.pixels), 1, first_lane_only)
            self._keep(scene, [*issued, *copies, *marked])
            if not first_lane_only:
                if not self._settled(marked):
                    self._compared(scene, Place.whole(scene.pixels), 1)
                self._elsewhere(scene)
        elif issued:
            self._keep(scene, issued)
        return Report(
            tuple(self.found),
            self.repeat,
            cut_short=self.cut_short,
            hints=tuple(self.hints),
            steps=tuple(self.steps),
            not_comparable=tuple(sorted(self.lost)),
        )

    def _manifest(self, hint: ManifestHint | None) -> list[Evidence]:
        if hint is None:
            return []
        known = self.index.by_asset(hint.asset_id) is not None
        bound = hint.bound and hint.trusted
        words = (
            "this very file was issued for the asset" if bound else "names the asset, not bound to this file"
        )
        outcome = words if known else "names an asset that is not searched"
        self.steps.append(Step("manifest", 1, outcome))
        detail = f"{words}; signed by {hint.signer}" if hint.signer else words
        evidence = Evidence(hint.asset_id, hint.mark_id, Signal.MANIFEST, 1.0, detail=detail, bound=bound)
        if known:
            return [evidence]
        self.hints.append(evidence)
        return []

    def _copies(self, scene: Scene) -> list[Evidence]:
        """Near copies that really show the tile; what only a hash says stays a hint."""
        prints = scene.prints
        near = self.index.copies(prints)[:_MOST_COPIES] if len(self.index) else []
        shown: list[Evidence] = []
        for each in near:
            name, of = ("pHash", 64) if each.phash else ("PDQ", 256)
            bits = f"{name} differs in {each.bits} of {of} bits"
            evidence = Evidence(each.reference.asset_id, None, Signal.COPY, 1.0, detail=bits)
            real = not each.phash and copy_shown(scene, each.reference)
            (shown if real else self.hints).append(evidence)
        if self.negatives and shown:
            shown = list(without_claimed(shown, [prints], self.index, self.negatives))
        self.steps.append(Step("copy", len(self.index), f"{len(near)} near, {len(shown)} shown"))
        return shown

    def _blind(self, scene: Scene, place: Place, number: int, fast: bool) -> list[Evidence]:
        """The mark read blind in one place."""
        pixels = place.cut(scene.pixels)
        if min(pixels.shape[:2]) < MIN_MARK_SIDE_PX:
            self.steps.append(Step("mark", 0, f"{place.words}: too small to hold one"))
            return []
        reading = self._read(self._looks(place, pixels), fast)
        self.cut_short |= reading.cut_short
        if reading.mark_id is None:
            self.steps.append(Step("mark", 1, f"{place.words}: none read"))
            return []
        evidence = _of_reading(reading, self.index, place, scene.scale)
        self.steps.append(Step("mark", 1, f"{place.words}: {evidence.detail}"))
        return [_paid(evidence, number)]

    def _read(self, looks: Looks, fast: bool) -> Reading:
        left = max(0.0, self.deadline - time.thread_time())
        return self.watermarker.read(looks.pixels, left, looks, fast=fast)

    def _compared(self, scene: Scene, place: Place, number: int) -> None:
        """The candidates laid in one place, and asked for their marks."""
        if len(self.index) == 0 or self.compared >= MOST_COMPARED:
            return
        self.compared += 1
        pixels = place.cut(scene.pixels)
        prints = scene.prints if place == Place.whole(scene.pixels) else fingerprint(pixels)
        looks = self._looks(place, pixels)
        case = Case(pixels, self.index, prints, self.deadline, looks=looks, origin=place.corner)
        evidence, repeat = compare(case, self.watermarker, scene.scale)
        if self.negatives and evidence:
            shown = [prints, *(shape_print(_rounded(fold.tile)) for fold in case.folds)]
            evidence = list(without_claimed(evidence, shown, self.index, self.negatives))
        self.cut_short |= case.cut_short
        self.lost.update(case.lost, self.index.lost())
        self.repeat = self.repeat or repeat
        names = sorted({e.asset_id or "unknown" for e in evidence})
        said = f"{place.words}: {', '.join(names) or 'none fits'}"
        self.steps.append(Step("candidates", len(self.index), said))
        self._keep(scene, [_paid(each, number) for each in evidence])

    def _settled(self, marked: list[Evidence]) -> bool:
        """Whether a mark read blind leaves nothing to ask: a faint one may be proven, its tile at hand."""
        named = {each.asset_id for each in marked} - {None}
        faint = any(each.asset_id in named and each.verdict is not Verdict.PROVEN for each in self.found)
        return bool(marked) and not faint

    def _looks(self, place: Place, pixels: Pixels) -> Looks:
        """What is known of a place without any key, shared by the lanes."""
        if self.known is None or self.known[0] != place:
            self.known = place, Looks(pixels)
        return self.known[1]

    def _elsewhere(self, scene: Scene) -> None:
        """The other places of the picture, what was found in it taken out, until no more is found."""
        while len(self.found) < MOST_PLACES and self.looked < MOST_PLACES:
            before = len(self.found)
            for place in self._open(scene):
                self._look_at(scene, place)
                if len(self.found) > before or self.looked >= MOST_PLACES:
                    break
            if len(self.found) == before or time.thread_time() > self.deadline:
                return

    def _look_at(self, scene: Scene, place: Place) -> None:
        """Blind, and where something repeats by its candidates too."""
        pixels = place.cut(scene.pixels)
        self.looked += 1
        marked = self._blind(scene, place, self.looked, fast=True)
        self._keep(scene, marked)
        if self._settled(marked) or min(pixels.shape[:2]) < MIN_MARK_SIDE_PX:
            return
        lattices = self._looks(place, pixels).lattices
        if max((each.score for each in lattices), default=0.0) >= _REPEATS:
            self._compared(scene, place, self.looked)

    def _open(self, scene: Scene) -> list[Place]:
        taken = [each.region for each in self.found if each.region]
        if uncovered(scene.pixels, taken, scene.scale) < _ENOUGH_LEFT:
            return []
        return places(scene.pixels, taken, scene.scale)[: MOST_PLACES - 1]

    def _keep(self, scene: Scene, evidence: list[Evidence]) -> None:
        """New findings; evidence for a place where something stronger was found is only a hint."""
        if not evidence:
            return
        size = (round(scene.pixels.shape[1] / scene.scale), round(scene.pixels.shape[0] / scene.scale))
        named = {each.asset_id for each in self.found if each.asset_id is not None}
        again = [each for each in evidence if each.asset_id in named]
        fresh = [each for each in evidence if each.asset_id not in named]
        for found in sorted(
            described(scene, self.index, fresh), key=lambda f: (f.verdict is not Verdict.PROVEN, f.p_value)
        ):
            if any(_same_place(found, other, size) for other in self.found):
                self.hints.extend(found.evidence)
            else:
                self.found.append(found)
        for number, known in enumerate(self.found):
            more = [each for each in again if each.asset_id == known.asset_id]
            if more and known.verdict is not Verdict.PROVEN:
                self.found[number] = described(scene, self.index, [*known.evidence, *more])[0]


def _same_place(found: Found, other: Found, size: tuple[int, int]) -> bool:
    """Whether a finding lies where a proven one, or one of the same asset, is already."""
    if other.verdict is not Verdict.PROVEN:
        return False
    if not found.region or not other.region:
        return True
    return overlap(found.region, other.region, size) > _SAME_PLACE


def _paid(evidence: Evidence, number: int) -> Evidence:
    """The evidence with a p that pays for the places looked at: this is the ``number``-th."""
    if evidence.p_value >= 1.0 or evidence.p_value <= SMALLEST_P:
        return evidence
    price = 1 / _WHOLE_SHARE if number == 1 else 10.0 * number * (number - 1)
    return replace(evidence, p_value=min(1.0, evidence.p_value * price))


def _rounded(tile: NDArray[np.float32]) -> Pixels:
    return np.asarray(np.clip(np.rint(tile), 0, 255), np.uint8)


def _of_reading(reading: Reading, index: Index, place: Place, scale: float) -> Evidence:
    reference = index.by_mark(reading.mark_id) if reading.mark_id is not None else None
    lattice = reading.lattice
    width, height = place.size
    shift = np.array([[1.0, 0, place.corner[0]], [0, 1.0, place.corner[1]], [0, 0, 1.0]])
    return Evidence(
        asset_id=reference.asset_id if reference else None,
        mark_id=reading.mark_id,
        signal=Signal.MARK,
        p_value=min(1.0, _BLIND_AND_KNOWN * reading.p_value),
        repeats=float(width * height / lattice.area) if lattice else None,
        overlay=overlay_of(np.asarray(shift @ lattice.matrix, np.float64), scale) if lattice else None,
        detail="mark read blind" if reference else "marked by this ledger's key, unknown asset",
        key_id=reading.key_id,
    )
