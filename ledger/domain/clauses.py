"""Does one clause of terms admit a use? Each answer is a Check that says why in plain words."""

from __future__ import annotations

from ledger.domain.decision import Check
from ledger.domain.money_text import format_money
from ledger.domain.terms import (
    Countries,
    Free,
    Products,
    ProductScope,
    Prohibited,
    Run,
    RunLimit,
    Terms,
    Territory,
    Training,
    Window,
)
from ledger.domain.use import Action, Use

LISTED = 6


def scope_checks(terms: Terms, use: Use) -> tuple[Check, ...]:
    """Territory, dates and product. Training makes no product, so that clause is not asked of it."""
    checks = (territory_check(terms.territory, use), dates_check(terms.window, use))
    return checks if use.action is Action.TRAIN else (*checks, product_check(terms.products, use))


def territory_check(territory: Territory, use: Use) -> Check:
    if not isinstance(territory, Countries):
        return Check("territory", True, f"worldwide, so {use.territory} too")
    where = _listed(territory.codes)
    holds = use.territory in territory.codes
    return Check("territory", holds, f"{use.territory} is {'one' if holds else 'none'} of {where}")


def product_check(products: ProductScope, use: Use) -> Check:
    if not isinstance(products, Products):
        return Check("product", True, f"any product, so {use.product} too")
    holds = use.product in products.names
    return Check(
        "product", holds, f"{use.product} is {'one' if holds else 'none'} of {_listed(products.names)}"
    )


def dates_check(window: Window, use: Use) -> Check:
    first = f"from {window.start}" if window.start else ""
    last = f"until {window.end}" if window.end else ""
    span = " ".join(part for part in (first, last) if part) or "at any time"
    holds = window.holds(use.on)
    return Check("dates", holds, f"{use.on} is {'within' if holds else 'outside'} the dates: {span}")


def run_check(run: RunLimit, use: Use, used_units: int) -> Check:
    """Whether `use.units` more pieces still fit after `used_units`."""
    if not isinstance(run, Run):
        return Check("run", True, "no limit on pieces")
    left = max(0, run.units - used_units)
    rest = f", {left:,} left" if used_units else ""
    return Check(
        "run", use.units <= left, f"{use.units:,} pieces asked for; a licence gives {run.units:,}{rest}"
    )


def training_check(training: Training) -> Check:
    if isinstance(training, Prohibited):
        return Check("training", False, "these terms prohibit AI training")
    cost = "free" if isinstance(training, Free) else f"open for {format_money(training.fee)}"
    return Check("training", True, f"AI training is {cost}")


def _listed(names: frozenset[str]) -> str:
    ordered = sorted(names)
    more = f" and {len(ordered) - LISTED} more" if len(ordered) > LISTED else ""
    return ", ".join(ordered[:LISTED]) + more
