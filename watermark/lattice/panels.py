"""Cut a page along its gutters: swatches on a catalogue page, pictures in a screenshot.

Recursive X-Y cut (Nagy and Seth, "Hierarchical representation of optically scanned documents", 1984). A
gutter is flat from edge to edge and has the tone of the page, which is what its margin shows.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from watermark.pictures import Plane

Box = tuple[int, int, int, int]

_FLAT = 3.0
_NARROWEST_GUTTER = 4
_SMALLEST_SHARE = 0.12
_DEEPEST = 4
_LEAST_TEXTURE = 4.0


def panels(light: Plane) -> list[Box]:
    """Boxes (left, top, right, bottom) of the panels of a (H, W) luminance; empty without gutters."""
    page = _page_tone(light)
    if page is None:
        return []
    empty = np.abs(light - page) < _FLAT
    found = _cut(empty, (0, 0, light.shape[1], light.shape[0]), _DEEPEST)
    least = _SMALLEST_SHARE * min(light.shape)
    large = [b for b in found if min(b[2] - b[0], b[3] - b[1]) >= least]
    textured = [b for b in large if light[b[1] : b[3], b[0] : b[2]].std() > _LEAST_TEXTURE]
    return textured if len(textured) > 1 else []


def _page_tone(light: Plane) -> float | None:
    """The tone of the rim if the rim is flat all around: a page has a margin, a pattern has none."""
    rim = np.concatenate([light[0], light[-1], light[:, 0], light[:, -1]])
    tone = float(np.median(rim))
    return tone if float(np.mean(np.abs(rim - tone) < _FLAT)) > 0.98 else None


def _cut(empty: NDArray[np.bool_], box: Box, depth: int) -> list[Box]:
    left, top, right, bottom = _trimmed(empty, box)
    if right <= left or bottom <= top:
        return []
    part = empty[top:bottom, left:right]
    for axis in (0, 1):
        spans = _spans(np.asarray(part.all(axis=axis), bool))
        if depth > 0 and len(spans) > 1:
            if axis == 0:
                boxes = [(left + a, top, left + b, bottom) for a, b in spans]
            else:
                boxes = [(left, top + a, right, top + b) for a, b in spans]
            return [piece for inner in boxes for piece in _cut(empty, inner, depth - 1)]
    return [(left, top, right, bottom)]


def _trimmed(empty: NDArray[np.bool_], box: Box) -> Box:
    left, top, right, bottom = box
    part = ~empty[top:bottom, left:right]
    columns, rows = np.flatnonzero(part.any(axis=0)), np.flatnonzero(part.any(axis=1))
    if len(columns) == 0:
        return left, top, left, top
    return left + int(columns[0]), top + int(rows[0]), left + int(columns[-1]) + 1, top + int(rows[-1]) + 1


def _spans(flat: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Runs between gutters; a flat line narrower than a gutter does not cut."""
    spans: list[tuple[int, int]] = []
    start, gap = 0, 0
    for place, is_flat in enumerate(flat.tolist()):
        gap = gap + 1 if is_flat else 0
        if gap == _NARROWEST_GUTTER:
            if place + 1 - gap > start:
                spans.append((start, place + 1 - gap))
            start = place + 1
        elif gap > _NARROWEST_GUTTER:
            start = place + 1
    if start < len(flat):
        spans.append((start, len(flat)))
    return spans
