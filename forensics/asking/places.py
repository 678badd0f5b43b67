"""Where, among the places that look alike, does a laid suspect's artwork lie best?

Hexagons may be counted from any hexagon, but no two of them fall on the pixels in the same way. The line is
read from single pixels, so the suspect is turned and shifted to the likeliest of those places first. Edge
strengths alone decide, against the tile as drawn: no key is involved, so the choice costs nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import fft

from forensics.placing.blocks import SIDE, Plane
from forensics.placing.known import ORIENTATIONS, KnownTile
from watermark.pictures import over_channels

_STRONGEST = 0.98
_LEAST_SEEN = 0.02
_CLEARLY = 1.0005

Tile = NDArray[np.float32]


@dataclass(frozen=True)
class Placed:
    """A suspect (512, 512, 3) and its weight, turned and shifted: given(p) = tile(M p - shift)."""

    tile: Tile
    weight: Plane
    orientation: int = 0
    shift: tuple[int, int] = (0, 0)

    def composed(self, orientation: int, shift: tuple[int, int]) -> tuple[int, tuple[int, int]]:
        """Orientation and shift of the suspect as given, when this tile itself lies in these."""
        matrix = ORIENTATIONS[orientation]
        both = matrix @ ORIENTATIONS[self.orientation]
        number = next(k for k, other in enumerate(ORIENTATIONS) if np.array_equal(other, both))
        down, across = (matrix @ np.array(self.shift) + np.array(shift)) % SIDE
        return number, (int(down), int(across))


def likeliest(tile: Tile, weight: Plane, known: KnownTile) -> Placed:
    """The suspect in the likeliest of the allowed places; as given where none is clearly likelier."""
    seen = np.asarray(weight > 0, np.float32)
    edges = _edges(tile) * seen
    edges -= seen * (edges.sum() / max(1.0, float(seen.sum())))
    drawn = _edges(known.art.astype(np.float32))
    drawn -= drawn.mean()
    spectra = fft.rfft2(drawn).conj(), fft.rfft2(drawn * drawn).conj()
    best, chosen = -np.inf, (0, (0, 0))
    for orientation, allowed in known.sameness:
        likeness = _likeness(turned(edges, orientation), turned(seen, orientation), spectra)
        if orientation == 0:
            best = _CLEARLY * float(likeness[0, 0])
        at = int(np.where(allowed, likeness, -np.inf).argmax())
        if float(likeness.ravel()[at]) > best:
            best, chosen = float(likeness.ravel()[at]), (orientation, (at // SIDE, at % SIDE))
    return _moved(tile, weight, *chosen)


def _likeness(
    edges: Plane, seen: Plane, spectra: tuple[NDArray[np.complexfloating], NDArray[np.complexfloating]]
) -> Plane:
    """Correlation with the drawn edges at every shift, over the norm of those that are compared."""
    shape = edges.shape
    together = fft.irfft2(fft.rfft2(edges) * spectra[0], shape)
    energy = fft.irfft2(fft.rfft2(seen) * spectra[1], shape)
    return np.asarray(together / np.sqrt(np.maximum(energy, _LEAST_SEEN * energy.max() + 1e-9)), np.float32)


def _moved(tile: Tile, weight: Plane, orientation: int, shift: tuple[int, int]) -> Placed:
    if orientation == 0 and shift == (0, 0):
        return Placed(tile, weight)
    back = (-shift[0], -shift[1])
    planes = [np.roll(turned(plane, orientation), back, (0, 1)) for plane in (tile, weight)]
    return Placed(planes[0], planes[1], orientation, shift)


def turned(plane: NDArray[np.float32], orientation: int) -> NDArray[np.float32]:
    """turned(q) = plane(M^-1 q) of a torus plane (512, 512) or (512, 512, n)."""
    side = len(plane)
    rows, columns = np.mgrid[0:side, 0:side]
    (a, b), (c, d) = ORIENTATIONS[orientation].T
    return np.ascontiguousarray(plane[(a * rows + b * columns) % side, (c * rows + d * columns) % side])


def _edges(tile: Tile) -> Plane:
    """Strength of the colour edges, none of them stronger than most."""
    across, down = np.roll(tile, -1, 1) - np.roll(tile, 1, 1), np.roll(tile, -1, 0) - np.roll(tile, 1, 0)
    strength = np.sqrt(over_channels(across**2 + down**2))
    return np.asarray(np.minimum(strength, np.quantile(strength, _STRONGEST) + 1e-6), np.float32)
