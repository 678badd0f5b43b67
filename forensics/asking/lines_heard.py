"""Known mark ids asked of the line of a laid suspect (``watermark.line``), wherever its artwork may lie.

A tile whose artwork repeats or mirrors itself within it (stripes, dots, a damask) can be laid in several
places that look alike; luminance finds the right one by its synchronisation frequencies, the line has none.
So every orientation and shift that leaves the artwork as it is is tried, by one Fourier transform for each
orientation, and paid for. Shifts are tried on a grid of _STEP px: the finest wave of the line is 11 px long.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from forensics.asking.listening import over_all_shifts
from forensics.placing.blocks import SIDE
from forensics.placing.known import ORIENTATIONS, KnownTile

_MOST_BY_VIEW = 8
_STEP = 2
_ONE_PLACE = 256

Spectra = NDArray[np.complex64]


@dataclass(frozen=True)
class LineHeard:
    """The best z of one mark id, in which orientation at which shift (y, x).

    ``log_tried``: the logarithm of how many z were compared.
    """

    mark_id: int
    z: float
    log_tried: float
    orientation: int = 0
    shift: tuple[int, int] = (0, 0)


def hear_lines(motion: Any, line: Any, tile: KnownTile, mark_ids: Sequence[int]) -> list[LineHeard]:
    """One answer for each id, from a ``watermark.line.motion.Motion`` and a ``LineMark``."""
    if one_place(tile):
        tried = math.log(len(motion.spectra))
        found = motion.evidence(line.field, mark_ids)
        return [LineHeard(m, float(z), tried) for m, z in zip(mark_ids, found, strict=True)]
    places = list(_places(tile))
    return [_anywhere(motion, line.field, places, mark_id, len(mark_ids)) for mark_id in mark_ids]


def one_place(tile: KnownTile) -> bool:
    """Whether the artwork can lie in one place only, up to a few px."""
    return len(tile.sameness) == 1 and int(tile.sameness[0][1].sum()) <= _ONE_PLACE


def _places(tile: KnownTile) -> Iterator[tuple[int, NDArray[np.intp]]]:
    """Every orientation with the shifts, as flat indices, that leave the artwork as it is."""
    for orientation, allowed in tile.sameness:
        coarse = np.zeros_like(allowed)
        coarse[::_STEP, ::_STEP] = allowed[::_STEP, ::_STEP]
        yield orientation, np.flatnonzero(coarse)


def _anywhere(
    motion: Any, field: Any, places: list[tuple[int, NDArray[np.intp]]], mark_id: int, asked: int
) -> LineHeard:
    """The last view is the sum of all; with many ids asked it alone is looked at."""
    views = motion.spectra if asked <= _MOST_BY_VIEW else motion.spectra[-1:]
    tried = math.log(len(views) * sum(len(shifts) for _, shifts in places))
    phases = field.phases(mark_id).conj()
    best = LineHeard(mark_id, -math.inf, tried)
    for orientation, shifts in places:
        for view in oriented(views, orientation, field):
            scale = math.sqrt(float((np.abs(view) ** 2).sum()) / 2) + 1e-9
            surface = over_all_shifts((view * phases).sum(0), field.fy, field.fx).ravel()[shifts]
            at = int(surface.argmax())
            z = float(surface[at]) / scale
            if z > best.z:
                best = LineHeard(mark_id, z, tried, orientation, divmod(int(shifts[at]), SIDE))
    return best


def oriented(views: Spectra, orientation: int, field: Any) -> Spectra:
    """The spectra (views, 2, components) of the suspect laid the other way: places and motion turned along.

    With fold(p) = tile(M p - s), v'(q) = M v(M^-1 q) is the motion as the tile counts places; its spectrum is
    V'(f) = M V(M^T f). Half of the frequencies are kept, the others are their conjugates.
    """
    if orientation == 0:
        return views
    matrix = ORIENTATIONS[orientation]
    fy, fx = matrix.T @ np.stack([field.fy, field.fx])
    kept = (fx > 0) | ((fx == 0) & (fy > 0))
    sign = np.where(kept, 1, -1)
    number = {place: k for k, place in enumerate(zip(field.fy.tolist(), field.fx.tolist(), strict=True))}
    at = [number[place] for place in zip((sign * fy).tolist(), (sign * fx).tolist(), strict=True)]
    found = views[:, :, at]
    turned = np.where(kept, found, found.conj())
    return np.asarray(np.einsum("ab,vbk->vak", matrix.astype(np.float32), turned), np.complex64)
