"""The answer: conflicts and their strategies, offers, voided policies, inheritance, circles."""

from __future__ import annotations

import pytest
from odrl_build import ASKED, allow, forbid, iris, judged, value, where

from ledger.domain.policy import (
    Action,
    CycleError,
    Duty,
    Fact,
    Group,
    LogicalConstraint,
    Outcome,
    Permission,
    Policy,
    PolicyError,
    Prohibition,
    Request,
    World,
    evaluate,
)
from ledger.domain.policy.errors import TooLargeError
from ledger.domain.policy.evaluate import MAX_WORK
from ledger.domain.policy.inherit import size
from ledger.domain.policy.vocabulary import CORE_PROFILE, ODRL, Conflict, Operand, PolicyKind

PERM, PROHIBIT, INVALID = Conflict.PERM, Conflict.PROHIBIT, Conflict.INVALID
SILENT = where("spatial", "eq", *iris("de"))


@pytest.mark.parametrize(
    ("conflict", "outcome"),
    [
        ({PERM}, Outcome.PERMITTED),
        ({PROHIBIT}, Outcome.PROHIBITED),
        ({INVALID}, Outcome.VOID),
        (set(), Outcome.VOID),
        ({PERM, PROHIBIT}, Outcome.VOID),
    ],
)
def test_a_conflict_is_settled_by_the_strategy(conflict: set[Conflict], outcome: Outcome) -> None:
    report = judged(allow(), forbid(), conflict=frozenset(conflict))
    assert report.answer.outcome is outcome
    assert report.answer.outcome.favourable is (outcome is Outcome.PERMITTED)


def test_policies_with_different_strategies_void_each_other() -> None:
    one = Policy("a", permissions=(allow(),), conflict=frozenset({PERM}))
    other = Policy("b", prohibitions=(forbid(),), conflict=frozenset({PROHIBIT}))
    assert evaluate((one, other), ASKED, World()).answer.outcome is Outcome.VOID


@pytest.mark.parametrize(
    ("conflict", "outcome"),
    [(PERM, Outcome.PERMITTED), (PROHIBIT, Outcome.NOT_EVALUABLE), (INVALID, Outcome.NOT_EVALUABLE)],
)
def test_a_prohibition_that_may_be_in_force(conflict: Conflict, outcome: Outcome) -> None:
    report = judged(allow(), forbid(SILENT), conflict=frozenset({conflict}))
    assert report.answer.outcome is outcome


def test_what_nothing_permits_is_not_permitted() -> None:
    assert judged().answer.why == "no policy has a permission"
    assert judged(allow(action="sell")).answer.outcome is Outcome.NOT_PERMITTED
    assert judged(forbid()).answer.outcome is Outcome.PROHIBITED
    assert judged(forbid(action="sell")).answer.outcome is Outcome.NOT_PERMITTED
    assert judged(forbid(SILENT)).answer.outcome is Outcome.NOT_PERMITTED


def test_the_answer_says_what_is_missing() -> None:
    assert judged(allow(SILENT)).answer.outcome is Outcome.NOT_EVALUABLE
    assert judged(allow(SILENT)).answer.why == (
        "too little is known: p: the state of the world does not tell odrl:spatial"
    )
    four = tuple(Permission(f"p{k}", targets=(Group("x"),)) for k in range(4))
    assert judged(*four).answer.why.endswith("p2: tile is not x; and 1 more")


@pytest.mark.parametrize(
    ("kind", "outcome"),
    [
        (PolicyKind.OFFER, Outcome.OFFERED),
        (PolicyKind.REQUEST, Outcome.OFFERED),
        (PolicyKind.AGREEMENT, Outcome.PERMITTED),
        (PolicyKind.SET, Outcome.PERMITTED),
        (PolicyKind.POLICY, Outcome.PERMITTED),
    ],
)
def test_an_offer_grants_nothing(kind: PolicyKind, outcome: Outcome) -> None:
    report = judged(allow(), kind=kind)
    assert report.answer.outcome is outcome
    assert report.policies[0].rules[0].active


def test_a_policy_that_was_replaced_is_void() -> None:
    assert judged(allow(), replaced_by="s2").answer.outcome is Outcome.NOT_PERMITTED


PROFILE = "urn:x:profile"


@pytest.mark.parametrize(
    ("rules", "outcome"),
    [
        ((allow(),), Outcome.NOT_EVALUABLE),
        ((forbid(),), Outcome.NOT_PERMITTED),
        ((allow(action="sell"),), Outcome.NOT_PERMITTED),
    ],
)
def test_a_profile_that_is_not_known(rules: tuple[Permission | Prohibition, ...], outcome: Outcome) -> None:
    report = judged(*rules, profiles=(CORE_PROFILE, PROFILE))
    assert report.answer.outcome is outcome
    known = {each.rule: each.active for each in judged(*rules).policies[0].rules}
    assert {each.rule: each.active for each in report.policies[0].rules} == known


