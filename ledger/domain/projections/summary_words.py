"""Words that several sentences of a summary share."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from ledger.domain.terms import Territory, Worldwide, WorldwideExcept
from ledger.domain.territories import named

_NAMES = """
    January February March April May June July August September October November December
"""
_MONTHS = tuple(_NAMES.split())


def date_text(day: date) -> str:
    """`1 March 2026`."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def listed(names: Iterable[str]) -> str:
    """`cushion, fabric and wallpaper`, in alphabetical order."""
    *most, last = sorted(names)
    return f"{', '.join(most)} and {last}" if most else last


def where(territory: Territory) -> str:
    """Where terms hold: `worldwide`, or the countries with the name of their group."""
    if isinstance(territory, Worldwide):
        return "worldwide"
    codes = listed(territory.codes)
    group = named(territory.codes)
    countries = f"{group} ({codes})" if group else codes
    return (
        f"worldwide except in {countries}"
        if isinstance(territory, WorldwideExcept)
        else f"in {countries} only"
    )
