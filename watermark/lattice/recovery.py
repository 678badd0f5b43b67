"""Recover the repeat of a suspect: pair the peaks of two autocorrelations, fit, score, rank."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import combinations, zip_longest

import cv2
import numpy as np
from numpy.typing import NDArray

from watermark.lattice.basis import Basis, area, distinct, is_square, reduced, same_lattice, upright
from watermark.lattice.correlation import Autocorrelation
from watermark.lattice.features import artwork, grain
from watermark.lattice.harmonics import Harmonics
from watermark.lattice.stripes import striped
from watermark.lattice.sublattice import superlattices
from watermark.lattice.support import Support, fitted, support
from watermark.lattice.wave import LONGEST_SIDE
from watermark.pictures import Pixels
from watermark.protocol import Lattice, LatticeKind

_PEAKS = 20
_PAIRS = 24
_LEVEL = 0.04
_SHORTEST_PERIOD = 16.0
_FEWEST_POINTS = 2
_MANY_POINTS = 12


@dataclass(frozen=True)
class Candidate:
    """A lattice hypothesis in pixels of the reduced suspect, with its support in both correlations."""

    basis: Basis
    kind: LatticeKind
    art: Support
    grain: Support


def recover(pixels: Pixels, limit: int = 6) -> list[Lattice]:
    """Repeat hypotheses of a uint8 (H, W, 3) suspect, best first; empty if nothing repeats.

    At most `limit`, and beside them at most ten tiles of a stripe.

    Needs a little more than one period in both directions (1.25 is enough). Affine: rotation, scale, stretch
    and shear are covered, perspective is for `refine`.
    """
    height, width = pixels.shape[:2]
    shrink = min(1.0, LONGEST_SIDE / max(height, width))
    small = pixels
    if shrink < 1:
        small = np.asarray(
            cv2.resize(pixels, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA), np.uint8
        )
    scale = np.array([width / small.shape[1], height / small.shape[0]])
    features = artwork(small)
    exact = Harmonics(features)
    found = [_exactly(c, exact) for c in _ranked(small, features, exact, shrink, limit)]
    return [lattice_of(c.basis * scale, (height, width), c.kind, c.art.mean) for c in found]


def _exactly(candidate: Candidate, exact: Harmonics) -> Candidate:
    """Refined by its harmonics; a stripe has none along itself, and was made from refined ones."""
    return (
        candidate if candidate.kind == "stripe" else replace(candidate, basis=exact.refined(candidate.basis))
    )


def lattice_of(basis: Basis, size: tuple[int, int], kind: LatticeKind, score: float = 0.0) -> Lattice:
    """The lattice with these rows u and v (made upright), its origin in the middle of a (height, width)."""
    u, v = upright(basis)
    return Lattice(
        (float(u[0]), float(u[1])),
        (float(v[0]), float(v[1])),
        (size[1] / 2, size[0] / 2),
        kind=kind,
        score=min(1.0, max(0.0, score)),
    )


def _ranked(
    pixels: Pixels, features: NDArray[np.complex64], exact: Harmonics, shrink: float, limit: int
) -> list[Candidate]:
    art = Autocorrelation(features)
    left = Autocorrelation(grain(pixels), even_spectrum=True)
    found: list[Candidate] = []
    kinds: tuple[tuple[LatticeKind, Autocorrelation], ...] = (("residual", left), ("content", art))
    for kind, correlation in kinds:
        found += [
            Candidate(basis, kind, support(basis, art), support(basis, left))
            for basis in distinct(_paired(correlation))
        ]
    chosen = _shortlist(found)
    chosen += [
        Candidate(basis, kind, support(basis, art), support(basis, left))
        for kind, basis in _extended(exact, chosen, (art, left), 8 * shrink)
    ]
    seen_twice = [candidate for candidate in chosen if candidate.art.mean > -1]
    stripes = [candidate for candidate in seen_twice if candidate.kind == "stripe"]
    others = _by_merit([candidate for candidate in seen_twice if candidate.kind != "stripe"], left)
    return _in_turns(stripes, others, limit)


def _in_turns(stripes: list[Candidate], others: list[Candidate], limit: int) -> list[Candidate]:
    """Each lattice once, stripes and others by turns in their order: all the stripes, `limit` of the others.

    Repeated ones go before the limit is met: three signs often find one lattice, which counts once.
    """
    turns = zip_longest(stripes, others)
    kept: list[Candidate] = []
    for candidate in _unique([candidate for turn in turns for candidate in turn if candidate is not None]):
        if candidate.kind == "stripe":
            kept.append(candidate)
        elif limit > 0:
            kept.append(candidate)
            limit -= 1
    return kept


def _extended(
    exact: Harmonics, chosen: list[Candidate], both: tuple[Autocorrelation, Autocorrelation], block: float
) -> list[tuple[LatticeKind, Basis]]:
    """Tile periods above the finest repeats, and square tiles of stripes; `block`: JPEG block in px."""
    art, left = both
    more: list[tuple[LatticeKind, Basis]] = [("stripe", basis) for basis in striped(art, left, exact)]
    best = max((c.art.quartile for c in chosen), default=0.0)
    fine = [c for c in chosen if c.art.points >= _MANY_POINTS and c.art.quartile >= 0.8 * best]
    for candidate in _unique(sorted(fine, key=lambda c: area(c.basis)))[:2]:
        basis = fitted(candidate.basis, art)
        more += [("residual", fitted(b, left)) for b in superlattices(basis, left, block)]
    return more


def _paired(correlation: Autocorrelation) -> list[Basis]:
    """Reduced and fitted bases of pairs of strong peaks: strongest first, finest of equals first."""
    places, heights = correlation.peaks(_PEAKS)
    levels = np.rint(heights / _LEVEL)
    pairs = [
        (-min(levels[i], levels[j]), reduced(np.array([places[i], places[j]])))
        for i, j in combinations(range(len(places)), 2)
    ]
    # A reduced basis is never oblique: two peaks in one line leave a vector that is too short.
    proper = [(level, basis) for level, basis in pairs if np.hypot(*basis.T).min() >= _SHORTEST_PERIOD]
    proper.sort(key=lambda pair: (pair[0], round(area(pair[1]))))
    bases: list[Basis] = []
    for _, basis in proper:
        if not any(same_lattice(known, basis) for known in bases):
            bases.append(basis)
        if len(bases) >= _PAIRS:
            break
    return [fitted(basis, correlation, 1) for basis in bases]


def _unique(candidates: list[Candidate]) -> list[Candidate]:
    kept: list[Candidate] = []
    for candidate in candidates:
        if not any(same_lattice(known.basis, candidate.basis) for known in kept):
            kept.append(candidate)
    return kept


def _shortlist(found: list[Candidate]) -> list[Candidate]:
    """Per correlation: the smallest periods among the well supported, and the best supported."""
    chosen: list[Candidate] = []
    for kind, share in (("residual", 0.6), ("content", 0.72)):
        rated = [(_evidence(c), c) for c in found if c.kind == kind and _evidence(c).points >= _FEWEST_POINTS]
        best = max((e.quartile for e, _ in rated), default=0.0)
        fair = [(e, c) for e, c in rated if best > 0 and e.quartile >= share * best]
        chosen += [c for _, c in sorted(fair, key=lambda r: area(r[1].basis))[:3]]
        chosen += [c for _, c in sorted(rated, key=lambda r: -r[0].quartile)[:2]]
        chosen += [c for _, c in sorted(rated, key=lambda r: -r[0].mean)[:2]]
    return chosen


def _evidence(candidate: Candidate) -> Support:
    return candidate.grain if candidate.kind == "residual" else candidate.art


def _by_merit(candidates: list[Candidate], left: Autocorrelation) -> list[Candidate]:
    """Best first. Grain counts most, as far as it stands out of its noise; small squares break ties."""
    if not candidates:
        return []
    loudest = max(candidates, key=lambda c: c.grain.mean).grain
    clear = (loudest.mean - left.typical) / left.noise * np.sqrt(min(loudest.points, 12))
    trust = float(np.clip(clear / 8, 0, 1)) * 3 / max(loudest.mean, 1e-6)

    def merit(candidate: Candidate) -> float:
        periods = np.log2(area(candidate.basis))
        few = 0.3 * (candidate.grain.points < 3)
        square = 0.4 * is_square(candidate.basis)
        return float(trust * candidate.grain.mean + candidate.art.mean + square - few - 0.2 * periods)

    return sorted(candidates, key=merit, reverse=True)
