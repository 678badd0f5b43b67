"""Whether a rule is about what is asked: actions, targets, parties, and refinements of each."""

from __future__ import annotations

from dataclasses import replace

import pytest
from odrl_build import ASKED, allow, forbid, iris, judged, value, where

from ledger.domain.policy import (
    Action,
    Fact,
    Group,
    Outcome,
    Permission,
    Request,
    RequestRule,
    Satisfaction,
    Told,
    World,
)
from ledger.domain.policy.report import Activation, Attempt, Deontic, Performance, Premise, RuleReport
from ledger.domain.policy.vocabulary import CC, INCLUDED_IN, ODRL, SAME_AS

YES, NO, UNKNOWN = Satisfaction.SATISFIED, Satisfaction.UNSATISFIED, Satisfaction.NOT_EVALUABLE
DPI = f"{ODRL}resolution"


def only(*rules: Permission, **others: object) -> RuleReport:
    (report,) = judged(*rules, **others).policies[0].rules  # type: ignore[arg-type]
    return report


def asking(action: str | None = "print", target: str | None = "tile", who: str | None = "ann") -> Request:
    name = f"{ODRL}{action}" if action else None
    return Request("r", (RequestRule("r1", name, target, who),))


def test_a_rule_that_names_nothing_is_about_everything() -> None:
    report = only(Permission("p"))
    assert report.active
    assert report.premises == ()


@pytest.mark.parametrize(
    ("asked", "allowed", "active"),
    [
        ("print", "print", True),
        ("print", "use", True),
        ("use", "print", False),
        ("display", "play", True),
        ("display", "use", True),
        ("sell", "use", False),
        ("sell", "transfer", True),
        ("write", "modify", True),
        ("write", "use", True),
        ("copy", "reproduce", True),
    ],
)
def test_an_action_is_permitted_by_what_it_is_included_in(asked: str, allowed: str, active: bool) -> None:
    assert only(allow(action=allowed), request=asking(asked)).active is active


def test_every_action_of_the_vocabulary_leads_to_use_or_transfer() -> None:
    tops = {f"{ODRL}use", f"{ODRL}transfer"}
    for action in {*INCLUDED_IN, *SAME_AS}:
        assert World().encompassing(action) & tops, action
    assert World().encompassing(f"{ODRL}share") == {f"{ODRL}share", f"{CC}Sharing", f"{ODRL}use"}


def test_actions_of_a_profile() -> None:
    world = World(included={"urn:x:weave": frozenset({f"{ODRL}reproduce"})})
    request = Request("r", (RequestRule("r1", "urn:x:weave", "tile", "ann"),))
    assert only(allow(action="use"), world=world, request=request).active
    assert not only(allow(action="use"), request=request).active


def test_what_an_action_implies_must_not_be_prohibited() -> None:
    world = World(implied={f"{ODRL}print": frozenset({f"{ODRL}distribute"})})
    assert only(forbid(action="distribute"), world=world).active  # type: ignore[arg-type]
    assert not only(forbid(action="distribute")).active  # type: ignore[arg-type]
    assert not only(allow(action="distribute"), world=world).active


@pytest.mark.parametrize("missing", ["action", "target", "who"])
def test_what_the_request_does_not_name_matches_no_rule_that_does(missing: str) -> None:
    rule = replace(allow(), assignees=(Group("ann"),))
    report = only(rule, request=asking(**{missing: None}))  # type: ignore[arg-type]
    assert not report.active
    assert [each.why for each in report.premises if each.state is NO] == ["the request names none"]


def test_several_targets_and_actions_are_alternatives() -> None:
    rule = Permission(
        "p", (Action(f"{ODRL}sell"), Action(f"{ODRL}print")), (Group("other"), Group("tile")), (Group("ann"),)
    )
    report = only(rule)
    assert report.active
    assert [each.kind for each in report.premises] == [Premise.TARGET, Premise.PARTY, Premise.ACTION]


def test_what_does_not_match_is_named() -> None:
    rule = Permission("p", (Action(f"{ODRL}sell"),), (Group("other", "catalogue"),), (Group("bob"),))
    assert [each.why for each in only(rule).premises] == [
        "tile is not catalogue",
        "ann is not bob",
        "odrl:print is not included in odrl:sell",
    ]


def test_members_of_collections_by_their_name_or_their_source() -> None:
    world = World(parts={"tile": frozenset({"harbour"}), "harbour": frozenset({"all"})})
    for group in (Group("all"), Group("_:b", "all"), Group("harbour")):
        assert only(Permission("p", targets=(group,)), world=world).active
    assert not only(Permission("p", targets=(Group("meadow"),)), world=world).active


