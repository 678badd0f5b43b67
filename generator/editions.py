"""Which words weights were trained on: a prompt is read by the edition of the weights that draw it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any

from generator import words as first_edition
from generator.errors import BriefError, UnknownMotifError
from generator.lexicon import reading
from generator.lexicon.attributes import Attributes
from generator.lexicon.tables import families

NEWEST = 2
_FIRST_MOST_INKS = 4
WIDEST = 2  # training units across, of what is drawn finer: twice as many take four times as long
LARGER = {
    "medium": "large",
    "small": "medium",
}  # the scale that has half as many cells across a training unit
_ELSEWHERE = "brief it with the generator `archive`, which draws it by rule"


@dataclass(frozen=True)
class Asked:
    """What networks are asked for: a caption, and how many training units across it is drawn on.

    `words` are the caption's, None in the first edition.
    """

    caption: str
    units: int
    words: Attributes | None = None


@dataclass(frozen=True)
class Knowledge:
    """What weights know: an edition of words, families, and the scales that they draw `finer`.

    A tile of such a scale is drawn in the next larger one on twice as many units, so that its motifs are as
    many as were asked for, and each is as good as a larger one.
    """

    edition: int
    learnt: tuple[str, ...]
    finer: tuple[str, ...] = ()

    def asked(self, prompt: str, seed: int, inks: int, wide: int, widest: int = WIDEST) -> Asked:
        """What a prompt means to these weights, for a tile that is `wide` training units wide.

        Nothing is asked for on more than `widest` units for being drawn finer.

        Raises BriefError for more inks than they print, and UnknownMotifError for a family they cannot draw.
        """
        if self.edition == 1:
            return Asked(_first(prompt, seed, inks), wide)
        words = reading.resolve(prompt, seed, inks)
        if words.family not in self.learnt:
            hint = f"{words.family} is not learnt yet: {_ELSEWHERE}; or "
            raise UnknownMotifError(prompt, (), self.learnt, hint)
        return self._drawn_as(words, wide, widest)

    def _drawn_as(self, words: Attributes, wide: int, widest: int) -> Asked:
        if words.scale in self.finer and 2 * wide <= widest:
            words, wide = replace(words, scale=LARGER[words.scale]), 2 * wide
        return Asked(words.caption(), wide, words)


def settled(prompt: str, seed: int, inks: int, edition: int) -> dict[str, Any]:
    """The attributes of a tile by name, also what the prompt leaves open. Raises as `Knowledge.asked`."""
    if edition == 1:
        return dict(vars(first_edition.resolve(prompt, seed, inks)))
    return dict(vars(reading.resolve(prompt, seed, inks)))


def _first(prompt: str, seed: int, inks: int) -> str:
    if inks > _FIRST_MOST_INKS:
        remedy = f"give 2 to {_FIRST_MOST_INKS}, or use the generator `archive`"
        raise BriefError("palette", f"has {inks} inks, more than these weights print", remedy)
    try:
        return first_edition.resolve(prompt, seed, inks).caption()
    except UnknownMotifError as error:
        family = reading.family_named(prompt)
        if family is None or family in first_edition.families():
            raise
        hint = f"{family} is not learnt yet: {_ELSEWHERE}; or "
        raise UnknownMotifError(prompt, (), first_edition.families(), hint) from error


def finer_scales(named: object) -> tuple[str, ...]:
    """The scales that weights draw finer, as their settings name them. Raises ValueError for others."""
    if not isinstance(named, Collection) or not set(named) <= set(LARGER):
        raise ValueError(f"{named!r} is not drawn finer: use {', '.join(LARGER)}")
    return tuple(named)


def learnt_by(edition: int, named: object) -> tuple[str, ...]:
    """The families that weights can draw: what their settings name, or all that their edition knows."""
    known = first_edition.families() if edition == 1 else families()
    if isinstance(named, list):
        return tuple(name for name in known if name in named)
    return known
