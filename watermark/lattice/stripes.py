"""The tiles a striped picture may be made of: its artwork shows one wave, the tile may hold many of it.

Of a stripe one sees the direction and one period, and nothing along it; a tile holds any whole number of
waves, and on a tile that was turned the stripes run aslant. Tiles being square in most of the trade, the wave
and a pair of whole numbers (how often it goes up and down on the way along either side) fix the tile: its
scale and its angle. All pairs within reach are compared by the grain of the picture, which repeats once per
tile (`watermark.lattice.features.grain`).
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from watermark.lattice.basis import Basis, distinct
from watermark.lattice.correlation import LEAST_OVERLAP, Autocorrelation, Vectors
from watermark.lattice.features import artwork
from watermark.lattice.harmonics import Harmonics
from watermark.pictures import Pixels, Plane

LONGEST_SIDE = 640
MOST_WAVES = 40
_MOST_ASLANT = 16
_MOST_DIAGONAL = 24
_COHERENT = 0.9
_ORIGIN = 4
_REACH = 0.35
_SHORTEST_WAVE = 3.0
_STEP = 0.25
_COUNTED_TO, _STILL_HIGH = 0.6, 0.6
_SHORTEST_TILE = 48.0
_LONGEST_TILE = 0.85
_ALIKE = 0.08
_LEAST_ALIKE = 0.15
_FARTHEST_STEP = 3
_FEW = (2, 3, 4, 6)


def striped(art: Autocorrelation, grain: Autocorrelation, exact: Harmonics, most: int = 6) -> list[Basis]:
    """Square tiles (rows u and v in px) of a striped picture, those the grain bears out best first.

    art, grain: both correlations of the picture. Last come squares of a few waves, where perspective can be
    followed from one to the next. Empty if it is not striped.
    """
    wave = _wave(art, exact)
    if wave is None:
        return []
    bases = _tiles(wave)
    sides = np.hypot(*bases[:, 0].T)
    longest = _LONGEST_TILE * min(art.width, art.height)
    bases = bases[(sides >= _SHORTEST_TILE) & (sides <= longest)]
    order = np.argsort(-np.round(_borne_out(bases, grain), 6), kind="stable")
    likely = distinct([bases[k] for k in order[: 4 * most]])[:most]
    return distinct([*likely, *_sides(wave, np.array(_FEW, np.complex128))])


def wave_of(pixels: Pixels) -> Vectors | None:
    """Frequency (x, y), in cycles per px, of the wave of a striped uint8 (H, W, 3) picture; else None."""
    shrink = min(1.0, LONGEST_SIDE / max(pixels.shape[:2]))
    size = (max(1, round(pixels.shape[1] * shrink)), max(1, round(pixels.shape[0] * shrink)))
    small = np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)
    features = artwork(small)
    found = _wave(Autocorrelation(features), Harmonics(features))
    if found is None:
        return None
    return np.asarray(found * np.array(size) / np.array([pixels.shape[1], pixels.shape[0]]), np.float64)


def tiles_of(wave: Vectors, counts: tuple[int, int]) -> list[Basis]:
    """The square tiles (rows u and v) with such counts of the wave (x, y), as they are and mirrored."""
    goes = complex(*counts)
    return distinct(list(_sides(wave, np.array([goes, goes.conjugate()]))))


def _wave(art: Autocorrelation, exact: Harmonics) -> Vectors | None:
    """Frequency (x, y), in cycles per px, of the stripes' period; None where there are no stripes."""
    normal = _normal(art)
    if normal is None:
        return None
    lengths = np.arange(_SHORTEST_WAVE, _LONGEST_TILE * min(art.width, art.height), _STEP)
    profile = _along(art, lengths, normal)
    summits = _summits(profile)
    high = summits[profile[summits] > max(_LEAST_ALIKE, profile[summits].max(initial=0) - _ALIKE)]
    if not len(high):
        return None
    period = _counted(lengths[high[0]], lengths, profile)
    return exact.refined_wave(normal / period)


def _summits(profile: Vectors) -> NDArray[np.intp]:
    rim = int(_SHORTEST_WAVE / _STEP / 2)
    around = np.stack([profile[k : len(profile) - 2 * rim + k] for k in range(2 * rim + 1)])
    return rim + np.flatnonzero(around[rim] >= around.max(0))


