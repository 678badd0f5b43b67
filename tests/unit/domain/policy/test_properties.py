"""What holds for every policy: knowing more changes no answer that was certain, strict is stricter."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from odrl_build import allow, forbid, judged, value

from ledger.domain.policy import (
    Condition,
    Constraint,
    Duty,
    Fact,
    LogicalConstraint,
    Reading,
    Satisfaction,
    Told,
    World,
)
from ledger.domain.policy.constraints import judge
from ledger.domain.policy.report import Outcome, Performance
from ledger.domain.policy.scene import scene_of
from ledger.domain.policy.vocabulary import ODRL, Operand

NAMES = ("count", "payAmount", "percentage", "resolution")
NUMBERS = st.integers(0, 4).map(lambda number: value(str(number), "integer"))
SIMPLE = st.builds(
    lambda left, operator, right: Constraint("c", f"{ODRL}{left}", f"{ODRL}{operator}", (right,)),
    st.sampled_from(NAMES),
    st.sampled_from(["eq", "neq", "lt", "gteq", "isAnyOf", "isNoneOf"]),
    NUMBERS,
)
CONDITIONS = st.recursive(
    SIMPLE,
    lambda inner: st.builds(
        lambda operand, operands: LogicalConstraint("l", operand, tuple(operands)),
        st.sampled_from(Operand),
        st.lists(inner, min_size=1, max_size=4),
    ),
    max_leaves=12,
)
FACTS = st.dictionaries(st.sampled_from(NAMES), NUMBERS).map(
    lambda known: tuple(Fact(f"{ODRL}{name}", number) for name, number in sorted(known.items()))
)


def state(condition: Condition, facts: tuple[Fact, ...]) -> Satisfaction:
    return judge(condition, scene_of(World(facts=facts), Reading.LENIENT, None, None)).state


@given(CONDITIONS, FACTS, st.data())
@settings(deadline=None)
def test_to_know_more_changes_nothing_that_was_certain(
    condition: Condition, facts: tuple[Fact, ...], data: st.DataObject
) -> None:
    fewer = tuple(fact for fact in facts if data.draw(st.booleans()))
    before = state(condition, fewer)
    assert before in (Satisfaction.NOT_EVALUABLE, state(condition, facts))


@given(CONDITIONS)
@settings(deadline=None)
def test_to_know_everything_leaves_nothing_open(condition: Condition) -> None:
    everything = tuple(Fact(f"{ODRL}{name}", value("2", "integer")) for name in NAMES)
    assert state(condition, everything) is not Satisfaction.NOT_EVALUABLE


TOLD = st.dictionaries(
    st.sampled_from(["d0", "d1"]), st.sampled_from(Performance).map(lambda each: Told(performance=each))
)


@given(st.lists(CONDITIONS, max_size=2), FACTS, TOLD)
@settings(deadline=None)
def test_what_stands_strictly_stands_leniently(
    conditions: list[Condition], facts: tuple[Fact, ...], told: dict[str, Told]
) -> None:
    duties = tuple(Duty(f"d{k}", constraints=(each,)) for k, each in enumerate(conditions))
    world = World(facts=facts, told=told)
    strict = judged(allow(duties=duties), world=world, reading=Reading.STRICT)
    lenient = judged(allow(duties=duties), world=world, reading=Reading.LENIENT)
    assert lenient.policies[0].rules[0].active >= strict.policies[0].rules[0].active


@given(CONDITIONS, CONDITIONS, FACTS)
@settings(deadline=None)
def test_a_prohibition_never_helps(allowed: Condition, forbidden: Condition, facts: tuple[Fact, ...]) -> None:
    world = World(facts=facts)
    both = judged(allow(allowed), forbid(forbidden), world=world).answer.outcome
    if both is Outcome.PERMITTED:
        assert judged(allow(allowed), world=world).answer.outcome is Outcome.PERMITTED
        assert state(forbidden, facts) is Satisfaction.UNSATISFIED
