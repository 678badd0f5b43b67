"""A striped tile followed along its stripes, where no edge tells, by what all marks of a key share.

How far along a stripe a place of the suspect lies, and how much it is stretched there, no edge tells. The
synchronisation frequencies of the mark do: a window of the suspect without its stripes is correlated with
them, at every place along the stripes and some stretches and shears. From the clearest window outwards the
tile is laid as its neighbours lie, made exact by the same correlation. So the side of a mug, the sway of a
bag or a page in perspective is followed as it bends.

None of this costs the mark's p-value anything: synchronisation and payload frequencies have independent
phases, and only the latter witness (``forensics.asking.listening``).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from forensics.placing.bars import Bars, bars_of
from forensics.placing.bent import Bent
from forensics.placing.carriers import GRID, UNIT, Carrier, window
from forensics.placing.known import KnownTile
from forensics.placing.unfold import Matrix, Unfolded, folded

_STRETCHES = np.exp(np.linspace(-0.2, 0.2, 9)) - 1.0
_SHEARS = np.linspace(-0.16, 0.16, 7)
_FINER = ((0.0, 0.0), (-0.03, 0.0), (0.03, 0.0), (0.0, -0.03), (0.0, 0.03))
_CLEAR = 8.0
_NOTHING = 5.5
_STEP_PX = 80
_REACH = 5
_LEAST = 4.5
_MOST_TRIED = 150
_BESIDE = ((1, 0), (-1, 0), (0, 1), (0, -1))

Pixels = NDArray[np.uint8]
Vector = NDArray[np.float64]


@dataclass(frozen=True)
class Followed:
    """``homography``: tile px to suspect px where it was heard best; ``unfolded``: all that was followed."""

    homography: Matrix
    unfolded: Unfolded


@dataclass(frozen=True)
class _Heard:
    """``z`` of the synchronisation frequencies in a window laid by ``matrix``, ``shift`` tile px too far."""

    z: float
    shift: Vector
    matrix: Matrix


def follow(pixels: Pixels, tile: KnownTile, decoders: Sequence[Any]) -> Followed | None:
    """A striped tile laid in the suspect (H, W, 3) by the synchronisation frequencies of one of the keys.

    None for a tile without stripes, or not known as drawn; where its stripes are not seen; and where no key
    is heard in them.
    """
    if tile.wave is None or not tile.drawn or not decoders:
        return None
    bars = bars_of(pixels, tile.art, tile.wave)
    if not bars:
        return None
    shrink = min(1.0, 1.0 / bars[0].unit)
    small = np.asarray(cv2.resize(pixels, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA), np.uint8)
    bent = _laid(small, tile, decoders, [each.scaled(shrink) for each in bars])
    if bent is None:
        return None
    back = np.diag([1 / shrink, 1 / shrink, 1.0])
    back[:2, 2] = 0.5 / shrink - 0.5
    return Followed(back @ bent.homography(), folded(bent.repeats(small), tile.blocks))


def _laid(pixels: Pixels, tile: KnownTile, decoders: Sequence[Any], bars: list[Bars]) -> Bent | None:
    carriers = [Carrier(d.band, turn, allowed) for d in decoders for turn, allowed in tile.sameness]
    best = _Heard(_NOTHING, np.zeros(2), np.eye(2)), bars[0], carriers[0]
    for each in bars:
        heard, carrier = max(_searched(pixels, each, carriers), key=lambda found: found[0].z)
        if heard.z > best[0].z:
            best = heard, each, carrier
        if heard.z > _CLEAR:
            break
    heard, seed, carrier = best
    if heard.z <= _NOTHING:
        return None
    bent = Bent()
    bent.keep(seed.place - heard.shift, seed.centre, heard.matrix)
    _grow(bent, pixels, seed, carrier)
    return bent


def _searched(pixels: Pixels, bars: Bars, carriers: list[Carrier]) -> Iterator[tuple[_Heard, Carrier]]:
    """The best place along the stripes for each carrier, however stretched and sheared."""
    for stretch, shear in product(_STRETCHES, _SHEARS):
        matrix = np.asarray(bars.matrix @ _changed(bars, stretch, shear), np.float64)
        seen = window(pixels, bars.centre, matrix, bars.place, bars.direction)
        for carrier in carriers:
            surface = np.where(carrier.allowed, carrier.surface(seen), 0.0)
            y, x = divmod(int(surface.argmax()), GRID)
            yield _Heard(float(surface[y, x]), UNIT * np.array([x, y], np.float64), matrix), carrier


def _changed(bars: Bars, stretch: float, shear: float) -> Matrix:
    """(2, 2) in tile px: so much more along the stripes for every step along them, and across them."""
    steps = stretch * np.outer(bars.along, bars.along) + shear * np.outer(bars.along, bars.direction)
    return np.asarray(np.eye(2) + steps, np.float64)


def _grow(bent: Bent, pixels: Pixels, seed: Bars, carrier: Carrier) -> None:
    """Places on a grid around the first, nearest first, as long as the carrier is heard there."""
    start, size = bent.places[0], np.array(pixels.shape[1::-1])
    waiting, tried = {(0, 0)}, {(0, 0)}
    while waiting and len(tried) < _MOST_TRIED:
        number = min(waiting, key=lambda n: (n[0] ** 2 + n[1] ** 2, n))
        waiting.remove(number)
        place = start + _STEP_PX * np.array(number)
        centres, matrices = bent.around(place[None])
        if (centres[0] < 0).any() or (centres[0] >= size).any():
            continue
        heard = _settled(pixels, (centres[0], matrices[0]), place, seed, carrier)
        if heard.z < _LEAST:
            continue
        if number != (0, 0):
            bent.keep(place, centres[0] + heard.matrix @ heard.shift, heard.matrix)
        beside = {(number[0] + x, number[1] + y) for x, y in _BESIDE} - tried
        tried |= beside
        waiting |= beside


def _settled(
    pixels: Pixels, expected: tuple[Vector, Matrix], place: Vector, seed: Bars, carrier: Carrier
) -> _Heard:
    """The best place, stretch and shear close to what is expected."""
    centre, matrix = expected
    best = _Heard(0.0, np.zeros(2), matrix)
    for stretch, shear in _FINER:
        trial = np.asarray(matrix @ _changed(seed, stretch, shear), np.float64)
        surface = carrier.surface(window(pixels, centre, trial, place, seed.direction))
        near = np.roll(surface, (_REACH, _REACH), (0, 1))[: 2 * _REACH + 1, : 2 * _REACH + 1]
        y, x = divmod(int(near.argmax()), 2 * _REACH + 1)
        if float(near[y, x]) > best.z:
            best = _Heard(float(near[y, x]), UNIT * (np.array([x, y], np.float64) - _REACH), trial)
    return best
