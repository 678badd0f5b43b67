"""Find what brought a suspect to a few inks: the inks, and how drawn colours became them.

Whoever quantises by clustering ends near a fixed point where a centre is the mean drawn colour of its class
and an ink is its mean seen colour. Several starts (clusters of the drawn tile, peaks in the seen colours) are
alternated a little; the one whose picture is nearest to the suspect is kept. Luma counts most, because codecs
smear chroma at edges, and every further ink has to earn its place. No key is involved.
"""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np
from numpy.typing import NDArray

from watermark.line.palette import FLAT, Labels, Palette, nearest
from watermark.pictures import Plane

_EVERY = 3
_TOO_FEW = 700
_COUNTS = (3, 4, 5, 6, 7)
_SEEDS = (1, 2)
_PEAKS = ((22.0, 0.002), (35.0, 0.002), (35.0, 0.0005))
_MOST = 8
_ALTERNATIONS = 2
_FEWEST = 20
_PER_INK = 0.04
_CHANNELS = np.array([1.0, 0.2, 0.2], np.float32)
_BIN = 8
# Shares of the second ink in a mixture below which recolouring tools drop it.
_DROPPED = (0.0, 0.12)


def find_palette(artwork: Plane, seen: Plane, mask: Plane) -> Palette | None:
    """The palette whose picture is nearest to the suspect; None if too little was seen."""
    chosen = mask[::_EVERY, ::_EVERY] > 0
    drawn = np.ascontiguousarray(artwork[::_EVERY, ::_EVERY][chosen])
    shown = np.ascontiguousarray(seen[::_EVERY, ::_EVERY][chosen])
    if len(drawn) < _TOO_FEW:
        return None
    best: dict[int, tuple[float, Palette]] = {}
    for centres, inks in _starts(drawn, shown):
        for centre, ink in _alternated(drawn, shown, centres, inks):
            palette = Palette(centre, ink, FLAT)
            loss = _loss(palette, drawn, shown)
            if len(ink) not in best or loss < best[len(ink)][0]:
                best[len(ink)] = loss, palette
    flat = list(best.values())
    mixed = [Palette(p.centres, p.inks, dropped) for _, p in flat for dropped in _DROPPED]
    ranked = flat + [(_loss(palette, drawn, shown), palette) for palette in mixed]
    return min(ranked, key=lambda pair: pair[0])[1]


def _loss(palette: Palette, drawn: Plane, shown: Plane) -> float:
    error = np.abs(palette.paint(drawn) - shown).mean(0)
    return float(error @ _CHANNELS) * (1 + _PER_INK * len(palette.inks))


def _starts(drawn: Plane, shown: Plane) -> Iterator[tuple[Plane, Plane]]:
    stop = (cv2.TERM_CRITERIA_EPS + cv2.TERM_CRITERIA_MAX_ITER, 12, 0.5)
    for count in _COUNTS:
        for seed in _SEEDS:
            cv2.setRNGSeed(seed)
            some = np.ascontiguousarray(drawn[::7])
            fit = cv2.kmeans(some, count, np.zeros(0, np.int32), stop, 1, cv2.KMEANS_PP_CENTERS)
            centres: Plane = np.asarray(fit[2], np.float32)
            yield centres, _means(nearest(drawn, centres), shown, count, np.zeros((count, 3), np.float32))
    for apart, share in _PEAKS:
        inks = _peaks(shown, apart, share)
        labels = nearest(shown, inks)
        yield _means(labels, drawn, len(inks), np.full(inks.shape, 1e4, np.float32)), inks


def _alternated(drawn: Plane, shown: Plane, centres: Plane, inks: Plane) -> Iterator[tuple[Plane, Plane]]:
    """The start, and what it becomes when classes are read from the suspect and the centres follow."""
    yield centres, inks
    for _ in range(_ALTERNATIONS):
        nowhere = np.full(centres.shape, 1e4, np.float32)
        centres = _means(nearest(shown, inks), drawn, len(inks), nowhere)
        inks = _means(nearest(drawn, centres), shown, len(inks), inks)
        yield centres, inks


def _means(labels: Labels, colours: Plane, count: int, otherwise: Plane) -> Plane:
    """(count, 3) mean colour of every class; classes of a few pixels keep what they had."""
    size = np.bincount(labels, minlength=count)
    sums = [np.bincount(labels, colours[:, c], count) for c in range(3)]
    mean = np.stack(sums, 1) / np.maximum(size, 1)[:, None]
    return np.asarray(np.where((size > _FEWEST)[:, None], mean, otherwise), np.float32)


def _peaks(shown: Plane, apart: float, share: float) -> Plane:
    """Up to _MOST frequent colours (luma, chroma, chroma), `apart` from each other; at least one."""
    bins = np.clip((shown + np.array([0, 128, 128], np.float32)) / _BIN, 0, 255 // _BIN).astype(np.intp)
    key = (bins[:, 0] * 32 + bins[:, 1]) * 32 + bins[:, 2]
    _, place, size = np.unique(key, return_inverse=True, return_counts=True)
    mean = np.stack([np.bincount(place, shown[:, c]) / size for c in range(3)], 1)
    found: list[NDArray[np.float64]] = []
    for number in np.argsort(-size, kind="stable"):
        if len(found) >= _MOST or (found and size[number] < share * len(shown)):
            break
        if all(float(np.linalg.norm(mean[number] - other)) > apart for other in found):
            found.append(mean[number])
    return np.array(found, np.float32)