def test_a_refinement_is_about_the_member_alone() -> None:
    adult = where("age", "gt", value("17", "integer"))
    friends = Permission("p", assignees=(Group("_:b", "friends", (adult,)),))
    member = {"ann": frozenset({"friends"})}
    age = f"{ODRL}age"

    def state(*facts: Fact) -> Satisfaction:
        return only(friends, world=World(facts=facts, parts=member)).state

    assert state(Fact(age, value("30", "integer"), "ann")) is YES
    assert state(Fact(age, value("12", "integer"), "ann")) is NO
    assert state(Fact(age, value("30", "integer"), "bob")) is UNKNOWN
    assert state(Fact(age, value("30", "integer"))) is UNKNOWN
    assert only(friends, world=World(facts=(Fact(age, value("30", "integer"), "ann"),))).state is NO


def test_a_refinement_of_an_action() -> None:
    coarse = where("resolution", "lteq", value("1200", "integer"))
    rule = Permission("p", (Action(f"{ODRL}print", (coarse,)),))
    assert only(rule, world=World(facts=(Fact(DPI, value("600", "integer"), "r1"),))).active
    fine = only(rule, world=World(facts=(Fact(DPI, value("2400", "integer"), "r1"),)))
    assert not fine.active
    assert fine.premises[0].why == "2400 is not lteq 1200"
    assert fine.premises[0].premises[0].state is NO
    assert only(rule).state is UNKNOWN


def test_an_attempt_is_a_request() -> None:
    assert only(allow()).attempt is Attempt.ATTEMPTED
    unasked = only(allow(), request=None)
    assert (unasked.attempt, unasked.request_rule, unasked.active) == (Attempt.NOT_ATTEMPTED, None, True)


def test_the_facts_of_a_rule_are_its_own() -> None:
    once = where("count", "lt", value("1", "integer"))
    world = World(facts=(Fact(f"{ODRL}count", value("0", "integer"), "p"),))
    assert only(allow(once), world=world).active
    assert not only(allow(once, action="use"), world=World()).active


@pytest.mark.parametrize(
    ("performance", "permitted", "deontic"),
    [
        (Performance.PERFORMED, True, Deontic.FULFILLED),
        (Performance.PERFORMED, False, Deontic.VIOLATED),
        (Performance.UNPERFORMED, True, Deontic.NON_SET),
        (Performance.UNPERFORMED, False, Deontic.FULFILLED),
        (Performance.UNKNOWN, True, Deontic.NON_SET),
        (Performance.UNKNOWN, False, Deontic.NON_SET),
    ],
)
def test_whether_a_permission_was_kept(performance: Performance, permitted: bool, deontic: Deontic) -> None:
    world = World(told={"p": Told(performance=performance)})
    rule = allow(action="print" if permitted else "sell")
    assert only(rule, world=world).deontic is deontic


@pytest.mark.parametrize(
    ("performance", "prohibited", "deontic"),
    [
        (Performance.PERFORMED, True, Deontic.VIOLATED),
        (Performance.PERFORMED, False, Deontic.NON_SET),
        (Performance.UNPERFORMED, True, Deontic.FULFILLED),
        (Performance.UNPERFORMED, False, Deontic.NON_SET),
        (Performance.UNKNOWN, True, Deontic.NON_SET),
    ],
)
def test_whether_a_prohibition_was_kept(performance: Performance, prohibited: bool, deontic: Deontic) -> None:
    world = World(told={"n": Told(performance=performance)})
    rule = forbid(action="print" if prohibited else "sell")
    assert only(rule, world=world).deontic is deontic  # type: ignore[arg-type]


def test_a_state_that_is_told_is_kept() -> None:
    world = World(told={"p": Told(deontic=Deontic.VIOLATED)})
    assert only(allow(), world=world).deontic is Deontic.VIOLATED
    assert only(allow(), world=world).activation is Activation.ACTIVE
    assert only(allow()).deontic is None


def test_each_thing_asked_is_reported_by_itself() -> None:
    both = Request("r", (*ASKED.rules, RequestRule("r2", f"{ODRL}sell", "tile", "ann")))
    report = judged(allow(), request=both)
    assert [(each.request_rule, each.active) for each in report.policies[0].rules] == [
        ("r1", True),
        ("r2", False),
    ]
    assert [each.outcome for each in report.answers] == [Outcome.PERMITTED, Outcome.NOT_PERMITTED]
    assert report.answer == report.answers[1]


def test_classes_are_looked_up() -> None:
    world = World(
        facts=(Fact(f"{ODRL}purpose", *iris("spring-sale")),), kinds={"spring-sale": frozenset({"marketing"})}
    )
    assert only(allow(where("purpose", "isA", *iris("marketing"))), world=world).active
