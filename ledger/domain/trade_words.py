"""Words of the trade that mean the same, for looking guidelines up. What a prompt means is the lexicon's."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

Concepts = Mapping[str, tuple[str, ...]]

# What people write of a theme of the house, and of a brand's rules, in other words.
SAME: Mapping[str, str] = {
    "alpine": "mountain chalet ski snow edelweiss",
    "bohemian": "boho free-spirited eclectic hippie",
    "coastal": "seaside sea beach harbour harbor nautical marine maritime shore ocean lighthouse",
    "ditsy": "tiny small-scale liberty",
    "folk": "folkloric folklore peasant rustic embroidered",
    "heritage": "archive archival historic historical traditional classic antique document period",
    "maximalist": "maximalism opulent lavish busy layered",
    "meadow": "wildflower wildflowers field hedgerow countryside",
    "minimalist": "minimal minimalism restrained quiet reduced calm",
    "nursery": "children child kids baby babies toddler infant juvenile playroom",
    "retro": "vintage nostalgic seventies sixties fifties",
    "scandinavian": "scandi nordic swedish danish hygge",
    "tailored": "suiting shirting menswear sartorial neat",
    "tropical": "jungle rainforest exotic tropics palm",
    "ink": "inks colour colours color colors shade shades hue hues separation separations screen screens",
    "palette": "palettes colourway colourways colorway colorways colour colours color colors",
    "motif": "motifs subject subjects imagery element elements icon icons",
    "ground": "background base backdrop",
    "scale": "size sizes proportion large small",
    "repeat": "repeats tile tiles half-drop layout seam",
    "forbidden": "never avoid banned prohibited not-allowed don't must-not off-limits",
    "right": "rights trademark trademarks copyright licence license permission",
    "audience": "customer customers buyer buyers shopper shoppers clientele",
}
_WORD = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*")


def words(text: str) -> list[str]:
    """Every word of a text in lower case, hyphened ones whole."""
    return [each.replace("’", "'") for each in _WORD.findall(text.casefold())]


STOP = frozenset(
    words(
        """a an and are as at be but by can do for from had has have how i if in into is it its may more no
        not of on or our should so such than that the their them then there these they this to too
        up us use used very was we were what when where which who why will with would you your"""
    )
)


def stem(word: str) -> str:
    """A word without its plural ending.

    The S stemmer of D. Harman, "How effective is suffixing?", JASIS 42(1), 1991, table 1.
    """
    if word.endswith("ies") and not word.endswith(("eies", "aies")):
        return f"{word[:-3]}y"
    if word.endswith("es") and not word.endswith(("aes", "ees", "oes")):
        return word[:-1]
    if word.endswith("s") and not word.endswith(("us", "ss")):
        return word[:-1]
    return word


def terms(text: str, concepts: Concepts, known: dict[str, tuple[str, ...]] | None = None) -> list[str]:
    """What a text is looked up by: its stems, their parts where hyphened, and what they mean.

    `known` keeps what was worked out for words, for many texts with the same `concepts`.
    """
    known = {} if known is None else known
    found: list[str] = []
    before = ""
    for word in words(text):
        if word not in known:
            known[word] = () if word in STOP else _terms(word, concepts)
        found += known[word]
        found += concepts.get(f"{before}-{word}", ())  # a block print is a block-print
        before = word
    return found


def _terms(word: str, concepts: Concepts) -> tuple[str, ...]:
    parts = [stem(each) for each in word.split("-") if each not in STOP] if "-" in word else []
    meant = {meaning: None for each in (word, stem(word)) for meaning in concepts.get(each, ())}
    return stem(word), *parts, *meant


def concepts_of(tables: Iterable[tuple[str, Mapping[str, Iterable[str]]]]) -> dict[str, tuple[str, ...]]:
    """What each word means, of tables of synonyms by their kinds; a meaning is `kind:key`."""
    found: dict[str, dict[str, None]] = {}
    for kind, table in tables:
        for key, more in table.items():
            for word in (key, *more):
                for form in (word, stem(word)):
                    found.setdefault(form, {})[f"{kind}:{key}"] = None
    return {word: tuple(meanings) for word, meanings in found.items()}
