"""Outlines that are nearly the same shape made the same: a motif is drawn once, and set again.

Outlines are compared about their centres, whatever point they begin at, turned by quarters and mirrored: the
best beginning is where the correlation of their points is largest, found by Fourier transform (Persoon and
Fu 1977). Each takes the mean of all that are like it, itself turned and mirrored too, so that a cross has
four arms alike.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from generator.drafting.tracing import Outline, Points, first_most

_POINTS = 128
_LEAST = 2.5  # the root of the area of an outline that has a shape, in `unit`
_NEAR, _SHARE = 1.0, 0.08  # how far like outlines lie apart: in `unit`, and as a share of their size
_LIKE = 1.2  # how much larger one like another may be
Shapes = NDArray[np.complex128]  # (..., _POINTS), about their centres, all the same way round
Numbers = NDArray[np.float64]
Places = NDArray[np.int64]


def made_alike(outlines: Sequence[Outline], unit: float) -> list[Outline]:
    """The outlines, in the same order, each the mean of those it is like."""
    found = list(outlines)
    shaped = [n for n, each in enumerate(found) if not each.turn and abs(each.area) >= (_LEAST * unit) ** 2]
    if not shaped:
        return found
    sizes = np.sqrt(np.abs([found[number].area for number in shaped]))
    order = np.argsort(-sizes, kind="stable")
    shaped, sizes = [shaped[number] for number in order], sizes[order]
    points = np.stack([_even(found[number]) for number in shaped])
    centres = points.mean(axis=1)
    near = np.minimum(_NEAR * unit, _SHARE * sizes)
    for member, own in _means(points - centres[:, None], sizes, near):
        turned = own if found[shaped[member]].area > 0.0 else own[::-1]
        found[shaped[member]] = Outline(turned + centres[member], 0j)
    return found


def _even(outline: Outline) -> Points:
    """_POINTS at equal steps along an outline, the inside on the left."""
    closed = outline.closed if outline.area > 0.0 else outline.closed[::-1]
    along = np.append(0.0, np.cumsum(np.abs(np.diff(closed))))
    wanted = np.arange(_POINTS) * along[-1] / _POINTS
    found: Points = np.interp(wanted, along, closed.real) + 1j * np.interp(wanted, along, closed.imag)
    return found


def _means(shapes: Shapes, sizes: Numbers, near: Numbers) -> Iterator[tuple[int, Points]]:
    """The shapes that are like the largest left, by number, and what each becomes."""
    left = np.ones(len(shapes), np.bool_)
    ways = np.stack([shapes, np.conj(shapes[:, ::-1])])  # as it is, and mirrored
    spectra = np.fft.fft(ways, axis=2)
    power = (np.abs(shapes) ** 2).mean(axis=1)
    for leader in range(len(shapes)):
        if not left[leader]:
            continue
        rest = np.flatnonzero(left & (sizes <= sizes[leader]) & (sizes * _LIKE >= sizes[leader]))
        likeness, begun = _beside(spectra[0, leader], spectra[:, rest])
        apart = np.sqrt(np.maximum(power[rest][:, None] + power[leader] - 2.0 * likeness, 0.0))
        like = apart < np.minimum(near[rest], near[leader])[:, None]
        left[rest[like.any(axis=1)]] = False
        if int(like.sum()) >= 2:
            yield from _mean(ways[:, rest], rest, apart, begun, like)


def _mean(
    ways: Shapes, numbers: Places, apart: Numbers, begun: Places, like: NDArray[np.bool_]
) -> Iterator[tuple[int, Points]]:
    """Each member of a group, and the mean of all laid on each other, laid back where it lies."""
    laid = [
        np.roll(ways[way // 4, member], begun[member, way]) * 1j ** (way % 4)
        for member, way in np.argwhere(like)
    ]
    mean = np.mean(laid, axis=0)
    for member in np.flatnonzero(like.any(axis=1)):
        way = int(first_most(-apart[member]))
        own = np.roll(mean * 1j ** -(way % 4), -int(begun[member, way]))
        yield int(numbers[member]), np.conj(own)[::-1] if way >= 4 else own


def _beside(leader: Points, spectra: Shapes) -> tuple[Numbers, Places]:
    """Correlations with the leader (n, 8) at the best beginning, and that beginning: quarter turns as it is,
    and mirrored."""
    found = np.fft.ifft(leader * np.conj(spectra), axis=2) / _POINTS
    # A quarter turn makes the imaginary part the real one.
    turns = np.stack([found.real, found.imag, -found.real, -found.imag], axis=1)
    turns = turns.reshape(8, *found.shape[1:]).transpose(1, 0, 2)  # shape, way, beginning
    return turns.max(axis=2), first_most(turns, axis=2)