def test_a_profile_that_is_known() -> None:
    policy = Policy("s", permissions=(allow(),), profiles=(PROFILE,))
    child = Policy("c", prohibitions=(forbid(),), parents=("s",))
    grants = evaluate((policy,), ASKED, World(), profiles=frozenset({PROFILE}))
    assert grants.answer.outcome is Outcome.PERMITTED
    assert "profile urn:x:profile is not known here" in evaluate((policy,), ASKED, World()).answer.why
    # A child is of its parents' profiles too, so what it forbids is not understood either.
    both = evaluate((policy, child, Policy("o", permissions=(allow(),))), ASKED, World())
    assert both.answer.outcome is Outcome.NOT_EVALUABLE
    assert both.answer.why.startswith("it may be prohibited: n: profile urn:x:profile")


def test_a_request_that_asks_for_nothing_is_refused() -> None:
    with pytest.raises(PolicyError, match="asks for nothing"):
        judged(allow(), request=Request("r"))


def test_shared_properties_are_those_of_every_rule() -> None:
    policy = Policy(
        "s",
        permissions=(Permission("p", assignees=(Group("ann"),)),),
        prohibitions=(Prohibition("n"),),
        obligations=(Duty("d"),),
        actions=(Action(f"{ODRL}print"),),
        targets=(Group("other"),),
    )
    report = evaluate((policy,), ASKED, World())
    assert [each.active for each in report.policies[0].rules] == [False, False, True]


def test_a_child_inherits_rules_shared_properties_and_strategies() -> None:
    grandparent = Policy("g", prohibitions=(Prohibition("n", (Action(f"{ODRL}print"),)),))
    parent = Policy(
        "p", permissions=(allow(),), conflict=frozenset({PERM}), parents=("g",), targets=(Group("tile"),)
    )
    child = Policy("c", permissions=(Permission("own"),), parents=("p",))
    report = evaluate((child, parent, grandparent), ASKED, World())
    first = report.policies[0]
    assert [each.rule for each in first.rules] == ["own", "p", "n"]
    # The prohibition also stands in the grandparent, which has no strategy.
    assert report.answer.outcome is Outcome.VOID
    assert evaluate((child, parent, grandparent), None, World()).answer.outcome is Outcome.COMPLIANT


def test_a_rule_inherited_by_its_own_name_is_there_once() -> None:
    parent = Policy("p", permissions=(allow(),))
    child = Policy("c", permissions=(allow(),), parents=("p",))
    report = evaluate((child, parent), ASKED, World())
    assert [len(each.rules) for each in report.policies] == [1, 1]


def test_no_status_is_inherited() -> None:
    used = where("count", "lt", value("5", "integer"), status=value("1", "integer"))
    both = LogicalConstraint("l", Operand.AND, (used,))
    parent = Policy("p", permissions=(allow(used, both),))
    child = Policy("c", parents=("p",))
    inherited, own = evaluate((child, parent), ASKED, World()).policies
    assert (inherited.rules[0].active, own.rules[0].active) == (False, True)
    told = World(facts=(Fact(f"{ODRL}count", value("2", "integer")),))
    assert evaluate((child, parent), ASKED, told).policies[0].rules[0].active


def test_a_parent_that_is_not_given() -> None:
    with pytest.raises(PolicyError, match="inheritFrom: p is not here; give the file"):
        evaluate((Policy("c", parents=("p",)),), ASKED, World())


def test_circles_are_named() -> None:
    one, two = Policy("a", parents=("b",)), Policy("b", parents=("a",))
    with pytest.raises(CycleError, match="a -> b -> a is a circle") as error:
        evaluate((one, two), ASKED, World())
    assert error.value.code == "cyclic-policy"
    with pytest.raises(CycleError, match="partOf: x -> x is a circle"):
        World(parts={"x": frozenset({"x"})})
    with pytest.raises(CycleError, match="includedIn"):
        World(included={"x": frozenset({"y"}), "y": frozenset({"x"})})
    ring = {f"{k}": frozenset({f"{(k + 1) % 9}"}) for k in range(9)}
    with pytest.raises(CycleError, match=r"0 -> 1 -> 2 -> 3 -> 4 -> 5 -> \.\.\. -> 0"):
        World(parts=ring)


def test_more_to_judge_than_anybody_should_wait_for() -> None:
    many = tuple(Permission(f"p{k}") for k in range(MAX_WORK))
    assert judged(*many, request=None).answer.outcome is Outcome.COMPLIANT
    with pytest.raises(TooLargeError, match="100001 rules and constraints to judge"):
        judged(*many, forbid(), request=None)
    counted = allow(
        where("count", "eq", value("1")),
        duties=(Duty("d", (Action("pay", (SILENT,)),), consequences=(Duty("f", (), (), (), (SILENT,)),)),),
    )
    assert size(Policy("s", permissions=(counted,), prohibitions=(forbid(remedies=(Duty("r"),)),))) == 5


def test_long_chains_and_diamonds_are_no_circles() -> None:
    chain = World(parts={f"{k}": frozenset({f"{k + 1}"}) for k in range(20_000)})
    assert len(chain.within("19500")) == 501
    with pytest.raises(TooLargeError, match="leads to more than 1000 others") as error:
        chain.within("0")
    assert error.value.code == "policy-too-large"
    diamond = {"a": frozenset({"b", "c"}), "b": frozenset({"d"}), "c": frozenset({"d"})}
    assert World(parts=diamond).within("a") == {"a", "b", "c", "d"}
