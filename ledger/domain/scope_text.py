"""Where, on what, how often and when: the scope of terms in plain data, and back."""

from __future__ import annotations

from typing import Any

from ledger.domain.countries import CODES, country_problem
from ledger.domain.fields import Field, shown
from ledger.domain.terms import (
    MAX_PRODUCTS,
    AnyProduct,
    Countries,
    Products,
    ProductScope,
    Run,
    RunLimit,
    Terms,
    Territory,
    Unlimited,
    Window,
    Worldwide,
)
from ledger.domain.use import MAX_UNITS, is_trade_word


def read_territory(field: Field) -> Territory:
    """`worldwide`, one country code or a list of them."""
    if field.value == "worldwide":
        return Worldwide()
    if isinstance(field.value, str):
        return Countries(frozenset({_country(field)}))
    members = field.items(len(CODES))
    _refuse_whole(field, members, "worldwide", "countries")
    return Countries(_distinct(members, [_country(member) for member in members]))


def read_products(field: Field) -> ProductScope:
    """`any`, one product or a list of them."""
    if field.value == "any":
        return AnyProduct()
    if isinstance(field.value, str):
        return Products(frozenset({_product(field)}))
    members = field.items(MAX_PRODUCTS)
    _refuse_whole(field, members, "any", "products")
    return Products(_distinct(members, [_product(member) for member in members]))


def read_run(field: Field) -> RunLimit:
    """`unlimited` or the most pieces under one licence."""
    if isinstance(field.value, str):
        field.one_of({"unlimited"})
        return Unlimited()
    return Run(field.whole(1, MAX_UNITS))


def read_window(field: Field | None) -> Window:
    """`open`, absent, or `{start: day, end: day}` with either left out."""
    if field is None or field.value == "open":
        return Window()
    parts = field.mapping({"start", "end"}, "open, or {start: 2026-01-01, end: 2027-12-31}")
    days = {name: part.day() for name, part in parts.items()}
    return Window(days.get("start"), days.get("end"))


def scope_to_dict(terms: Terms) -> dict[str, Any]:
    """The four scope fields in canonical plain data; codes and products sorted."""
    return {
        "territory": sorted(terms.territory.codes) if isinstance(terms.territory, Countries) else "worldwide",
        "products": sorted(terms.products.names) if isinstance(terms.products, Products) else "any",
        "run": terms.run.units if isinstance(terms.run, Run) else "unlimited",
        "dates": _window_to_data(terms.window),
    }


def _window_to_data(window: Window) -> Any:
    days = {"start": window.start, "end": window.end}
    return {name: day.isoformat() for name, day in days.items() if day} or "open"


def _country(field: Field) -> str:
    # YAML 1.1 reads the bare code NO as false.
    if field.value is False:
        field.refuse("false is not a country; if you mean Norway write 'NO' in quotes")
    code = field.text(longest=40)
    if problem := country_problem(code):
        field.refuse(problem)
    return code


def _product(field: Field) -> str:
    name = field.text(longest=60)
    if not is_trade_word(name):
        field.refuse(f"{name!r} is not a product; use a lower-case word such as wallpaper")
    return name


def _distinct(members: tuple[Field, ...], values: list[str]) -> frozenset[str]:
    for i, value in enumerate(values):
        if value in values[:i]:
            members[i].refuse(f"{shown(value)} is named twice; keep one")
    return frozenset(values)


def _refuse_whole(field: Field, members: tuple[Field, ...], whole: str, parts: str) -> None:
    if any(member.value == whole for member in members):
        field.refuse(f"{whole} and a list of {parts} contradict each other; say {whole}, or list {parts}")
