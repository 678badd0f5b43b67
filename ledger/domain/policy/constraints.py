"""Constraints and logical constraints, each with the values it was judged by (Information Model 2.5)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from ledger.domain.policy.errors import TooLargeError
from ledger.domain.policy.model import Condition, Constraint, Fact, LogicalConstraint
from ledger.domain.policy.operators import satisfies
from ledger.domain.policy.report import (
    Premise,
    PremiseReport,
    Satisfaction,
    all_of,
    any_of,
    one_of,
)
from ledger.domain.policy.scene import Scene
from ledger.domain.policy.terms import STRING, Literal, Term
from ledger.domain.policy.vocabulary import EVENT, ODRL, POLICY_USAGE, Operand, Operator, short

MAX_VALUES = 64
_SHOWN = 5
_JOINS: dict[Operand, Callable[[list[Satisfaction]], Satisfaction]] = {
    Operand.AND: all_of,
    Operand.OR: any_of,
    Operand.XONE: one_of,
    Operand.AND_SEQUENCE: all_of,
}


def judge_all(conditions: tuple[Condition, ...], scene: Scene) -> tuple[PremiseReport, ...]:
    """A report on each of `conditions`; they hold together when every one does."""
    return tuple(judge(each, scene) for each in conditions)


def state_of(premises: tuple[PremiseReport, ...]) -> Satisfaction:
    return all_of([each.state for each in premises])


def judge(condition: Condition, scene: Scene) -> PremiseReport:
    """A report on `condition`, and on every constraint in it: an answer given early hides none of them.

    Raises TooLargeError for a left operand with more than MAX_VALUES values.
    """
    if isinstance(condition, LogicalConstraint):
        return _joined(condition, scene)
    return _compared(condition, scene)


def _joined(condition: LogicalConstraint, scene: Scene) -> PremiseReport:
    premises = judge_all(condition.operands, scene)
    state = _JOINS[condition.operand]([each.state for each in premises])
    why = "" if state is Satisfaction.SATISFIED else _why_not(condition.operand, premises)
    return PremiseReport(Premise.CONSTRAINT, state, why, premises, condition)


def _why_not(operand: Operand, premises: tuple[PremiseReport, ...]) -> str:
    counts = {state: sum(each.state is state for each in premises) for state in Satisfaction}
    yes, unknown = counts[Satisfaction.SATISFIED], counts[Satisfaction.NOT_EVALUABLE]
    told = f"{yes} of {len(premises)} satisfied" + (f", {unknown} not evaluable" if unknown else "")
    return f"odrl:{operand.value}: {told}"


def _compared(constraint: Constraint, scene: Scene) -> PremiseReport:
    operator = _operator(constraint)
    if operator is None:
        return _unknown(constraint, f"{constraint.operator} is no operator of ODRL 2.2")
    if _before_use(constraint, operator):
        return PremiseReport(Premise.CONSTRAINT, Satisfaction.SATISFIED, condition=constraint)
    facts = scene.facts(constraint.left, constraint.id) or _status(constraint)
    if len(facts) > MAX_VALUES:
        problem = f"{short(constraint.left)} has {len(facts)} values at once; tell at most {MAX_VALUES}"
        raise TooLargeError(constraint.id, problem)
    if not facts and not scene.says_all(constraint.left):
        return _unknown(constraint, f"the state of the world does not tell {short(constraint.left)}")
    units = {fact.unit for fact in facts} - {None, constraint.unit}
    if units:
        return _unknown(constraint, _units(constraint, units), facts)
    rights, missing = _rights(constraint, scene)
    if missing:
        return _unknown(constraint, f"the state of the world does not tell what {missing} refers to", facts)
    lefts = tuple(fact.value for fact in facts)
    state = satisfies(operator, lefts, rights, scene.world)
    why = _reason(state, operator, lefts, rights)
    return PremiseReport(Premise.CONSTRAINT, state, why, (), constraint, lefts, rights)


def _operator(constraint: Constraint) -> Operator | None:
    name = constraint.operator.removeprefix(ODRL)
    return next((each for each in Operator if each.value == name), None)


def _before_use(constraint: Constraint, operator: Operator) -> bool:
    """`event lt policyUsage`: whoever asks has not used it yet, so any moment until now is before that."""
    usage = any(str(right) == POLICY_USAGE for right in constraint.right)
    return constraint.left == EVENT and usage and operator in (Operator.LT, Operator.LTEQ)


def precedes_use(constraint: Constraint) -> bool:
    """Whether this wants a duty to be done before the permission is used (Information Model 2.6.5)."""
    operator = _operator(constraint)
    return operator is not None and _before_use(constraint, operator)


def _status(constraint: Constraint) -> tuple[Fact, ...]:
    return (Fact(constraint.left, constraint.status),) if constraint.status else ()


def _unknown(constraint: Constraint, why: str, facts: tuple[Fact, ...] = ()) -> PremiseReport:
    lefts = tuple(fact.value for fact in facts)
    return PremiseReport(Premise.CONSTRAINT, Satisfaction.NOT_EVALUABLE, why, (), constraint, lefts)


def _units(constraint: Constraint, units: set[str | None]) -> str:
    told = ", ".join(sorted(f"{unit}" for unit in units))
    wanted = constraint.unit or "no unit"
    return f"{short(constraint.left)} is told in {told}, the policy counts in {wanted}"


def _rights(constraint: Constraint, scene: Scene) -> tuple[tuple[Term, ...], str | None]:
    rights = list(constraint.right)
    for reference in constraint.references:
        values = scene.world.values.get(reference)
        if not values:
            return (), reference
        rights += values
    return tuple(_typed(term, constraint.datatype) for term in rights), None


def _typed(term: Term, datatype: str | None) -> Term:
    plain = isinstance(term, Literal) and term.datatype == STRING and term.language is None
    return replace(term, datatype=datatype) if plain and datatype and isinstance(term, Literal) else term


def _reason(
    state: Satisfaction, operator: Operator, lefts: tuple[Term, ...], rights: tuple[Term, ...]
) -> str:
    if state is Satisfaction.SATISFIED:
        return ""
    says = "is not" if state is Satisfaction.UNSATISFIED else "cannot be compared by"
    return f"{_list(lefts)} {says} {operator.value} {_list(rights)}"


def _list(terms: tuple[Term, ...]) -> str:
    shown = ", ".join(str(term) for term in terms[:_SHOWN]) or "nothing"
    return shown if len(terms) <= _SHOWN else f"{shown} and {len(terms) - _SHOWN} more"
