"""The house's own colour names, as the trade speaks, and inks written by name or hex."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from difflib import get_close_matches
from itertools import chain, count
from types import MappingProxyType

from generator.errors import BriefError
from generator.palette import parse_palette

_TABLE = """
chalk f6f3ea|ivory f8f0dc|cream f6ecd6|ecru e6dcc3|linen e9dfcf|oatmeal ddd0b8|parchment f0e4c8|bone e5dfd0
porcelain eef0ee|pearl e8e4de|optic-white fdfdfd|milk faf6ee|flax d8c79c|sand d6c09a|stone b9b0a0
putty c4b8a2|taupe 9a8b7c|mushroom b5a598|mink 7d6a5f|cocoa 6a4a3c|chocolate 4a3026|espresso 33231c
walnut 5d4230|tobacco 8a6238|camel b98a54|caramel b3702f|cognac 9a4e22|chestnut 7a3b26|sienna a0522f
terracotta c8553d|brick a13d2d|rust b04a20|copper b5673a|paprika c4421f|tangerine ee7b30|apricot f3b17a
peach f6c5a2|melon f29b7a|coral ee7360|salmon ee8c7c|shrimp e8a192|blush f0c9c0|shell f4dcd0|rose d98a94
dusty-rose c09096|old-rose b57b80|raspberry b32552|cherry b1182b|poppy d92f25|scarlet c81f1f|crimson a3142f
claret 701c30|burgundy 5c1a2b|oxblood 4c1518|wine 63213c|mulberry 7b2f55|plum 5d2b4f|aubergine 3a1f35
fig 56374a|grape 5c3f7d|violet 6b4a9e|lavender b7a5d3|lilac cdb4d6|heather a28bae|orchid c07fc0
fuchsia c8317f|magenta bd2477|candy f08cb3|rosewater f6dedd|periwinkle 8f9bd6|cornflower 6b8fd4|sky 9cc7e4
powder-blue bdd5e3|ice dcebf0|duck-egg c4ddd6|denim 4d6d92|delft 2f57a0|cobalt 1f4aa8|ultramarine 1d2f93
royal 243f99|indigo 27306b|navy 17274f|midnight 121a33|ink 1b2a49|prussian 10355a|petrol 14505e|teal 16706f
peacock 0a6d7f|lagoon 2a93a0|turquoise 35b3b0|aqua 8fd3d0|seafoam b4dcc8|mint bfe3cd|celadon a9c7a7
sage 9caf8c|eucalyptus 84a08f|pistachio b9d08f|lime a6c939|chartreuse c2cc3b|apple 76a63c|grass 4b8b3b
emerald 137a4e|jade 2f9071|bottle 123f30|forest 1f4a2c|fern 5c8a4d|moss 6a7337|olive 6f6b2c|khaki a39a66
loden 4a5238|juniper 35544a|lemon f6e26b|primrose f4ea9d|buttercup f3cc3d|sunflower f0b323|marigold ea9a1e
saffron e5921f|amber d9861c|honey d7a246|mustard c9992b|ochre bd8428|gold c19a3f|straw e3cd83|brass a98d4b
bronze 7b6136|silver c3c6c8|dove b6b7b5|fog d3d6d4|ash a3a49f|pewter 82868a|slate 5a6672|steel 71828f
graphite 3d4247|charcoal 2c2f33|soot 1d1d1f|jet 0f0f10|buff d9bd92|biscuit d8b894|wheat e5cf9f|butter f5e5a3
tea-rose e9b0a2|raffia cdb380|fawn a98c6b|umber 5a4632|clay b9775b|adobe c47a55|pomegranate 9b2335
garnet 7a1f2b|amethyst 8a6bb0|iris 5a58b0|wedgwood 6a86b5|airforce 5d7a96|verdigris 4f8f85|spearmint 8fcab0
avocado 7d8447|anthracite 383b40
"""
NAMES: Mapping[str, str] = MappingProxyType(
    {
        name: f"#{digits}"
        for name, _, digits in (each.partition(" ") for each in re.split(r"[|\n]", _TABLE.strip()))
    }
)
_INKS = frozenset(NAMES.values())
_HEX = re.compile(r"#?([0-9a-fA-F]{3}|[0-9a-fA-F]{6})")
_MOST = 60  # characters of a name


def slug(name: str) -> str:
    """`Chalk  White` as names are looked up: chalk-white."""
    return re.sub(r"[\s_-]+", "-", name.strip().casefold())


def resolve(inks: Sequence[str], book: Mapping[str, str] | None = None) -> tuple[str, ...]:
    """A palette of `#rrggbb` inks from names and hex, ground first; `book` is looked up before our own names.

    Raises BriefError (field `palette`) on an unknown name, answered with the nearest known ones, on a wrong
    count and on an ink that is there twice, by whatever name.
    """
    if isinstance(inks, str) or not all(isinstance(each, str) for each in inks):
        raise BriefError("palette", "is not a list of inks", 'give a list such as ["chalk", "#17274f"]')
    known = {**NAMES, **{slug(name): ink for name, ink in (book or {}).items()}}
    found = [_ink(each, known) for each in inks]
    for place, ink in enumerate(found):
        if ink in found[:place]:
            twice = f"{inks[found.index(ink)]!r} and {inks[place]!r} are the same ink {ink}"
            raise BriefError("palette", twice, "give distinct inks")
    return parse_palette(found)


def called(inks: Sequence[str], book: Mapping[str, str] | None = None) -> tuple[str, ...]:
    """What inks are told by: those of `book` as they were asked for, others as `told_apart` says.

    Raises BriefError as `resolve` does.
    """
    own = {slug(name) for name in book or {}}
    return told_apart(resolve(inks, book), [each.strip() if slug(each) in own else None for each in inks])


def told_apart(palette: Sequence[str], own: Sequence[str | None] = ()) -> tuple[str, ...]:
    """A name for each ink of a palette, no two alike: its `own`, else the nearest of ours, numbered if taken.

    An ink that is exactly one of ours has that name before others that are near to it.
    """
    names = {place: name for place, name in enumerate(own) if name}
    taken = {slug(name) for name in names.values()}
    for place in sorted(range(len(palette)), key=lambda at: palette[at] not in _INKS):
        if place not in names:
            names[place] = _free(nearest_name(palette[place]), taken)
            taken.add(names[place])
    return tuple(names[place] for place in range(len(palette)))


def _free(name: str, taken: Collection[str]) -> str:
    numbered = (f"{name}-{number}" for number in count(2))
    return next(each for each in chain([name], numbered) if each not in taken)


def nearest_name(ink: str) -> str:
    """The name of ours whose colour looks nearest to an ink written as #rrggbb."""
    from generator.palettes.colour import difference

    (given,) = [_ink(ink, {})]
    return min(NAMES, key=lambda name: (difference(given, NAMES[name]), name))


def _ink(text: str, known: Mapping[str, str]) -> str:
    name = slug(text[: _MOST + 1])
    if name in known:
        return known[name]
    digits = _HEX.fullmatch(text.strip())
    if digits is not None:
        short = digits[1].lower()
        return f"#{short}" if len(short) == 6 else "#" + "".join(2 * digit for digit in short)
    near = get_close_matches(name, known, n=3)
    advice = f"did you mean {' or '.join(near)}?" if near else "write #rrggbb, or see selvage palette --names"
    raise BriefError("palette", f"{text[:_MOST]!r} is no colour we know", advice)
