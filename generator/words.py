"""From free text to the attributes the generators draw: one family, and how it is set.

A word the prompt does not settle is chosen by the seed, so that one prompt gives a varied collection.
Changing a table here changes what a recipe means: raise `RECIPE_VERSION` with it.
"""

from __future__ import annotations

import difflib
import hashlib
import re
from dataclasses import dataclass

from generator.errors import UnknownMotifError
from generator.recipe import check_prompt

FAMILIES: dict[str, tuple[str, ...]] = {
    "floral": (
        "flower",
        "flowers",
        "flowery",
        "florals",
        "blossom",
        "blossoms",
        "bloom",
        "blooms",
        "botanical",
    ),
    "leaf": ("leaves", "leafy", "foliage", "sprig", "sprigs", "fern", "ferns", "frond", "fronds", "vine"),
    "dots": ("dot", "dotted", "spot", "spots", "spotted", "polka", "polkadot", "circles", "circle"),
    "stripe": ("stripes", "striped", "stripy", "ticking", "bands", "lines"),
    "chevron": ("chevrons", "zigzag", "zigzags", "herringbone", "zig", "flame"),
    "scallop": ("scallops", "scalloped", "fishscale", "fishscales", "seigaiha", "scales", "waves", "mermaid"),
    "arches": ("arch", "arched", "archway", "archways", "rainbow", "rainbows", "doorway"),
    "terrazzo": ("terrazzos", "chips", "speckle", "speckled", "speckles", "confetti", "mosaic", "pebbles"),
}
SCALES: dict[str, tuple[str, ...]] = {
    "large": ("big", "bold", "oversized", "huge", "giant", "maxi"),
    "medium": ("mid", "midsize"),
    "small": ("tiny", "little", "mini", "ditsy", "micro", "fine"),
}
DENSITIES: dict[str, tuple[str, ...]] = {
    "sparse": ("airy", "spaced", "minimal", "open", "light", "loose"),
    "balanced": ("even", "regular"),
    "dense": ("packed", "busy", "lush", "full", "rich", "abundant"),
}
LAYOUTS: dict[str, tuple[str, ...]] = {
    "grid": ("straight", "gridded", "aligned", "square"),
    "half-drop": ("halfdrop", "drop", "brick", "staggered", "offset"),
    "tossed": ("toss", "scattered", "random", "multidirectional"),
}
STYLES: dict[str, dict[str, tuple[str, ...]]] = {
    "floral": {
        "daisy": ("daisies", "sunflower", "marguerite", "gerbera"),
        "rose": ("roses", "peony", "peonies", "ranunculus", "camellia"),
        "tulip": ("tulips", "folk", "scandinavian", "lily"),
    },
    "leaf": {
        "branch": ("branches", "laurel", "olive", "twig"),
        "single": ("monstera", "simple", "beech"),
        "palm": ("tropical", "jungle", "palms"),
    },
    "dots": {
        "plain": ("solid", "polka", "simple"),
        "ringed": ("ring", "rings", "bullseye", "target"),
        "petalled": ("pearls", "beaded", "medallion"),
    },
    "stripe": {
        "vertical": ("upright", "pinstripe"),
        "horizontal": ("breton", "nautical"),
        "diagonal": ("slanted", "oblique"),
    },
    "chevron": {"zigzag": ("zigzags", "wide"), "stacked": ("layered", "flame"), "herringbone": ("parquet",)},
    "scallop": {
        "ringed": ("seigaiha", "waves", "concentric"),
        "fan": ("fans", "deco", "shell", "shells"),
        "solid": ("plain", "fishscale"),
    },
    "arches": {
        "rainbow": ("rainbows", "retro"),
        "nested": ("concentric", "doorway"),
        "sunrise": ("sun", "sunburst"),
    },
    "terrazzo": {
        "chipped": ("angular", "shards", "mosaic"),
        "pebble": ("pebbles", "rounded", "organic"),
        "mixed": ("venetian",),
    },
}
_FILLER = frozenset(
    re.findall(
        r"[a-z]+",
        "a an and the of with in on for to by very some pattern patterns print prints scale "
        "layout style design motif motifs tile repeat surface fabric wallpaper textile ink inks",
    )
)
_INK_WORDS = {2: "two", 3: "three", 4: "four"}


