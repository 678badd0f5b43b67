"""Duties of permissions, obligations, consequences, remedies; both readings of what is not known."""

from __future__ import annotations

import pytest
from odrl_build import allow, forbid, iris, judged, moment, value, where

from ledger.domain.policy import (
    Action,
    Condition,
    Duty,
    Fact,
    LogicalConstraint,
    Outcome,
    Reading,
    Satisfaction,
    Told,
    World,
)
from ledger.domain.policy.report import Activation, Deontic, Performance, RuleReport
from ledger.domain.policy.vocabulary import ODRL, POLICY_USAGE, Operand

PAY = Action(f"{ODRL}compensate")
DEADLINE = where("dateTime", "lteq", value("2026-01-31", "date"))
EARLY, LATE = moment("2026-01-01T00:00:00Z"), moment("2026-02-01T00:00:00Z")
DONE, NOT_DONE = Told(performance=Performance.PERFORMED), Told(performance=Performance.UNPERFORMED)


def owing(*constraints: Condition, consequences: tuple[Duty, ...] = (), action: Action = PAY) -> Duty:
    return Duty("d", (action,), (), (), constraints, consequences)


def permission(duty: Duty, reading: Reading = Reading.LENIENT, **world: object) -> RuleReport:
    report = judged(allow(duties=(duty,)), world=World(**world), reading=reading)  # type: ignore[arg-type]
    return report.policies[0].rules[0]


def duty_of(report: RuleReport) -> RuleReport:
    (duty,) = report.conditions
    return duty


@pytest.mark.parametrize(
    ("told", "lenient", "strict"),
    [
        (None, True, False),
        (Told(performance=Performance.UNKNOWN), True, False),
        (DONE, True, True),
        (NOT_DONE, False, False),
        (Told(deontic=Deontic.NON_SET), True, False),
        (Told(deontic=Deontic.FULFILLED), True, True),
        (Told(deontic=Deontic.VIOLATED), False, False),
    ],
)
def test_both_readings_of_a_duty(told: Told | None, lenient: bool, strict: bool) -> None:
    known = {"d": told} if told else {}
    assert permission(owing(), told=known).active is lenient
    assert permission(owing(), Reading.STRICT, told=known).active is strict


def test_the_reading_is_named_with_the_duty() -> None:
    report = judged(allow(duties=(owing(),)), reading=Reading.STRICT)
    assert report.reading is Reading.STRICT
    assert report.policies[0].rules[0].why == "duties are read strict: d is NonSet"
    assert report.answer.why == "no permission is in force: p: duties are read strict: d is NonSet"


def test_a_duty_that_precedes_use_is_wanted_in_either_reading() -> None:
    first = owing(where("event", "lt", *iris(POLICY_USAGE)))
    assert not permission(first).active
    assert permission(first, told={"d": DONE}).active


def test_a_duty_whose_conditions_do_not_hold_is_not_owed() -> None:
    commercial = owing(where("purpose", "eq", *iris("commerce")))
    study = (Fact(f"{ODRL}purpose", *iris("study")),)
    report = permission(commercial, Reading.STRICT, facts=study)
    assert report.active
    assert duty_of(report).activation is Activation.INACTIVE
    assert duty_of(report).deontic is Deontic.NON_SET


def test_a_duty_of_which_nobody_knows_whether_it_is_owed() -> None:
    commercial = owing(where("purpose", "eq", *iris("commerce")))
    report = permission(commercial, Reading.STRICT)
    assert report.state is Satisfaction.NOT_EVALUABLE
    assert permission(commercial).active


def test_the_report_that_was_given_is_named() -> None:
    report = permission(owing(), told={"d": Told("given", Performance.PERFORMED)})
    assert duty_of(report).told == "given"


