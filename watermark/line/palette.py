"""Predict a suspect of a few inks: paint the drawn tile as the suspect was painted.

Two ways to bring artwork to a palette. Flat: every pixel becomes the ink of the nearest centre, as in an
indexed picture; the mark shows only in the few pixels that the displacement carried across a threshold.
Mixed: the inks are exchanged and an anti-aliased edge stays the same mixture of its two inks, as when
separations are printed anew.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from watermark.pictures import Plane, blur_torus, over_channels

STEP = 0.3
FLAT = 1.0
_SPREAD = 0.6
_ABSENT = 9e3

Labels = NDArray[np.intp]


@dataclass(frozen=True)
class Palette:
    """(n, 3) centres among drawn colours and the (n, 3) ink each became.

    dropped: share of the second ink of a mixture below which the pixel is pure; FLAT: every pixel is pure.
    """

    centres: Plane
    inks: Plane
    dropped: float

    def paint(self, drawn: Plane) -> Plane:
        """(..., 3) the drawn colours (..., 3) in the suspect's inks."""
        colours = drawn.reshape(-1, 3)
        first = nearest(colours, self.centres)
        painted = self.inks[first]
        if self.dropped < FLAT:
            self._mix(colours, first, painted)
        return np.asarray(painted.reshape(drawn.shape), np.float32)

    def slopes(self, artwork: Plane) -> tuple[Plane, Plane]:
        """How the painted tile (S, S, 3) changes, per px, as the drawn one moves by STEP px: down and right.

        Not the slope of the painted tile: of a flat palette only pixels near a threshold would change, and
        only they can show the mark.
        """
        changes = []
        for axis in (0, 1):
            before, after = (self.paint(_moved(artwork, axis, way)) for way in (1, -1))
            changes.append(blur_torus(after - before, _SPREAD) / np.float32(2 * STEP))
        return changes[0], changes[1]

    def _mix(self, colours: Plane, first: Labels, painted: Plane) -> None:
        """Give the pixels of `painted` that lie between two centres their share of the second ink."""
        between = np.flatnonzero(over_channels((colours - self.centres[first]) ** 2) > self._pure()[first])
        own, base = first[between], self.centres[first[between]]
        away = colours[between] - base
        nearest_line = np.full(len(between), np.inf, np.float32)
        second, share = own.copy(), np.zeros(len(between), np.float32)
        for ink, centre in enumerate(self.centres):
            if absent(centre):
                continue
            span = centre - base
            length = np.maximum(over_channels(span**2), 1e-6)
            along = np.clip(over_channels(away * span) / length, 0, 0.5)
            off = over_channels((away - along[:, None] * span) ** 2)
            nearer = off < nearest_line - 1e-3
            nearest_line[nearer], second[nearer], share[nearer] = off[nearer], ink, along[nearer]
        share[share < self.dropped] = 0
        painted[between] += share[:, None] * (self.inks[second] - self.inks[own])

    def _pure(self) -> NDArray[np.float32]:
        """(n,) square of the distance from a centre within which no other ink's share can matter."""
        apart = ((self.centres[:, None] - self.centres[None]) ** 2).sum(2)
        np.fill_diagonal(apart, np.inf)
        reach = max(self.dropped, 0.02) ** 2
        return np.asarray(reach * apart.min(1), np.float32)


def nearest(colours: Plane, centres: Plane) -> Labels:
    """(n,) number of the nearest centre.

    One centre at a time: a table of all distances takes three times as long.
    """
    squares, twice = (centres**2).sum(1), [2 * colours[:, c] for c in range(3)]
    label, least = np.zeros(len(colours), np.intp), np.full(len(colours), np.inf, np.float32)
    for number, centre in enumerate(centres):
        distance = squares[number] - twice[0] * centre[0]
        for c in (1, 2):
            distance -= twice[c] * centre[c]
        label[distance < least] = number
        np.minimum(distance, least, out=least)
    return label


def absent(centres: Plane) -> NDArray[np.bool_]:
    """Which centres (..., 3) stand for inks that no drawn colour became."""
    return np.asarray(centres[..., 0] > _ABSENT)


def _moved(artwork: Plane, axis: int, way: int) -> Plane:
    return artwork * np.float32(1 - STEP) + np.roll(artwork, way, axis) * np.float32(STEP)
