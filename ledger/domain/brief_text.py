"""Briefs and sightings as people write them: plain data (from YAML or JSON) and back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ledger.domain.assets import (
    GENERATORS,
    MAKERS,
    MAX_ASSETS,
    MAX_LISTED,
    MAX_NAME,
    MAX_PROMPT,
    MAX_SEED,
    MAX_SIZE,
    MAX_TAKES,
    MIN_SIZE,
    BriefWords,
    CollectionBrief,
)
from ledger.domain.errors import BriefError, UseError
from ledger.domain.fields import Field, required
from ledger.domain.finding import Sighting
from ledger.domain.guidelines import read_use as read_guidelines
from ledger.domain.guidelines import use_to_dict as guidelines_to_dict
from ledger.domain.ids import parse_party
from ledger.domain.styles import (
    base_to_dict,
    made_for_to_dict,
    read_base,
    read_made_for,
    read_recipe,
    read_style,
    recipe_to_text,
    style_to_text,
)
from ledger.domain.trade_brief import NAMES, inks_of, lay_out
from ledger.domain.use_text import parse_use, read_use, use_to_dict

__all__ = ["brief_to_dict", "parse_brief", "parse_sighting", "parse_use", "sighting_to_dict", "use_to_dict"]

DRAWN = ("prompts", "palettes", "count")
IN_STYLE: Mapping[str, Callable[[Field], Any]] = {
    "style": read_style,
    "base": read_base,
    "recipe": read_recipe,
    "made_for": read_made_for,
    "guidelines": read_guidelines,
}
BRIEF_HINTS = {
    "name": "give the collection a name",
    "prompts": "give a list of prompts such as ['large floral, scattered']",
    "palettes": "give a list of palettes such as [['#f4efe6', '#1b2a49']]",
    "count": f"give the number of tiles, 1 to {MAX_ASSETS}",
    "size": f"give the width of a tile in pixels, {MIN_SIZE} to {MAX_SIZE}",
    "seed": "give a whole number; the same seed draws the same collection again",
}


def parse_brief(data: Mapping[str, Any], inks: Mapping[str, str] = {}) -> CollectionBrief:
    """A brief from plain data, in prompts and palettes or in trade words; `inks` can be written by name.

    Raises BriefError, which names the dotted field of the first problem.
    """
    source = Field(data, "brief", BriefError, root=True)
    fields = source.mapping({*BRIEF_HINTS, *NAMES, *IN_STYLE, "generator", "words", "takes"})
    worded = NAMES & fields.keys()
    wanted = [name for name in BRIEF_HINTS if not (worded and name in DRAWN)]
    at = {name: required(fields, name, source, BRIEF_HINTS[name]) for name in wanted}
    for name in (*DRAWN, "words") if worded else ():
        if name in fields:
            fields[name].refuse(f"goes not with {', '.join(sorted(worded))}; write the one or the other")
    words, drawn = lay_out(fields, source, inks) if worded else (_words(fields), _drawn(at, inks))
    return CollectionBrief(
        name=at["name"].text(MAX_NAME),
        size=at["size"].whole(MIN_SIZE, MAX_SIZE),
        seed=at["seed"].whole(0, MAX_SEED),
        generator=fields["generator"].one_of(MAKERS) if "generator" in fields else GENERATORS[0],
        words=words,
        takes=fields["takes"].whole(1, MAX_TAKES) if "takes" in fields else 1,
        **drawn,
        **{name: read(fields[name]) for name, read in IN_STYLE.items() if name in fields},
    )


def brief_to_dict(brief: CollectionBrief) -> dict[str, Any]:
    """Canonical plain data, every field written out; `words` only where it was written in trade words."""
    plain = {
        "name": brief.name,
        "prompts": list(brief.prompts),
        "palettes": [list(inks) for inks in brief.palettes],
        "count": brief.count,
        "size": brief.size,
        "seed": brief.seed,
        "generator": brief.generator,
        **style_to_text(brief.style),
        **base_to_dict(brief.base),
        **recipe_to_text(brief.recipe),
        **made_for_to_dict(brief.made_for),
        **guidelines_to_dict(brief.guidelines),
        **({"takes": brief.takes} if brief.takes > 1 else {}),
    }
    return plain if brief.words is None else {**plain, "words": words_to_dict(brief.words)}


def words_to_dict(words: BriefWords) -> dict[str, Any]:
    lists = {"themes": words.themes, "motifs": words.motifs, "colourways": words.colourways}
    return {**{name: list(each) for name, each in lists.items()}, "per": words.per}


def parse_sighting(data: Mapping[str, Any], *, kept: bool = False) -> Sighting:
    """Who was seen doing what, `{seller: corner-shop, use: {...}}`; UseError names the dotted field.

    `kept` as for `parse_use`.
    """
    source = Field(data, "sighting", UseError, root=True)
    fields = source.mapping({"seller", "use"}, "{seller: corner-shop, use: {...}}")
    seller = required(fields, "seller", source, "name the party that was seen, such as corner-shop")
    use = required(fields, "use", source, "say what was seen: action, product, territory, units and on")
    return Sighting(seller.build(lambda: parse_party(seller.path, seller.text())), read_use(use, kept=kept))


def sighting_to_dict(sighting: Sighting) -> dict[str, Any]:
    """Canonical plain data, every field written out."""
    return {"seller": sighting.seller, "use": use_to_dict(sighting.use)}


def _drawn(at: Mapping[str, Field], inks: Mapping[str, str]) -> dict[str, Any]:
    return {
        "prompts": tuple(prompt.text(MAX_PROMPT) for prompt in at["prompts"].items(MAX_LISTED)),
        "palettes": tuple(inks_of(palette, inks) for palette in at["palettes"].items(MAX_LISTED)),
        "count": at["count"].whole(1, MAX_ASSETS),
    }


def _words(fields: Mapping[str, Field]) -> BriefWords | None:
    """The words of a brief that was laid out before, as `brief_to_dict` writes them."""
    if "words" not in fields:
        return None
    source = fields["words"]
    parts = source.mapping(NAMES)
    at = {name: required(parts, name, source, "write all four as they were read") for name in sorted(NAMES)}
    themes = () if at["themes"].value == [] else at["themes"].items(MAX_LISTED)
    return BriefWords(
        tuple(each.text(MAX_PROMPT) for each in themes),
        tuple(each.text(MAX_PROMPT) for each in at["motifs"].items(MAX_LISTED)),
        tuple(each.text(MAX_NAME) for each in at["colourways"].items(MAX_LISTED)),
        at["per"].whole(1, MAX_ASSETS),
    )
