"""Permissions and prohibitions: in force or not, and whether they were kept."""

from __future__ import annotations

from ledger.domain.policy.duties import OF_PERMISSION, OF_PROHIBITION, report_duty, stands
from ledger.domain.policy.model import Permission, Prohibition
from ledger.domain.policy.premises import premises_of
from ledger.domain.policy.report import (
    Activation,
    Attempt,
    Deontic,
    Reading,
    RuleKind,
    RuleReport,
    Satisfaction,
    all_of,
)
from ledger.domain.policy.scene import Scene
from ledger.domain.policy.world import Told


def report_permission(rule: Permission, scene: Scene) -> RuleReport:
    """Active when every premise is satisfied and its duties, as they are read, let it stand (2.6.1)."""
    premises = premises_of(rule, RuleKind.PERMISSION, scene)
    duties = tuple(report_duty(each, scene) for each in rule.duties)
    pairs = zip(rule.duties, duties, strict=True)
    standing = [stands(duty, report, scene.reading) for duty, report in pairs]
    state = all_of([*(each.state for each in premises), *standing])
    activation = Activation.ACTIVE if state is Satisfaction.SATISFIED else Activation.INACTIVE
    told = scene.world.told.get(rule.id, Told())
    deontic = OF_PERMISSION.get((activation, told.performance), Deontic.NON_SET) if told.performance else None
    return RuleReport(
        RuleKind.PERMISSION,
        rule.id,
        activation,
        state,
        _attempt(scene),
        scene.asked.id if scene.asked else None,
        told.performance,
        told.deontic or deontic,
        premises,
        duties,
        why=_why(standing, duties, scene.reading),
    )


def report_prohibition(rule: Prohibition, scene: Scene) -> RuleReport:
    """Active when every premise is satisfied; an infringement is undone by all remedies (2.6.7)."""
    premises = premises_of(rule, RuleKind.PROHIBITION, scene)
    state = all_of([each.state for each in premises])
    activation = Activation.ACTIVE if state is Satisfaction.SATISFIED else Activation.INACTIVE
    told = scene.world.told.get(rule.id, Told())
    deontic = (
        OF_PROHIBITION.get((activation, told.performance), Deontic.NON_SET) if told.performance else None
    )
    deontic = told.deontic or deontic
    remedies: tuple[RuleReport, ...] = ()
    if deontic is Deontic.VIOLATED:
        remedies = tuple(report_duty(each, scene) for each in rule.remedies)
        if remedies and all(each.deontic is Deontic.FULFILLED for each in remedies):
            deontic = Deontic.FULFILLED
    return RuleReport(
        RuleKind.PROHIBITION,
        rule.id,
        activation,
        state,
        _attempt(scene),
        scene.asked.id if scene.asked else None,
        told.performance,
        deontic,
        premises,
        remedies,
    )


def _attempt(scene: Scene) -> Attempt:
    return Attempt.ATTEMPTED if scene.asked else Attempt.NOT_ATTEMPTED


def _why(standing: list[Satisfaction], duties: tuple[RuleReport, ...], reading: Reading) -> str:
    open_ones = [
        f"{duty.rule} is {duty.deontic.value if duty.deontic else 'unknown'}"
        for state, duty in zip(standing, duties, strict=True)
        if state is not Satisfaction.SATISFIED
    ]
    return f"duties are read {reading.value}: {', '.join(open_ones)}" if open_ones else ""
