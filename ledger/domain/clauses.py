"""Does one clause of terms admit a use? Each answer is a Check that says why, and what would help.

Where, when, on what and how much; the rights beside making and showing are in `right_clauses.py`.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from ledger.domain.decision import Check
from ledger.domain.money import Money
from ledger.domain.money_text import format_money
from ledger.domain.terms import (
    AnyModification,
    Ceiling,
    Countries,
    Modification,
    Modifications,
    Terms,
    Territory,
    Window,
    WorldwideExcept,
)
from ledger.domain.terms_scope import AnyWord, Words
from ledger.domain.territories import named
from ledger.domain.use import ON_PRODUCTS, Action, Use, said_days
from ledger.domain.words import ANY

LISTED = 6


def scope_checks(terms: Terms, use: Use) -> tuple[Check, ...]:
    """Every clause that says where, when and on what. Only making and showing concern products."""
    checks = (territory_check(terms.territory, use), dates_check(terms.window, use))
    if use.action not in ON_PRODUCTS:
        return checks
    return (
        *checks,
        word_check("product", terms.products, use.product),
        word_check("industry", terms.industries, use.industry),
        word_check("channel", terms.channels, use.channel),
        word_check("colourway", terms.colourways, use.colourway),
        modification_check(terms.modification, use),
    )


def territory_check(territory: Territory, use: Use) -> Check:
    here = use.territory
    if isinstance(territory, WorldwideExcept):
        holds = here not in territory.codes
        why = f"worldwide except {_listed(territory.codes)}"
        if holds:
            return Check("territory", True, f"{why}, so {here} too")
        return Check("territory", False, f"{here} is left out: {why}", f"use it outside {here}")
    if not isinstance(territory, Countries):
        return Check("territory", True, f"worldwide, so {here} too")
    where = named(territory.codes) or _listed(territory.codes)
    if here in territory.codes:
        return Check("territory", True, f"{here} is one of {where}")
    return Check("territory", False, f"{here} is none of {where}", f"use it in one of {where}")


def word_check(clause: str, scope: AnyWord | Words, word: str) -> Check:
    """Whether a product, industry, channel or colourway is one of those named."""
    if not isinstance(scope, Words):
        return Check(clause, True, f"any {clause}, so {word} too" if word != ANY else f"any {clause}")
    names = _listed(scope.names)
    if word in scope.names:
        return Check(clause, True, f"{word} is one of {names}")
    if word == ANY:
        return Check(clause, False, f"nothing is said, and these terms give {names}", f"say the {clause}")
    return Check(clause, False, f"{word} is none of {names}", f"one of {names} as the {clause}")


def dates_check(window: Window, use: Use) -> Check:
    first = f"from {window.start}" if window.start else ""
    last = f"until {window.end}" if window.end else ""
    span = " ".join(part for part in (first, last) if part) or "at any time"
    days = said_days(use)
    if window.holds_from(use.on, use.last):
        return Check("dates", True, f"{days} is within the dates: {span}")
    where = "reaches past" if window.overlap(Window(use.on, use.last)) else "is outside"
    return Check("dates", False, f"{days} {where} the dates: {span}", f"use it {span}")


def sale_checks(window: Window, at: date) -> tuple[Check, ...]:
    """Why no licence can be bought on the day `at`: one whose last day has passed would hold for nothing."""
    if window.end is None or at <= window.end:
        return ()
    why = f"these terms ended on {window.end}, so no licence can be bought on {at}"
    return (Check("dates", False, why, "terms that are in force"),)


def modification_check(modification: Modification, use: Use) -> Check:
    wanted = use.modifications
    if not wanted or isinstance(modification, AnyModification):
        return Check("modification", True, "any modification" if wanted else "it is used as it is")
    given = modification.names if isinstance(modification, Modifications) else frozenset()
    refused = wanted - given
    if not refused:
        return Check("modification", True, f"{_listed(wanted)} is given")
    why = f"{_listed(refused)} is not given; these terms give {_listed(given) or 'none'}"
    return Check("modification", False, why, f"use it without {_listed(refused)}")


def run_check(most: int | None, overage: Money | None, use: Use, used_units: int) -> Check:
    """Whether `use.units` more pieces still fit into a run of `most` after `used_units`; None has no end."""
    if most is None:
        return Check("run", True, "no limit on pieces")
    left = max(0, most - used_units)
    rest = f", {left:,} left" if used_units else ""
    why = f"{use.units:,} pieces asked for; a licence gives {most:,}{rest}"
    if use.units <= left:
        return Check("run", True, why)
    if overage is not None:
        return Check("run", True, f"{why}, and each piece past them costs {format_money(overage)}")
    return Check("run", False, why, f"at most {left:,} pieces" if left else "a licence with pieces left")


def revenue_checks(terms: Terms, use: Use, used: int) -> tuple[Check, ...]:
    """Whether net sales are in the currency of `terms`, and of pieces still fit after `used` minor units."""
    asked, limit = use.revenue, terms.revenue
    # Net sales are added up in minor units: those of another currency would be counted as what they are not.
    if asked is not None and asked.currency != terms.currency:
        why = f"net sales in {asked.currency}; these terms count {terms.currency}"
        return (Check("revenue", False, why, f"say the net sales in {terms.currency}"),)
    if not isinstance(limit, Ceiling) or use.action is not Action.REPRODUCE:
        return ()
    most = limit.amount
    left = Money(max(0, most.minor - used), most.currency)
    why = f"net sales up to {format_money(most)}, {format_money(left)} left"
    fits = asked.minor <= left.minor if asked is not None else left.minor > 0
    return (Check("revenue", fits, why, "" if fits else f"at most {format_money(left)} of net sales"),)


def _listed(names: Collection[str]) -> str:
    ordered = sorted(names)
    more = f" and {len(ordered) - LISTED} more" if len(ordered) > LISTED else ""
    return ", ".join(ordered[:LISTED]) + more
