"""Constraints: where their values come from, and what joins them."""

from __future__ import annotations

import pytest
from odrl_build import iris, moment, value, where

from ledger.domain.policy import (
    Condition,
    Constraint,
    Fact,
    LogicalConstraint,
    Reading,
    Request,
    RequestRule,
    Satisfaction,
    World,
)
from ledger.domain.policy.constraints import judge, precedes_use
from ledger.domain.policy.errors import TooLargeError
from ledger.domain.policy.scene import scene_of
from ledger.domain.policy.vocabulary import ODRL, POLICY_USAGE, Operand

YES, NO, UNKNOWN = Satisfaction.SATISFIED, Satisfaction.UNSATISFIED, Satisfaction.NOT_EVALUABLE
COUNT = f"{ODRL}count"
FIVE = value("5", "integer")
UP_TO_TEN = where("count", "lteq", value("10", "integer"))
ASKED = RequestRule("r1", f"{ODRL}print", "tile", "ann")


def state(
    condition: Condition, *facts: Fact, request: Request | None = None, **world: object
) -> Satisfaction:
    known = World(facts=facts, **world)  # type: ignore[arg-type]
    return judge(condition, scene_of(known, Reading.LENIENT, request, ASKED if request else None)).state


def test_what_is_not_told_is_not_evaluable() -> None:
    report = judge(UP_TO_TEN, scene_of(World(), Reading.LENIENT, None, None))
    assert report.state is UNKNOWN
    assert report.why == "the state of the world does not tell odrl:count"


def test_the_reason_names_both_sides() -> None:
    world = World(facts=(Fact(COUNT, value("11", "integer")),))
    assert judge(UP_TO_TEN, scene_of(world, Reading.LENIENT, None, None)).why == "11 is not lteq 10"
    many = where("count", "isAnyOf", *(value(str(k), "integer") for k in range(8)))
    why = judge(many, scene_of(world, Reading.LENIENT, None, None)).why
    assert why == "11 is not isAnyOf 0, 1, 2, 3, 4 and 3 more"
    unlike = where("count", "lt", value("many"))
    why = judge(unlike, scene_of(world, Reading.LENIENT, None, None)).why
    assert why == "11 cannot be compared by lt many"


@pytest.mark.parametrize("subject", ["c-count", "r1", "r", "ann", "tile", None])
def test_a_fact_may_be_about_the_constraint_the_request_its_party_its_target_or_everything(
    subject: str | None,
) -> None:
    assert state(UP_TO_TEN, Fact(COUNT, FIVE, subject), request=Request("r", (ASKED,))) is YES


def test_the_most_particular_fact_counts() -> None:
    general, particular = Fact(COUNT, FIVE), Fact(COUNT, value("11", "integer"), "ann")
    assert state(UP_TO_TEN, general, particular, request=Request("r", (ASKED,))) is NO
    assert state(UP_TO_TEN, general, particular, request=Request("r", ())) is NO
    assert state(UP_TO_TEN, general, particular) is YES


def test_the_facts_of_somebody_else_do_not_count() -> None:
    assert state(UP_TO_TEN, Fact(COUNT, FIVE, "bob"), request=Request("r", (ASKED,))) is UNKNOWN


def test_a_request_that_says_all_there_is_to_say() -> None:
    purpose = where("purpose", "isNoneOf", *iris("marketing"))
    complete = Request("r", (ASKED,), frozenset({f"{ODRL}purpose"}))
    assert state(purpose, request=complete) is YES
    assert state(purpose, request=Request("r", (ASKED,))) is UNKNOWN


def test_claims_count_where_the_world_is_silent() -> None:
    claims = (Fact(COUNT, FIVE, "r"), Fact(COUNT, value("11", "integer"), "r2"), Fact(COUNT, FIVE, "ann"))
    rules = (ASKED, RequestRule("r2"))
    request = Request("r", rules, claims=claims)
    assert request.time is None
    for rule, answer in zip((*rules, None), (YES, NO, YES), strict=True):
        assert judge(UP_TO_TEN, scene_of(World(), Reading.LENIENT, request, rule)).state is answer
    assert state(UP_TO_TEN, Fact(COUNT, value("11", "integer")), request=request) is NO
    assert state(UP_TO_TEN, request=Request("r", rules, claims=claims[2:])) is UNKNOWN
    member = scene_of(World(), Reading.LENIENT, request, ASKED).only("ann")
    assert judge(UP_TO_TEN, member).state is UNKNOWN


