"""Policies as they are evaluated: what parents pass on, what a policy shares with its rules (2.7.1, 2.9)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TypeVar

from ledger.domain.policy.chains import closure, require_acyclic
from ledger.domain.policy.errors import PolicyError
from ledger.domain.policy.model import Condition, LogicalConstraint, Policy, Rule

R = TypeVar("R", bound=Rule)
T = TypeVar("T")


def expand(policies: tuple[Policy, ...]) -> tuple[Policy, ...]:
    """Every policy with what it inherits, and its shared properties on each of its rules.

    Raises PolicyError for a parent that is not among `policies`, CycleError for a circle.
    """
    known = {policy.id: policy for policy in policies}
    for policy in policies:
        for parent in policy.parents:
            if parent not in known:
                raise PolicyError(
                    "inheritFrom", f"{parent} is not here; give the file of that policy as well"
                )
    require_acyclic({policy.id: policy.parents for policy in policies}, "inheritFrom")
    return tuple(_share(_inherit(policy, known)) for policy in policies)


def size(policy: Policy) -> int:
    """Rules and constraints to judge, refinements and duties included."""
    rules = (*policy.permissions, *policy.prohibitions, *policy.obligations)
    return sum(1 + sum(1 for _ in rule.judged()) for rule in rules)


def _inherit(policy: Policy, known: Mapping[str, Policy]) -> Policy:
    ids = sorted(closure(policy.id, lambda each: known[each].parents) - {policy.id})
    parents = [known[each] for each in ids]
    line = [policy, *parents]
    return replace(
        policy,
        permissions=_merge(policy.permissions, (_fresh(r) for each in parents for r in each.permissions)),
        prohibitions=_merge(policy.prohibitions, (_fresh(r) for each in parents for r in each.prohibitions)),
        obligations=_merge(policy.obligations, (_fresh(r) for each in parents for r in each.obligations)),
        profiles=_unique(profile for each in line for profile in each.profiles),
        conflict=frozenset().union(*(each.conflict for each in line)),
        actions=_unique(action for each in line for action in each.actions),
        targets=_unique(target for each in line for target in each.targets),
        assignees=_unique(party for each in line for party in each.assignees),
    )


def _merge(own: tuple[R, ...], inherited: Iterable[R]) -> tuple[R, ...]:
    known = {rule.id for rule in own}
    return (*own, *(rule for rule in inherited if rule.id not in known))


def _unique(values: Iterable[T]) -> tuple[T, ...]:
    return tuple(dict.fromkeys(values))


def _fresh(rule: R) -> R:
    """`rule` without the status of its constraints, which no child inherits (2.9)."""
    return replace(rule, constraints=tuple(_without_status(each) for each in rule.constraints))


def _without_status(condition: Condition) -> Condition:
    if isinstance(condition, LogicalConstraint):
        return replace(condition, operands=tuple(_without_status(each) for each in condition.operands))
    return replace(condition, status=None)


def _share(policy: Policy) -> Policy:
    def shared(rule: R) -> R:
        return replace(
            rule,
            actions=_unique((*rule.actions, *policy.actions)),
            targets=_unique((*rule.targets, *policy.targets)),
            assignees=_unique((*rule.assignees, *policy.assignees)),
        )

    return replace(
        policy,
        permissions=tuple(shared(rule) for rule in policy.permissions),
        prohibitions=tuple(shared(rule) for rule in policy.prohibitions),
        obligations=tuple(shared(rule) for rule in policy.obligations),
    )
