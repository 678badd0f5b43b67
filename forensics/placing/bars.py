"""Stripes found by their widths: a striped tile is a bar code, of which any window of a suspect shows a part.

Stripes have no features, and a fold needs a lattice, which the side of a mug or the sway of a bag does not
keep. But across its stripes even a small window shows which part of the tile it is, and how large. Only
edges are compared, so a new colourway does not matter. Along the stripes nothing is said: see ``following``.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from forensics.placing.blocks import SIDE, Plane

_LARGEST = 700
_RADIUS = 0.13
_COHERENT = 0.6
_FAINTEST = 0.03
_SHORTEST_PERIOD = 40.0
_LONGEST_PERIOD = 1.5
_STEP = 0.03
_ONE_SIZE = 0.25
_PEAK = 0.15
TOO_FEW = 3
_LEAST_CONTRAST = 0.3
LEAST_LIKE = 0.5
_MOST_LIKE = 0.995
_LEAST_WORTH = 100.0
_WITNESSES = 20
_MOST_WINDOWS = 8

Pixels = NDArray[np.uint8]
Vector = NDArray[np.float64]


@dataclass(frozen=True)
class Bars:
    """The stripes of one window: ``centre`` (x, y) suspect px, where the tile is at ``place`` tile px.

    ``across``: unit vector in the suspect that goes the way ``direction`` (unit) goes in the tile; ``unit``:
    suspect px a tile px on that way. ``worth``: how unlikely so good a fit is, in nats, roughly.
    """

    centre: Vector
    across: Vector
    unit: float
    place: Vector
    direction: Vector
    worth: float

    @property
    def along(self) -> Vector:
        """Unit vector in the tile along its stripes."""
        return _quarter(self.direction)

    @property
    def matrix(self) -> NDArray[np.float64]:
        """(2, 2) from tile px to suspect px, were the tile not sheared nor stretched along its stripes."""
        turned = np.outer(self.across, self.direction) + np.outer(_quarter(self.across), self.along)
        return np.asarray(self.unit * turned, np.float64)

    def scaled(self, factor: float) -> Bars:
        """The same in a suspect enlarged by so much."""
        return replace(self, centre=(self.centre + 0.5) * factor - 0.5, unit=self.unit * factor)


@dataclass(frozen=True)
class Window:
    """Where all edges run one way: the ``edges`` on the way across, at ``angle``, and how many ``bars``."""

    centre: Vector
    angle: float
    edges: Plane
    bars: int


def bars_of(pixels: Pixels, art: Pixels, wave: tuple[int, int]) -> list[Bars]:
    """Windows of a suspect (H, W, 3) that show the stripes of a tile in its commonest size, best first.

    ``art`` (512, 512, 3) with ``wave`` counts of its one wave along its sides (x, y). At most eight windows,
    apart from one another; none where no size is borne out.
    """
    small, shrink = reduced(pixels)
    radius = radius_of(small)
    step = np.array(wave, np.float64) / math.gcd(*wave) / SIDE
    longest = _LONGEST_PERIOD * max(small.shape[:2])
    periods = np.exp(np.arange(math.log(_SHORTEST_PERIOD), math.log(longest), _STEP))
    codes = _codes(_profile(art, wave), periods, 2 * radius + 1)
    windows = windows_of(small, radius)
    found = [bars for window in windows for bars in _fitted(window, codes, periods, step, radius)]
    return [bars.scaled(1 / shrink) for bars in _of_one_size(found, radius)]


def reduced(pixels: Pixels) -> tuple[Pixels, float]:
    """The suspect at most 700 px a side, and by how much it was shrunk."""
    shrink = min(1.0, _LARGEST / max(pixels.shape[:2]))
    small = cv2.resize(pixels, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA)
    return np.asarray(small, np.uint8), shrink


def radius_of(small: Pixels) -> int:
    """Half the side of a window, px."""
    return int(_RADIUS * max(small.shape[:2]))


def _quarter(vector: Vector) -> Vector:
    return np.array([-vector[1], vector[0]])


def _profile(art: Pixels, wave: tuple[int, int]) -> NDArray[np.float32]:
    """(512, 3) the tile's colours across its stripes, over the way on which all of them repeat."""
    count = math.gcd(*wave)
    y, x = np.mgrid[0:SIDE, 0:SIDE]
    number = ((wave[0] // count * (2 * x + 1) + wave[1] // count * (2 * y + 1)) // 2 % SIDE).ravel()
    weight = np.maximum(np.bincount(number, minlength=SIDE), 1)
    sums = [np.bincount(number, art[..., channel].ravel(), SIDE) for channel in range(3)]
    return np.asarray(np.stack(sums, axis=-1) / weight[:, None], np.float32)


def _edges(profile: NDArray[np.float32]) -> Plane:
    smooth = cv2.GaussianBlur(profile[None], (0, 0), sigmaX=1.0, sigmaY=0.01, borderType=cv2.BORDER_REPLICATE)
    return np.asarray(np.sqrt((np.gradient(smooth[0], axis=0) ** 2).sum(-1)), np.float32)


def _codes(profile: NDArray[np.float32], periods: Vector, width: int) -> list[Plane]:
    """The edges across one period and a window more, at each size."""
    places = np.arange(SIDE + 1)
    closed = np.vstack([profile, profile[:1]])
    codes = []
    for period in periods:
        at = np.arange(math.ceil(period) + width) / period * SIDE % SIDE
        sampled = np.stack([np.interp(at, places, closed[:, channel]) for channel in range(3)], axis=-1)
        blurred = cv2.GaussianBlur(sampled.astype(np.float32)[None], (0, 0), sigmaX=1.0, sigmaY=0.01)
        codes.append(_edges(np.asarray(blurred[0], np.float32)))
    return codes


def windows_of(small: Pixels, radius: int) -> Iterator[Window]:
    """Windows in which all edges run one way, with the edges on the way across them."""
    smooth = cv2.GaussianBlur(small.astype(np.float32), (0, 0), 1.0)
    gx, gy = cv2.Scharr(smooth, cv2.CV_32F, 1, 0), cv2.Scharr(smooth, cv2.CV_32F, 0, 1)
    size = (2 * radius + 1, 2 * radius + 1)
    xx, xy, yy = (cv2.blur((a * b).sum(-1), size) for a, b in ((gx, gx), (gx, gy), (gy, gy)))
    inside = (slice(radius, -radius or None, max(1, radius // 2)),) * 2
    loudest = float((xx + yy)[inside].max(initial=0.0))
    coherent = np.hypot(xx - yy, 2 * xy) > _COHERENT * (xx + yy)
    kept = coherent & (xx + yy > _FAINTEST * loudest)
    for row, column in np.argwhere(kept[inside]) * max(1, radius // 2) + radius:
        angle = 0.5 * math.atan2(2 * xy[row, column], xx[row, column] - yy[row, column])
        centre = np.array([column, row], np.float64)
        edges = _across(small, centre, angle, radius)
        if edges.std() > _LEAST_CONTRAST:
            yield Window(centre, angle, edges, count(edges))


def _across(small: Pixels, centre: Vector, angle: float, radius: int) -> Plane:
    cosine, sine = math.cos(angle), math.sin(angle)
    turn = np.array([[cosine, -sine], [sine, cosine]])
    matrix = np.hstack([turn, (centre - turn @ np.array([radius, radius // 2]))[:, None]])
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    size = (2 * radius + 1, radius + 1)
    patch = cv2.warpAffine(small, matrix, size, flags=flags, borderMode=cv2.BORDER_REPLICATE)
    return _edges(patch.astype(np.float32).mean(0))


def count(edges: Plane) -> int:
    """How many edges a window shows: so many numbers have to fit."""
    above = np.maximum(edges - np.median(edges), 0.0)
    middle = above[1:-1]
    return int(((middle >= above[:-2]) & (middle > above[2:]) & (middle > _PEAK * above.max())).sum())


def worth_of(likeness: float, bars: int) -> float:
    """How unlikely it is, in nats, that so many bars correlate so well by chance; roughly."""
    return -max(0, bars - TOO_FEW + 1) * math.log1p(-(min(_MOST_LIKE, likeness) ** 2)) / 2


def _fitted(window: Window, codes: list[Plane], periods: Vector, step: Vector, radius: int) -> Iterator[Bars]:
    """The stripes a window may show, at each size, in the better of both directions."""
    if window.bars < TOO_FEW:
        return
    length = float(np.hypot(*step))
    normal = np.array([math.cos(window.angle), math.sin(window.angle)])
    for period, code in zip(periods, codes, strict=True):
        rows = (
            cv2.matchTemplate(code[None], edges[None], cv2.TM_CCOEFF_NORMED)[0]
            for edges in (window.edges, np.ascontiguousarray(window.edges[::-1]))
        )
        best, at, sign = max(
            (float(row.max()), int(row.argmax()), s) for row, s in zip(rows, (1, -1), strict=True)
        )
        if best < LEAST_LIKE:
            continue
        worth = worth_of(best, min(window.bars, count(code[at : at + len(window.edges)])))
        place = (at + radius) / period * step / length**2 - 0.5
        yield Bars(window.centre, sign * normal, period * length, place, step / length, worth)


def _of_one_size(found: list[Bars], radius: int) -> list[Bars]:
    """The best of every window in the size most windows bear out, flips made one, no two close together."""
    sizes = np.array([math.log(bars.unit) for bars in found])
    worths = np.array([bars.worth for bars in found])
    best, chosen = _LEAST_WORTH, None
    for size in np.unique(sizes):
        near = np.abs(sizes - size) < 2.5 * _STEP
        total = float(_strongest_of_each(found, worths, near)[:_WITNESSES].sum())
        if total > best:
            best, chosen = total, size
    if chosen is None:
        return []
    close = np.flatnonzero(np.abs(sizes - chosen) < _ONE_SIZE)
    kept: list[Bars] = []
    for k in close[np.argsort(-worths[close], kind="stable")]:
        if all(np.hypot(*(found[k].centre - other.centre)) > radius for other in kept):
            kept.append(found[k])
    return kept[:_MOST_WINDOWS]


def _strongest_of_each(found: list[Bars], worths: Vector, near: NDArray[np.bool_]) -> Vector:
    strongest: dict[tuple[float, float], float] = {}
    for k in np.flatnonzero(near):
        at = (float(found[k].centre[0]), float(found[k].centre[1]))
        strongest[at] = max(strongest.get(at, 0.0), float(worths[k]))
    return np.sort(np.array(list(strongest.values())))[::-1]
