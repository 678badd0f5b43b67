"""Briefs and sightings as people write them: plain data (from YAML or JSON) and back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ledger.domain.assets import (
    GENERATORS,
    MAX_ASSETS,
    MAX_INKS,
    MAX_LISTED,
    MAX_NAME,
    MAX_PROMPT,
    MAX_SEED,
    MAX_SIZE,
    MIN_SIZE,
    CollectionBrief,
)
from ledger.domain.errors import BriefError, UseError
from ledger.domain.fields import Field, required
from ledger.domain.finding import Sighting
from ledger.domain.ids import parse_party
from ledger.domain.use_text import parse_use, read_use, use_to_dict

__all__ = ["brief_to_dict", "parse_brief", "parse_sighting", "parse_use", "sighting_to_dict", "use_to_dict"]

BRIEF_HINTS = {
    "name": "give the collection a name",
    "prompts": "give a list of prompts such as ['large floral, scattered']",
    "palettes": "give a list of palettes such as [['#f4efe6', '#1b2a49']]",
    "count": f"give the number of tiles, 1 to {MAX_ASSETS}",
    "size": f"give the width of a tile in pixels, {MIN_SIZE} to {MAX_SIZE}",
    "seed": "give a whole number; the same seed draws the same collection again",
}


def parse_brief(data: Mapping[str, Any]) -> CollectionBrief:
    """A brief from plain data; BriefError names the dotted field of the first problem."""
    source = Field(data, "brief", BriefError, root=True)
    fields = source.mapping({*BRIEF_HINTS, "generator"})
    at = {name: required(fields, name, source, hint) for name, hint in BRIEF_HINTS.items()}
    return CollectionBrief(
        name=at["name"].text(MAX_NAME),
        prompts=tuple(prompt.text(MAX_PROMPT) for prompt in at["prompts"].items(MAX_LISTED)),
        palettes=tuple(_palette(palette) for palette in at["palettes"].items(MAX_LISTED)),
        count=at["count"].whole(1, MAX_ASSETS),
        size=at["size"].whole(MIN_SIZE, MAX_SIZE),
        seed=at["seed"].whole(0, MAX_SEED),
        generator=fields["generator"].one_of(GENERATORS) if "generator" in fields else GENERATORS[0],
    )


def brief_to_dict(brief: CollectionBrief) -> dict[str, Any]:
    """Canonical plain data, every field written out."""
    return {
        "name": brief.name,
        "prompts": list(brief.prompts),
        "palettes": [list(inks) for inks in brief.palettes],
        "count": brief.count,
        "size": brief.size,
        "seed": brief.seed,
        "generator": brief.generator,
    }


def parse_sighting(data: Mapping[str, Any]) -> Sighting:
    """Who was seen doing what, `{seller: corner-shop, use: {...}}`; UseError names the dotted field."""
    source = Field(data, "sighting", UseError, root=True)
    fields = source.mapping({"seller", "use"}, "{seller: corner-shop, use: {...}}")
    seller = required(fields, "seller", source, "name the party that was seen, such as corner-shop")
    use = required(fields, "use", source, "say what was seen: action, product, territory, units and on")
    return Sighting(seller.build(lambda: parse_party(seller.path, seller.text())), read_use(use))


def sighting_to_dict(sighting: Sighting) -> dict[str, Any]:
    """Canonical plain data, every field written out."""
    return {"seller": sighting.seller, "use": use_to_dict(sighting.use)}


def _palette(field: Field) -> tuple[str, ...]:
    return tuple(ink.text(longest=40).lower() for ink in field.items(MAX_INKS))
