"""Whole cases: ours always, and those of another suite when ODRL_TEST_SUITE names its folder.

ODRL_TEST_SUITE is a folder with `policies`, `requests`, `sotw` and `test_cases`, such as the `data` of
https://github.com/SolidLabResearch/ODRL-Test-Suite.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from rdflib.namespace import RDF

from bench._odrl_cases import (
    OUR,
    OWN,
    REPORT,
    Case,
    activations,
    cases,
    constraints,
    deontics,
)

OWN_CASES = list(cases(OWN))
SUITE = os.environ.get("ODRL_TEST_SUITE")
THEIRS = list(cases(Path(SUITE))) if SUITE else []


@pytest.mark.parametrize("case", OWN_CASES, ids=lambda case: case.id)
def test_our_cases(case: Case) -> None:
    expected, found = case.expected, case.written()
    assert activations(found) == activations(expected)
    assert set(found.objects(None, OUR.outcome)) == set(expected.objects(None, OUR.outcome))
    assert deontics(expected).items() <= deontics(found).items()
    told = constraints(found)
    for constraint, said in constraints(expected).items():
        assert said <= told[constraint], constraint
    for report in expected.subjects(OUR.evaluation, OUR.notEvaluable):
        constraint = expected.value(report, REPORT.constraint)
        (ours,) = found.subjects(REPORT.constraint, constraint)
        assert (ours, OUR.evaluation, OUR.notEvaluable) in found, constraint


def test_our_cases_are_many_and_of_every_outcome() -> None:
    assert len(OWN_CASES) >= 35
    assert {
        str(o).rsplit(":", 1)[-1] for case in OWN_CASES for o in case.expected.objects(None, OUR.outcome)
    } == {
        "permitted",
        "prohibited",
        "not-permitted",
        "not-evaluable",
        "offered",
        "void",
    }


@pytest.mark.skipif(not THEIRS, reason="ODRL_TEST_SUITE names no suite")
def test_their_cases_at_activation_level() -> None:
    wrong = [case.id for case in THEIRS if activations(case.written()) != activations(case.graph)]
    assert wrong == []


@pytest.mark.skipif(not THEIRS, reason="ODRL_TEST_SUITE names no suite")
def test_their_constraint_reports() -> None:
    """All that their constraint reports say, ours say too, and nothing else in the standard vocabulary."""
    for case in THEIRS:
        # All of the file: some expected reports name their premises by ids that nothing has.
        assert constraints(case.written()) == constraints(case.graph), case.id


def test_the_report_is_the_same_every_time() -> None:
    case = OWN_CASES[0]
    assert case.written().isomorphic(case.written())
    kinds = set(case.written().objects(None, RDF.type))
    assert kinds >= {REPORT.PolicyReport, REPORT.PermissionReport, REPORT.ConstraintReport}
