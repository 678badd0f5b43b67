"""Outlines on the torus filled again: which samples lie inside, and whose a sample is that several claim."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from generator.drafting.tracing import Field, Outline, Points, first_most

Mask = NDArray[np.bool_]
_MARGIN = 32


def filled(outlines: Sequence[Outline], field: Field, edge: int, *, most: bool = True) -> Mask:
    """The samples (edge, edge) inside of outlines in samples of `field`, which says on which side they lie.

    A way from one sample to another crosses outlines an even number of times where both lie on one side:
    along a row first, then down a column. Which side is the inside `most` of the field says, or the sample
    that lies deepest, which an outline drawn anew may have passed: then all of it is the wrong way round.
    """
    deepest = int(first_most(np.abs(field)))
    inside = bool(field.flat[deepest] > 0.0)
    if not outlines:
        return np.full((edge, edge), inside)
    scale = edge / field.shape[0]
    starts = np.concatenate([_scaled(each.points, scale) for each in outlines])
    ends = np.concatenate([_scaled(each.closed[1:], scale) for each in outlines])
    row, column = (round((place + 0.5) * scale - 0.5) % edge for place in divmod(deepest, field.shape[1]))
    columns, below = _crossings(starts.real, starts.imag, ends.real, ends.imag, edge)
    rows, beside = _crossings(starts.imag, starts.real, ends.imag, ends.real, edge)
    along = _counted(np.bincount(beside[rows == row], minlength=edge)[:, None], column)[:, 0]
    crossed = np.bincount(below * edge + columns, minlength=edge * edge).reshape(edge, edge)
    alike = (_counted(crossed, row) + along) % 2 == 0
    if most:
        nearest = ((np.arange(edge) + 0.5) / scale).astype(np.int64)
        signed = field[np.ix_(nearest, nearest)]
        inside = bool(signed[alike].sum() > signed[~alike].sum())
    return np.asarray(alike == inside)


def _scaled(points: Points, scale: float) -> Points:
    return (points + (0.5 + 0.5j)) * scale - (0.5 + 0.5j)


def _counted(crossed: NDArray[np.int64], start: int) -> NDArray[np.int64]:
    """How many crossings lie between the entry `start` and each that follows it around the first axis."""
    turned = np.roll(crossed, -start, axis=0)
    turned[0] = 0  # what lies before the start, or after the whole way round
    return np.asarray(np.roll(np.cumsum(turned, axis=0), start, axis=0))


def _crossings(
    start: Field, other_start: Field, end: Field, other_end: Field, edge: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """(line, sample): lines of samples that pieces of outline cross, and the sample after each crossing."""
    first, last = (np.ceil(limit(start, end)).astype(np.int64) for limit in (np.minimum, np.maximum))
    count = last - first
    piece = np.repeat(np.arange(len(start)), count)
    line = first[piece] + np.arange(len(piece)) - np.repeat(np.cumsum(count) - count, count)
    share = (line - start[piece]) / (end[piece] - start[piece])
    other = other_start[piece] + share * (other_end[piece] - other_start[piece])
    return line % edge, np.ceil(other).astype(np.int64) % edge


def settled(masks: Sequence[Mask]) -> NDArray[np.uint8]:
    """The number of the mask that holds each sample; where none or several do, as the nearest one does."""
    count = np.zeros(masks[0].shape, np.uint8)
    holder = np.zeros(masks[0].shape, np.uint8)
    for number, mask in enumerate(masks):
        count += mask
        holder[mask] = number
    doubtful = count != 1
    if doubtful.all() or not doubtful.any():
        return holder
    wrapped = np.pad(doubtful, _MARGIN, mode="wrap").astype(np.uint8)
    labels = cv2.distanceTransformWithLabels(wrapped, cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL)[1]
    held = np.pad(holder, _MARGIN, mode="wrap")
    named = np.zeros(int(labels.max()) + 1, np.uint8)
    named[labels[wrapped == 0]] = held[wrapped == 0]
    return np.asarray(named[labels][_MARGIN:-_MARGIN, _MARGIN:-_MARGIN])
