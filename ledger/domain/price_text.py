"""Prices, royalties and tiers in plain data, and back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ledger.domain.fields import Field, required
from ledger.domain.money_text import format_money, read_money
from ledger.domain.split_text import read_percent, write_percent
from ledger.domain.terms_price import (
    MAX_TIERS,
    Flat,
    Graduated,
    NoRoyalty,
    PercentOfNet,
    PerUnit,
    Price,
    Rate,
    Royalty,
    Tier,
    Tiers,
    Volume,
)
from ledger.domain.use import MAX_UNITS

PER_UNIT, GRADUATED, VOLUME, PERCENT = "per_unit", "graduated", "volume", "percent_of_net"
RATES = (PER_UNIT, GRADUATED, VOLUME)
_TIER = "{up_to: 1000, per_unit: 0.50 TUSD}"


def read_price(field: Field, currency: str) -> Price:
    """An amount per licence, or `{per_unit: ...}`, `{graduated: [...]}`, `{volume: [...]}`."""
    if not isinstance(field.value, Mapping):
        return Flat(read_money(field, currency))
    return _rate(_only(field, RATES, "250.00 TUSD, or {per_unit: 0.05 TUSD}"), currency)


def read_royalty(field: Field, currency: str) -> Royalty:
    """`none`, `{per_unit: ...}`, `{graduated: [...]}`, `{volume: [...]}` or `{percent_of_net: 8 %}`."""
    if isinstance(field.value, str):
        field.one_of({"none"})
        return NoRoyalty()
    name, part = _only(field, (*RATES, PERCENT), "none, or {per_unit: 0.05 TUSD}")
    if name == PERCENT:
        return part.build(lambda: PercentOfNet(read_percent(part)), part.path)
    return _rate((name, part), currency)


def write_price(price: Price) -> Any:
    return format_money(price.amount) if isinstance(price, Flat) else _rate_to_data(price)


def write_royalty(royalty: Royalty) -> Any:
    if isinstance(royalty, NoRoyalty):
        return "none"
    if isinstance(royalty, PercentOfNet):
        return {PERCENT: write_percent(royalty.bps)}
    return _rate_to_data(royalty)


def _only(field: Field, names: tuple[str, ...], form: str) -> tuple[str, Field]:
    """The one way of pricing that is written in `field`."""
    parts = field.mapping({*names, "none"}, form)
    if "none" in parts:
        field.refuse("none and a rate contradict each other; write none, or only the rate")
    if len(parts) > 1:
        field.refuse(f"{' and '.join(sorted(parts))} contradict each other; keep one")
    name = next(iter(parts), PER_UNIT)
    return name, required(parts, name, field, "give the rate of each piece such as 0.05 TUSD")


def _rate(written: tuple[str, Field], currency: str) -> Rate:
    name, part = written
    if name == PER_UNIT:
        return part.build(lambda: PerUnit(read_money(part, currency)), part.path)
    tiers = tuple(_tier(row, currency) for row in part.items(MAX_TIERS))
    return part.build(lambda: Graduated(tiers) if name == GRADUATED else Volume(tiers), part.path)


def _tier(row: Field, currency: str) -> Tier:
    parts = row.mapping({"up_to", PER_UNIT}, _TIER)
    rate = required(parts, PER_UNIT, row, f"write a tier such as {_TIER}")
    return Tier(parts["up_to"].whole(1, MAX_UNITS) if "up_to" in parts else None, read_money(rate, currency))


def _rate_to_data(rate: Rate) -> Any:
    if isinstance(rate, PerUnit):
        return {PER_UNIT: format_money(rate.rate)}
    return {GRADUATED if isinstance(rate, Graduated) else VOLUME: _tiers_to_data(rate)}


def _tiers_to_data(tiers: Tiers) -> list[dict[str, Any]]:
    ends = ({} if tier.up_to is None else {"up_to": tier.up_to} for tier in tiers.tiers)
    return [{**end, PER_UNIT: format_money(tier.rate)} for end, tier in zip(ends, tiers.tiers, strict=True)]
