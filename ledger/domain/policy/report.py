"""The compliance report: which rules are in force, and why (https://w3id.org/force/compliance-report).

That vocabulary knows satisfied and unsatisfied premises. What nobody has told is a third thing here,
NOT_EVALUABLE: no rule becomes active by it, and it is never mistaken for a no.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from ledger.domain.policy.model import Condition
from ledger.domain.policy.terms import Literal, Term


class Satisfaction(Enum):
    SATISFIED = "Satisfied"
    UNSATISFIED = "Unsatisfied"
    NOT_EVALUABLE = "NotEvaluable"


class Activation(Enum):
    ACTIVE = "Active"
    INACTIVE = "Inactive"


class Attempt(Enum):
    ATTEMPTED = "Attempted"
    NOT_ATTEMPTED = "NotAttempted"


class Performance(Enum):
    """`UNPERFORMED` says that it can no longer be performed either."""

    PERFORMED = "Performed"
    UNPERFORMED = "Unperformed"
    UNKNOWN = "Unknown"


class Deontic(Enum):
    FULFILLED = "Fulfilled"
    VIOLATED = "Violated"
    NON_SET = "NonSet"


class RuleKind(Enum):
    PERMISSION = "PermissionReport"
    PROHIBITION = "ProhibitionReport"
    DUTY = "DutyReport"


class Premise(Enum):
    TARGET = "TargetReport"
    PARTY = "PartyReport"
    ACTION = "ActionReport"
    CONSTRAINT = "ConstraintReport"


class Reading(Enum):
    """How duties are read of which nothing is known.

    LENIENT: a permission stands as long as none of its duties is violated; they may be fulfilled later.
    STRICT: a permission stands once its duties are fulfilled, and what is not reported was not done.
    """

    LENIENT = "lenient"
    STRICT = "strict"


class Outcome(Enum):
    """The answer to a request, of which only PERMITTED is a yes; or how the rules stand."""

    PERMITTED = "permitted"
    PROHIBITED = "prohibited"
    NOT_PERMITTED = "not-permitted"
    NOT_EVALUABLE = "not-evaluable"
    OFFERED = "offered"
    VOID = "void"
    # Nothing was asked: how the rules stand.
    COMPLIANT = "compliant"
    VIOLATED = "violated"

    @property
    def favourable(self) -> bool:
        return self in (Outcome.PERMITTED, Outcome.COMPLIANT)


@dataclass(frozen=True)
class PremiseReport:
    """One premise of a rule. `lefts` are the values of the left operand; `why` explains what is not so."""

    kind: Premise
    state: Satisfaction
    why: str = ""
    premises: tuple[PremiseReport, ...] = ()
    condition: Condition | None = None
    lefts: tuple[Term, ...] = ()
    rights: tuple[Term, ...] = ()


@dataclass(frozen=True)
class RuleReport:
    """How one rule stands. `conditions` are the duties of a permission, the remedies of a prohibition and the
    consequences of a duty. `state` is that of all premises together; `told` names a report that was given.
    """

    kind: RuleKind
    rule: str
    activation: Activation
    state: Satisfaction
    attempt: Attempt | None = None
    request_rule: str | None = None
    performance: Performance | None = None
    deontic: Deontic | None = None
    premises: tuple[PremiseReport, ...] = ()
    conditions: tuple[RuleReport, ...] = ()
    told: str | None = None
    why: str = ""

    @property
    def active(self) -> bool:
        return self.activation is Activation.ACTIVE

    @property
    def reasons(self) -> str:
        """Why it is not active: what its premises and its duties say."""
        return "; ".join(why for why in (*(each.why for each in self.premises), self.why) if why)


@dataclass(frozen=True)
class PolicyReport:
    """How the rules of one policy stand, those it inherits included."""

    policy: str
    rules: tuple[RuleReport, ...]
    request: str | None = None
    created: Literal | None = None


@dataclass(frozen=True)
class Answer:
    """The outcome of one rule of the request, or of all of them together."""

    outcome: Outcome
    why: str
    request_rule: str | None = None


@dataclass(frozen=True)
class ComplianceReport:
    """Every policy's report, and the answer under `reading`."""

    reading: Reading
    answer: Answer
    policies: tuple[PolicyReport, ...]
    answers: tuple[Answer, ...] = ()


def all_of(states: list[Satisfaction]) -> Satisfaction:
    """Conjunction: one no decides, else one unknown."""
    if Satisfaction.UNSATISFIED in states:
        return Satisfaction.UNSATISFIED
    return Satisfaction.NOT_EVALUABLE if Satisfaction.NOT_EVALUABLE in states else Satisfaction.SATISFIED


def any_of(states: list[Satisfaction]) -> Satisfaction:
    """Disjunction: one yes decides, else one unknown."""
    if Satisfaction.SATISFIED in states:
        return Satisfaction.SATISFIED
    return Satisfaction.NOT_EVALUABLE if Satisfaction.NOT_EVALUABLE in states else Satisfaction.UNSATISFIED


def one_of(states: list[Satisfaction]) -> Satisfaction:
    """Exactly one: two that are satisfied decide, whatever is unknown."""
    yes = states.count(Satisfaction.SATISFIED)
    if yes > 1:
        return Satisfaction.UNSATISFIED
    if Satisfaction.NOT_EVALUABLE in states:
        return Satisfaction.NOT_EVALUABLE
    return Satisfaction.SATISFIED if yes else Satisfaction.UNSATISFIED


def negate(state: Satisfaction) -> Satisfaction:
    """Unknown stays unknown."""
    if state is Satisfaction.NOT_EVALUABLE:
        return state
    return Satisfaction.UNSATISFIED if state is Satisfaction.SATISFIED else Satisfaction.SATISFIED
