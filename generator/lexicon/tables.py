"""The words of the second edition: 21 motif families, and everything a tile can be told to be.

Every table maps a value to its synonyms. Changing one changes what a recipe of this edition means: begin a
new edition then. The first edition's tables stay in `generator.words`.
"""

from __future__ import annotations

from dataclasses import dataclass

from generator.lexicon.motif_words import FAMILY_WORDS, STYLES

Table = dict[str, tuple[str, ...]]

ERAS: Table = {
    "victorian": ("1880s", "edwardian", "heritage", "antique", "cottagecore", "chintz"),
    "art-nouveau": ("nouveau", "jugendstil", "liberty", "arts-and-crafts", "1900s"),
    "art-deco": ("deco", "1920s", "twenties", "gatsby", "jazz"),
    "fifties": ("1950s", "50s", "mid-century", "midcentury", "diner", "rockabilly"),
    "sixties": ("1960s", "60s", "mod", "pop", "swinging"),
    "seventies": ("1970s", "70s", "retro", "disco", "boho", "hippie"),
    "eighties": ("1980s", "80s", "postmodern", "neon", "miami"),
    "contemporary": ("modern", "current", "cutout", "cut-out", "matisse", "scandi"),
}
SCALES: Table = {
    "large": ("big", "bold", "oversized", "huge", "giant", "maxi"),
    "medium": ("mid", "midsize", "mid-size"),
    "small": ("tiny", "little", "mini", "ditsy", "micro", "fine", "small-scale"),
}
DENSITIES: Table = {
    "sparse": ("airy", "spaced", "minimal", "open", "light", "loose"),
    "balanced": ("even", "regular"),
    "dense": ("packed", "busy", "lush", "full", "rich", "abundant", "allover", "all-over"),
}
STROKES: Table = {
    "flat": ("silhouette", "block-print", "blockprint", "cutpaper", "cut-paper", "screenprint"),
    "outlined": ("outline", "contour", "inked", "cloisonne", "comic"),
    "line": ("linework", "line-drawing", "lineart", "line-art", "etched", "drawn", "sketched", "toile"),
}
LAYOUTS: Table = {
    "grid": ("straight", "gridded", "aligned", "square"),
    "half-drop": ("halfdrop", "drop"),
    "brick": ("staggered", "offset", "bricked"),
    "tossed": ("toss", "scattered", "random", "multidirectional"),
}
SYMMETRIES: Table = {
    "one-way": ("oneway", "upright", "directional", "one-directional"),
    "two-way": ("twoway", "reversible"),
    "four-way": ("fourway", "non-directional", "nondirectional", "rotated", "turning"),
    "mirrored": ("mirror", "symmetrical", "symmetric", "reflected", "bilateral"),
}
CONTRASTS: Table = {
    "low": ("tonal", "tone-on-tone", "subtle", "soft", "muted", "pastel"),
    "medium": ("moderate",),
    "high": ("strong", "graphic", "vivid", "contrasting", "crisp"),
}
INK_WORDS = {2: "two", 3: "three", 4: "four", 5: "five", 6: "six"}

_MOTIF_LAYOUTS = tuple(LAYOUTS)
_MOTIF_SYMMETRIES = tuple(SYMMETRIES)
_ALL_STROKES = tuple(STROKES)
_REGULAR = ("grid", "half-drop", "brick")


@dataclass(frozen=True)
class Family:
    """A motif family: its synonyms, its styles, and the values of the other attributes that it can have."""

    words: tuple[str, ...]
    styles: Table
    layouts: tuple[str, ...] = _MOTIF_LAYOUTS
    strokes: tuple[str, ...] = _ALL_STROKES
    symmetries: tuple[str, ...] = _MOTIF_SYMMETRIES


# A family without an entry may stand in every layout, stroke and symmetry.
_LIMITS: dict[str, dict[str, tuple[str, ...]]] = {
    "damask": {"layouts": _REGULAR, "symmetries": ("mirrored",)},
    "plaid": {"layouts": ("grid",), "strokes": ("flat",), "symmetries": ("one-way", "mirrored")},
    "stripe": {"layouts": ("grid", "tossed"), "symmetries": ("one-way", "mirrored")},
    "trellis": {"layouts": ("half-drop",), "symmetries": ("mirrored",)},
    "scallop": {"layouts": ("brick",), "symmetries": ("one-way",)},
    "wave": {"layouts": ("grid", "brick"), "symmetries": ("one-way", "two-way")},
    "geometric": {"layouts": ("grid", "tossed"), "symmetries": ("one-way", "four-way")},
    "chevron": {"layouts": ("grid",), "symmetries": ("one-way", "mirrored")},
    "lattice": {"layouts": ("grid", "half-drop"), "symmetries": ("mirrored",)},
    "gingham": {"layouts": ("grid",), "strokes": ("flat",), "symmetries": ("four-way",)},
    "terrazzo": {"layouts": ("tossed",), "symmetries": ("four-way",)},
    "animal": {"layouts": ("tossed",), "symmetries": ("four-way",)},
    "marble": {"layouts": ("tossed",), "symmetries": ("four-way",)},
    "herringbone": {"layouts": ("grid",), "symmetries": ("one-way", "four-way")},
    "memphis": {"layouts": ("grid", "brick", "tossed")},
    "arches": {"symmetries": ("one-way", "two-way", "four-way")},
    "dots": {"symmetries": ("four-way",)},
}
FAMILIES: dict[str, Family] = {
    name: Family(words, STYLES[name], **_LIMITS.get(name, {})) for name, words in FAMILY_WORDS.items()
}
# Styles that are all drawn with a ruler, and styles in which nothing has a corner; tossed stripes wave.
# Weights ink by both tables: with another choice their recipes would be drawn otherwise.
STRAIGHT: dict[str, tuple[str, ...]] = {
    **{name: tuple(STYLES[name]) for name in ("plaid", "stripe", "chevron", "gingham", "herringbone")},
    "geometric": ("triangle", "hexagon"),
    "lattice": ("star", "fret"),
}
SMOOTH: dict[str, tuple[str, ...]] = {
    "wave": ("rolling", "ripple"),
    "dots": ("plain", "ringed"),
    "animal": ("zebra",),
    "marble": ("swirled", "agate"),
}


def families() -> tuple[str, ...]:
    """The motif families of the archive's second edition."""
    return tuple(FAMILIES)
