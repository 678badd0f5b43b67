"""Outlines that are nearly the same shape made the same: a motif is drawn once, and set again.

Outlines are compared about their centres, whatever point they begin at, turned by quarters and mirrored: the
best beginning is where the correlation of their points is largest, found by Fourier transform (Persoon and
Fu 1977). Each takes the mean of all that are like it, itself turned and mirrored too, so that a cross has
four arms alike.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from generator.drafting.tracing import Outline, Points, evenly, first_most

_POINTS = 128
_LEAST = 2.5  # the root of the area of an outline that has a shape, in `unit`
_NEAR, _SHARE = 1.0, 0.08  # how far like outlines lie apart: in `unit`, and as a share of their size
_LIKE = 1.2  # how much larger one like another may be
Shapes = NDArray[np.complex128]  # (..., _POINTS), about their centres, all the same way round
Numbers = NDArray[np.float64]
Places = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class _Shaped:
    """Outlines that have a shape, largest first: `numbers` says which of all, `sizes` are roots of areas.

    `ways` (2, n, _POINTS) are their shapes as they are, and mirrored; `near` is how far one like it may be.
    """

    numbers: list[int]
    sizes: Numbers
    centres: Points
    ways: Shapes
    near: Numbers


@dataclass(frozen=True, eq=False)
class _Group:
    """Those of `members` (n,) in one of whose eight `ways` they are `like` (n, 8) the largest of them."""

    members: Places
    apart: Numbers
    begun: Places
    like: NDArray[np.bool_]


def made_alike(outlines: Sequence[Outline], unit: float) -> list[Outline]:
    """The outlines, in the same order, each the mean of those it is like."""
    found = list(outlines)
    shaped = _shaped(outlines, unit)
    for group in _groups(shaped):
        if int(group.like.sum()) < 2:
            continue
        for member, own in _mean(shaped.ways, group):
            number = shaped.numbers[member]
            turned = own if found[number].area > 0.0 else own[::-1]
            found[number] = Outline(turned + shaped.centres[member], 0j)
    return found


def kinds(outlines: Sequence[Outline], unit: float) -> int:
    """Of how many shapes the outlines are; those too small to have one are not counted."""
    return sum(1 for _ in _groups(_shaped(outlines, unit)))


def _shaped(outlines: Sequence[Outline], unit: float) -> _Shaped:
    numbers = [
        n for n, each in enumerate(outlines) if not each.turn and abs(each.area) >= (_LEAST * unit) ** 2
    ]
    sizes = np.sqrt(np.abs([outlines[number].area for number in numbers]))
    order = np.argsort(-sizes, kind="stable")
    numbers, sizes = [numbers[place] for place in order], sizes[order]
    points = np.array([_even(outlines[number]) for number in numbers], np.complex128).reshape(-1, _POINTS)
    centres = points.mean(axis=1)
    shapes = points - centres[:, None]
    ways = np.stack([shapes, np.conj(shapes[:, ::-1])])
    return _Shaped(numbers, sizes, centres, ways, np.minimum(_NEAR * unit, _SHARE * sizes))


def _even(outline: Outline) -> Points:
    """_POINTS at equal steps along an outline, the inside on the left."""
    closed = outline.closed if outline.area > 0.0 else outline.closed[::-1]
    return evenly(closed, _POINTS)[:-1]


def _groups(shaped: _Shaped) -> Iterator[_Group]:
    """The largest shape left and those that are like it, until none is left."""
    sizes, near = shaped.sizes, shaped.near
    left = np.ones(len(sizes), np.bool_)
    spectra = np.fft.fft(shaped.ways, axis=2)
    power = (np.abs(shaped.ways[0]) ** 2).mean(axis=1)
    for leader in range(len(sizes)):
        if not left[leader]:
            continue
        rest = np.flatnonzero(left & (sizes <= sizes[leader]) & (sizes * _LIKE >= sizes[leader]))
        likeness, begun = _beside(spectra[0, leader], spectra[:, rest])
        apart = np.sqrt(np.maximum(power[rest][:, None] + power[leader] - 2.0 * likeness, 0.0))
        like = apart < np.minimum(near[rest], near[leader])[:, None]
        left[rest[like.any(axis=1)]] = False
        yield _Group(rest, apart, begun, like)


def _mean(ways: Shapes, group: _Group) -> Iterator[tuple[int, Points]]:
    """Each member of a group, and the mean of all laid on each other, laid back where it lies."""
    laid = [
        np.roll(ways[way // 4, group.members[member]], group.begun[member, way]) * 1j ** (way % 4)
        for member, way in np.argwhere(group.like)
    ]
    mean = np.mean(laid, axis=0)
    for member in np.flatnonzero(group.like.any(axis=1)):
        way = int(first_most(-group.apart[member]))
        own = np.roll(mean * 1j ** -(way % 4), -int(group.begun[member, way]))
        yield int(group.members[member]), np.conj(own)[::-1] if way >= 4 else own


def _beside(leader: Points, spectra: Shapes) -> tuple[Numbers, Places]:
    """Correlations with the leader (n, 8) at the best beginning, and that beginning: quarter turns as it is,
    and mirrored."""
    found = np.fft.ifft(leader * np.conj(spectra), axis=2) / _POINTS
    # A quarter turn makes the imaginary part the real one.
    turns = np.stack([found.real, found.imag, -found.real, -found.imag], axis=1)
    turns = turns.reshape(8, *found.shape[1:]).transpose(1, 0, 2)  # shape, way, beginning
    return turns.max(axis=2), first_most(turns, axis=2)