def _counted(period: float, lengths: Vectors, profile: Vectors) -> float:
    """The period by the farthest summit that can be counted to, one after the other, while they are high."""
    exact, number, high = period, 2, 0.0
    while (number + 0.5) * exact < _COUNTED_TO * lengths[-1]:
        near = np.flatnonzero(np.abs(lengths - number * exact) < 0.25 * exact)
        summit = near[profile[near].argmax()]
        high = max(high, float(profile[summit]))
        if profile[summit] < _STILL_HIGH * high:
            break
        exact = float(lengths[summit]) / number
        number += 1
    return exact


def _normal(art: Autocorrelation) -> Vectors | None:
    """Unit normal (x, y) of the stripes: where the correlation falls, out of reach of the noise at 0."""
    down, across = int(_REACH * art.height), int(_REACH * art.width)
    rows, columns = np.arange(-down, down + 1), np.arange(-across, across + 1)
    middle = np.ascontiguousarray(art.surface[np.ix_(rows, columns)])
    middle[down - _ORIGIN : down + _ORIGIN + 1, across - _ORIGIN : across + _ORIGIN + 1] = 0
    # Differences of waves of a few px lean towards the axes: half the step, and Scharr's weights.
    finer = cv2.resize(middle, None, fx=2, fy=2, interpolation=cv2.INTER_LANCZOS4)
    gx, gy = cv2.Scharr(finer, cv2.CV_32F, 1, 0), cv2.Scharr(finer, cv2.CV_32F, 0, 1)
    xx, xy, yy = _mean(gx * gx), _mean(gx * gy), _mean(gy * gy)
    if np.hypot(xx - yy, 2 * xy) < _COHERENT * (xx + yy + 1e-12):
        return None
    angle = 0.5 * np.arctan2(2 * xy, xx - yy)
    return np.array([np.cos(angle), np.sin(angle)])


def _mean(plane: Plane) -> float:
    return float(plane.mean(dtype=np.float64))


def _along(art: Autocorrelation, lengths: Vectors, normal: Vectors) -> Vectors:
    """The correlation at these displacements along the normal."""
    places = lengths[:, None] * normal
    x, y = (
        np.asarray(places[:, k : k + 1] % side, np.float32) for k, side in ((0, art.columns), (1, art.rows))
    )
    found = cv2.remap(art.surface, x, y, cv2.INTER_LANCZOS4, borderMode=cv2.BORDER_WRAP)
    return np.asarray(found[:, 0], np.float64)


def _tiles(wave: Vectors) -> Vectors:
    """(n, 2, 2) rows u and v of every square tile that holds whole counts of the wave."""
    counts = np.array([complex(a, sign * b) for a, b in _COUNTS for sign in ((1, -1) if 0 < b < a else (1,))])
    return _sides(wave, counts)


def _sides(wave: Vectors, counts: NDArray[np.complex128]) -> Vectors:
    """(n, 2, 2) rows u and v of the tiles that hold these counts (along u + 1j * along v) of the wave.

    As complex numbers: the tile is turned and enlarged by s, and a wave k of it becomes k / conj(s).
    """
    side = np.conj(counts / complex(wave[0], wave[1]))
    u, v = np.stack([side.real, side.imag], 1), np.stack([-side.imag, side.real], 1)
    return np.stack([u, v], axis=1)


_COUNTS = [
    (a, b)
    for a in range(1, MOST_WAVES + 1)
    for b in range(a + 1)
    if b == 0 or np.hypot(a, b) <= (_MOST_DIAGONAL if a == b else _MOST_ASLANT)
]


def _borne_out(bases: Vectors, grain: Autocorrelation) -> NDArray[np.float64]:
    """(n,) how far the grain on the points of each lattice stands out of that on the others' points."""
    first, second = np.mgrid[0 : _FARTHEST_STEP + 1, -_FARTHEST_STEP : _FARTHEST_STEP + 1]
    index = np.stack([first.ravel(), second.ravel()], axis=1)
    index = index[(index[:, 0] > 0) | (index[:, 1] > 0)]
    places = np.einsum("ij,njk->nik", index, bases)
    overlap = grain.overlap(places)
    values = grain.near(places.reshape(-1, 2)).reshape(overlap.shape)
    weight = np.where(overlap > LEAST_OVERLAP, np.sqrt(overlap), 0.0)
    usual = np.median(values[weight > 0]) if (weight > 0).any() else 0.0
    total = (weight * (values - usual)).sum(1)
    return np.asarray(total / np.sqrt((weight**2).sum(1) + 1e-9), np.float64)
