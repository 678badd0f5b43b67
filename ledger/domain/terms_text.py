"""Terms as people write them: plain data (from YAML or JSON) to `Terms` and back. Explained in docs/terms.md.

What is left out comes from the preset that is named, else it has to be given, or means what silence always
meant. `terms_to_dict` writes the canonical form, which `parse_terms` reads back to equal terms and
`terms_hash` hashes. It comes in two formats: terms that the first ledgers could write are written as they
wrote them, without a `format`, so that their hashes stay; all others say `format: 2` and every clause but
those of `UNSAID`, which came later still and are written only where they say something.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from ledger.domain import price_text, rights_text, scope_text
from ledger.domain.canonical import digest
from ledger.domain.errors import TermsError
from ledger.domain.fields import Field, required
from ledger.domain.money import Money
from ledger.domain.money_text import DECIMALS, format_money, read_money
from ledger.domain.presets import PRESET_CURRENCIES, PRESET_NEEDS, PRESETS, UNLICENSED_USE_TIMES_PRICE
from ledger.domain.split_text import read_percent, read_split, split_to_list, write_percent
from ledger.domain.terms import (
    MAX_NAME,
    Exclusive,
    Flat,
    NonExclusive,
    NoRoyalty,
    PerEntry,
    PerUnit,
    Price,
    Run,
    Terms,
    WorldwideExcept,
)

__all__ = ["FORMAT", "PRESETS", "format_money", "parse_terms", "terms_hash", "terms_to_dict"]

FORMAT = 2
HINTS = {
    "name": "give the terms a name, or a preset",
    "territory": "say worldwide, or name countries such as [GB, FR]",
    "products": "say any, or name products such as [wallpaper, cushion]",
    "run": "give the most pieces under one licence, or say unlimited",
    "exclusive": "say true or false",
    "training": "say prohibited, free, or {fee: 500.00 TUSD}",
    "price": "give the price of a licence such as 250.00 TUSD",
    "royalty": "say none, or {per_unit: 0.05 TUSD}",
    "unlicensed_use": "give what a use without a licence costs",
    "resale": "give the percentage of a resale such as 5 %",
    "split": "say who shares in the income, such as {studio: 60 %, artist: 40 %}",
}
# What each clause that may be left out means then, as it is written.
SILENCE: Mapping[str, Any] = MappingProxyType(
    {
        "industries": "any",
        "channels": "any",
        "colourways": ["original"],
        "modification": "none",
        "revenue": "unlimited",
        "sublicensing": "none",
        "attribution": "none",
        "reporting": "none",
        "derivatives": "none",
        "style": "none",
        "recipe": "none",
        "adapter": "none",
        "minimum_guarantee": "none",
        "advance": "none",
        "certification": "none",
        "transfer": "none",
    }
)
UNSAID = frozenset({"transfer"})
KNOWN = frozenset({"format", "preset", "currency", "dates", *HINTS, *SILENCE})
_AMOUNTS = frozenset({"price", "royalty", "unlicensed_use"})


def parse_terms(data: Mapping[str, Any], currency: str = "TUSD") -> Terms:
    """Terms from plain data; TermsError names the dotted field of the first problem.

    `currency` is that of amounts written without one, unless the data names a `currency` itself.
    """
    source = Field(data, "terms", TermsError, root=True)
    given = source.mapping(KNOWN)
    money = given["currency"].one_of(DECIMALS) if "currency" in given else currency
    written = given["format"].whole(1, FORMAT) if "format" in given else FORMAT
    fields = _with_preset(source, given, money)
    parts = _Reader(source, fields, money)
    terms = source.build(lambda: _terms(parts))
    if written < FORMAT and not _first_format(terms):
        given["format"].refuse(f"{written} has no words for some of these clauses; write format: {FORMAT}")
    return terms


def terms_to_dict(terms: Terms) -> dict[str, Any]:
    """Canonical plain data: JSON without floats, the split in its order, in the least format that says it."""
    first = {
        "name": terms.name,
        "territory": scope_text.write_territory(terms.territory),
        "products": scope_text.write_words(terms.products),
        "run": scope_text.write_run(terms.run),
        "dates": scope_text.write_window(terms.window),
        "exclusive": rights_text.write_exclusivity(terms.exclusive),
        "training": rights_text.write_training(terms.training),
        "price": price_text.write_price(terms.price),
        "royalty": price_text.write_royalty(terms.royalty),
        "unlicensed_use": format_money(terms.unlicensed_use),
        "resale": write_percent(terms.resale_bps),
        "split": split_to_list(terms.split),
    }
    if _first_format(terms):
        return first
    later = _later_clauses(terms)
    said = {name: value for name, value in later.items() if name not in UNSAID or value != SILENCE[name]}
    return {"format": FORMAT, **first, **said}


@lru_cache(maxsize=4096)
def terms_hash(terms: Terms) -> str:
    """SHA-256 of the canonical JSON (RFC 8785) of `terms_to_dict`, 64 lower-case hex digits."""
    return digest(terms_to_dict(terms))


class _Reader:
    """The fields of one terms text, asked for by name."""

    def __init__(self, source: Field, fields: Mapping[str, Field], currency: str) -> None:
        self.source, self.fields, self.currency = source, fields, currency

    def field(self, name: str) -> Field:
        if name in self.fields:
            return self.fields[name]
        if name in SILENCE:
            return self.source.child(name, SILENCE[name])
        return required(self.fields, name, self.source, HINTS[name])

    def money(self, name: str) -> Money:
        return read_money(self.field(name), self.currency)

    def money_or_none(self, name: str) -> Money | None:
        return None if self.field(name).value == "none" else self.money(name)


def _terms(parts: _Reader) -> Terms:
    field, currency = parts.field, parts.currency
    price = price_text.read_price(field("price"), currency)
    return Terms(
        name=field("name").text(MAX_NAME),
        territory=scope_text.read_territory(field("territory")),
        products=scope_text.read_products(field("products")),
        run=scope_text.read_run(field("run"), currency),
        window=scope_text.read_window(parts.fields.get("dates", parts.source.child("dates", "open"))),
        exclusive=rights_text.read_exclusivity(field("exclusive")),
        training=rights_text.read_training(field("training"), currency),
        price=price,
        royalty=price_text.read_royalty(field("royalty"), currency),
        unlicensed_use=_read_unlicensed_use(parts, price),
        resale_bps=read_percent(field("resale")),
        split=read_split(field("split")),
        industries=scope_text.read_industries(field("industries")),
        channels=scope_text.read_channels(field("channels")),
        colourways=scope_text.read_colourways(field("colourways")),
        modification=rights_text.read_modification(field("modification")),
        revenue=scope_text.read_revenue(field("revenue"), currency),
        sublicensing=rights_text.read_sublicensing(field("sublicensing")),
        attribution=rights_text.read_attribution(field("attribution")),
        reporting=rights_text.read_reporting(field("reporting")),
        derivatives=rights_text.read_making(field("derivatives"), currency),
        style=rights_text.read_making(field("style"), currency),
        recipe=rights_text.read_making(field("recipe"), currency),
        adapter=rights_text.read_making(field("adapter"), currency),
        guarantee=parts.money_or_none("minimum_guarantee"),
        advance=parts.money_or_none("advance"),
        certification=rights_text.read_certification(field("certification")),
        transfer=rights_text.read_transfer(field("transfer")),
    )


def _later_clauses(terms: Terms) -> dict[str, Any]:
    return {
        "industries": scope_text.write_words(terms.industries),
        "channels": scope_text.write_words(terms.channels),
        "colourways": scope_text.write_words(terms.colourways),
        "modification": rights_text.write_modification(terms.modification),
        "revenue": scope_text.write_revenue(terms.revenue),
        "sublicensing": rights_text.write_sublicensing(terms.sublicensing),
        "attribution": rights_text.write_attribution(terms.attribution),
        "reporting": rights_text.write_reporting(terms.reporting),
        **{name: rights_text.write_making(right) for name, right in terms.rights()},
        "minimum_guarantee": format_money(terms.guarantee) if terms.guarantee else "none",
        "advance": format_money(terms.advance) if terms.advance else "none",
        "certification": rights_text.write_certification(terms.certification),
        "transfer": rights_text.write_transfer(terms.transfer),
    }


def _first_format(terms: Terms) -> bool:
    """Whether the first format has words for these terms."""
    old_forms = (
        not isinstance(terms.territory, WorldwideExcept)
        and not (isinstance(terms.run, Run) and terms.run.overage)
        and terms.exclusive in (NonExclusive(), Exclusive())
        and not isinstance(terms.training, PerEntry)
        and isinstance(terms.price, Flat)
        and isinstance(terms.royalty, NoRoyalty | PerUnit)
    )
    return old_forms and _later_clauses(terms) == SILENCE


def _with_preset(source: Field, given: Mapping[str, Field], currency: str) -> Mapping[str, Field]:
    if "preset" not in given:
        return given
    name = given["preset"].one_of(PRESETS)
    exclusive = given.get("exclusive")
    if name == "exclusive" and exclusive and exclusive.value is False:
        exclusive.refuse("false contradicts preset: exclusive; use preset: standard or extended")
    if name in PRESET_NEEDS:
        required(given, PRESET_NEEDS[name][0], source, PRESET_NEEDS[name][1])
    preset = {key: source.child(key, value) for key, value in PRESETS[name].items()}
    if currency not in PRESET_CURRENCIES:
        # The presets' amounts mean dollars, euros or pounds; 250 ETH is nobody's standard price.
        preset = {key: field for key, field in preset.items() if not _has_amount(key, field)}
    return {**preset, **given}


def _has_amount(name: str, field: Field) -> bool:
    return name in _AMOUNTS or (isinstance(field.value, Mapping) and name != "attribution")


def _read_unlicensed_use(parts: _Reader, price: Price) -> Money:
    if "unlicensed_use" in parts.fields or not isinstance(price, Flat) or not price.amount.minor:
        return parts.money("unlicensed_use")
    amount = price.amount
    return parts.field("price").build(lambda: amount.times(UNLICENSED_USE_TIMES_PRICE), "unlicensed_use")
