"""What a drawing is worth of itself: could it be printed, does it show what was asked, how is it finished.

It needs the pixels and the recipe alone, so that a drawing can be judged before there is a tile of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ledger.domain.critiques import FAIL, PASS, UNKNOWN, WARN, Point, worth
from ledger.domain.origins import asked_for
from ledger.styles import units_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from generator.critic import Critic, Finish, Limits, Separations

# An era is in the inks, which the critic does not look at.
TOLD_APART = frozenset({"family", "style", "scale", "density", "stroke", "layout", "symmetry"})
FINISHED = 0.5  # a finish below this warns
AGREED, LIKELY = 0.25, 0.5  # below the first a tile fails its brief, below the second it is worth a look


@dataclass(frozen=True)
class Merit:
    """`agreement` and `finish` are shares, the finish None where there is nothing to compare with.

    `seen` is what the critic sees, by head, and `embedding` (128,) its view of the picture.
    """

    points: tuple[Point, ...]
    seen: Mapping[str, str]
    agreement: float
    finish: float | None
    embedding: NDArray[np.float32]

    @property
    def worth(self) -> float:
        """0 to 1, as `ledger.domain.critiques.worth` has it."""
        return self._worth([point.state for point in self.points])

    @property
    def rank(self) -> tuple[float, float]:
        """Its worth, and among those that could not be released what it would be worth if it could."""
        return self.worth, self._worth(())

    def _worth(self, states: Sequence[str]) -> float:
        return worth(self.agreement, 1.0 if self.finish is None else self.finish, states)


def of(critic: Critic, recipe: Mapping[str, Any], pixels: NDArray[np.uint8], limits: Limits) -> Merit:
    """The merit of one repeat (N, N, 3), drawn by `recipe`."""
    from generator.critic import release_checks, separations

    found = separations(pixels, recipe["palette"])
    vectors, seen = critic.judge([pixels], units_of(recipe))
    asked = _asked(recipe)
    shares = {head: seen[0][head].get(value, 0.0) for head, value in asked.items()}
    agreement = sum(shares.values()) / len(shares) if shares else 1.0
    best = {head: max(values, key=lambda value: values[value]) for head, values in seen[0].items()}
    finish = _finish(recipe, found)
    points = (
        *(Point(**vars(each)) for each in release_checks(found, recipe["palette"], limits)),
        _agrees(asked, shares, best, agreement),
        *_finished(finish),
    )
    return Merit(points, best, agreement, finish.share if finish else None, vectors[0])


def _asked(recipe: Mapping[str, Any]) -> dict[str, str]:
    """What the prompt says for itself, by head; nothing where a person drew it, or where no word is known."""
    from generator.critic import said
    from generator.errors import GeneratorError

    words = asked_for(recipe)
    try:
        return {head: value for head, value in said(words[0]).items() if head in TOLD_APART} if words else {}
    except GeneratorError:  # a prompt of the first edition that the words of today do not know
        return {}


def _agrees(asked: dict[str, str], shares: dict[str, float], seen: dict[str, str], agreement: float) -> Point:
    if not asked:
        return Point("brief", UNKNOWN, "drawn by no words that are known", "a prompt to hold it against")
    state = PASS if agreement >= LIKELY else WARN if agreement >= AGREED else FAIL
    missed = [f"{head} {seen[head]} in place of {asked[head]}" for head in asked if seen[head] != asked[head]]
    measure = f"{agreement:.0%}: " + ", ".join(f"{asked[head]} {share:.0%}" for head, share in shares.items())
    return Point(
        "brief", state, measure, f"{LIKELY:.0%}", "the critic sees " + "; ".join(missed) if missed else ""
    )


def _finish(recipe: Mapping[str, Any], found: Separations) -> Finish | None:
    """How plain the outlines are of a tile that was drawn by words alone; None for others."""
    from generator.critic import finish_of
    from generator.errors import GeneratorError
    from generator.lexicon.reading import resolve

    asked = asked_for(recipe)
    if asked is None or recipe["generator"] != "embedded" or recipe.get("base"):
        return None
    try:
        words = resolve(*asked, len(recipe["palette"]))
    except GeneratorError:  # a prompt of the first edition that the words of today do not know
        return None
    return finish_of(found.inks, words, asked[1])


def _finished(finish: Finish | None) -> tuple[Point, ...]:
    """The point of the checklist for a tile that was drawn by words alone; none for others."""
    if finish is None:
        return ()
    compared = f"{finish.count:.1f} times as many outlines, {finish.length:.1f} times as long"
    turning = f"turning {finish.turns:.1f} times as much, of {finish.kinds:.1f} times as many shapes"
    measure = f"{finish.share:.0%}: {compared}, {turning} as by rule"
    plain = finish.share >= FINISHED
    reason = "" if plain else "its shapes are torn, or some are missing: retouch it, or take another seed"
    return (Point("finish", PASS if plain else WARN, measure, f"{FINISHED:.0%}", reason),)
