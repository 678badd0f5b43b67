"""Policies of ODRL 2.2 (W3C Information Model) as frozen values. Every `id` is an IRI or a blank node's name.

A rule without targets, actions or assignees applies to every one of them. Several targets, actions or
assignees on one rule are alternatives (Information Model 2.7).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from ledger.domain.policy.terms import Literal, Term
from ledger.domain.policy.vocabulary import DATE_TIME, Conflict, Operand, PolicyKind


@dataclass(frozen=True)
class Constraint:
    """`left operator right`. `operator` is an IRI; one that is not of ODRL cannot be evaluated.

    `references` are IRIs whose values the state of the world may tell; they are never fetched. `status` is
    the left value that the policy itself states.
    """

    id: str
    left: str
    operator: str
    right: tuple[Term, ...] = ()
    references: tuple[str, ...] = ()
    datatype: str | None = None
    unit: str | None = None
    status: Term | None = None


@dataclass(frozen=True)
class LogicalConstraint:
    """Constraints joined; the order matters for `andSequence` alone."""

    id: str
    operand: Operand
    operands: tuple[Condition, ...]


Condition = Constraint | LogicalConstraint


@dataclass(frozen=True)
class Action:
    """What is done, narrowed by `refinements`."""

    name: str
    refinements: tuple[Condition, ...] = ()


@dataclass(frozen=True)
class Group:
    """An asset or a party, or a collection of them narrowed by `refinements` (2.5.5, 2.5.6).

    Members are what is part of `id` or of `source`.
    """

    id: str
    source: str | None = None
    refinements: tuple[Condition, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        return (self.id,) if self.source is None else (self.id, self.source)


@dataclass(frozen=True)
class Rule:
    """What permissions, prohibitions and duties share."""

    id: str
    actions: tuple[Action, ...] = ()
    targets: tuple[Group, ...] = ()
    assignees: tuple[Group, ...] = ()
    constraints: tuple[Condition, ...] = ()

    def owed(self) -> tuple[Duty, ...]:
        """The duties that hang on this rule."""
        return ()

    def judged(self) -> Iterator[Constraint]:
        """Every constraint that is looked at when this rule is: refinements, and those of its duties."""
        refined: tuple[Action | Group, ...] = (*self.actions, *self.targets, *self.assignees)
        yield from walk(self.constraints)
        for each in refined:
            yield from walk(each.refinements)
        for duty in self.owed():
            yield from duty.judged()


@dataclass(frozen=True)
class Duty(Rule):
    """What has to be done, and the `consequences` that come on top when it was not (2.6.3)."""

    consequences: tuple[Duty, ...] = ()

    def owed(self) -> tuple[Duty, ...]:
        return self.consequences


@dataclass(frozen=True)
class Permission(Rule):
    """What may be done, on condition of its `duties` (2.6.1)."""

    duties: tuple[Duty, ...] = ()

    def owed(self) -> tuple[Duty, ...]:
        return self.duties


@dataclass(frozen=True)
class Prohibition(Rule):
    """What may not be done, and the `remedies` that undo an infringement (2.6.2)."""

    remedies: tuple[Duty, ...] = ()

    def owed(self) -> tuple[Duty, ...]:
        return self.remedies


@dataclass(frozen=True)
class Policy:
    """A policy. Its own `actions`, `targets` and `assignees` are shared by all its rules (2.7.1).

    `replaced_by` voids it (2.8). No `conflict` at all means `invalid` (2.10). What its `profiles` mean has to
    be known before it grants anything (3.2).
    """

    id: str
    kind: PolicyKind = PolicyKind.SET
    permissions: tuple[Permission, ...] = ()
    prohibitions: tuple[Prohibition, ...] = ()
    obligations: tuple[Duty, ...] = ()
    conflict: frozenset[Conflict] = frozenset()
    parents: tuple[str, ...] = ()
    replaced_by: str | None = None
    actions: tuple[Action, ...] = ()
    targets: tuple[Group, ...] = ()
    assignees: tuple[Group, ...] = ()
    profiles: tuple[str, ...] = ()


@dataclass(frozen=True)
class RequestRule:
    """One thing that is asked: may this party do this with that? What is not named is None."""

    id: str
    action: str | None = None
    target: str | None = None
    assignee: str | None = None


@dataclass(frozen=True)
class Fact:
    """A left operand has a value, for `subject` (a party, an asset, a rule, a request) or for everything."""

    operand: str
    value: Term
    subject: str | None = None
    unit: str | None = None


@dataclass(frozen=True)
class Request:
    """What is asked. `complete` are left operands of which the request says all there is to say.

    `claims` are what the request says of itself and of its rules. They count where the world tells nothing.
    """

    id: str
    rules: tuple[RequestRule, ...] = ()
    complete: frozenset[str] = frozenset()
    claims: tuple[Fact, ...] = ()

    @cached_property
    def _index(self) -> Mapping[tuple[str | None, str], list[Fact]]:
        found: defaultdict[tuple[str | None, str], list[Fact]] = defaultdict(list)
        for fact in self.claims:
            found[fact.subject, fact.operand].append(fact)
        return found

    def claims_of(self, operand: str, rule: RequestRule | None) -> tuple[Fact, ...]:
        """What it claims for `rule`, else for itself. Claims about anything else are none of its business."""
        own = self._index.get((rule.id, operand), []) if rule else []
        return tuple(own or self._index.get((self.id, operand), []))

    @property
    def time(self) -> Literal | None:
        """The moment it is asked for, as it claims."""
        claimed = (fact.value for fact in self.claims if fact.operand == DATE_TIME)
        return next((each for each in claimed if isinstance(each, Literal)), None)


def walk(conditions: tuple[Condition, ...]) -> Iterator[Constraint]:
    """Every simple constraint in `conditions`, however deep."""
    for condition in conditions:
        if isinstance(condition, Constraint):
            yield condition
        else:
            yield from walk(condition.operands)
