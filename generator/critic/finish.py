"""How well a tile is finished: whether its outlines are as plain as those of the same words drawn by rule.

A shape that is torn has more outlines, longer ones, and above all outlines that turn more than anybody would
draw them; and where one of many that are alike went wrong, there is a kind more. How many, how long, how much
and of how many kinds is told by a drawing of the same words by rule, so that a fern may turn as ferns do.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from generator.drafting.alike import kinds
from generator.drafting.fitting import fitted
from generator.drafting.tracing import Outline, traced
from generator.lexicon.attributes import Attributes
from generator.motifs.draw import draw_tile

EDGE = 256  # samples across which outlines are traced
_UNIT, _MOST = 2.0, 0.8  # two samples to one of a training unit's screens, redrawn as near as in drafting
_CRUMB = 8.0  # square samples that an outline encloses at least
_FEW = 2.0  # added to both sides of a ratio: where there is next to nothing, one more is not twice as much


@dataclass(frozen=True)
class Outlines:
    """The outlines of all inks of a tile: how many, how long in tiles, how many whole turns they make, and of
    how many `kinds` they are, one that is mirrored or turned by quarters being of the same."""

    count: float
    length: float
    turns: float
    kinds: float


@dataclass(frozen=True)
class Finish:
    """A tile's outlines as multiples of those of its words by rule, and in one number: 1 is as plain as
    by rule, 1/e is e times as much turning, or e times as many and as long outlines, or as few and short."""

    count: float
    length: float
    turns: float
    kinds: float

    @property
    def share(self) -> float:
        """Greater than 0, at most 1. Plainer than by rule, in its turns and its kinds, is no fault."""
        off = abs(math.log(self.count)) + abs(math.log(self.length)) + max(math.log(self.kinds), 0.0)
        return math.exp(-max(math.log(self.turns), 0.0) - 0.5 * off)


def finish_of(drawn: NDArray[np.uint8], words: Attributes, seed: int) -> Finish:
    """The finish of an index map (N, N), one repeat, beside the archive's drawing of the same words."""
    one = outlines_of(drawn, words.inks)
    other = outlines_of(draw_tile(words, seed, 2 * EDGE), words.inks)
    return Finish(
        count=(one.count + _FEW) / (other.count + _FEW),
        length=(one.length + _FEW) / (other.length + _FEW),
        turns=(one.turns + _FEW) / (other.turns + _FEW),
        kinds=(one.kinds + _FEW) / (other.kinds + _FEW),
    )


def outlines_of(inks: NDArray[np.uint8], count: int) -> Outlines:
    """The outlines of an index map (N, N), drawn anew as the generator draws them; crumbs are left out."""
    found = [each for ink in range(count) for each in _traced(inks == ink)]
    length = turns = 0.0
    for outline in found:
        steps = np.diff(fitted(outline, _UNIT, _MOST, ruled=False).closed)
        steps = steps[np.abs(steps) > 1e-9]
        length += float(np.abs(steps).sum()) / EDGE
        turns += float(np.abs(np.angle(np.roll(steps, -1) * np.conj(steps))).sum()) / math.tau
    return Outlines(len(found), length, turns, kinds(found, _UNIT))


def _traced(printed: NDArray[np.bool_]) -> list[Outline]:
    share = cv2.resize(printed.astype(np.float32), (EDGE, EDGE), interpolation=cv2.INTER_AREA)
    return [each for each in traced(np.asarray(share - 0.5, np.float32)) if each.covers(_CRUMB)]
