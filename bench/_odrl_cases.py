"""Test cases of ODRL evaluation, laid out as the community's suite has them, and how a report compares.

A folder has `policies`, `requests`, `sotw` and `test_cases`, each of Turtle files; a case names its policy,
request and state of the world by their ids and holds the report that is expected.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import rdflib
from rdflib import Graph, Namespace, URIRef
from rdflib.namespace import RDF
from rdflib.term import Node

from ledger.domain.policy import ComplianceReport, Reading, evaluate
from ledger.rdf import Inputs, Source, read_inputs, write_report

OWN = Path(__file__).parents[1] / "tests" / "vectors" / "odrl"
EX = Namespace("http://example.org/")
REPORT = Namespace("https://w3id.org/force/compliance-report#")
OUR = Namespace("urn:selvage:odrl:1:")
# Values are compared as they are written, wherever they were read.
rdflib.NORMALIZE_LITERALS = False
States = dict[tuple[Node | None, ...], Node | None]


@dataclass(frozen=True)
class Case:
    """One case: the files to read, and the expected report among `graph`."""

    id: str
    title: str
    files: tuple[Path, ...]
    graph: Graph
    node: Node

    @cached_property
    def sources(self) -> tuple[Source, ...]:
        return tuple(Source(path.name, path.read_bytes()) for path in self.files)

    def inputs(self) -> Inputs:
        policy, request, state = self.sources
        return read_inputs((policy,), request, state)

    @property
    def reading(self) -> Reading:
        wanted = self.graph.value(self.node, OUR.dutyReading)
        return Reading.STRICT if wanted == OUR.strict else Reading.LENIENT

    def report(self) -> ComplianceReport:
        inputs = self.inputs()
        return evaluate(inputs.policies, inputs.request, inputs.world, self.reading)

    def written(self) -> Graph:
        """The report as others would read it."""
        return Graph().parse(data=write_report(self.report()), format="turtle")

    @property
    def expected(self) -> Graph:
        """What is said from the expected report on, in a graph of its own."""
        found, pending = Graph(), list(self.graph.objects(self.node, EX.expectedReport))
        while pending:
            node = pending.pop()
            for triple in self.graph.triples((node, None, None)):
                if triple not in found:
                    found.add(triple)
                    pending.append(triple[2])
        return found


def cases(folder: Path) -> Iterator[Case]:
    """Every case of `folder`, in the order of their files."""
    policies, requests, states = (_index(folder / name) for name in ("policies", "requests", "sotw"))
    for path in sorted((folder / "test_cases").glob("*.ttl")):
        graph = Graph().parse(path)
        for node in graph.subjects(RDF.type, EX.TestCase):
            wanted = ((policies, EX.policy), (requests, EX.request), (states, EX.sotw))
            files = tuple(index[graph.value(node, prop)] for index, prop in wanted)
            title = str(graph.value(node, URIRef("http://purl.org/dc/terms/title")))
            yield Case(f"{path.stem} {str(node).rsplit('/', 1)[-1]}", title, files, graph, node)


def _index(folder: Path) -> dict[Node | None, Path]:
    found: dict[Node | None, Path] = {}
    for path in sorted(folder.glob("*.ttl")):
        for node in Graph().parse(path).subjects(RDF.type, None):
            found.setdefault(node, path)
    return found


def activations(graph: Graph) -> States:
    """(rule, rule of the request) -> activation state, of permissions and prohibitions."""
    kinds = (REPORT.PermissionReport, REPORT.ProhibitionReport)
    return {
        (graph.value(node, REPORT.rule), graph.value(node, REPORT.ruleRequest)): graph.value(
            node, REPORT.activationState
        )
        for kind in kinds
        for node in graph.subjects(RDF.type, kind)
    }


def deontics(graph: Graph) -> States:
    """(rule,) -> deontic state, where there is one."""
    return {
        (graph.value(node, REPORT.rule),): state for node, state in graph.subject_objects(REPORT.deonticState)
    }


def constraints(graph: Graph) -> dict[Node | None, frozenset[tuple[Node, Node]]]:
    """Constraint -> all that its report says in the standard vocabulary, but for the ids of other reports."""
    return {
        graph.value(node, REPORT.constraint): frozenset(
            (prop, value)
            for prop, value in graph.predicate_objects(node)
            if prop != REPORT.premiseReport and not str(prop).startswith(str(OUR))
        )
        for node in graph.subjects(RDF.type, REPORT.ConstraintReport)
    }
