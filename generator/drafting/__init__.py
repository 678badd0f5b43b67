"""Soft screens to an index map as a draughtsman inks a sketch: edges straight, curves even, corners sharp.

The outlines of every ink are traced, those of one shape are made one shape, each is drawn anew with lines and
curves, and filled.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
from numpy.typing import NDArray

from generator.drafting.alike import made_alike
from generator.drafting.filling import filled, settled
from generator.drafting.fitting import curved, fitted, straightened
from generator.drafting.ruling import built, directions
from generator.drafting.tracing import Field, Outline, traced
from generator.screens import enlarge

NEWEST = 3  # edition of these rules
_FINE = 256  # samples across the field that is traced, at least
_MOST = 0.8  # samples of the screens by which an edge may be moved
_CRUMB, _RULED_CRUMB = 1.0, 4.0  # square samples of the screens that an outline encloses at least


def drafted(
    screens: Field,
    edge: int,
    inks: int,
    *,
    edition: int = NEWEST,
    ruler: bool = False,
    smooth: bool = False,
) -> NDArray[np.uint8]:
    """Screens (n, H, W) in -1..1 as an index map (edge, edge) of ink numbers below `inks`.

    Ground that repeats is drawn once. The second edition of these rules draws what is made with a ruler by
    the square, and tells inside from outside by the whole of a field; the third draws all with a `ruler`, in
    few directions, where the words ask for what is made so, and else all free-hand, in fair curves between
    corners, or without these where the words ask for what is all `smooth`.
    """
    half = screens.shape[-1] // 2
    repeats = np.array_equal(screens, np.tile(screens[:, :half, :half], (1, 2, 2)))
    if repeats and edge % 2 == 0:
        quarter = screens[:, :half, :half]
        drawn = drafted(quarter, edge // 2, inks, edition=edition, ruler=ruler, smooth=smooth)
        return np.tile(drawn, (2, 2))
    unit = max(1, _FINE // screens.shape[-1])
    fields = _fields(screens, unit, inks)
    by_ruler = ruler and edition > 2
    least = (_RULED_CRUMB if by_ruler else _CRUMB) * unit**2
    outlines = [[each for each in traced(field) if each.covers(least)] for field in fields]
    alike = made_alike([each for found in outlines for each in found], unit)
    inked = [each for found in outlines[1:] for each in found]
    anew = map(_hand(inked, unit, edition, ruler=by_ruler, smooth=smooth), alike)
    masks = [
        filled([next(anew) for _ in found], field, edge, most=edition > 1)
        for found, field in zip(outlines, fields, strict=True)
    ]
    return settled(masks)


def _hand(
    inked: list[Outline], unit: float, edition: int, *, ruler: bool, smooth: bool
) -> Callable[[Outline], Outline]:
    """How an outline is drawn anew in a drawing with these outlines of inks."""
    if edition < 3:
        return partial(fitted, unit=unit, most=_MOST, ruled=built(inked, unit), square=edition > 1)
    if ruler:
        return partial(straightened, unit=unit, most=_MOST, ways=directions(inked, unit))
    return partial(curved, unit=unit, smooth=smooth)


def _fields(screens: Field, unit: int, inks: int) -> list[Field]:
    """For the ground and each ink a field, positive where it prints, `unit` samples to one of the screens."""
    coverage, edge = (screens[: inks - 1] + 1.0) / 2.0, unit * screens.shape[-1]
    over = enlarge(coverage.sum(axis=0).clip(0.0, 1.0), edge) - 0.5
    each = np.stack([enlarge(screen, edge) for screen in coverage])
    fields = [-over]
    for number in range(inks - 1):
        others = np.delete(each, number, axis=0)
        fields.append(np.minimum(over, each[number] - others.max(axis=0)) if len(others) else over)
    return fields
