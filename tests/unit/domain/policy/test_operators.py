"""The twelve operators over one value, several, and none."""

from __future__ import annotations

import pytest
from odrl_build import iris, value

from ledger.domain.policy import Satisfaction, Term, World
from ledger.domain.policy.operators import satisfies
from ledger.domain.policy.vocabulary import XSD, Operator

YES, NO, UNKNOWN = Satisfaction.SATISFIED, Satisfaction.UNSATISFIED, Satisfaction.NOT_EVALUABLE
WORLD = World(
    parts={"munich": frozenset({"bavaria"}), "bavaria": frozenset({"germany"})},
    kinds={"ad": frozenset({"marketing"}), "marketing": frozenset({"commerce"})},
)
FIVE, TEN = (value("5", "integer"),), (value("10", "integer"),)
A, B, AB, BC = iris("a"), iris("b"), iris("a", "b"), iris("b", "c")
TEXT = (value("many"),)

CASES = [
    ("eq", FIVE, FIVE, YES),
    ("eq", FIVE, TEN, NO),
    ("eq", A, FIVE, UNKNOWN),
    ("eq", AB, AB, YES),
    ("eq", A, AB, NO),
    ("eq", (), A, NO),
    ("neq", FIVE, TEN, YES),
    ("neq", FIVE, FIVE, NO),
    ("neq", A, FIVE, UNKNOWN),
    ("neq", (), A, YES),
    ("lt", FIVE, TEN, YES),
    ("lt", FIVE, FIVE, NO),
    ("lteq", FIVE, FIVE, YES),
    ("gt", TEN, FIVE, YES),
    ("gt", FIVE, FIVE, NO),
    ("gteq", FIVE, FIVE, YES),
    ("gteq", (*FIVE, *TEN), TEN, NO),
    ("gt", A, B, UNKNOWN),
    ("lt", TEXT, FIVE, UNKNOWN),
    ("lt", (), FIVE, NO),
    ("isAnyOf", A, AB, YES),
    ("isAnyOf", iris("c"), AB, NO),
    ("isAnyOf", AB, BC, YES),
    ("isNoneOf", iris("c"), AB, YES),
    ("isNoneOf", AB, BC, NO),
    ("isNoneOf", TEXT, FIVE, UNKNOWN),
    ("isNoneOf", (), AB, YES),
    ("isAllOf", AB, A, YES),
    ("isAllOf", A, AB, NO),
    ("isPartOf", iris("munich"), iris("germany"), YES),
    ("isPartOf", iris("germany"), iris("germany"), YES),
    ("isPartOf", iris("munich", "paris"), iris("germany"), NO),
    ("hasPart", iris("germany"), iris("munich"), YES),
    ("hasPart", iris("munich"), iris("germany"), NO),
    ("isA", iris("ad"), iris("commerce"), YES),
    ("isA", iris("commerce"), iris("ad"), NO),
    ("isA", iris("ad"), iris("ad"), YES),
    ("isA", FIVE, iris(f"{XSD}integer"), YES),
    ("isA", FIVE, iris(f"{XSD}date"), NO),
]


@pytest.mark.parametrize(("operator", "lefts", "rights", "answer"), CASES)
def test_operators(
    operator: str, lefts: tuple[Term, ...], rights: tuple[Term, ...], answer: Satisfaction
) -> None:
    assert satisfies(Operator(operator), lefts, rights, WORLD) is answer


def test_every_operator_is_tried() -> None:
    assert {case[0] for case in CASES} == {each.value for each in Operator}
