"""Duties: obligations, conditions of permissions, remedies, consequences (Information Model 2.6.3 to 2.6.7).

States follow the table of the compliance report model: activation and performance give the deontic state. A
deadline (`dateTime lt` or `lteq`) is part of what a duty demands, not of when it is owed: one that has passed
leaves the duty in force.
"""

from __future__ import annotations

from ledger.domain.policy.constraints import judge_all, precedes_use, state_of
from ledger.domain.policy.model import Constraint, Duty, LogicalConstraint, walk
from ledger.domain.policy.report import (
    Activation,
    Deontic,
    Performance,
    Premise,
    PremiseReport,
    Reading,
    RuleKind,
    RuleReport,
    Satisfaction,
    all_of,
)
from ledger.domain.policy.scene import Scene
from ledger.domain.policy.vocabulary import DATE_TIME, ODRL, Operand
from ledger.domain.policy.world import Told

_DEADLINES = (f"{ODRL}lt", f"{ODRL}lteq")
_NOTHING_TOLD = Told()

# (activation, performance) -> deontic state; what is not here is NonSet.
OF_PERMISSION = {
    (Activation.ACTIVE, Performance.PERFORMED): Deontic.FULFILLED,
    (Activation.INACTIVE, Performance.PERFORMED): Deontic.VIOLATED,
    (Activation.INACTIVE, Performance.UNPERFORMED): Deontic.FULFILLED,
}
OF_PROHIBITION = {
    (Activation.ACTIVE, Performance.PERFORMED): Deontic.VIOLATED,
    (Activation.ACTIVE, Performance.UNPERFORMED): Deontic.FULFILLED,
}
OF_DUTY = {
    (Activation.ACTIVE, Performance.PERFORMED): Deontic.FULFILLED,
    (Activation.ACTIVE, Performance.UNPERFORMED): Deontic.VIOLATED,
}


def report_duty(duty: Duty, scene: Scene) -> RuleReport:
    """How `duty` stands. Its consequences are reported once it is violated, which puts them in force."""
    premises = judge_all(duty.constraints, scene.about(duty.id))
    missed = [each for each in premises if _deadline_missed(each)]
    state = all_of([each.state for each in premises if each not in missed])
    activation = Activation.ACTIVE if state is Satisfaction.SATISFIED else Activation.INACTIVE
    told = scene.world.told.get(duty.id, _NOTHING_TOLD)
    performance, acting = _performance(duty, told, bool(missed), scene)
    deontic = told.deontic or OF_DUTY.get((activation, performance), Deontic.NON_SET)
    consequences: tuple[RuleReport, ...] = ()
    if deontic is Deontic.VIOLATED:
        consequences = tuple(report_duty(each, scene) for each in duty.consequences)
        made_good = bool(consequences) and all(each.deontic is Deontic.FULFILLED for each in consequences)
        if performance is Performance.PERFORMED and made_good:
            deontic = Deontic.FULFILLED
    return RuleReport(
        RuleKind.DUTY,
        duty.id,
        activation,
        state,
        performance=performance,
        deontic=deontic,
        premises=(*acting, *premises),
        conditions=consequences,
        told=told.report,
    )


def must_precede(duty: Duty) -> bool:
    """Whether `duty` is to be fulfilled before its permission is used, however duties are read."""
    return any(precedes_use(each) for each in walk(duty.constraints))


def stands(duty: Duty, report: RuleReport, reading: Reading) -> Satisfaction:
    """Whether the permission of `duty` stands, as far as this duty goes."""
    if report.deontic is Deontic.VIOLATED:
        return Satisfaction.UNSATISFIED
    if report.deontic is Deontic.FULFILLED:
        return Satisfaction.SATISFIED
    if reading is Reading.LENIENT and not must_precede(duty):
        return Satisfaction.SATISFIED
    if report.state is Satisfaction.UNSATISFIED:
        return Satisfaction.SATISFIED  # not owed: its constraints do not hold
    return (
        Satisfaction.NOT_EVALUABLE if report.state is Satisfaction.NOT_EVALUABLE else Satisfaction.UNSATISFIED
    )


def _performance(
    duty: Duty, told: Told, missed: bool, scene: Scene
) -> tuple[Performance, tuple[PremiseReport, ...]]:
    if told.performance:
        return told.performance, ()
    acts = [_act(duty, act, scene) for act in scene.world.acts.get(duty.id, ())]
    done = next((each for each in acts if each.state is Satisfaction.SATISFIED), None)
    if done:
        return Performance.PERFORMED, (done,)
    late = missed and scene.reading is Reading.STRICT
    return (Performance.UNPERFORMED if late else Performance.UNKNOWN), tuple(acts[:1])


def _act(duty: Duty, act: str, scene: Scene) -> PremiseReport:
    refinements = tuple(each for action in duty.actions for each in action.refinements)
    reports = judge_all(refinements, scene.only(act))
    state = state_of(reports)
    why = "; ".join(each.why for each in reports if each.why)
    return PremiseReport(Premise.ACTION, state, why, reports)


def _deadline_missed(premise: PremiseReport) -> bool:
    if premise.state is not Satisfaction.UNSATISFIED:
        return False
    condition = premise.condition
    if isinstance(condition, Constraint):
        return condition.left == DATE_TIME and condition.operator in _DEADLINES
    if isinstance(condition, LogicalConstraint) and condition.operand is Operand.AND:
        no = [each for each in premise.premises if each.state is not Satisfaction.SATISFIED]
        return all(_deadline_missed(each) for each in no)
    return False
