"""Predict a suspect that was brought to a few flat inks: find the inks and how drawn colours became them.

A hard palette puts every pixel into the nearest of a few centres in colour space and paints the class with
one ink. The mark shows only in the few pixels that the displacement carried across a threshold, so the
thresholds have to be known well. Both ends can be had from the picture: whoever quantises by clustering ends
near a fixed point where a centre is the mean drawn colour of its class, and an ink is the mean seen colour.
Several starts (clusters of the drawn tile, peaks in the seen colours) are alternated a little; the one whose
emulated picture is nearest to the suspect is kept. No key is involved.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from watermark.pictures import Plane, blur_torus

STEP = 0.3
_SPREAD = 0.6
_EVERY = 3
_TOO_FEW = 700
_COUNTS = (3, 4, 5, 6, 7)
_SEEDS = (1, 2)
_PEAKS = ((22.0, 0.002), (35.0, 0.002), (35.0, 0.0005))
_MOST = 8
_ALTERNATIONS = 2
_FEWEST = 20
_PER_INK = 0.01
_BIN = 8

Labels = NDArray[np.intp]


@dataclass(frozen=True)
class Quantiser:
    """What made a drawn colour an ink: (n, 3) centres among drawn colours, (n, 3) inks among seen ones."""

    centres: Plane
    inks: Plane

    def paint(self, artwork: Plane) -> Plane:
        """(S, S, 3) the drawn tile in the suspect's inks."""
        labels = _nearest(artwork.reshape(-1, 3), self.centres)
        return np.asarray(self.inks[labels].reshape(artwork.shape), np.float32)

    def slopes(self, artwork: Plane) -> tuple[Plane, Plane]:
        """How the painted tile changes, per px, as the drawn one moves by STEP px: down and right.

        Not the slope of the painted tile: only pixels near a threshold would change, and only they can show
        the mark.
        """
        changes = []
        for axis in (0, 1):
            before, after = (self.paint(_moved(artwork, axis, way)) for way in (1, -1))
            changes.append(blur_torus(after - before, _SPREAD) / np.float32(2 * STEP))
        return changes[0], changes[1]


def quantiser(artwork: Plane, seen: Plane, mask: Plane) -> Quantiser | None:
    """The quantiser whose picture is nearest to the suspect; None where too little was seen."""
    chosen = mask[::_EVERY, ::_EVERY] > 0
    drawn = np.ascontiguousarray(artwork[::_EVERY, ::_EVERY][chosen])
    shown = np.ascontiguousarray(seen[::_EVERY, ::_EVERY][chosen])
    if len(drawn) < _TOO_FEW:
        return None
    loss, kept = np.inf, None
    for centres, inks in _starts(drawn, shown):
        for centre, ink in _alternated(drawn, shown, centres, inks):
            error = float(np.abs(ink[_nearest(drawn, centre)] - shown).mean()) * (1 + _PER_INK * len(ink))
            if error < loss:
                loss, kept = error, Quantiser(centre, ink)
    return kept


def _moved(artwork: Plane, axis: int, way: int) -> Plane:
    return artwork * np.float32(1 - STEP) + np.roll(artwork, way, axis) * np.float32(STEP)


def _starts(drawn: Plane, shown: Plane) -> Iterator[tuple[Plane, Plane]]:
    stop = (cv2.TERM_CRITERIA_EPS + cv2.TERM_CRITERIA_MAX_ITER, 12, 0.5)
    for count in _COUNTS:
        for seed in _SEEDS:
            cv2.setRNGSeed(seed)
            some = np.ascontiguousarray(drawn[::7])
            fit = cv2.kmeans(some, count, np.zeros(0, np.int32), stop, 1, cv2.KMEANS_PP_CENTERS)
            centres: Plane = np.asarray(fit[2], np.float32)
            yield centres, _means(_nearest(drawn, centres), shown, count, np.zeros((count, 3), np.float32))
    for apart, share in _PEAKS:
        inks = _peaks(shown, apart, share)
        labels = _nearest(shown, inks)
        yield _means(labels, drawn, len(inks), np.full(inks.shape, 1e4, np.float32)), inks


def _alternated(drawn: Plane, shown: Plane, centres: Plane, inks: Plane) -> Iterator[tuple[Plane, Plane]]:
    """The start, and what it becomes when classes are read from the suspect and the centres follow."""
    yield centres, inks
    for _ in range(_ALTERNATIONS):
        nowhere = np.full(centres.shape, 1e4, np.float32)
        centres = _means(_nearest(shown, inks), drawn, len(inks), nowhere)
        inks = _means(_nearest(drawn, centres), shown, len(inks), inks)
        yield centres, inks


def _nearest(colours: Plane, centres: Plane) -> Labels:
    distance = (centres**2).sum(1) - 2 * (colours @ centres.T)
    return np.asarray(distance.argmin(1), np.intp)


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
