"""From evidence to a finding: where the tile is, how it repeats, how large it lies and in which colours.

None of this is evidence, and nothing of it changes a probability. The artwork laid over the suspect is the
drawn tile where it is kept, so that not even the description looks at the mark.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from forensics.describing.colourway import colourway
from forensics.describing.laying import Laid, lay
from forensics.describing.plane import Image, Matrix
from forensics.describing.regions import region
from forensics.describing.repeats import frames, overlay_of, repeat_of
from forensics.describing.unrolled import AGREEMENT_SIDE, agreement
from forensics.fingerprints.prints import Fingerprint, fingerprint
from forensics.index import Index, Reference
from forensics.report import Evidence, Found, Region, Signal, gathered
from forensics.traits import Repeat, RepeatType

MM_PER_INCH = 25.4
_ALONE = 1.25
_LEAST_AGREEMENT = 0.3


@dataclass(frozen=True)
class Scene:
    """The suspect as it is worked on: ``scale`` px per px of the picture given, with its ``dpi`` if known."""

    pixels: Image
    scale: float = 1.0
    dpi: float | None = None

    @cached_property
    def prints(self) -> Fingerprint:
        """The fingerprint of the whole picture, made once."""
        return fingerprint(self.pixels)


def described(scene: Scene, index: Index, evidence: Sequence[Evidence]) -> list[Found]:
    """One finding for each asset the evidence speaks for."""
    return [_described(scene, index, found) for found in gathered(evidence)]


def artwork(reference: Reference) -> Image | None:
    """The drawn tile, else the registered one; None when neither can be loaded: the mark proves without."""
    for load in (reference.drawn, reference.tile):
        try:
            if load is not None:
                return load()
        except Exception:  # noqa: BLE001, S112 - whatever the store raises; the next may still be there
            continue
    return None


def _described(scene: Scene, index: Index, found: Found) -> Found:
    reference = index.by_asset(found.asset_id) if found.asset_id is not None else None
    tile = artwork(reference) if reference is not None else None
    starts = _starts(scene, found.evidence, tile)
    laid = lay(scene.pixels, starts, tile) if tile is not None and starts else None
    generic = reference.generic if reference is not None else 0.0
    if reference is None or tile is None or laid is None:
        repeat = _unlaid_repeat(scene, starts)
        return Found(found.asset_id, found.mark_id, found.evidence, repeat=repeat, generic=generic)
    return Found(
        asset_id=found.asset_id,
        mark_id=found.mark_id,
        evidence=found.evidence,
        region=_in_picture(region(scene.pixels, laid, tile), scene.scale),
        repeat=_repeat(scene, laid, tile, reference, _kind(found.evidence)),
        colourway=colourway(scene.pixels, laid, tile),
        generic=generic,
    )


def _starts(scene: Scene, evidence: Sequence[Evidence], tile: Image | None) -> list[Matrix]:
    """Frames to lay the tile by, strongest evidence first, then what else the first may stand for."""
    placed = sorted((e for e in evidence if e.overlay is not None), key=lambda e: e.p_value)
    units = [_unit(each, scene.scale) for each in placed[:2]]
    if not units or tile is None:
        return units
    middle = (scene.pixels.shape[1] / 2, scene.pixels.shape[0] / 2)
    return [*units, *frames(units[0], middle, tile.shape[1] / tile.shape[0])]


def _unit(evidence: Evidence, scale: float) -> Matrix:
    assert evidence.overlay is not None  # noqa: S101 - only placed evidence is asked
    unit = np.array(evidence.overlay.homography, np.float64).reshape(3, 3)
    return np.asarray(np.diag([scale, scale, 1.0]) @ unit, np.float64)


def _kind(evidence: Sequence[Evidence]) -> str:
    """Which signal led to the placement."""
    placed = [e for e in evidence if e.overlay is not None]
    return min(placed, key=lambda e: e.p_value).signal.value if placed else Signal.COPY.value


def _repeat(scene: Scene, laid: Laid, tile: Image, reference: Reference, kind: str) -> Repeat:
    count = float(agreement(scene.pixels, laid, tile).sum()) / AGREEMENT_SIDE**2
    unit = np.diag([1 / scene.scale, 1 / scene.scale, 1.0]) @ laid.unit
    plain = repeat_of(unit, laid.middle, kind)
    alone = count < _ALONE
    size = _physical(plain, scene.dpi)
    enlarged = size[0] / reference.size_mm if size is not None and reference.size_mm else None
    registered = float(np.sqrt(tile.shape[0] * tile.shape[1]))
    return Repeat(
        plain.width_px,
        plain.height_px,
        plain.angle_deg,
        kind,
        overlay_of(unit),
        type=RepeatType.SINGLE if alone else laid.laying.type,
        sure=0.0 if alone else laid.sure,
        alike=() if alone else laid.alike,
        count=round(count, 2),
        scale=float(np.sqrt(plain.width_px * plain.height_px)) / registered,
        size_mm=size,
        enlarged=enlarged,
    )


def _unlaid_repeat(scene: Scene, starts: Sequence[Matrix]) -> Repeat | None:
    if not starts:
        return None
    unit = np.diag([1 / scene.scale, 1 / scene.scale, 1.0]) @ starts[0]
    return repeat_of(np.asarray(unit, np.float64), (0.5, 0.5), Signal.MARK.value)


def _physical(repeat: Repeat, dpi: float | None) -> tuple[float, float] | None:
    if not dpi:
        return None
    return repeat.width_px / dpi * MM_PER_INCH, repeat.height_px / dpi * MM_PER_INCH


def _in_picture(place: Region, scale: float) -> Region:
    return tuple((round(x / scale, 1), round(y / scale, 1)) for x, y in place)


def copy_shown(scene: Scene, reference: Reference) -> bool:
    """Whether a near copy by its hash really shows the tile: its edges agree where they should."""
    tile = artwork(reference)
    height, width = scene.pixels.shape[:2]
    whole: NDArray[np.float64] = np.diag([float(width), float(height), 1.0])
    laid = lay(scene.pixels, [whole], tile) if tile is not None else None
    return laid is not None and laid.agreement >= 2 * _LEAST_AGREEMENT
