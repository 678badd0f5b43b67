"""What an examination says: evidence with probabilities, and a verdict a person can check.

Invariants
- Only ``Verdict.PROVEN`` may be billed.
- PROVEN needs the mark: alone at p <= 1e-9, or at p <= 1e-6 together with the geometry of the same asset
  when the two multiply to <= 1e-9. They are independent under the null: the mark's phases are keyed and
  do not depend on the artwork.
- Geometry alone is never PROVEN: two designers can draw the same dots.
- A mark of this ledger's key that no registered asset carries has ``asset_id`` None and is never PROVEN.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

PROVEN_P = 1e-9
SUPPORTED_MARK_P = 1e-6
SMALLEST_P = 1e-300


class Verdict(StrEnum):
    """How far the evidence carries."""

    PROVEN = "proven"
    LIKELY = "likely"
    NONE = "none"


class Signal(StrEnum):
    """Where a piece of evidence comes from."""

    MARK = "mark"
    GEOMETRY = "geometry"
    COPY = "copy"


@dataclass(frozen=True)
class Overlay:
    """What to draw over the suspect: the tile's frame in suspect pixels (x right, y down).

    ``homography`` is row-major 3x3 and maps unit tile coordinates (x, y in [0, 1), repeating) to suspect
    pixels, so the repeats are its images of the integer grid.
    """

    homography: tuple[float, ...]

    @property
    def origin(self) -> tuple[float, float]:
        """Suspect pixel of the tile's corner (0, 0)."""
        scale = self.homography[8]
        return self.homography[2] / scale, self.homography[5] / scale


@dataclass(frozen=True)
class Repeat:
    """The repeat found in the suspect: its size in pixels, its angle in degrees, how it was found."""

    width_px: float
    height_px: float
    angle_deg: float
    kind: str
    overlay: Overlay


@dataclass(frozen=True)
class Evidence:
    """One signal for one asset.

    ``p_value``: probability of a signal at least this strong from a picture that does not show the asset,
    over all hypotheses tried on this picture. ``repeats``: how many repeats of the tile are visible.
    ``inliers``: matched features that agree on one placement. ``asset_id`` None: marked by this ledger's
    key, but no registered asset carries ``mark_id``.
    """

    asset_id: str | None
    mark_id: int | None
    signal: Signal
    p_value: float
    repeats: float | None = None
    inliers: int | None = None
    overlay: Overlay | None = None
    detail: str = ""


@dataclass(frozen=True)
class Report:
    """Everything found in one picture; ``seconds`` is wall-clock time."""

    evidence: tuple[Evidence, ...]
    lattice: Repeat | None
    seconds: float

    def best(self) -> Evidence | None:
        """The strongest evidence: smallest p, the mark first on a tie; None when nothing was found."""
        strong = [e for e in self.evidence if e.signal is not Signal.COPY]
        return min(strong, key=_strength, default=None)

    @property
    def asset_id(self) -> str | None:
        """The asset the best evidence names, None when there is none or its mark is not in the index."""
        best = self.best()
        return best.asset_id if best else None

    @property
    def p_value(self) -> float:
        """The p of the verdict: mark times geometry of the best asset; 1.0 when nothing was found."""
        best = self.best()
        return self._combined(best.asset_id) if best else 1.0

    @property
    def verdict(self) -> Verdict:
        """PROVEN, LIKELY or NONE by the rules in the module's docstring."""
        best = self.best()
        if best is None:
            return Verdict.NONE
        if best.asset_id is not None and self._proven(best.asset_id):
            return Verdict.PROVEN
        return Verdict.LIKELY

    def _smallest(self, asset_id: str | None, signal: Signal) -> float:
        mine = (e.p_value for e in self.evidence if e.asset_id == asset_id and e.signal is signal)
        return min(mine, default=1.0)

    def _combined(self, asset_id: str | None) -> float:
        product = self._smallest(asset_id, Signal.MARK) * self._smallest(asset_id, Signal.GEOMETRY)
        return max(product, SMALLEST_P)

    def _proven(self, asset_id: str) -> bool:
        mark = self._smallest(asset_id, Signal.MARK)
        return mark <= PROVEN_P or (mark <= SUPPORTED_MARK_P and self._combined(asset_id) <= PROVEN_P)


def _strength(evidence: Evidence) -> tuple[float, bool]:
    return evidence.p_value, evidence.signal is not Signal.MARK
