"""The words of the critic: what its heads tell apart, and what a prompt says for itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

from generator.lexicon.attributes import Attributes, choices
from generator.lexicon.reading import resolve
from generator.lexicon.tables import (
    DENSITIES,
    ERAS,
    FAMILIES,
    LAYOUTS,
    SCALES,
    STROKES,
    SYMMETRIES,
    families,
)

HEADS: Mapping[str, tuple[str, ...]] = {
    "family": families(),
    "style": tuple(f"{family} {style}" for family in families() for style in FAMILIES[family].styles),
    "era": tuple(ERAS),
    "scale": tuple(SCALES),
    "density": tuple(DENSITIES),
    "stroke": tuple(STROKES),
    "layout": tuple(LAYOUTS),
    "symmetry": tuple(SYMMETRIES),
}
_SEEDS = range(24)
_INKS = 3


def tokens() -> tuple[str, ...]:
    """Every word of the text encoder, `head:value`, in a stable order: a part of the weights."""
    return tuple(f"{head}:{value}" for head, values in HEADS.items() for value in values)


def shown(words: Attributes) -> dict[str, str]:
    """What a tile drawn to these attributes shows, by head."""
    return {**{head: getattr(words, head) for head in HEADS}, "style": f"{words.family} {words.style}"}


@lru_cache(maxsize=4096)
def _said(prompt: str) -> tuple[tuple[str, str], ...]:
    settled = [shown(resolve(prompt, seed, _INKS)) for seed in _SEEDS]
    free = choices(settled[0]["family"])
    kept = {head: value for head, value in settled[0].items() if all(s[head] == value for s in settled)}
    return tuple((head, value) for head, value in kept.items() if head == "family" or len(free[head]) > 1)


def said(prompt: str) -> dict[str, str]:
    """What a prompt itself asks for, by head: what no seed changes. Raises BriefError, UnknownMotifError."""
    return dict(_said(prompt))


def numbers(said_of: Sequence[Mapping[str, str]], words: Sequence[str]) -> list[list[int]]:
    """The token numbers of several readings; a word the weights do not know is left out."""
    known = {word: number for number, word in enumerate(words)}
    wanted = [[f"{head}:{value}" for head, value in each.items()] for each in said_of]
    return [[known[word] for word in each if word in known] for each in wanted]
