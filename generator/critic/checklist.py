"""The release checklist of one tile: each point with its measure, its limit, and what to do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from generator.critic.printing import Separations, coverage, finest, seam
from generator.errors import BriefError

EDITION = 4  # a tile is judged again where a check measures otherwise than it did
PASS, WARN, FAIL = "pass", "warn", "fail"
MM_PER_INCH = 25.4
FOREIGN = 0.002  # the share of pixels that may be no ink of the palette
SCARCE = 0.001  # an ink that prints less than this is one too many


@dataclass(frozen=True)
class Limits:
    """What the printer can do: dots per inch, the smallest repeat, the finest line and gap in mm."""

    dpi: float = 150.0
    repeat_mm: float = 50.0
    line_mm: float = 0.3
    gap_mm: float = 0.3

    def __post_init__(self) -> None:
        """Raise BriefError for a limit that no printer has."""
        for name, value in vars(self).items():
            low, high = (10.0, 2400.0) if name == "dpi" else (0.0, 5000.0)
            if not low <= value <= high:
                raise BriefError(name, f"{value:g} is out of range", f"give {low:g} to {high:g}")


@dataclass(frozen=True)
class Check:
    """One point: `state` is pass, warn or fail, `measure` and `limit` short texts, `reason` the remedy."""

    name: str
    state: str
    measure: str
    limit: str
    reason: str = ""


def release_checks(
    found: Separations, palette: Sequence[str], limits: Limits | None = None
) -> tuple[Check, ...]:
    """The points that need nothing but the tile: resolution, seam, inks, finest line and gap.

    `found` are the separations of one repeat in `palette`, a pixel each.
    """
    asked = limits or Limits()
    finest_of = measured(found, len(palette), asked)
    return (
        _resolution(found, asked),
        _seam(found),
        _inks(found, palette),
        _fine("line", finest_of["line"], asked.line_mm, "thicken it, or print the repeat larger"),
        _fine("gap", finest_of["gap"], asked.gap_mm, "open it, or print the repeat larger"),
    )


def measured(found: Separations, inks: int, limits: Limits) -> Mapping[str, tuple[float, int]]:
    """The finest line and gap of all screens over the ground in mm, each with the number of its ink."""
    pixel = MM_PER_INCH / limits.dpi
    masks = [(ink, np.asarray(found.inks == ink)) for ink in range(1, inks)]
    printed = [(ink, mask) for ink, mask in masks if mask.any()] or [(0, np.ones((1, 1), np.bool_))]
    lines = [(finest(mask) * pixel, ink) for ink, mask in printed]
    gaps = [(finest(~mask) * pixel, ink) for ink, mask in printed]
    return {"line": min(lines), "gap": min(gaps)}


def _resolution(found: Separations, limits: Limits) -> Check:
    height, width = found.inks.shape
    repeat = width * MM_PER_INCH / limits.dpi
    state = PASS if height == width and repeat >= limits.repeat_mm else FAIL
    remedy = "make it larger, or print at fewer dots per inch" if height == width else "a tile is square"
    measure = f"{width} x {height} px, a repeat of {repeat:.0f} mm"
    wanted = f"{limits.repeat_mm:g} mm at {limits.dpi:g} dpi"
    return Check("resolution", state, measure, wanted, "" if state == PASS else remedy)


def _seam(found: Separations) -> Check:
    broken, most = seam(found.inks)
    state = PASS if broken <= most else FAIL
    reason = "" if state == PASS else "the tile does not meet itself; repair it, or draw it again"
    return Check("seam", state, f"{broken:.0%} of the edge breaks", f"{most:.0%}", reason)


def _inks(found: Separations, palette: Sequence[str]) -> Check:
    shares = coverage(found.inks, len(palette))
    idle = [ink for ink, share in zip(palette, shares, strict=True) if share < SCARCE]
    measure = f"{len(palette) - len(idle)} of {len(palette)} inks print, {found.foreign:.1%} is in none"
    limit = f"all {len(palette)}, at most {FOREIGN:.1%} in none"
    if found.foreign > FOREIGN:
        return Check("inks", FAIL, measure, limit, "bring every colour to an ink of the palette")
    if idle:
        why = f"{', '.join(idle)} hardly prints: a screen is paid for and not seen"
        return Check("inks", WARN, measure, limit, why)
    return Check("inks", PASS, measure, limit)


def _fine(name: str, found: tuple[float, int], limit: float, remedy: str) -> Check:
    width, ink = found
    reason = "" if width >= limit else f"the screen of ink {ink + 1} has a finer {name}: {remedy}"
    state = PASS if width >= limit else FAIL
    return Check(f"finest {name}", state, f"{width:.2f} mm", f"{limit:g} mm", reason)
