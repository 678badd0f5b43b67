"""Policies, a request and the state of the world in, a compliance report out."""

from __future__ import annotations

from ledger.domain.policy.answer import Ruling, answer, standing, together, understood
from ledger.domain.policy.duties import report_duty
from ledger.domain.policy.errors import PolicyError, TooLargeError
from ledger.domain.policy.inherit import expand, size
from ledger.domain.policy.model import Policy, Request, RequestRule
from ledger.domain.policy.report import ComplianceReport, PolicyReport, Reading, RuleReport
from ledger.domain.policy.rules import report_permission, report_prohibition
from ledger.domain.policy.scene import scene_of
from ledger.domain.policy.world import World

MAX_WORK = 100_000


def evaluate(
    policies: tuple[Policy, ...],
    request: Request | None,
    world: World,
    reading: Reading = Reading.LENIENT,
    profiles: frozenset[str] = frozenset(),
) -> ComplianceReport:
    """How every rule of `policies` stands in `world`, and whether what is asked may be done.

    Without a request nothing is attempted, and the answer is whether any rule is violated. Permissions and
    prohibitions are reported once for each rule of the request. A policy of a profile that is not among
    `profiles` is reported on as far as ODRL goes, and counts as not understood in the answer.

    Raises PolicyError for a request without rules or a parent that is not given, CycleError for policies that
    inherit from themselves, TooLargeError for more than MAX_WORK rules and constraints to judge.
    """
    if request is not None and not request.rules:
        raise PolicyError("request", f"{request.id} asks for nothing; give it a permission with an action")
    expanded = expand(policies)
    asked: tuple[RequestRule | None, ...] = request.rules if request else (None,)
    work = len(asked) * sum(size(policy) for policy in expanded)
    if work > MAX_WORK:
        raise TooLargeError(
            "policy", f"{work} rules and constraints to judge, at most {MAX_WORK}; ask for less"
        )
    rulings = [
        Ruling(policy, report, understood(policy, profiles))
        for policy in expanded
        for report in _rules(policy, request, asked, world, reading)
    ]
    reports = tuple(
        PolicyReport(
            policy.id,
            tuple(each.report for each in rulings if each.policy is policy),
            request.id if request else None,
            world.now or (request.time if request else None),
        )
        for policy in expanded
    )
    if request is None:
        return ComplianceReport(reading, standing(rulings), reports)
    answers = tuple(
        answer([each for each in rulings if each.report.request_rule == rule.id], rule.id)
        for rule in request.rules
    )
    return ComplianceReport(reading, together(answers), reports, answers)


def _rules(
    policy: Policy,
    request: Request | None,
    asked: tuple[RequestRule | None, ...],
    world: World,
    reading: Reading,
) -> list[RuleReport]:
    found: list[RuleReport] = []
    for each in asked:
        scene = scene_of(world, reading, request, each)
        found += [report_permission(rule, scene) for rule in policy.permissions]
        found += [report_prohibition(rule, scene) for rule in policy.prohibitions]
    scene = scene_of(world, reading, request, None)
    return [*found, *(report_duty(duty, scene) for duty in policy.obligations)]
