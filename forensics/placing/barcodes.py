"""Which striped tiles a suspect may show: the bar codes of all of them, read off what finds a tile.

A fold does not find a stripe on a mug or a bag, for there is none. What is kept of every tile (its edge map
at 64 px) tells a striped one, and its bar code well enough to choose whom to compare with.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from forensics.placing.bars import (
    LEAST_LIKE,
    TOO_FEW,
    Pixels,
    count,
    radius_of,
    reduced,
    windows_of,
    worth_of,
)
from forensics.placing.blocks import Plane

LEAST_WORTH = (
    40.0  # the likest wrong tile of ten pictures of the tuning half reaches 64, the right ones 48 to 120
)
MOST_BARRED = 2
_STRIPED = 0.8
_MOST_ASLANT = 6
_MOST_WINDOWS = 24
_SHORTEST, _LONGEST, _STEP = 80.0, 840.0, 0.06
_KEPT = 8192

Directions = tuple[tuple[int, int], ...]
_DIRECTIONS: Directions = tuple(
    (a, b)
    for a in range(_MOST_ASLANT + 1)
    for b in range(-_MOST_ASLANT, _MOST_ASLANT + 1)
    if math.gcd(a, b) == 1 and (a > 0 or b == 1)
)


def likest_bars(pixels: Pixels, planes: Sequence[Plane]) -> list[int]:
    """The numbers of the edge maps (64, 64), at most two, whose stripes the suspect shows, likest first."""
    codes = {number: code for number, plane in enumerate(planes) if (code := _code_of(plane)) is not None}
    if not codes:
        return []
    small, _ = reduced(pixels)
    radius = radius_of(small)
    barred = sorted(windows_of(small, radius), key=lambda window: -window.bars)[:_MOST_WINDOWS]
    shown = [_evened(window.edges) for window in barred if window.bars >= TOO_FEW]
    worths = {number: _worth(code, shown, 2 * radius + 1) for number, code in codes.items()}
    order = sorted(worths, key=lambda number: (-worths[number], number))
    return [number for number in order if worths[number] >= LEAST_WORTH][:MOST_BARRED]


def _evened(edges: Plane) -> Plane:
    """As an edge map of a tile is: against the surroundings, and blurred to its few px."""
    around = cv2.GaussianBlur(edges[None], (0, 0), sigmaX=8.0, sigmaY=0.01)
    even = edges[None] / (around + np.float32(1.5))
    return np.asarray(cv2.blur(even, (5, 1))[0], np.float32)


def _worth(code: Plane, shown: list[Plane], width: int) -> float:
    """How well the windows fit in the size that most of them bear out."""
    periods = np.exp(np.arange(math.log(_SHORTEST), math.log(_LONGEST), _STEP))
    fits = np.zeros((len(shown), len(periods) + 2))
    side = len(code)
    closed = np.append(code, code[0])
    for k, period in enumerate(periods, start=1):
        at = np.arange(math.ceil(period) + width) / period * side % side
        sized = np.interp(at, np.arange(side + 1), closed).astype(np.float32)
        fits[:, k] = [max(_fit(sized, edges), _fit(sized, edges[::-1])) for edges in shown]
    return float(np.maximum(np.maximum(fits[:, :-2], fits[:, 1:-1]), fits[:, 2:]).sum(0).max(initial=0.0))


def _fit(code: Plane, edges: Plane) -> float:
    found = cv2.matchTemplate(code[None], np.ascontiguousarray(edges)[None], cv2.TM_CCOEFF_NORMED)[0]
    at = int(found.argmax())
    likeness = float(found[at])
    if likeness < LEAST_LIKE:
        return 0.0
    return worth_of(likeness, min(count(np.asarray(edges)), count(code[at : at + len(edges)])))


def _code_of(plane: Plane) -> Plane | None:
    return _code(np.ascontiguousarray(plane, np.float32).tobytes(), len(plane))


@lru_cache(maxsize=_KEPT)
def _code(stored: bytes, side: int) -> Plane | None:
    """The edges across the stripes of a striped tile (side,); None for other tiles."""
    plane = np.frombuffer(stored, np.float32).reshape(side, side)
    power = np.abs(np.fft.fft2(plane - plane.mean())) ** 2
    shares = [_share(power, direction) for direction in _DIRECTIONS]
    if max(shares) < _STRIPED * float(power.sum()) or not power.any():
        return None
    across, down = _DIRECTIONS[int(np.argmax(shares))]
    y, x = np.mgrid[0:side, 0:side]
    number = ((across * x + down * y) % side).ravel()
    weight = np.maximum(np.bincount(number, minlength=side), 1)
    return np.asarray(np.bincount(number, plane.ravel(), side) / weight, np.float32)


def _share(power: NDArray[np.floating], direction: tuple[int, int]) -> float:
    """Power of the waves that run in one direction only."""
    across, down = direction
    side = len(power)
    steps = np.arange(1, side // (2 * max(across, abs(down))) + 1)
    return float(2 * power[steps * down % side, steps * across % side].sum())
