"""The tiles a striped picture may be made of: its artwork shows one wave, the tile may hold many of it.

Of a stripe one sees the direction and one period, and nothing along it; a tile holds any whole number of
waves, and on a tile that was turned the stripes run aslant. Tiles being square in most of the trade, the wave
and a pair of whole numbers (how often it goes up and down on the way along either side) fix the tile: its
scale and its angle. All pairs within reach are compared by the grain of the picture, which repeats once per
tile (`watermark.lattice.features.grain`). The wave itself is measured by `watermark.lattice.wave`.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from watermark.lattice.basis import Basis, distinct
from watermark.lattice.correlation import LEAST_OVERLAP, Autocorrelation, Vectors
from watermark.lattice.harmonics import Harmonics
from watermark.lattice.wave import LONGEST_PERIOD, wave_in, wave_of

__all__ = ["striped", "tiles_of", "wave_of"]

Counts = NDArray[np.complex128]
"""How often the wave goes up along u, and 1j times how often along v; whole numbers."""

# Most waves of a tile: along a side, exactly on the diagonal, at any other slant.
_MOST_ALONG, _MOST_DIAGONAL, _MOST_ASLANT = 40, 24, 16
_FEW = np.array([2, 3, 4, 6], np.complex128)
_SHORTEST_TILE = 48.0  # px of the reduced suspect
_LOOKED_AT = 4  # times as many as come back: neighbours in rank are often one lattice
_FARTHEST_STEP = 3  # periods


def striped(art: Autocorrelation, grain: Autocorrelation, exact: Harmonics, most: int = 6) -> list[Basis]:
    """Square tiles (rows u and v in px) of a striped picture, those the grain bears out best first.

    art, grain: both correlations of the picture. Last come squares of a few waves, where perspective can be
    followed from one to the next. Empty if it is not striped.
    """
    wave = wave_in(art, exact)
    if wave is None:
        return []
    bases = _tiles(wave, _COUNTS)
    sides = np.hypot(*bases[:, 0].T)
    bases = bases[(sides >= _SHORTEST_TILE) & (sides <= LONGEST_PERIOD * min(art.width, art.height))]
    # Rounded, so that ties are broken by the order of the counts and not by the last bit.
    order = np.argsort(-np.round(_contrast(bases, grain), 6), kind="stable")
    likely = distinct([bases[k] for k in order[: _LOOKED_AT * most]])[:most]
    return distinct([*likely, *_tiles(wave, _FEW)])


def tiles_of(wave: Vectors, counts: tuple[int, int]) -> list[Basis]:
    """The square tiles (rows u and v) with such counts of the wave (x, y), as they are and mirrored."""
    goes = complex(*counts)
    return distinct(list(_tiles(wave, np.array([goes, goes.conjugate()]))))


def _whole_counts() -> Counts:
    """All counts within reach, each once up to quarter turns."""
    pairs = [
        (a, b)
        for a in range(1, _MOST_ALONG + 1)
        for b in range(a + 1)
        if b == 0 or np.hypot(a, b) <= (_MOST_DIAGONAL if a == b else _MOST_ASLANT)
    ]
    return np.array([complex(a, sign * b) for a, b in pairs for sign in ((1, -1) if 0 < b < a else (1,))])


_COUNTS = _whole_counts()


def _tiles(wave: Vectors, counts: Counts) -> Vectors:
    """(n, 2, 2) rows u and v of the square tiles that hold these counts (n,) of the wave (x, y).

    As complex numbers: the tile is turned and enlarged by s, and a wave k of it becomes k / conj(s).
    """
    side = np.conj(counts / complex(wave[0], wave[1]))
    u, v = np.stack([side.real, side.imag], 1), np.stack([-side.imag, side.real], 1)
    return np.stack([u, v], axis=1)


def _contrast(bases: Vectors, grain: Autocorrelation) -> Vectors:
    """(n,) how far the grain on the points of each lattice (n, 2, 2) stands out of that on everyone's."""
    places = np.einsum("ij,njk->nik", _half_plane(), bases)
    overlap = grain.overlap(places)
    values = grain.near(places.reshape(-1, 2)).reshape(overlap.shape)
    weight = np.where(overlap > LEAST_OVERLAP, np.sqrt(overlap), 0.0)
    usual = np.median(values[weight > 0]) if (weight > 0).any() else 0.0
    total = (weight * (values - usual)).sum(1)
    return np.asarray(total / np.sqrt((weight**2).sum(1) + 1e-9), np.float64)


def _half_plane() -> NDArray[np.intp]:
    """(n, 2) indices of the lattice points nearby, one of each pair of opposite points."""
    first, second = np.mgrid[0 : _FARTHEST_STEP + 1, -_FARTHEST_STEP : _FARTHEST_STEP + 1]
    index = np.stack([first.ravel(), second.ravel()], axis=1)
    return np.asarray(index[(index[:, 0] > 0) | (index[:, 1] > 0)], np.intp)
