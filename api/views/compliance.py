"""A compliance report as JSON: the states of every rule and premise, and why."""

from __future__ import annotations

from enum import Enum
from typing import Any

from ledger.domain.policy import ComplianceReport, PremiseReport, RuleReport


def compliance(report: ComplianceReport) -> dict[str, Any]:
    """The answer first; members that say nothing are left out."""
    created = next((each.created.text for each in report.policies if each.created), None)
    return _told(
        outcome=report.answer.outcome,
        why=report.answer.why,
        duties=report.reading,
        created=created,
        request=next((each.request for each in report.policies), None),
        answers=[
            _told(request_rule=each.request_rule, outcome=each.outcome, why=each.why)
            for each in report.answers
        ],
        policies=[
            {"policy": each.policy, "rules": [_rule(rule) for rule in each.rules]} for each in report.policies
        ],
    )


def _rule(rule: RuleReport) -> dict[str, Any]:
    return _told(
        report=rule.kind,
        rule=rule.rule,
        request_rule=rule.request_rule,
        activation=rule.activation,
        state=rule.state,
        attempt=rule.attempt,
        performance=rule.performance,
        deontic=rule.deontic,
        why=rule.why,
        premises=[_premise(each) for each in rule.premises],
        conditions=[_rule(each) for each in rule.conditions],
    )


def _premise(premise: PremiseReport) -> dict[str, Any]:
    return _told(
        report=premise.kind,
        state=premise.state,
        constraint=premise.condition.id if premise.condition else None,
        left=[str(each) for each in premise.lefts],
        right=[str(each) for each in premise.rights],
        why=premise.why,
        premises=[_premise(each) for each in premise.premises],
    )


def _told(**members: Any) -> dict[str, Any]:
    return {
        name: value.value if isinstance(value, Enum) else value
        for name, value in members.items()
        if value not in (None, "", [])
    }
