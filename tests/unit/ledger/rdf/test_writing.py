"""Reports out: Turtle and JSON-LD say the same; what the standard has no word for is in our vocabulary."""

from __future__ import annotations

import json

import pytest
from odrl_build import ASKED, allow, forbid, iris, judged, moment, value, where
from rdflib import Graph, URIRef
from rdflib import Literal as RdfLiteral
from rdflib.namespace import DCTERMS, RDF

import ledger.rdf
from bench._odrl_cases import OUR, REPORT
from ledger.domain.policy import ComplianceReport, Duty, Fact, Literal, Reading, Told, World
from ledger.domain.policy.report import Performance
from ledger.domain.policy.terms import LANGUAGE_TEXT
from ledger.domain.policy.vocabulary import ODRL
from ledger.rdf import write_report
from ledger.rdf.quiet import to_the_letter

PURPOSE = f"{ODRL}purpose"


def written(report: ComplianceReport) -> Graph:
    return Graph().parse(data=write_report(report), format="turtle")


def test_turtle_and_json_ld_say_the_same() -> None:
    report = judged(
        allow(where("purpose", "isA", *iris("sale")), duties=(Duty("d"),)),
        forbid(where("count", "gt", value("5", "integer"))),
        world=World(moment("2026-01-01T00:00:00Z"), (Fact(PURPOSE, iris("sale")[0]),)),
    )
    as_json = write_report(report, "json-ld")
    assert json.loads(as_json)["@context"]["report"] == str(REPORT)
    assert Graph().parse(data=as_json, format="json-ld").isomorphic(written(report))


def test_what_cannot_be_evaluated_is_unsatisfied_to_others_and_marked_for_us() -> None:
    graph = written(judged(allow(where("spatial", "eq", *iris("de")))))
    (premise,) = graph.subjects(RDF.type, REPORT.ConstraintReport)
    assert graph.value(premise, REPORT.satisfactionState) == REPORT.Unsatisfied
    assert graph.value(premise, OUR.evaluation) == OUR.notEvaluable
    assert "does not tell odrl:spatial" in str(graph.value(premise, OUR.why))
    (rule,) = graph.subjects(RDF.type, REPORT.PermissionReport)
    assert graph.value(rule, OUR.evaluation) == OUR.notEvaluable


@pytest.mark.parametrize("reading", Reading)
def test_the_reading_and_the_outcome_are_named(reading: Reading) -> None:
    graph = written(judged(allow(), reading=reading))
    (policy,) = graph.subjects(RDF.type, REPORT.PolicyReport)
    assert graph.value(policy, OUR.dutyReading) == OUR[reading.value]
    assert graph.value(policy, OUR.outcome) == OUR.permitted
    assert str(graph.value(policy, REPORT.policyRequest)).endswith("/r")


def test_nothing_asked_and_no_time() -> None:
    graph = written(judged(allow(), request=None))
    (policy,) = graph.subjects(RDF.type, REPORT.PolicyReport)
    assert graph.value(policy, REPORT.policyRequest) is None
    assert graph.value(policy, DCTERMS.created) is None
    (rule,) = graph.subjects(RDF.type, REPORT.PermissionReport)
    assert graph.value(rule, REPORT.attemptState) == REPORT.NotAttempted
    assert graph.value(rule, REPORT.ruleRequest) is None


def test_values_are_written_as_they_were_told() -> None:
    told = (Fact(PURPOSE, Literal("Verkauf", LANGUAGE_TEXT, "de")), Fact(PURPOSE, value("05.00", "decimal")))
    graph = written(
        judged(allow(where("purpose", "isAnyOf", value("5", "integer"))), world=World(facts=told))
    )
    texts = {
        (str(o), o.language)
        for o in graph.objects(None, REPORT.constraintLeftOperand)
        if isinstance(o, RdfLiteral)
    }
    assert texts == {("Verkauf", "de"), ("05.00", None)}


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("many", "decimal"),
        ("5.", "decimal"),
        ("05.00", "decimal"),
        ("5", "decimal"),
        ("1e", "double"),
        ("INF", "double"),
        ("maybe", "boolean"),
        ("1", "boolean"),
        (" 5 ", "integer"),
        ("2024-13-45", "date"),
        ('"\\\n\u2028', "string"),
    ],
)
def test_even_values_that_are_none_are_written_as_they_were_told(text: str, kind: str) -> None:
    report = judged(
        allow(where("purpose", "isAnyOf", value(text, kind))),
        world=World(facts=(Fact(PURPOSE, value(text, kind)),)),
    )
    for form in ("turtle", "json-ld"):
        data = write_report(report, "json-ld" if form == "json-ld" else "turtle")
        with to_the_letter():
            graph = Graph().parse(data=data, format=form)
        for operand in (REPORT.constraintLeftOperand, REPORT.constraintRightOperand):
            (found,) = graph.objects(None, operand)
            assert isinstance(found, RdfLiteral)
            assert str(found) == text
            assert str(found.datatype or value("").datatype) == value(text, kind).datatype


def test_reports_of_duties_keep_the_ids_they_came_with() -> None:
    told = {"d": Told("urn:x:given", Performance.PERFORMED), "p": Told("urn:x:other", Performance.PERFORMED)}
    graph = written(judged(allow(duties=(Duty("d"),)), world=World(told=told)))
    (permission,) = graph.subjects(RDF.type, REPORT.PermissionReport)
    assert graph.value(permission, REPORT.conditionReport) == URIRef("urn:x:given")
    assert permission != URIRef("urn:x:other")
    assert graph.value(permission, REPORT.deonticState) == REPORT.Fulfilled


def test_blank_nodes_stay_blank() -> None:
    request = ASKED.__class__("_:r1", ASKED.rules)
    graph = written(judged(allow(), request=request))
    (asked,) = graph.objects(None, REPORT.policyRequest)
    assert not isinstance(asked, URIRef)


def test_the_room_has_four_names() -> None:
    assert {name for name in ledger.rdf.__all__ if getattr(ledger.rdf, name)} == set(ledger.rdf.__all__)
    with pytest.raises(AttributeError):
        ledger.rdf.parse  # noqa: B018
