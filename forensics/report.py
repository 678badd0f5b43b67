"""What an examination says: findings with probabilities, and verdicts a person can check.

Invariants
- Only ``Verdict.PROVEN`` may be billed.
- PROVEN needs the mark. Its two channels, MARK (luminance) and LINE (displacement of the line), are keyed
  apart. Either alone proves, so do both together, or a mark at p <= 1e-6 with the geometry of the same
  asset, when the p of that way is <= 1e-9. Independent p-values are combined with Fisher's exact tail of
  their product, never multiplied bare; which of them to combine is chosen with their values in view, so
  every way pays for all six (MARK, LINE, both, and each of these with the geometry).
- GEOMETRY, COPY and MANIFEST without the mark are never more than LIKELY: two designers can draw the same
  dots, a hash says "alike", and a manifest can be copied onto another picture.
- A MANIFEST whose hard binding holds for these very bytes and whose signer this ledger trusts makes the
  finding ``certain``: the file is, bit for bit, one that was issued for that asset. It proves nothing about
  another file, nor who put it where it was found. The verdict still speaks of the mark alone.
- A generic tile (``generic`` >= 0.5) draws no strength from its geometry; a very generic one (>= 0.8) is
  NONE by its geometry or a copy hash alone.
- A mark of this ledger's key that no registered asset carries has ``asset_id`` None and is never PROVEN.
- Nothing here depends on a clock but ``Report.seconds``, which is left out of comparisons.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from forensics.traits import ColourChange, Colourway, Ink, Overlay, Repeat, RepeatType

__all__ = [
    "ColourChange",
    "Colourway",
    "Evidence",
    "Found",
    "Ink",
    "ManifestHint",
    "Overlay",
    "Region",
    "Repeat",
    "RepeatType",
    "Report",
    "Signal",
    "Step",
    "Verdict",
    "combined",
]

PROVEN_P = 1e-9
SUPPORTED_MARK_P = 1e-6
SMALLEST_P = 1e-300
GENERIC = 0.5
VERY_GENERIC = 0.8
WAYS = 6

Region = tuple[tuple[float, float], ...]


class Verdict(StrEnum):
    """How far the evidence carries."""

    PROVEN = "proven"
    LIKELY = "likely"
    NONE = "none"


class Signal(StrEnum):
    """Where a piece of evidence comes from."""

    MANIFEST = "manifest"
    COPY = "copy"
    MARK = "mark"
    LINE = "line"
    GEOMETRY = "geometry"


_KEYED = (Signal.MARK, Signal.LINE)


@dataclass(frozen=True)
class ManifestHint:
    """What the content credentials in a file say of it.

    ``bound``: the hard binding was checked and holds for exactly these bytes; ``trusted``: the signer is one
    this ledger trusts. Only both together make more of it than a hint whom to compare with.
    """

    asset_id: str
    mark_id: int | None = None
    bound: bool = False
    trusted: bool = False
    signer: str = ""


@dataclass(frozen=True)
class Evidence:
    """One signal for one asset.

    ``p_value``: probability of a signal at least this strong from a picture that does not show the asset,
    over all hypotheses tried on this picture. ``repeats``: how many repeats of the tile are visible.
    ``inliers``: matched features that agree on one placement. ``asset_id`` None: marked by this ledger's
    key, but no registered asset carries ``mark_id``. ``key_id``: which key marked it, MARK and LINE only.
    ``bound``: MANIFEST only, see ``ManifestHint``.
    """

    asset_id: str | None
    mark_id: int | None
    signal: Signal
    p_value: float
    repeats: float | None = None
    inliers: int | None = None
    overlay: Overlay | None = None
    detail: str = ""
    key_id: str | None = None
    bound: bool = False


@dataclass(frozen=True)
class Found:
    """One pattern in the picture: everything that speaks for one asset in one region.

    ``mark_id``: as read, so a licensed copy's own when a copy was read. ``region``: polygon (x, y) in px of
    the picture given, clockwise, where the tile really agrees with it. ``generic``: see ``Reference``.
    """

    asset_id: str | None
    mark_id: int | None
    evidence: tuple[Evidence, ...]
    region: Region = ()
    repeat: Repeat | None = None
    colourway: Colourway | None = None
    generic: float = 0.0

    @property
    def p_value(self) -> float:
        """The mark's channels, with the geometry where that helps and the tile is not generic."""
        shape = self.smallest(Signal.GEOMETRY, Signal.COPY)
        if self.smallest(*_KEYED) >= 1.0:
            return shape
        return best_way(*self._channels, shape if self.generic < GENERIC else 1.0)

    @property
    def verdict(self) -> Verdict:
        """PROVEN, LIKELY or NONE by the rules in the module's docstring."""
        mark = best_way(*self._channels)
        if self.asset_id is not None:
            if mark <= PROVEN_P or (mark <= SUPPORTED_MARK_P and self.p_value <= PROVEN_P):
                return Verdict.PROVEN
            if mark >= 1.0 and not self._manifest and self.generic >= VERY_GENERIC:
                return Verdict.NONE
        seen = any(e.signal in (Signal.COPY, Signal.MANIFEST) for e in self.evidence)
        shown = seen or self.p_value < 1.0
        return Verdict.LIKELY if shown else Verdict.NONE

    @property
    def certain(self) -> bool:
        """Whether the file is, bit for bit, one that was issued for the asset: its manifest is bound."""
        return self._manifest is not None and self._manifest.bound

    @property
    def key_id(self) -> str | None:
        """The key that marked it, None when no mark was read."""
        return next((e.key_id for e in self.evidence if e.signal in _KEYED), None)

    def smallest(self, *signals: Signal) -> float:
        """The smallest p of these signals, 1.0 when there is none."""
        return min((e.p_value for e in self.evidence if e.signal in signals), default=1.0)

    @property
    def _channels(self) -> tuple[float, float]:
        return self.smallest(Signal.MARK), self.smallest(Signal.LINE)

    @property
    def _manifest(self) -> Evidence | None:
        mine = [e for e in self.evidence if e.signal is Signal.MANIFEST]
        return max(mine, key=lambda e: e.bound, default=None)


