"""The firewall's question: may this licensee use this tile so? Pure, and always with its reasons.

The order of the rules:
1. a grant of this licensee that covers the use                       -> PERMIT, by that licence
2. the use lies outside what the terms offer at all                    -> DENY, naming the clauses
3. an exclusive grant of somebody else, or somebody else's grant where
   these terms are exclusive, stands in the way                        -> DENY
4. training under terms that leave it free                             -> PERMIT, without a licence
5. otherwise                                                           -> PAY, at the price of the terms
"""

from __future__ import annotations

from datetime import date

from ledger.domain.clauses import run_check, scope_checks, training_check
from ledger.domain.decision import Check, Decision, Outcome
from ledger.domain.ids import PartyId
from ledger.domain.licence import Book, Grant
from ledger.domain.money import Money
from ledger.domain.money_text import format_money
from ledger.domain.overlap import rivals
from ledger.domain.terms import Free, Paid, Terms
from ledger.domain.use import Action, Use


def decide(terms: Terms, book: Book, use: Use, licensee: PartyId, *, starts: date | None = None) -> Decision:
    """May `licensee` use the tile of `book` so under `terms`, those now in force for it?

    `starts` is the day a licence bought now would begin (the caller's today); without it, the day of use.
    """
    held = tuple((grant, covers(grant, use, book.units_used(grant.id))) for grant in _own(book, licensee))
    for grant, checks in held:
        if _all_hold(checks):
            return Decision(Outcome.PERMIT, f"licence {grant.id} covers this use", checks, licence=grant.id)
    checks = (*offer_checks(terms, use), *(_not_covered(grant, found) for grant, found in held))
    outside = [check for check in checks if not check.holds and check.clause != "licence"]
    if outside:
        return Decision(Outcome.DENY, _joined(outside), checks)
    exclusivity = exclusivity_check(terms, book, licensee, min(starts or use.on, use.on))
    checks = (*checks, exclusivity)
    if not exclusivity.holds:
        return Decision(Outcome.DENY, _joined([exclusivity]), checks)
    return _free_or_priced(terms, use, checks)


def covers(grant: Grant, use: Use, used_units: int) -> tuple[Check, ...]:
    """Every clause of `grant` that bears on `use` after `used_units` reported pieces; all must hold."""
    checks = (_action_check(grant, use), *scope_checks(grant.terms, use))
    if use.action is Action.REPRODUCE:
        return (*checks, run_check(grant.terms.run, use, used_units))
    return checks


def offer_checks(terms: Terms, use: Use) -> tuple[Check, ...]:
    """Every clause of `terms` that bears on `use`, for a licence that does not exist yet."""
    checks = scope_checks(terms, use)
    if use.action is Action.TRAIN:
        return (training_check(terms.training), *checks)
    return (*checks, run_check(terms.run, use, 0)) if use.action is Action.REPRODUCE else checks


def price_of(terms: Terms, action: Action) -> Money:
    """What a licence for `action` costs: the training fee for TRAIN (only Paid has one), else the price."""
    if action is Action.TRAIN and isinstance(terms.training, Paid):
        return terms.training.fee
    return terms.price


def exclusivity_check(terms: Terms, book: Book, licensee: PartyId, starts: date) -> Check:
    """Whether a licence under `terms` from the day it `starts` meets no exclusive right of others."""
    found = rivals(terms, book, licensee, starts)
    if not found:
        return Check("exclusivity", True, "no exclusive right stands in the way")
    # Who holds it is their business: the clause and its last day are all that is told.
    first = found[0].terms
    kind = "an exclusive licence" if first.exclusive else "a licence, so these exclusive terms cannot be had,"
    until = f"until {first.window.end}" if first.window.end else "without a last day"
    return Check("exclusivity", False, f"somebody else holds {kind} {until}")


def _own(book: Book, licensee: PartyId) -> tuple[Grant, ...]:
    return tuple(grant for grant in book.grants if grant.licensee == licensee)


def _all_hold(checks: tuple[Check, ...]) -> bool:
    return all(check.holds for check in checks)


def _action_check(grant: Grant, use: Use) -> Check:
    gives = "training" if grant.action is Action.TRAIN else "reproduction and display"
    if use.action is Action.TRAIN and isinstance(grant.terms.training, Free):
        return Check("action", True, "train: free under its terms")
    holds = (grant.action is Action.TRAIN) == (use.action is Action.TRAIN)
    return Check("action", holds, f"{use.action.value}: the licence gives {gives}")


def _not_covered(grant: Grant, checks: tuple[Check, ...]) -> Check:
    return Check(
        "licence", False, f"{grant.id} does not cover it: {_joined([c for c in checks if not c.holds])}"
    )


def _joined(checks: list[Check]) -> str:
    return "; ".join(f"{check.clause}: {check.why}" for check in checks)


def _free_or_priced(terms: Terms, use: Use, checks: tuple[Check, ...]) -> Decision:
    if use.action is Action.TRAIN and isinstance(terms.training, Free):
        return Decision(Outcome.PERMIT, "training: free under these terms, no licence needed", checks)
    price = price_of(terms, use.action)
    needs = (
        "another licence is needed" if any(c.clause == "licence" for c in checks) else "a licence is needed"
    )
    return Decision(Outcome.PAY, f"{needs}; it costs {format_money(price)}", checks, price=price)
