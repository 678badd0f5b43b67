"""Known mark ids asked of the line of a laid suspect (``watermark.line``), wherever its artwork may lie.

A tile whose artwork repeats within it (stripes, dots) can be laid in many places that look alike; luminance
finds the right one by its synchronisation frequencies, the line has none. So every shift that leaves the
artwork as it is is tried, by one Fourier transform, and paid for.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from forensics.asking.listening import over_all_shifts
from forensics.placing.blocks import SIDE
from forensics.placing.known import KnownTile

_MOST_BY_VIEW = 8


@dataclass(frozen=True)
class LineHeard:
    """The best z of one mark id, at which shift (y, x), and the logarithm of how many z were compared."""

    mark_id: int
    z: float
    log_tried: float
    shift: tuple[int, int] = (0, 0)


def hear_lines(motion: Any, line: Any, tile: KnownTile, mark_ids: Sequence[int]) -> list[LineHeard]:
    """One answer for each id, from a ``watermark.line.motion.Motion`` and a ``LineMark``."""
    if not tile.repeating:
        tried = math.log(len(motion.spectra))
        found = motion.evidence(line.field, mark_ids)
        return [LineHeard(m, float(z), tried) for m, z in zip(mark_ids, found, strict=True)]
    return [_anywhere(motion, line, tile, mark_id, len(mark_ids)) for mark_id in mark_ids]


def _anywhere(motion: Any, line: Any, tile: KnownTile, mark_id: int, asked: int) -> LineHeard:
    """The last view is the sum of all; with many ids asked it alone is looked at."""
    allowed = tile.sameness[0][1]
    views = motion.spectra if asked <= _MOST_BY_VIEW else motion.spectra[-1:]
    tried = math.log(len(views) * int(allowed.sum()))
    phases = line.field.phases(mark_id).conj()
    best = LineHeard(mark_id, -math.inf, tried)
    for view in views:
        scale = math.sqrt(float((np.abs(view) ** 2).sum()) / 2) + 1e-9
        surface = over_all_shifts((view * phases).sum(0), line.field.fy, line.field.fx)
        places = np.flatnonzero(allowed)
        at = int(places[int(surface.ravel()[places].argmax())])
        z = float(surface.ravel()[at]) / scale
        if z > best.z:
            best = LineHeard(mark_id, z, tried, divmod(at, SIDE))
    return best