@dataclass(frozen=True)
class Attributes:
    """A prompt, settled: what to draw and how, with the words that had no meaning here."""

    family: str
    style: str
    scale: str
    density: str
    layout: str
    inks: int
    ignored: tuple[str, ...] = ()

    def caption(self) -> str:
        """The words the text encoder was trained on, in their fixed order."""
        parts = (self.family, self.style, self.scale, self.density, self.layout.replace("-", ""))
        return " ".join((*parts, _INK_WORDS[self.inks], "inks"))


def families() -> tuple[str, ...]:
    """The motif families every generator of the house can draw."""
    return tuple(FAMILIES)


def vocabulary() -> tuple[str, ...]:
    """Every word a prompt can be understood by, sorted."""
    tables = (FAMILIES, SCALES, DENSITIES, LAYOUTS, *STYLES.values())
    return tuple(sorted({word for table in tables for key, more in table.items() for word in (key, *more)}))


def caption_words() -> tuple[str, ...]:
    """Every word a caption can hold, in a stable order: the tokenizer's vocabulary."""
    groups = (FAMILIES, *STYLES.values(), SCALES, DENSITIES, LAYOUTS)
    words = [word.replace("-", "") for group in groups for word in group]
    return tuple(dict.fromkeys([*words, *_INK_WORDS.values(), "inks"]))


def resolve(prompt: str, seed: int, inks: int) -> Attributes:
    """Settle a prompt; `seed` chooses what it leaves open.

    Raises BriefError on an unusable prompt, UnknownMotifError when it names no motif family.
    """
    check_prompt(prompt)
    text = prompt.lower().replace("half drop", "half-drop").replace("fish scale", "fishscale")
    words = re.findall(r"[a-z]+(?:-[a-z]+)*", text)
    family = _first(words, FAMILIES) or _family_of_style(words)
    if family is None:
        raise UnknownMotifError(prompt, _nearest(words), families())
    tables = {"style": STYLES[family], "scale": SCALES, "density": DENSITIES, "layout": LAYOUTS}
    chosen = {name: _first(words, table) or _pick(table, seed, name) for name, table in tables.items()}
    known = {word for table in (FAMILIES, *tables.values()) for key in table for word in (key, *table[key])}
    ignored = tuple(dict.fromkeys(word for word in words if word not in known and word not in _FILLER))
    return Attributes(family=family, inks=inks, ignored=ignored, **chosen)


def _first(words: list[str], table: dict[str, tuple[str, ...]]) -> str | None:
    """The key of the first word that the table knows."""
    meaning = {word: key for key, more in table.items() for word in (key, *more)}
    return next((meaning[word] for word in words if word in meaning), None)


def _family_of_style(words: list[str]) -> str | None:
    """A style word such as 'daisy' names its family when only one family has it."""
    for word in words:
        homes = [family for family, styles in STYLES.items() if _first([word], styles)]
        if len(homes) == 1:
            return homes[0]
    return None


def _nearest(words: list[str]) -> tuple[str, ...]:
    known = [word for key, more in FAMILIES.items() for word in (key, *more)]
    close = [match for word in words for match in difflib.get_close_matches(word, known, n=2, cutoff=0.6)]
    return tuple(dict.fromkeys(close))[:3]


def _pick(table: dict[str, tuple[str, ...]], seed: int, name: str) -> str:
    """A choice that depends on the seed alone and not on any library's random numbers."""
    keys = tuple(table)
    number = hashlib.sha256(f"{name}:{seed}".encode()).digest()
    return keys[int.from_bytes(number[:8], "big") % len(keys)]
