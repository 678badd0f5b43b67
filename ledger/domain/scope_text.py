"""Where, on what, how often and when: the scope of terms in plain data, and back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from ledger.domain.countries import CODES, country_problem
from ledger.domain.fields import Field, required, shown, suggest
from ledger.domain.money_text import format_money, read_money
from ledger.domain.terms_scope import (
    AnyChannel,
    AnyColourway,
    AnyIndustry,
    AnyProduct,
    AnyWord,
    Ceiling,
    Channels,
    ChannelScope,
    Colourways,
    ColourwayScope,
    Countries,
    Industries,
    IndustryScope,
    NoCeiling,
    Products,
    ProductScope,
    RevenueLimit,
    Run,
    RunLimit,
    Territory,
    Unlimited,
    Window,
    Words,
    Worldwide,
    WorldwideExcept,
)
from ledger.domain.territories import GROUPS
from ledger.domain.use import MAX_UNITS
from ledger.domain.words import ANY, is_trade_word

EXCEPT = "worldwide_except"
A = TypeVar("A", bound=AnyWord)
W = TypeVar("W", bound=Words)


def read_territory(field: Field) -> Territory:
    """`worldwide`, `{worldwide_except: [...]}`, or a country, a group such as EU, or a list of them."""
    if field.value == "worldwide":
        return Worldwide()
    if isinstance(field.value, Mapping):
        left_out = field.mapping({EXCEPT}, "{worldwide_except: [CH]}")
        codes = required(left_out, EXCEPT, field, "name the countries that are left out")
        named = _countries(codes)
        return codes.build(lambda: WorldwideExcept(named), codes.path)
    return Countries(_countries(field))


def write_territory(territory: Territory) -> Any:
    if isinstance(territory, Worldwide):
        return "worldwide"
    codes = sorted(territory.codes)
    return {EXCEPT: codes} if isinstance(territory, WorldwideExcept) else codes


def read_products(field: Field) -> ProductScope:
    """`any`, one product or a list of them."""
    return _words(field, AnyProduct, Products)


def read_industries(field: Field) -> IndustryScope:
    return _words(field, AnyIndustry, Industries)


def read_channels(field: Field) -> ChannelScope:
    return _words(field, AnyChannel, Channels)


def read_colourways(field: Field) -> ColourwayScope:
    return _words(field, AnyColourway, Colourways)


def write_words(scope: AnyWord | Words) -> Any:
    return sorted(scope.names) if isinstance(scope, Words) else ANY


def read_run(field: Field, currency: str) -> RunLimit:
    """`unlimited`, the most pieces under one licence, or `{units: ..., overage: ...}`."""
    if isinstance(field.value, str):
        field.one_of({"unlimited"})
        return Unlimited()
    if not isinstance(field.value, Mapping):
        return Run(field.whole(1, MAX_UNITS))
    parts = field.mapping({"units", "overage"})
    units = required(parts, "units", field, "give the most pieces under one licence")
    overage = read_money(parts["overage"], currency) if "overage" in parts else None
    return Run(units.whole(1, MAX_UNITS), overage)


def write_run(run: RunLimit) -> Any:
    if isinstance(run, Unlimited):
        return "unlimited"
    return {"units": run.units, "overage": format_money(run.overage)} if run.overage else run.units


def read_revenue(field: Field, currency: str) -> RevenueLimit:
    """`unlimited`, or the most net sales under one licence."""
    return NoCeiling() if field.value == "unlimited" else Ceiling(read_money(field, currency))


def write_revenue(revenue: RevenueLimit) -> str:
    return format_money(revenue.amount) if isinstance(revenue, Ceiling) else "unlimited"


def read_window(field: Field) -> Window:
    """`open`, or `{start: day, end: day}` with either left out."""
    if field.value == "open":
        return Window()
    parts = field.mapping({"start", "end"}, "open, or {start: 2026-01-01, end: 2027-12-31}")
    days = {name: part.day() for name, part in parts.items()}
    return field.build(lambda: Window(days.get("start"), days.get("end")), field.path)


def write_window(window: Window) -> Any:
    days = {"start": window.start, "end": window.end}
    return {name: day.isoformat() for name, day in days.items() if day} or "open"


def members(field: Field, most: int) -> tuple[Field, ...]:
    """The members of a list, or the one word that stands for a list of one; each named once."""
    if isinstance(field.value, str):
        return (field,)
    found = field.items(most)
    for i, member in enumerate(found):
        if any(member.value == before.value for before in found[:i]):
            member.refuse(f"{shown(member.value)} is named twice; keep one")
    return found


def _countries(field: Field) -> frozenset[str]:
    found = members(field, len(CODES))
    _refuse_whole(field, found, "worldwide", "countries")
    return frozenset().union(*(_country(member) for member in found))


def _country(field: Field) -> frozenset[str]:
    # YAML 1.1 reads the bare code NO as false.
    if field.value is False:
        field.refuse("false is not a country; if you mean Norway write 'NO' in quotes")
    code = field.text(longest=40)
    if code in GROUPS:
        return GROUPS[code]
    if meant := {name.casefold(): name for name in GROUPS}.get(code.casefold()):
        field.refuse(f"{code!r} is not a group of countries; write {meant}")
    if problem := country_problem(code):
        group = suggest(code, GROUPS)
        field.refuse(f"{problem}, or a group: {group}" if group.startswith("did") else problem)
    return frozenset({code})


def _words(field: Field, everything: type[A], some: type[W]) -> A | W:
    if field.value == ANY:
        return everything()
    found = members(field, some.most)
    _refuse_whole(field, found, ANY, some.field)
    return some(frozenset(_word(member, some) for member in found))


def _word(field: Field, kind: type[Words]) -> str:
    name = field.text(longest=60)
    if not is_trade_word(name):
        field.refuse(f"{name!r} is not one of {kind.field}; use a lower-case word such as wallpaper")
    return field.one_of(kind.known) if kind.known else name


def _refuse_whole(field: Field, found: tuple[Field, ...], whole: str, parts: str) -> None:
    if any(member.value == whole for member in found):
        field.refuse(f"{whole} and a list of {parts} contradict each other; say {whole}, or list {parts}")
