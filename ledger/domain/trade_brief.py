"""A brief in trade words: themes x motifs x colourways x pieces, laid out into prompts and palettes.

Every theme is put on every motif and printed in every colourway, `per` tiles each. Laying out is pure and
keeps the order of the brief, so the same words are the same tiles. Tiles are drawn from the prompts and
palettes; the words are kept beside them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from ledger.domain.assets import (
    MAX_ASSETS,
    MAX_INKS,
    MAX_LISTED,
    MAX_NAME,
    MAX_PROMPT,
    BriefWords,
)
from ledger.domain.errors import BriefError
from ledger.domain.fields import NEAR, Field, required, shown

MAX_THEME, MAX_INK = 120, 40  # characters
NAMES = frozenset({"themes", "motifs", "colourways", "per"})
FORM = "{night: ['#17274f', '#f6ecd6'], sand: [...]}"
Palette = tuple[str, ...]

# What a theme asks of a motif that does not say so itself, in words that every generator of the house knows.
THEMES: Mapping[str, str] = {
    "alpine": "small balanced grid",
    "bohemian": "large dense tossed",
    "coastal": "medium sparse half-drop",
    "ditsy": "small dense tossed",
    "folk": "medium dense grid",
    "heritage": "medium balanced half-drop",
    "maximalist": "large dense half-drop",
    "meadow": "small balanced tossed",
    "minimalist": "large sparse grid",
    "nursery": "medium sparse tossed",
    "retro": "large balanced grid",
    "scandinavian": "large balanced half-drop",
    "tailored": "small dense grid",
    "tropical": "large dense half-drop",
}


def lay_out(
    fields: Mapping[str, Field], source: Field, names: Mapping[str, str]
) -> tuple[BriefWords, dict[str, Any]]:
    """The words of a brief, and the prompts, palettes and count they stand for, as a flat brief has them.

    `names` are the inks that can be written as words. Raises BriefError, which names the field.
    """
    motifs = _lines(required(fields, "motifs", source, "give a list such as [large rose floral, scallop]"))
    themes = _lines(fields["themes"], MAX_THEME) if "themes" in fields else ()
    colourways = _colourways(required(fields, "colourways", source, f"write {FORM}"), names)
    per = fields["per"].whole(1, MAX_ASSETS) if "per" in fields else 1
    prompts = tuple(themed(motif, theme) for theme in themes or (None,) for motif in motifs)
    _check(source, prompts, len(prompts) * len(colourways) * per)
    words = BriefWords(themes, motifs, tuple(colourways), per)
    flat = {"prompts": prompts, "palettes": tuple(colourways.values())}
    return words, {**flat, "count": len(prompts) * len(colourways) * per}


def setting(theme: str) -> str:
    """What is asked of a motif under this theme: the words of a known theme, else its own."""
    return f"{theme}: {THEMES[theme]}" if theme in THEMES else theme


def theme_in(prompt: str) -> str | None:
    """The theme of the house that a prompt was laid out under, if any: what `themed` made of it."""
    return next((theme for theme in THEMES if prompt.endswith(f", {setting(theme)}")), None)


def themed(motif: str, theme: str | None) -> str:
    """The prompt of a motif under a theme."""
    # The motif comes first: where both say how large, the generators take the first word.
    return motif if theme is None else f"{motif}, {setting(theme)}"


def _check(source: Field, prompts: Sequence[str], count: int) -> None:
    motifs = source.child("motifs", None)
    if len(prompts) > MAX_LISTED:
        motifs.refuse(f"{len(prompts)} themed motifs; at most {MAX_LISTED} in one brief, so split it")
    longest = max(map(len, prompts))
    if longest > MAX_PROMPT:
        motifs.refuse(f"a motif with its theme has {longest} characters; shorten it to {MAX_PROMPT}")
    if count > MAX_ASSETS:
        source.child("per", None).refuse(f"makes {count} tiles; at most {MAX_ASSETS} in one collection")


def _lines(field: Field, longest: int = MAX_PROMPT) -> tuple[str, ...]:
    lines = [each.text(longest).strip() for each in field.items(MAX_LISTED)]
    twice = next((line for i, line in enumerate(lines) if line in lines[:i]), None)
    if twice is not None:
        field.refuse(f"{twice[:40]!r} stands there twice; say once what you want more of, and raise per")
    return tuple(lines)


def _colourways(field: Field, names: Mapping[str, str]) -> dict[str, Palette]:
    """Palettes by the names that the brief gives them."""
    if not isinstance(field.value, Mapping):
        field.refuse(f"{shown(field.value)} is not a mapping of names to inks; write {FORM}")
    if not 1 <= len(field.value) <= MAX_LISTED:
        field.refuse(f"a mapping of {len(field.value)}; give 1 to {MAX_LISTED}")
    named = {_name(name, field): inks for name, inks in field.value.items()}
    return {name: inks_of(field.child(name, inks), names) for name, inks in named.items()}


def _name(name: object, field: Field) -> str:
    return Field(name, field.path, BriefError).text(MAX_NAME)


def inks_of(field: Field, names: Mapping[str, str]) -> Palette:
    """The inks of a palette as #rrggbb; `names` are those that can be written as words, in lower case."""
    return tuple(_ink(ink, names) for ink in field.items(MAX_INKS))


def _ink(field: Field, names: Mapping[str, str]) -> str:
    text = field.text(longest=MAX_INK).lower()
    word = " ".join(text.replace("-", " ").split())
    if names and not text.startswith("#") and word not in names:
        field.refuse(f"{text!r} is not an ink such as '#1b2a49'; {nearest(word, names)}")
    return names.get(word, text)


def nearest(word: str, names: Mapping[str, str]) -> str:
    near = get_close_matches(word, names, n=3, cutoff=NEAR)
    return f"did you mean {' or '.join(near)}?" if near else "nor one that has a name here"
