"""What a family draws on: cloth, attributes, inks in their roles, places for motifs, and the dice."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from generator.archive.shapes import Motif, moved, scaled, turned
from generator.lexicon.attributes import Attributes
from generator.motifs.cloth import Cloth, Field, periodic_noise
from generator.motifs.hand import HANDS, Hand

# Added to an ink number: a line or a dot, painted as it is in every stroke and never outlined.
SOLID = 16


@dataclass(frozen=True)
class Sheet:
    """One tile in the making; `cells` is the number of cells across the tile, `span` of training units."""

    cloth: Cloth
    words: Attributes
    cells: int
    span: int
    dice: np.random.Generator

    @property
    def hand(self) -> Hand:
        """The habits of the tile's era."""
        return HANDS[self.words.era]

    @property
    def key(self) -> int:
        """The ink of outlines: the first, so that what is outlined is filled from the second on."""
        return 1 if self.words.inks > 2 else 0

    @property
    def fills(self) -> tuple[int, ...]:
        """The inks that motifs are filled with, the principal one first."""
        first = 2 if self.words.stroke == "outlined" and self.words.inks > 2 else 1
        return tuple(range(first, self.words.inks))

    def ink(self, number: int) -> int:
        """The `number`-th filling ink, counted round."""
        return self.fills[number % len(self.fills)]

    def on(self, ink: int, step: int = 1) -> int:
        """An ink that shows on `ink`: the next filling ink but one `step`, or the ground if there is none."""
        others = [other for other in self.fills if other != ink]
        if not others:
            return self.key if self.words.stroke == "outlined" and ink != self.key else 0
        start = sum(1 for other in others if other < ink)
        return others[(start + step - 1) % len(others)]

    def weight(self, size: float) -> float:
        """The width of a line on a motif of `size`, as a share of the edge, in the era's hand."""
        thin, thick = 0.008 / self.span, 0.021 / self.span
        return min(max(0.05 * size, thin), thick) * self.hand.line

    def stamp(
        self, motif: Motif, x: float, y: float, size: float, angle: float = 0.0, flip: bool = False
    ) -> None:
        """Paint a motif of radius about one, made `size` large and turned, in the tile's stroke."""
        width = self.weight(size)
        for outline, ink in moved(turned(scaled(motif, size, flip), angle), x, y):
            solid, number = divmod(ink, SOLID)
            if self.words.stroke == "line":
                self.cloth.fill(outline, number or self.ink(0) if solid else 0)
            else:
                self.cloth.fill(outline, number)
            if not solid:
                self._trace(outline, number, width)

    def _trace(self, outline: Field, ink: int, width: float) -> None:
        if self.words.stroke == "line":
            self.cloth.trace(outline, ink or self.ink(0), width)
        elif self.words.stroke == "outlined":
            alone = 1 - ink if self.words.inks == 2 else self.key
            self.cloth.trace(outline, alone, width)

    def settle(self) -> None:
        """Put the stroke on a tile that was painted by regions instead of motifs."""
        if self.words.stroke == "flat":
            return
        rim, width = self.cloth.rim(), self.weight(0.5 / self.cells)
        inks = self.cloth.inks
        if self.words.stroke == "line":
            inks[rim > width] = 0
        elif self.words.inks == 2:
            inks[(rim > width) & (rim < 2.0 * width) & (inks == 1)] = 0
        else:
            inks[rim < width / 2.0] = self.key

    def grid(self) -> tuple[Field, Field]:
        """x and y of every sample in 0..1, each (edge, edge), as unsteady as the era's hand."""
        x, y = self.cloth.grid()
        if self.hand.wobble:
            reach = self.hand.wobble / self.cells
            for axis in (x, y):
                axis += reach * periodic_noise(self.dice, self.cloth.edge, 2 * self.cells, 1)
        return x, y

    def by_density(self, sparse: float, balanced: float, dense: float) -> float:
        """The value for this sheet's density."""
        return {"sparse": sparse, "balanced": balanced, "dense": dense}[self.words.density]

    def between(self, low: float, high: float) -> float:
        """A number drawn evenly from low..high."""
        return float(self.dice.uniform(low, high))

    def one_of(self, *values: int) -> int:
        """One of the values, drawn evenly."""
        return int(values[int(self.dice.integers(len(values)))])

    def chance(self, share: float) -> bool:
        """True in `share` of the draws."""
        return float(self.dice.random()) < share
