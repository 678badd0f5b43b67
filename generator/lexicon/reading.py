"""From free text to attributes: one family, and how it is set.

What the prompt does not settle is chosen by the seed, so that one prompt gives a varied collection.
"""

from __future__ import annotations

import difflib
import hashlib
import re

from generator.errors import UnknownMotifError
from generator.lexicon.attributes import Attributes, choices
from generator.lexicon.tables import (
    CONTRASTS,
    DENSITIES,
    ERAS,
    FAMILIES,
    LAYOUTS,
    SCALES,
    STROKES,
    SYMMETRIES,
    Table,
    families,
)
from generator.recipe import check_prompt

_SHARED: dict[str, Table] = {
    "era": ERAS,
    "scale": SCALES,
    "density": DENSITIES,
    "stroke": STROKES,
    "layout": LAYOUTS,
    "symmetry": SYMMETRIES,
    "contrast": CONTRASTS,
}
# What is settled by the seed more often than the rest: most prints are flat.
_USUAL = {"stroke": ("flat", "flat")}
_FAMILY_TABLE: Table = {name: family.words for name, family in FAMILIES.items()}
_JOINED = {"half drop": "half-drop", "fish scale": "fishscale", "art deco": "art-deco", "cut out": "cut-out"}
_JOINED |= {"art nouveau": "art-nouveau", "mid century": "mid-century", "tone on tone": "tone-on-tone"}
_JOINED |= {"line drawing": "line-drawing", "line art": "line-art", "block print": "block-print"}
_JOINED |= {f"{count} way": f"{count}-way" for count in ("one", "two", "four")}
_FILLER = frozenset(
    re.findall(
        r"[a-z-]+",
        "a an and the of with in on for to by very some pattern patterns print prints scale contrast era "
        "layout style design motif motifs tile repeat surface fabric wallpaper textile ink inks stroke",
    )
)


def vocabulary() -> tuple[str, ...]:
    """Every word a prompt can be understood by, sorted."""
    tables = (_FAMILY_TABLE, *_SHARED.values(), *(family.styles for family in FAMILIES.values()))
    return tuple(sorted({word for table in tables for key, more in table.items() for word in (key, *more)}))


def resolve(prompt: str, seed: int, inks: int) -> Attributes:
    """Settle a prompt; `seed` chooses what it leaves open.

    A word that the family cannot follow, such as `tossed` for a plaid, is reported as ignored. Raises
    BriefError on an unusable prompt, UnknownMotifError when it names no motif family.
    """
    check_prompt(prompt)
    words = _words(prompt)
    family = family_of(words)
    if family is None:
        raise UnknownMotifError(prompt, _nearest(words), families())
    tables = _tables(family)
    chosen = {name: _first(words, table) or _pick(table, seed, name) for name, table in tables.items()}
    known = {word for table in (_FAMILY_TABLE, *tables.values()) for k in table for word in (k, *table[k])}
    ignored = tuple(dict.fromkeys(word for word in words if word not in known and word not in _FILLER))
    return Attributes(family=family, inks=inks, ignored=ignored, **chosen)


def family_named(prompt: str) -> str | None:
    """The family that a prompt names, if any."""
    return family_of(_words(prompt))


def family_of(words: list[str]) -> str | None:
    """The family the words name: by a family's name first, then a synonym, then a style only one has."""
    named = next((word for word in words if word in FAMILIES), None)
    return named or _first(words, _FAMILY_TABLE) or _family_of_style(words)


def _words(prompt: str) -> list[str]:
    text = prompt.lower()
    for apart, together in _JOINED.items():
        text = text.replace(apart, together)
    return re.findall(r"[a-z0-9]+(?:-[a-z0-9]+)*", text)


def _tables(family: str) -> dict[str, Table]:
    """The tables of one family, cut down to the values that it can have."""
    tables = {"style": FAMILIES[family].styles, **_SHARED}
    allowed = choices(family)
    return {name: {key: table[key] for key in allowed[name]} for name, table in tables.items()}


def _first(words: list[str], table: Table) -> str | None:
    """The key of the first word that the table knows; a key counts before another key's synonym."""
    meaning = {word: key for key, more in table.items() for word in more} | {key: key for key in table}
    return next((meaning[word] for word in words if word in meaning), None)


def _family_of_style(words: list[str]) -> str | None:
    """A style word such as 'daisy' names its family when only one family has it."""
    for word in words:
        homes = [name for name, family in FAMILIES.items() if _first([word], family.styles)]
        if len(homes) == 1:
            return homes[0]
    return None


def _nearest(words: list[str]) -> tuple[str, ...]:
    known = [word for key, more in _FAMILY_TABLE.items() for word in (key, *more)]
    close = [match for word in words for match in difflib.get_close_matches(word, known, n=2, cutoff=0.6)]
    return tuple(dict.fromkeys(close))[:3]


def _pick(table: Table, seed: int, name: str) -> str:
    """A choice that depends on the seed alone and not on any library's random numbers."""
    keys = (*(usual for usual in _USUAL.get(name, ()) if usual in table), *table)
    number = hashlib.sha256(f"{name}:{seed}".encode()).digest()
    return keys[int.from_bytes(number[:8], "big") % len(keys)]