@dataclass(frozen=True)
class Step:
    """One thing that was tried: the lane, how often, and what came of it."""

    lane: str
    tried: int
    outcome: str


@dataclass(frozen=True)
class Report:
    """Everything found in one picture, strongest first.

    ``lattice``: the picture's own repeat when nothing was found. ``hints``: evidence too weak to be a
    finding. ``cut_short``: the safety limit on CPU time struck, so more may be there. ``steps``: what was
    tried. ``not_comparable``: the assets it could not be compared with, because what is kept of their tiles
    is lost; their marks were read all the same. ``seconds``: wall-clock time, the one figure that differs
    when the same picture is seen again.
    """

    found: tuple[Found, ...] = ()
    lattice: Repeat | None = None
    seconds: float = field(default=0.0, compare=False)
    cut_short: bool = False
    hints: tuple[Evidence, ...] = ()
    steps: tuple[Step, ...] = ()
    not_comparable: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "found", tuple(sorted(self.found, key=_rank)))
        if self.found and self.found[0].repeat is not None:
            object.__setattr__(self, "lattice", self.found[0].repeat)

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """All evidence: that of the findings, then the hints."""
        return (*(e for found in self.found for e in found.evidence), *self.hints)

    def best(self) -> Evidence | None:
        """The strongest finding's strongest evidence, the mark first on a tie; None if nothing was found."""
        strongest = self.found[0] if self.found else None
        if strongest is None or strongest.verdict is Verdict.NONE:
            return None
        return min(strongest.evidence, key=lambda e: (e.p_value, e.signal not in _KEYED), default=None)

    @property
    def asset_id(self) -> str | None:
        """The asset of the strongest finding; None when nothing was found or its mark is not in the index."""
        return self.found[0].asset_id if self.best() else None

    @property
    def mark_id(self) -> int | None:
        """The mark read in the strongest finding."""
        return self.found[0].mark_id if self.best() else None

    @property
    def p_value(self) -> float:
        """The p of the strongest finding; 1.0 when nothing was found."""
        return self.found[0].p_value if self.best() else 1.0

    @property
    def verdict(self) -> Verdict:
        """The verdict on the strongest finding."""
        return self.found[0].verdict if self.found else Verdict.NONE


def combined(p_values: Iterable[float]) -> float:
    """The p of independent p-values together: P(U1 ... Uk <= p1 ... pk) for uniform U (Fisher 1932).

    Never below 1e-300.
    """
    given = [max(p, SMALLEST_P) for p in p_values]
    rarity = -sum(math.log(p) for p in given)
    tail = sum(rarity**k / math.factorial(k) for k in range(len(given)))
    exponent = math.log(tail) - rarity
    return min(1.0, math.exp(exponent)) if exponent > math.log(SMALLEST_P) else SMALLEST_P


def best_way(mark: float, line: float, shape: float = 1.0) -> float:
    """The smallest p of the WAYS to combine one or both channels of the mark, with or without the geometry.

    Each way's p is a bound by itself, so the smallest of six is one when it is multiplied by six.
    """
    ways = ((mark,), (line,), (mark, line), (mark, shape), (line, shape), (mark, line, shape))
    return min(1.0, WAYS * min(combined(way) if max(way) < 1.0 else 1.0 for way in ways))


_ORDER = {Verdict.PROVEN: 0, Verdict.LIKELY: 1, Verdict.NONE: 2}


def _rank(found: Found) -> tuple[int, bool, float, str]:
    return _ORDER[found.verdict], not found.certain, found.p_value, found.asset_id or ""


def gathered(evidence: Iterable[Evidence], generic: dict[str, float] | None = None) -> tuple[Found, ...]:
    """One finding per asset from loose evidence: by asset, or by mark for what no asset is known for."""
    groups: dict[tuple[str | None, int | None], list[Evidence]] = {}
    for each in evidence:
        key = (each.asset_id, None if each.asset_id is not None else each.mark_id)
        groups.setdefault(key, []).append(each)
    known = generic or {}
    return tuple(
        Found(asset, _mark_of(group), tuple(group), generic=known.get(asset or "", 0.0))
        for (asset, _), group in groups.items()
    )


def _mark_of(evidence: Iterable[Evidence]) -> int | None:
    keyed = [e for e in evidence if e.signal in _KEYED]
    return min(keyed, key=lambda e: e.p_value).mark_id if keyed else None
