"""Do the clauses on AI, on making new pictures and on sublicensing admit a use? Each answer is a Check."""

from __future__ import annotations

from ledger.domain.decision import Check
from ledger.domain.money import Money
from ledger.domain.money_text import format_money
from ledger.domain.royalty import price_of_units
from ledger.domain.terms import (
    Flat,
    Free,
    Included,
    MakingRight,
    Paid,
    PerEntry,
    Priced,
    Prohibited,
    SublicenceTerms,
    Sublicensing,
    Terms,
    Training,
    Withheld,
    ai_terms,
)
from ledger.domain.use import AI_USES, Action, AiUse, Use

CLAUSE_OF = {
    Action.DERIVE: "derivatives",
    Action.IMITATE: "style",
    Action.REDRAW: "recipe",
    Action.ADAPT: "adapter",
}


def making_right(terms: Terms, action: Action) -> MakingRight | None:
    """What `terms` say of making new pictures so; None where `action` makes none."""
    right: MakingRight | None = getattr(terms, CLAUSE_OF[action]) if action in CLAUSE_OF else None
    return right


def is_ordinary(terms: Terms, action: Action) -> bool:
    """Whether a licence bought for `action` is the ordinary one: to make, to show, and what is included."""
    return action not in AI_USES and not isinstance(making_right(terms, action), Priced)


def is_free(training: Training, action: Action) -> bool:
    """Whether `action` is an AI use that needs no licence."""
    return action in AI_USES and all(isinstance(ai_terms(training, use), Free) for use in AI_USES[action])


def price_of(terms: Terms, use: Use) -> Money:
    """What a licence for `use` costs at the grant: price and advance, or the fees of a right."""
    right = making_right(terms, use.action)
    if isinstance(right, Priced):
        return right.fee
    if use.action in AI_USES:
        return _ai_price(terms, use.action)
    price = price_of_units(terms.price, use.units)
    return price + terms.advance if terms.advance else price


def paid_units(terms: Terms, use: Use) -> int | None:
    """The pieces that a licence bought for `use` is paid for; None where the price is not by the piece."""
    return use.units if is_ordinary(terms, use.action) and not isinstance(terms.price, Flat) else None


def right_checks(terms: Terms, use: Use) -> tuple[Check, ...]:
    """The clause that an offer has to give for a use that is not making or showing."""
    if use.action in AI_USES:
        return (training_check(terms.training, use.action),)
    if use.action in CLAUSE_OF:
        return (making_check(terms, use),)
    return (sublicensing_check(terms.sublicensing, use, 0),) if use.action is Action.SUBLICENSE else ()


def training_check(training: Training, action: Action) -> Check:
    uses = sorted(AI_USES[action])
    refused = [use for use in uses if isinstance(ai_terms(training, use), Prohibited)]
    if refused:
        entries = f": {_entries(refused)}" if isinstance(training, PerEntry) else ""
        return Check("training", False, f"these terms prohibit AI {_what(action)}{entries}")
    fees = [ai.fee for ai in (ai_terms(training, use) for use in uses) if isinstance(ai, Paid)]
    cost = f"open for {' and '.join(sorted({format_money(fee) for fee in fees}))}" if fees else "free"
    return Check("training", True, f"AI {_what(action)} is {cost}")


def making_check(terms: Terms, use: Use) -> Check:
    clause, right = CLAUSE_OF[use.action], making_right(terms, use.action)
    if isinstance(right, Priced):
        rate = f" and {format_money(right.per_generation)} a picture" if right.per_generation else ""
        return Check(clause, True, f"{use.action.value} is open for {format_money(right.fee)}{rate}")
    if isinstance(right, Included):
        return Check(clause, True, f"{use.action.value} comes with every licence")
    return Check(clause, False, f"these terms do not give {clause}")


def generations_check(right: MakingRight | None, use: Use, used: int) -> Check:
    """Whether `use.generations` more pictures fit under one licence after `used`."""
    most = right.generations if isinstance(right, Priced) else None
    if most is None:
        return Check("generations", True, "no limit on pictures")
    left = max(0, most - used)
    why = f"{use.generations:,} pictures asked for; a licence gives {most:,}, {left:,} left"
    fits = use.generations <= left
    return Check("generations", fits, why, "" if fits else f"at most {left:,} pictures")


def sublicensing_check(given: SublicenceTerms, use: Use, level: int) -> Check:
    """Whether `use.depth` more levels fit below a licence that is itself `level` levels down."""
    if not isinstance(given, Sublicensing):
        return Check("sublicensing", False, "these terms give no sublicences")
    left = max(0, given.depth - level)
    why = f"{use.depth} levels asked for; {left} of {given.depth} left"
    fits = use.depth <= left
    change = f"at most {left} levels" if left else "a licence from the owner"
    return Check("sublicensing", fits, why, "" if fits else change)


def held_right_check(terms: Terms, bought: Action, use: Use) -> Check:
    """Whether a licence under `terms` that was bought for `bought` gives the right to `use` at all."""
    if use.action in AI_USES:
        return _held_ai_check(terms.training, bought, use)
    right = making_right(terms, use.action)
    if isinstance(right, Priced):
        return _action_check(use.action is bought, use, terms, bought)
    if isinstance(right, Withheld):
        return Check("action", False, f"{use.action.value}: its terms do not give {CLAUSE_OF[use.action]}")
    return _action_check(is_ordinary(terms, bought), use, terms, bought)


def _held_ai_check(training: Training, bought: Action, use: Use) -> Check:
    wanted = AI_USES[use.action]
    if is_free(training, use.action):
        return Check("action", True, f"{use.action.value}: free under its terms")
    missing = [
        entry
        for entry in sorted(wanted - AI_USES.get(bought, frozenset()))
        if not isinstance(ai_terms(training, entry), Free)
    ]
    gives = f"{use.action.value}: the licence gives {_what(bought)}"
    return Check("action", not missing, gives, f"a licence for {use.action.value}" if missing else "")


def _action_check(holds: bool, use: Use, terms: Terms, bought: Action) -> Check:
    gives = "reproduction and display" if is_ordinary(terms, bought) else _what(bought)
    why = f"{use.action.value}: the licence gives {gives}"
    return Check("action", holds, why, "" if holds else f"a licence for {use.action.value}")


def _ai_price(terms: Terms, action: Action) -> Money:
    training = terms.training
    if isinstance(training, Paid):
        return training.fee
    # A use that needs two entries with a fee each costs both.
    each = (ai_terms(training, use) for use in sorted(AI_USES[action]))
    minor = sum(ai.fee.minor for ai in each if isinstance(ai, Paid))
    return Money(minor, terms.currency)


def _what(action: Action) -> str:
    return "training" if action is Action.TRAIN else action.value


def _entries(uses: list[AiUse]) -> str:
    return ", ".join(f"cawg.{use.value}" for use in uses)
