"""Which words weights were trained on: a prompt is read by the edition of the weights that draw it."""

from __future__ import annotations

from typing import Any

from generator import words as first_edition
from generator.errors import BriefError, UnknownMotifError
from generator.lexicon import reading
from generator.lexicon.tables import families

NEWEST = 2
_FIRST_MOST_INKS = 4
_ELSEWHERE = "brief it with the generator `archive`, which draws it by rule"


def caption_of(prompt: str, seed: int, inks: int, edition: int, learnt: tuple[str, ...]) -> str:
    """The caption that a prompt means to weights of `edition` that have learnt the families `learnt`.

    Raises BriefError for more inks than they print, and UnknownMotifError for a family they cannot draw.
    """
    if edition == 1:
        return _first(prompt, seed, inks)
    words = reading.resolve(prompt, seed, inks)
    if words.family not in learnt:
        raise UnknownMotifError(prompt, (), learnt, f"{words.family} is not learnt yet: {_ELSEWHERE}; or ")
    return words.caption()


def settled(prompt: str, seed: int, inks: int, edition: int) -> dict[str, Any]:
    """The attributes of a tile by name, also those that the prompt leaves open. Raises as `caption_of`."""
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


def learnt_by(edition: int, named: object) -> tuple[str, ...]:
    """The families that weights can draw: what their settings name, or all that their edition knows."""
    known = first_edition.families() if edition == 1 else families()
    if isinstance(named, list):
        return tuple(name for name in known if name in named)
    return known
