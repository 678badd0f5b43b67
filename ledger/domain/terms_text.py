"""Terms as people write them: plain data (from YAML or JSON) to `Terms` and back. Explained in docs/terms.md.

What is left out comes from the preset that is named, else it has to be given. `terms_to_dict` writes the
canonical form, which `parse_terms` reads back to equal terms and `terms_hash` hashes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ledger.domain.canonical import digest
from ledger.domain.errors import TermsError
from ledger.domain.fields import Field, required
from ledger.domain.money import Money
from ledger.domain.money_text import DECIMALS, format_money, read_money
from ledger.domain.presets import PRESET_CURRENCIES, PRESETS, UNLICENSED_USE_TIMES_PRICE
from ledger.domain.scope_text import read_products, read_run, read_territory, read_window, scope_to_dict
from ledger.domain.split_text import read_percent, read_split, split_to_list, write_percent
from ledger.domain.terms import (
    MAX_NAME,
    Free,
    NoRoyalty,
    Paid,
    PerUnit,
    Prohibited,
    Royalty,
    Terms,
    Training,
)

__all__ = ["PRESETS", "format_money", "parse_terms", "terms_hash", "terms_to_dict"]

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
KNOWN = frozenset({"preset", "currency", "dates", *HINTS})


def parse_terms(data: Mapping[str, Any], currency: str = "TUSD") -> Terms:
    """Terms from plain data; TermsError names the dotted field of the first problem.

    `currency` is that of amounts written without one, unless the data names a `currency` itself.
    """
    source = Field(data, "terms", TermsError, root=True)
    given = source.mapping(KNOWN)
    money = given["currency"].one_of(DECIMALS) if "currency" in given else currency
    fields = _with_preset(source, given, money)
    parts = _Reader(source, fields, money)
    return source.build(lambda: _terms(parts))


def terms_to_dict(terms: Terms) -> dict[str, Any]:
    """Canonical plain data: JSON without floats, every field written out, the split in its order."""
    return {
        "name": terms.name,
        **scope_to_dict(terms),
        "exclusive": terms.exclusive,
        "training": _training_to_data(terms.training),
        "price": format_money(terms.price),
        "royalty": _royalty_to_data(terms.royalty),
        "unlicensed_use": format_money(terms.unlicensed_use),
        "resale": write_percent(terms.resale_bps),
        "split": split_to_list(terms.split),
    }


def terms_hash(terms: Terms) -> str:
    """SHA-256 of the canonical JSON (RFC 8785) of `terms_to_dict`, 64 lower-case hex digits."""
    return digest(terms_to_dict(terms))


class _Reader:
    """The fields of one terms text, asked for by name."""

    def __init__(self, source: Field, fields: Mapping[str, Field], currency: str) -> None:
        self.source, self.fields, self.currency = source, fields, currency

    def field(self, name: str) -> Field:
        return required(self.fields, name, self.source, HINTS[name])

    def money(self, name: str) -> Money:
        return read_money(self.field(name), self.currency)


def _terms(parts: _Reader) -> Terms:
    price = parts.money("price")
    return Terms(
        name=parts.field("name").text(MAX_NAME),
        territory=read_territory(parts.field("territory")),
        products=read_products(parts.field("products")),
        run=read_run(parts.field("run")),
        window=read_window(parts.fields.get("dates")),
        exclusive=parts.field("exclusive").flag(),
        training=_read_training(parts.field("training"), parts.currency),
        price=price,
        royalty=_read_royalty(parts.field("royalty"), parts.currency),
        unlicensed_use=_read_unlicensed_use(parts, price),
        resale_bps=read_percent(parts.field("resale")),
        split=read_split(parts.field("split")),
    )


def _with_preset(source: Field, given: Mapping[str, Field], currency: str) -> Mapping[str, Field]:
    if "preset" not in given:
        return given
    name = given["preset"].one_of(PRESETS)
    exclusive = given.get("exclusive")
    if name == "exclusive" and exclusive and exclusive.value is False:
        exclusive.refuse("false contradicts preset: exclusive; use preset: standard or extended")
    preset = {key: source.child(key, value) for key, value in PRESETS[name].items()}
    if currency not in PRESET_CURRENCIES:
        # The presets' amounts mean dollars, euros or pounds; 250 ETH is nobody's standard price.
        preset = {key: field for key, field in preset.items() if key not in ("price", "royalty")}
    return {**preset, **given}


def _read_training(field: Field, currency: str) -> Training:
    if isinstance(field.value, str):
        words: dict[str, Training] = {"prohibited": Prohibited(), "free": Free()}
        return words[field.one_of(words)]
    parts = field.mapping({"fee", "use"}, "prohibited, free, or {fee: 500.00 TUSD}")
    use = parts["use"].one_of({"prohibited", "free", "paid"}) if "use" in parts else "paid"
    if use != "paid":
        contradiction = "and a fee contradict each other" if "fee" in parts else "has no fields"
        field.refuse(f"{use} {contradiction}; write training: {use}")
    fee = required(parts, "fee", field, "give the fee of a training licence such as 500.00 TUSD")
    return fee.build(lambda: Paid(read_money(fee, currency)))


def _read_royalty(field: Field, currency: str) -> Royalty:
    if isinstance(field.value, str):
        field.one_of({"none"})
        return NoRoyalty()
    parts = field.mapping({"per_unit", "none"}, "none, or {per_unit: 0.05 TUSD}")
    if "none" in parts:
        field.refuse("none and a rate contradict each other; write royalty: none, or only per_unit")
    rate = required(parts, "per_unit", field, "give the royalty of each piece such as 0.05 TUSD")
    return rate.build(lambda: PerUnit(read_money(rate, currency)))


def _read_unlicensed_use(parts: _Reader, price: Money) -> Money:
    if "unlicensed_use" in parts.fields or not price.minor:
        return parts.money("unlicensed_use")
    return parts.field("price").build(lambda: price.times(UNLICENSED_USE_TIMES_PRICE), "unlicensed_use")


def _training_to_data(training: Training) -> Any:
    if isinstance(training, Prohibited):
        return "prohibited"
    return "free" if isinstance(training, Free) else {"fee": format_money(training.fee)}


def _royalty_to_data(royalty: Royalty) -> Any:
    return "none" if isinstance(royalty, NoRoyalty) else {"per_unit": format_money(royalty.rate)}