@pytest.mark.parametrize("deadline", [DEADLINE, LogicalConstraint("l", Operand.AND, (DEADLINE,))])
def test_a_missed_deadline(deadline: Condition) -> None:
    duty = owing(deadline)
    in_time = duty_of(permission(duty, Reading.STRICT, now=EARLY))
    assert (in_time.performance, in_time.deontic) == (Performance.UNKNOWN, Deontic.NON_SET)
    late = duty_of(permission(duty, Reading.STRICT, now=LATE))
    assert late.activation is Activation.ACTIVE
    assert (late.performance, late.deontic) == (Performance.UNPERFORMED, Deontic.VIOLATED)
    unheard = duty_of(permission(duty, now=LATE))
    assert (unheard.performance, unheard.deontic) == (Performance.UNKNOWN, Deontic.NON_SET)
    paid = duty_of(permission(duty, Reading.STRICT, now=LATE, told={"d": DONE}))
    assert paid.deontic is Deontic.FULFILLED


def test_an_alternative_is_no_deadline() -> None:
    either = LogicalConstraint("l", Operand.OR, (DEADLINE,))
    assert duty_of(permission(owing(either), Reading.STRICT, now=LATE)).activation is Activation.INACTIVE


def test_what_was_done_is_held_against_the_refinements() -> None:
    price = where("payAmount", "gteq", value("5.00", "decimal"), unit="eur")
    duty = owing(action=Action(PAY.name, (price,)))
    amount = f"{ODRL}payAmount"

    def paid(*amounts: str) -> RuleReport:
        facts = tuple(Fact(amount, value(each, "decimal"), f"act{k}") for k, each in enumerate(amounts))
        acts = {"d": tuple(f"act{k}" for k in range(len(amounts)))}
        return duty_of(permission(duty, Reading.STRICT, facts=facts, acts=acts))

    assert paid("5.00").deontic is Deontic.FULFILLED
    assert paid("2.00", "5.00").deontic is Deontic.FULFILLED
    too_little = paid("2.00", "3.00")
    assert too_little.performance is Performance.UNKNOWN
    assert too_little.premises[0].why == "2.00 is not gteq 5.00"
    assert paid().premises == ()


FINE = Duty("fine", (PAY,))


@pytest.mark.parametrize(
    ("duty", "fine", "deontic"),
    [
        (NOT_DONE, None, Deontic.VIOLATED),
        (NOT_DONE, DONE, Deontic.VIOLATED),
        (Told(performance=Performance.PERFORMED, deontic=Deontic.VIOLATED), None, Deontic.VIOLATED),
        (Told(performance=Performance.PERFORMED, deontic=Deontic.VIOLATED), DONE, Deontic.FULFILLED),
    ],
)
def test_consequences_come_on_top(duty: Told, fine: Told | None, deontic: Deontic) -> None:
    told = {"d": duty, **({"fine": fine} if fine else {})}
    report = duty_of(permission(owing(consequences=(FINE,)), told=told))
    assert report.deontic is deontic
    assert [each.rule for each in report.conditions] == ["fine"]


def test_consequences_of_a_duty_that_is_not_violated_are_not_in_force() -> None:
    assert duty_of(permission(owing(consequences=(FINE,)))).conditions == ()


@pytest.mark.parametrize(
    ("remedies", "told", "deontic"),
    [
        ((FINE,), {"n": DONE}, Deontic.VIOLATED),
        ((FINE,), {"n": DONE, "fine": DONE}, Deontic.FULFILLED),
        ((), {"n": DONE}, Deontic.VIOLATED),
        ((FINE,), {"n": NOT_DONE}, Deontic.FULFILLED),
    ],
)
def test_remedies_undo_an_infringement(
    remedies: tuple[Duty, ...], told: dict[str, Told], deontic: Deontic
) -> None:
    report = judged(forbid(remedies=remedies), world=World(told=told))
    assert report.policies[0].rules[0].deontic is deontic


def test_obligations_are_reported_and_judged_when_nothing_is_asked() -> None:
    quiet = judged(request=None, obligations=(owing(),))
    assert quiet.answer.outcome is Outcome.COMPLIANT
    assert quiet.policies[0].rules[0].deontic is Deontic.NON_SET
    broken = judged(request=None, obligations=(owing(),), world=World(told={"d": NOT_DONE}))
    assert broken.answer.outcome is Outcome.VIOLATED
    assert broken.answer.why == "violated: d"


def test_an_obligation_does_not_decide_a_request() -> None:
    report = judged(allow(), obligations=(owing(),), world=World(told={"d": NOT_DONE}))
    assert report.answer.outcome is Outcome.PERMITTED