def test_the_time_is_known_of_everything() -> None:
    before = where("dateTime", "lt", value("2025-01-01", "date"))
    assert state(before, now=moment("2024-12-31T23:59:59Z")) is YES
    assert state(before, now=moment("2025-01-01T00:00:00Z")) is NO
    assert state(before) is UNKNOWN


def test_a_status_counts_when_the_world_is_silent() -> None:
    used = where("count", "lteq", FIVE, status=value("6", "integer"))
    assert state(used) is NO
    assert state(used, Fact(COUNT, FIVE)) is YES


def test_units() -> None:
    price = where("payAmount", "eq", value("5.00", "decimal"), unit="eur")
    amount = f"{ODRL}payAmount"
    assert state(price, Fact(amount, value("5", "decimal"), unit="eur")) is YES
    assert state(price, Fact(amount, value("5", "decimal"))) is YES
    assert state(price, Fact(amount, value("5", "decimal"), unit="usd")) is UNKNOWN
    assert state(UP_TO_TEN, Fact(COUNT, FIVE, unit="dozen")) is UNKNOWN


def test_a_reference_is_looked_up_and_never_fetched() -> None:
    limit = where("count", "lteq", references=("urn:x:limit",))
    assert state(limit, Fact(COUNT, FIVE)) is UNKNOWN
    assert state(limit, Fact(COUNT, FIVE), values={"urn:x:limit": (FIVE,)}) is YES


def test_the_data_type_of_the_right_operand() -> None:
    typed = where("count", "eq", value("5.0"), datatype="http://www.w3.org/2001/XMLSchema#decimal")
    assert state(typed, Fact(COUNT, FIVE)) is YES
    named = where("count", "eq", *iris("five"), datatype="http://www.w3.org/2001/XMLSchema#decimal")
    assert state(named, Fact(COUNT, FIVE)) is UNKNOWN


def test_more_values_at_once_than_anybody_has() -> None:
    facts = tuple(Fact(COUNT, value(str(k), "integer")) for k in range(65))
    with pytest.raises(TooLargeError, match="odrl:count has 65 values at once"):
        state(UP_TO_TEN, *facts)
    assert state(UP_TO_TEN, *facts[:64]) is NO


def test_an_operator_of_some_profile() -> None:
    assert state(Constraint("c", COUNT, "urn:x:near", (FIVE,)), Fact(COUNT, FIVE)) is UNKNOWN


def test_before_the_policy_is_used() -> None:
    usage = iris(POLICY_USAGE)
    assert precedes_use(where("event", "lt", *usage))
    assert state(where("event", "lt", *usage)) is YES
    assert not precedes_use(where("event", "gt", *usage))
    assert not precedes_use(where("count", "lt", *usage))
    assert not precedes_use(Constraint("c", f"{ODRL}event", "urn:x:near", usage))


SATISFIED = where("count", "lteq", value("9", "integer"))
UNSATISFIED = where("count", "gt", value("9", "integer"))
SILENT = where("spatial", "eq", *iris("de"))


@pytest.mark.parametrize(
    ("operand", "operands", "answer"),
    [
        ("and", (SATISFIED, SATISFIED), YES),
        ("and", (SATISFIED, SILENT), UNKNOWN),
        ("and", (UNSATISFIED, SILENT), NO),
        ("or", (UNSATISFIED, SATISFIED, SILENT), YES),
        ("or", (UNSATISFIED, SILENT), UNKNOWN),
        ("or", (UNSATISFIED,), NO),
        ("xone", (UNSATISFIED, SATISFIED), YES),
        ("xone", (SATISFIED, SATISFIED, SILENT), NO),
        ("xone", (SATISFIED, SILENT), UNKNOWN),
        ("xone", (UNSATISFIED, UNSATISFIED), NO),
        ("andSequence", (SATISFIED, SATISFIED), YES),
        ("andSequence", (SATISFIED, UNSATISFIED), NO),
    ],
)
def test_logical_constraints(operand: str, operands: tuple[Condition, ...], answer: Satisfaction) -> None:
    joined = LogicalConstraint("l", Operand(operand), operands)
    world = World(facts=(Fact(COUNT, FIVE),))
    report = judge(joined, scene_of(world, Reading.LENIENT, None, None))
    assert report.state is answer
    assert len(report.premises) == len(operands)
    assert bool(report.why) is (answer is not YES)


def test_the_reason_of_a_logical_constraint_counts() -> None:
    joined = LogicalConstraint("l", Operand.AND, (SATISFIED, SILENT))
    world = World(facts=(Fact(COUNT, FIVE),))
    report = judge(joined, scene_of(world, Reading.LENIENT, None, None))
    assert report.why == "odrl:and: 1 of 2 satisfied, 1 not evaluable"
