"""A compliance report as RDF, in the vocabulary of https://w3id.org/force/compliance-report.

That vocabulary has no word for what cannot be evaluated, for the answer as a whole or for how duties are
read: those are in our own, `urn:selvage:odrl:1:`, beside it. Ids are made from what they name, so that the
same evaluation gives the same report.
"""

from __future__ import annotations

import json
from typing import Any
from typing import Literal as OneOf
from uuid import NAMESPACE_URL, uuid5

from rdflib import BNode, Graph, URIRef
from rdflib import Literal as RdfLiteral
from rdflib.term import Node

from ledger.domain.policy.model import Constraint
from ledger.domain.policy.report import (
    ComplianceReport,
    PolicyReport,
    PremiseReport,
    RuleKind,
    RuleReport,
    Satisfaction,
)
from ledger.domain.policy.terms import LANGUAGE_TEXT, STRING, Iri, Term
from ledger.rdf.names import DCTERMS, ODRL, OUR, RDF, REPORT
from ledger.rdf.quiet import to_the_letter

_PREFIXES = {
    "odrl": str(ODRL),
    "report": str(REPORT),
    "dct": str(DCTERMS),
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "selvage": str(OUR),
}
_LINKS = {
    RuleKind.PERMISSION: REPORT.conditionReport,
    RuleKind.PROHIBITION: OUR.remedyReport,
    RuleKind.DUTY: OUR.consequenceReport,
}


class _Written(RdfLiteral):
    """A literal as its text and datatype: some that are written bare come back as something else."""

    def _literal_n3(self, use_plain: bool = False, qname_callback: Any = None) -> str:  # noqa: ARG002 -- rdflib's
        return super()._literal_n3(False, qname_callback)

    def toPython(self) -> str:  # noqa: N802 -- rdflib's
        return str(self)


Format = OneOf["turtle", "json-ld"]


def write_report(report: ComplianceReport, form: Format = "turtle") -> str:
    """`report` in Turtle or JSON-LD."""
    graph = Graph(bind_namespaces="none")
    for prefix, name in _PREFIXES.items():
        graph.bind(prefix, name)
    with to_the_letter():
        for policy in report.policies:
            _policy(graph, report, policy)
        if form == "turtle":
            return graph.serialize(format="turtle")
        # Expanded, since with a context rdflib turns what it takes for numbers into numbers.
        nodes = json.loads(graph.serialize(format="json-ld", auto_compact=False))
    document = {"@context": _PREFIXES, "@graph": _shrunk(nodes)}
    return json.dumps(document, indent=2, sort_keys=True, ensure_ascii=False)


def _shrunk(value: Any) -> Any:
    """Expanded JSON-LD with its names shortened by the prefixes."""
    if isinstance(value, list):
        return [_shrunk(each) for each in value]
    if not isinstance(value, dict):
        return value
    named = ("@id", "@type")
    return {
        _short(key): _short_all(each) if key in named else each if key == "@value" else _shrunk(each)
        for key, each in value.items()
    }


def _short_all(names: str | list[str]) -> str | list[str]:
    return _short(names) if isinstance(names, str) else [_short(name) for name in names]


def _short(name: str) -> str:
    for prefix, full in _PREFIXES.items():
        if name.startswith(full):
            return f"{prefix}:{name.removeprefix(full)}"
    return name


def _policy(graph: Graph, report: ComplianceReport, policy: PolicyReport) -> None:
    path = (policy.policy, policy.request or "")
    node = _id("policy", *path)
    graph.add((node, RDF.type, REPORT.PolicyReport))
    graph.add((node, REPORT.policy, _node(policy.policy)))
    if policy.request:
        graph.add((node, REPORT.policyRequest, _node(policy.request)))
    if policy.created:
        graph.add((node, DCTERMS.created, _value(policy.created)))
    graph.add((node, OUR.dutyReading, OUR[report.reading.value]))
    graph.add((node, OUR.outcome, OUR[report.answer.outcome.value]))
    graph.add((node, OUR.why, RdfLiteral(report.answer.why)))
    for rule in policy.rules:
        graph.add((node, REPORT.ruleReport, _rule(graph, rule, path)))


def _rule(graph: Graph, rule: RuleReport, path: tuple[str, ...]) -> Node:
    inner = (*path, rule.rule, rule.request_rule or "")
    node = _node(rule.told) if rule.told and rule.kind is RuleKind.DUTY else _id("rule", *inner)
    graph.add((node, RDF.type, REPORT[rule.kind.value]))
    graph.add((node, REPORT.rule, _node(rule.rule)))
    graph.add((node, REPORT.activationState, REPORT[rule.activation.value]))
    if rule.request_rule:
        graph.add((node, REPORT.ruleRequest, _node(rule.request_rule)))
    states = (
        (REPORT.attemptState, rule.attempt),
        (REPORT.performanceState, rule.performance),
        (REPORT.deonticState, rule.deontic),
    )
    for prop, state in states:
        if state:
            graph.add((node, prop, REPORT[state.value]))
    _doubt(graph, node, rule.state, rule.why)
    for number, premise in enumerate(rule.premises):
        graph.add((node, REPORT.premiseReport, _premise(graph, premise, (*inner, str(number)))))
    for each in rule.conditions:
        graph.add((node, _LINKS[rule.kind], _rule(graph, each, inner)))
    return node


def _premise(graph: Graph, premise: PremiseReport, path: tuple[str, ...]) -> Node:
    node = _id("premise", *path)
    satisfied = premise.state is Satisfaction.SATISFIED
    graph.add((node, RDF.type, REPORT[premise.kind.value]))
    # Nothing but Satisfied counts as satisfied for those who read the standard vocabulary alone.
    graph.add((node, REPORT.satisfactionState, REPORT.Satisfied if satisfied else REPORT.Unsatisfied))
    _doubt(graph, node, premise.state, premise.why)
    _condition(graph, node, premise)
    for number, each in enumerate(premise.premises):
        graph.add((node, REPORT.premiseReport, _premise(graph, each, (*path, str(number)))))
    return node


def _condition(graph: Graph, node: Node, premise: PremiseReport) -> None:
    condition = premise.condition
    if condition is None:
        return
    graph.add((node, REPORT.constraint, _node(condition.id)))
    if not isinstance(condition, Constraint):
        graph.add((node, REPORT.constraintLogicalOperand, ODRL[condition.operand.value]))
        return
    for left in premise.lefts:
        graph.add((node, REPORT.constraintLeftOperand, _value(left)))
    if premise.state is Satisfaction.SATISFIED:
        graph.add((node, REPORT.constraintOperator, _node(condition.operator)))
        for right in premise.rights:
            graph.add((node, REPORT.constraintRightOperand, _value(right)))


def _doubt(graph: Graph, node: Node, state: Satisfaction, why: str) -> None:
    if state is Satisfaction.NOT_EVALUABLE:
        graph.add((node, OUR.evaluation, OUR.notEvaluable))
    if why:
        graph.add((node, OUR.why, RdfLiteral(why)))


def _id(*path: str) -> URIRef:
    return URIRef(f"urn:uuid:{uuid5(NAMESPACE_URL, chr(31).join(path))}")


def _node(name: str) -> Node:
    return BNode(name[2:]) if name.startswith("_:") else URIRef(name)


def _value(term: Term) -> Node:
    if isinstance(term, Iri):
        return _node(term.value)
    if term.datatype == LANGUAGE_TEXT:
        return _Written(term.text, lang=term.language)
    datatype = None if term.datatype == STRING else URIRef(term.datatype)
    return _Written(term.text, datatype=datatype)
