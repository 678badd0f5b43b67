"""The firewall's question: may this licensee use this tile so? Pure, and always with its reasons.

The order of the rules:
1. a grant of this licensee covers the use and no duty under it is broken -> PERMIT, by that licence
2. a grant covers it, and a duty under it is broken                      -> DENY, naming the duty
3. the use lies outside what the terms offer at all, or breaks a duty
   that a licence would bring                                            -> DENY, naming the clauses
4. an exclusive grant of somebody else, or somebody else's grant where
   these terms are exclusive, stands in the way                          -> DENY
5. AI use under terms that leave it free                                 -> PERMIT, without a licence
6. otherwise                                                             -> PAY, with what can be bought
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from ledger.domain.clauses import revenue_checks, run_check, sale_checks, scope_checks
from ledger.domain.decision import Check, Decision, Duty, Outcome, Proposal, Reading
from ledger.domain.duties import add_months, attribution_duties, duties_of, duties_to_come
from ledger.domain.ids import PartyId
from ledger.domain.licence import NOTHING, Book, Grant, GrantState, Used
from ledger.domain.money_text import format_money
from ledger.domain.overlap import last_rival
from ledger.domain.right_clauses import (
    generations_check,
    held_right_check,
    is_free,
    making_right,
    price_of,
    right_checks,
    sublicensing_check,
)
from ledger.domain.terms import Run, Sublicensing, Terms, exclusive_scope, licence_scope
from ledger.domain.terms_text import terms_hash
from ledger.domain.use import GENERATING, ON_PRODUCTS, Action, Use

# Licences that are explained one by one where none covers the use; a licensee may hold thousands.
EXPLAINED = 5


@dataclass(frozen=True)
class _Question:
    """What is asked, and against what."""

    book: Book
    use: Use
    at: date
    reading: Reading


def decide(
    terms: Terms,
    book: Book,
    use: Use,
    at: date,
    licensee: PartyId,
    *,
    reading: Reading = Reading.LENIENT,
) -> Decision:
    """May `licensee` use the tile of `book` so under `terms`, those now in force for it?

    `at` is the day of the decision: duties are judged on it, and a licence bought now would begin then.
    `reading` says how a duty counts of which nobody has said whether it is done.
    """
    question = _Question(book, use, at, reading)
    held = _by_licence(question, licensee)
    if isinstance(held, Decision):
        return held
    ended = () if is_free(terms.training, use.action) else sale_checks(terms.window, at)
    asked = {check.clause: check for check in (*offer_checks(terms, use), *ended)}
    checks = (*asked.values(), *held)
    outside = [check for check in checks if not check.holds and check.clause != "licence"]
    duties = attribution_duties(terms, use)
    broken = [duty for duty in duties if reading.breaks(duty)]
    if outside or broken:
        why = "; ".join(part for part in (_joined(outside), _duties(broken)) if part)
        return Decision(Outcome.DENY, why, checks, duties=duties, reading=reading)
    exclusivity = exclusivity_check(terms, book, licensee, min(at, use.on))
    checks = (*checks, exclusivity)
    if not exclusivity.holds:
        return Decision(Outcome.DENY, _joined([exclusivity]), checks, reading=reading)
    return _free_or_priced(terms, question, checks)


def covers(grant: Grant, use: Use, book: Book) -> tuple[Check, ...]:
    """Every clause of `grant` that bears on `use` after what `book` holds under it; all must hold.

    A sublicence is asked together with every licence above it, for pieces made under it are theirs too. What
    was given away to sublicences is not the licence's own to make any more.
    """
    above = book.ancestors(grant)
    if above is None:
        why = "the licence it was given under is not in the book"
        return (Check("parent", False, why, "a licence from the owner"),)
    own = book.used(grant.id)
    spent = replace(own, units=own.units + book.allotted(grant.id))
    checks = grant_checks(grant, use, spent, 0)
    for level, parent in enumerate(above, 1):
        asked = grant_checks(parent, use, book.used(parent.id), level)
        checks = (*checks, *(check for check in asked if not check.holds))
    return checks


def grant_checks(grant: Grant, use: Use, used: Used, level: int) -> tuple[Check, ...]:
    """Every clause of one grant for a use made `level` sublicences below it after what was `used`."""
    terms = grant.terms
    depth = (_depth_check(terms, level),) if level else ()
    bought = (held_right_check(terms, grant.action, use), *scope_checks(terms, use))
    counted = _counts(terms, grant.most_units, use, used, level)
    return (*_state_check(grant), *depth, *bought, *counted)


def offer_checks(terms: Terms, use: Use) -> tuple[Check, ...]:
    """Every clause of `terms` that bears on `use`, for a licence that does not exist yet."""
    most = terms.run.units if isinstance(terms.run, Run) else None
    counted = _counts(terms, most, use, NOTHING, 0)
    asked = (*right_checks(terms, use), *scope_checks(terms, use), *counted)
    return tuple({check.clause: check for check in asked}.values())


def exclusivity_check(terms: Terms, book: Book, licensee: PartyId, starts: date) -> Check:
    """Whether a licence under `terms` from the day it `starts` meets no exclusive right of others."""
    rival = last_rival(terms, book, licensee, starts)
    if rival is None:
        return Check("exclusivity", True, "no exclusive right stands in the way")
    # Who holds it is their business: the clause and its last day are all that is told.
    scope = exclusive_scope(rival.terms)
    who = "this party" if rival.licensee == licensee else "somebody else"
    has = "has ordered" if book.is_pending(rival) else "holds"
    own = " that can be handed on" if rival.licensee == licensee else ""
    shuts = f"an exclusive licence{own}"
    kind = shuts if scope else "a licence, so these exclusive terms cannot be had,"
    end = (scope or licence_scope(rival.terms)).window.end
    until = f"until {end}" if end else "without a last day"
    change = f"a licence that begins after {end}" if end else "terms that do not meet that licence"
    return Check("exclusivity", False, f"{who} {has} {kind} {until}", change)


def valid_until(made_on: date) -> date:
    """The last day of an offer: the end of the month after the one it was made in."""
    first = made_on.replace(day=1)
    return date.fromordinal(add_months(first, 2).toordinal() - 1)


def _by_licence(question: _Question, licensee: PartyId) -> Decision | tuple[Check, ...]:
    """The decision by a grant that covers the use, else why the first grants do not."""
    blocked: Decision | None = None
    refused: list[Check] = []
    for grant in question.book.of(licensee):
        # Most licences of a large book are elsewhere: they are passed over before they are explained.
        if len(refused) >= EXPLAINED and not _reaches(grant.terms, question.use):
            continue
        checks = covers(grant, question.use, question.book)
        failing = [check for check in checks if not check.holds]
        if not failing:
            decision = _covered(question, grant, checks)
            if decision.outcome is Outcome.PERMIT:
                return decision
            blocked = blocked or decision
        elif len(refused) < EXPLAINED:
            refused.append(_not_covered(grant, failing))
    return blocked or tuple(refused)


def _covered(question: _Question, grant: Grant, checks: tuple[Check, ...]) -> Decision:
    duties = duties_of(grant, question.book, question.use, question.at)
    broken = [duty for duty in duties if question.reading.breaks(duty)]
    if broken:
        reason = f"licence {grant.id} covers this use, but a duty is not done: {_duties(broken)}"
        return Decision(Outcome.DENY, reason, checks, duties=duties, reading=question.reading)
    reason = f"licence {grant.id} covers this use"
    return Decision(Outcome.PERMIT, reason, checks, licence=grant.id, duties=duties, reading=question.reading)


def _reaches(terms: Terms, use: Use) -> bool:
    """Whether `use` is in the dates, the territory and the products of `terms`, without saying why."""
    return (
        terms.window.holds_from(use.on, use.last)
        and terms.territory.holds(use.territory)
        and (use.action not in ON_PRODUCTS or terms.products.holds(use.product))
    )


def _counts(terms: Terms, most: int | None, use: Use, used: Used, level: int) -> tuple[Check, ...]:
    """What is counted for a use: pieces and net sales, pictures, or levels of sublicences."""
    revenue = revenue_checks(terms, use, used.revenue)
    if use.action is Action.REPRODUCE:
        overage = terms.run.overage if isinstance(terms.run, Run) else None
        return (run_check(most, overage, use, used.units), *revenue)
    if use.action in GENERATING:
        return (generations_check(making_right(terms, use.action), use, used.generations), *revenue)
    if use.action is Action.SUBLICENSE:
        return (sublicensing_check(terms.sublicensing, use, level), *revenue)
    return revenue


def _state_check(grant: Grant) -> tuple[Check, ...]:
    if grant.state is GrantState.IN_FORCE:
        return ()
    change = "lift the suspension" if grant.state is GrantState.SUSPENDED else "a new licence"
    return (Check("state", False, f"the licence is {grant.state.value}", change),)


def _depth_check(terms: Terms, level: int) -> Check:
    depth = terms.sublicensing.depth if isinstance(terms.sublicensing, Sublicensing) else 0
    why = f"{level} levels below a licence that gives {depth}"
    return Check("sublicensing", level <= depth, why, "" if level <= depth else "a licence from the owner")


def _not_covered(grant: Grant, failing: list[Check]) -> Check:
    changes = ", ".join(dict.fromkeys(check.change for check in failing if check.change))
    return Check("licence", False, f"{grant.id} does not cover it: {_joined(failing)}", changes)


def _joined(checks: list[Check]) -> str:
    return "; ".join(f"{check.clause}: {check.why}" for check in checks)


def _duties(duties: list[Duty]) -> str:
    return "; ".join(f"{duty.name}: {duty.why}" for duty in duties)


def _free_or_priced(terms: Terms, question: _Question, checks: tuple[Check, ...]) -> Decision:
    use, reading = question.use, question.reading
    if is_free(terms.training, use.action):
        reason = "training: free under these terms, no licence needed"
        return Decision(Outcome.PERMIT, reason, checks, reading=reading)
    price = price_of(terms, use)
    until = valid_until(question.at)
    proposal = Proposal(terms_hash(terms), price, use.units, use.generations, until)
    needs = "another licence is needed" if _has_licence(checks) else "a licence is needed"
    reason = f"{needs}; it costs {format_money(price)}"
    duties = duties_to_come(terms, use)
    return Decision(Outcome.PAY, reason, checks, proposal=proposal, duties=duties, reading=reading)


def _has_licence(checks: tuple[Check, ...]) -> bool:
    return any(check.clause == "licence" for check in checks)
