"""What is to be said of inks that touch: contrast, difference, and what colour-blind people see of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from generator.palette import parse_palette
from generator.palettes.colour import DEFICIENCIES, contrast, difference

MIN_DIFFERENCE = 8.0  # CIEDE2000: less than this, and inks side by side look like one at a distance
MIN_CONTRAST = 3.0  # WCAG 2.2, 1.4.11: what a shape needs to be made out
_LEAST_BORDER = 0.002  # share of all borders below which inks are not said to touch


@dataclass(frozen=True)
class Pair:
    """Two inks by their places in the palette; `seen` is their CIEDE2000 under each deficiency."""

    first: int
    second: int
    contrast: float
    difference: float
    seen: Mapping[str, float]


@dataclass(frozen=True)
class Warned:
    """`code`: inks-alike, inks-alike-to-colour-blind or low-contrast. `inks` are places in the palette."""

    code: str
    text: str
    inks: tuple[int, ...]


@dataclass(frozen=True)
class Report:
    """Every pair of inks that touch, and what is wrong with them."""

    palette: tuple[str, ...]
    pairs: tuple[Pair, ...]
    warnings: tuple[Warned, ...]


def check(
    palette: Sequence[str],
    touching: Collection[tuple[int, int]] | None = None,
    names: Sequence[str] | None = None,
) -> Report:
    """Look at the pairs of places in `touching` (see `touching`), or at all pairs; inks are told by `names`.

    Raises BriefError for what is no palette.
    """
    inks = parse_palette(palette)
    wanted = sorted(touching) if touching is not None else list(combinations(range(len(inks)), 2))
    pairs = tuple(_pair(inks, first, second) for first, second in wanted)
    told = tuple(names or inks)
    warnings = [warned for pair in pairs for warned in _warnings(pair, told)]
    ratios = [contrast(inks[0], ink) for ink in inks[1:]]
    if max(ratios) < MIN_CONTRAST:
        text = f"no ink stands out from {told[0]}: contrast {max(ratios):.1f}, a shape needs {MIN_CONTRAST:g}"
        warnings.append(Warned("low-contrast", text, tuple(range(len(inks)))))
    return Report(inks, pairs, tuple(warnings))


def touching(separations: NDArray[np.uint8]) -> frozenset[tuple[int, int]]:
    """The pairs of inks that lie side by side in an index map (H, W), across its edges too."""
    highest = int(separations.max()) + 1
    borders = np.zeros((highest, highest), np.int64)
    for axis in (0, 1):
        beside = np.roll(separations, -1, axis=axis)
        low, high = np.minimum(separations, beside), np.maximum(separations, beside)
        borders += np.bincount((low.astype(np.int64) * highest + high).ravel(), minlength=highest**2).reshape(
            highest, highest
        )
    np.fill_diagonal(borders, 0)
    least = max(1.0, _LEAST_BORDER * float(borders.sum()))
    return frozenset((int(first), int(second)) for first, second in np.argwhere(borders >= least))


def _pair(inks: tuple[str, ...], first: int, second: int) -> Pair:
    one, other = inks[first], inks[second]
    seen = {name: difference(one, other, name) for name in DEFICIENCIES}
    return Pair(first, second, contrast(one, other), difference(one, other), seen)


def _warnings(pair: Pair, told: tuple[str, ...]) -> list[Warned]:
    inks = (pair.first, pair.second)
    both = f"{told[pair.first]} and {told[pair.second]}"
    if pair.difference < MIN_DIFFERENCE:
        text = f"{both} look alike: Delta E {pair.difference:.1f}, less than {MIN_DIFFERENCE:g}"
        return [Warned("inks-alike", text, inks)]
    lost = {name: value for name, value in pair.seen.items() if value < MIN_DIFFERENCE}
    if not lost:
        return []
    sight = ", ".join(f"{name} (Delta E {value:.1f})" for name, value in lost.items())
    return [Warned("inks-alike-to-colour-blind", f"{both} fall together with {sight}", inks)]
