"""Tiles that are not the period of the picture they are laid in.

A repeat is not always made by laying a tile edge to edge. In a half-drop every second column is moved by half
a tile, in a brick repeat every second row; in a mirror repeat neighbours are mirrored; and of bare dots or
checks one sees a period far finer than the tile. In all of them the tile's own frequencies, or half of them,
are still lines of the picture's spectrum: it only has to be sampled with the sides of the tile.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from watermark.lattice.basis import area, distinct, is_square, reduced
from watermark.protocol import Lattice
from watermark.torus.band import OUTER

Basis = NDArray[np.float64]
Parity = Literal["all", "even across", "even down"]

MOST_MULTIPLES = 10
_UPRIGHT = 0.12
_LONGEST_MULTIPLE = 12
_LONGEST_PART = 0.85

# A repeat (u, v) made of tiles dropped by half: the tile's sides in u and v, and which of its frequencies
# both columns agree on (the other half cancels).
_DROPPED: tuple[tuple[tuple[tuple[float, float], tuple[float, float]], Parity], ...] = (
    (((1, -0.5), (0, 1)), "even down"),
    (((1, 0.5), (0, 1)), "even down"),
    (((1, 0), (-0.5, 1)), "even across"),
    (((1, 0), (0.5, 1)), "even across"),
    (((0.5, 0.5), (-1, 1)), "even down"),
    (((1, -1), (0.5, 0.5)), "even across"),
)
# Mirrored neighbours, in both directions or in one: the tile is half the period, its mirror images are noise.
_MIRRORED = (((0.5, 0.0), (0.0, 0.5)), ((0.5, 0.0), (0.0, 1.0)), ((1.0, 0.0), (0.0, 0.5)))


@dataclass(frozen=True)
class Tile:
    """Sides of a tile (rows, pixels of the suspect) and which of its frequencies to use."""

    basis: Basis
    parity: Parity = "all"

    @property
    def area(self) -> float:
        """In square pixels."""
        return area(self.basis)

    @property
    def kept(self) -> NDArray[np.float32]:
        """(2*OUTER+1, 2*OUTER+1) 1 for the frequencies in use, else 0."""
        even = np.asarray(np.arange(-OUTER, OUTER + 1) % 2 == 0, np.float32)
        all_of_them = np.ones_like(even)
        rows = even if self.parity == "even down" else all_of_them
        columns = even if self.parity == "even across" else all_of_them
        return np.outer(rows, columns)


def parts(period: Basis) -> Iterator[Tile]:
    """Tiles that may have been laid out to give this period: dropped, bricked, mirrored."""
    for sides, parity in _DROPPED:
        basis = np.asarray(np.array(sides) @ period, np.float64)
        if _is_upright(basis):
            yield Tile(basis, parity)
    for sides in _MIRRORED:
        yield Tile(np.asarray(np.array(sides) @ period, np.float64))


def _is_upright(basis: Basis) -> bool:
    u, v = basis
    return bool(abs(u @ v) < _UPRIGHT * np.hypot(*u) * np.hypot(*v))


def multiples(lattices: list[Lattice], size: tuple[int, int], shortest: float) -> list[Basis]:
    """Near-square multiples of the finest periods, smallest first: candidates for the tile of bare motifs.

    size: (height, width) of the picture, which must show more than one period; shortest: side in pixels.
    """
    most = max((lattice.score for lattice in lattices), default=0.0)
    fine = sorted((x for x in lattices if x.score >= most - 0.05), key=lambda x: x.area)[:2]
    found: list[Basis] = []
    for lattice in fine:
        motif = reduced(np.array([lattice.u, lattice.v], np.float64))
        for across in range(1, _LONGEST_MULTIPLE + 1):
            for down in range(1, _LONGEST_MULTIPLE + 1):
                basis = np.diag([across, down]) @ motif
                fits = np.abs(basis).max(0) < _LONGEST_PART * np.array([size[1], size[0]])
                if across * down > 1 and fits.all() and is_square(basis) and area(basis) >= shortest**2:
                    found.append(np.asarray(basis, np.float64))
    found.sort(key=area)
    return distinct(found)[:MOST_MULTIPLES]
