"""The state of the world out of graphs: the time, memberships, classes, reports of rules, and facts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace

from rdflib import Literal as RdfLiteral
from rdflib import URIRef
from rdflib.term import Node

from ledger.domain.policy.model import Request
from ledger.domain.policy.report import Deontic, Performance
from ledger.domain.policy.terms import STRING, Literal, Term, instant
from ledger.domain.policy.vocabulary import XSD
from ledger.domain.policy.world import Told, World
from ledger.rdf.errors import ShapeError
from ledger.rdf.facts import read_facts, worlds_of
from ledger.rdf.names import DCTERMS, ODRL, RDF, RDFS, REPORT, SKOS, SOTW
from ledger.rdf.nodes import Nodes

_PART_OF = (ODRL.partOf, ODRL.isPartOf, DCTERMS.isPartOf)
_HAS_PART = (ODRL.hasPart, DCTERMS.hasPart)
_KIND_OF = (RDF.type, RDFS.subClassOf, SKOS.broader, SKOS.broaderTransitive)
Edges = Mapping[str, frozenset[str]]


def read_world(
    state: Nodes | None, policies: Nodes, operands: frozenset[str], at: Literal | None = None
) -> World:
    """What is known. `at` is the time when the state does not tell one. Raises RdfError, CycleError.

    Memberships, classes and actions may be stated by policies as well; what is so, by the state alone.
    """
    graphs = [each for each in (state, policies) if each is not None]
    return World(
        now=_now(state, at),
        facts=tuple(read_facts(state, operands)) if state else (),
        parts=_edges(graphs, _PART_OF, _HAS_PART),
        kinds=_edges(graphs, _KIND_OF, ()),
        included=_edges(graphs, (ODRL.includedIn,), ()),
        implied=_edges(graphs, (ODRL.implies,), ()),
        told=_told(state) if state else {},
        acts=_acts(state) if state else {},
        values=_values(state) if state else {},
    )


def with_claimed_kinds(kinds: Edges, request: Request, nodes: Nodes) -> Edges:
    """`kinds`, and what the request says its own values are (its purpose is a sale), unless others say."""
    values = {str(fact.value) for fact in request.claims}
    claimed = _edges([nodes], _KIND_OF, ())
    return {**{thing: found for thing, found in claimed.items() if thing in values}, **kinds}


def _now(state: Nodes | None, at: Literal | None) -> Literal | None:
    told = dict.fromkeys(_times(state)) if state else {}
    if len(told) > 1:
        raise ShapeError("state", f"tells {len(told)} current times; it takes one")
    if told and at:
        raise ShapeError("at", "the state of the world tells the time already; leave one of them out")
    now = next(iter(told), at)
    if now:
        require_moment(now, "at" if now is at else "state")
    return now


def require_moment(time: Literal, title: str) -> None:
    """Raises ShapeError when `time` is none."""
    if instant(time) is None:
        raise ShapeError(title, f"the time {time.text!r} is no xsd:dateTime; write 2026-01-31T12:00:00Z")


def _times(nodes: Nodes) -> list[Literal]:
    issued = nodes.graph.subject_objects(DCTERMS.issued)
    found: list[Node] = [time for thing, time in issued if str(thing).endswith("currentTime")]
    for node in worlds_of(nodes):
        found += nodes.all(node, SOTW.currentTime)
    terms = [nodes.term(each) for each in found if isinstance(each, RdfLiteral)]
    return [_dated(each) for each in terms if isinstance(each, Literal)]


def _dated(time: Literal) -> Literal:
    return replace(time, datatype=f"{XSD}dateTime") if time.datatype == STRING else time


def _edges(graphs: list[Nodes], up: tuple[URIRef, ...], down: tuple[URIRef, ...]) -> Edges:
    found: defaultdict[str, set[str]] = defaultdict(set)
    for nodes in graphs:
        pairs = [(s, o) for each in up for s, o in nodes.graph.subject_objects(each)]
        pairs += [(o, s) for each in down for s, o in nodes.graph.subject_objects(each)]
        for lower, upper in pairs:
            # Metadata says in words what things are part of; words name nothing that a policy could mean.
            if not isinstance(upper, RdfLiteral) and not isinstance(lower, RdfLiteral):
                found[nodes.name(lower)].add(nodes.name(upper))
    return {lower: frozenset(uppers) for lower, uppers in found.items()}


def _told(nodes: Nodes) -> dict[str, Told]:
    """By rule, the newest report that says whether it was performed or kept."""
    dated = sorted(nodes.subjects(REPORT.rule), key=lambda each: _created(nodes, each))
    found: dict[str, Told] = {}
    for node in dated:
        performance = _state(nodes, node, REPORT.performanceState)
        deontic = _state(nodes, node, REPORT.deonticState)
        if performance or deontic:
            for rule in nodes.all(node, REPORT.rule):
                found[nodes.name(rule)] = Told(
                    nodes.name(node),
                    Performance(performance) if performance else None,
                    Deontic(deontic) if deontic else None,
                )
    return found


def _created(nodes: Nodes, report: Node) -> float:
    owners = nodes.referring(REPORT.ruleReport, report)
    times = [time for owner in owners for time in nodes.all(owner, DCTERMS.created)]
    moments = [moment.timestamp() for each in times if (moment := instant(nodes.term(each)))]
    return max(moments, default=0.0)


def _state(nodes: Nodes, node: Node, prop: URIRef) -> str | None:
    value = nodes.one(node, prop)
    if value is None:
        return None
    name = nodes.name(value).removeprefix(str(REPORT))
    kind = Performance if prop == REPORT.performanceState else Deontic
    if name not in {each.value for each in kind}:
        options = ", ".join(f"report:{each.value}" for each in kind)
        raise ShapeError(nodes.title, f"{nodes.name(node)} has the state {name!r}; use {options}")
    return name


def _acts(nodes: Nodes) -> dict[str, tuple[str, ...]]:
    found: defaultdict[str, list[str]] = defaultdict(list)
    for node in nodes.subjects(SOTW.conditionID):
        for condition in nodes.all(node, SOTW.conditionID):
            found[nodes.name(condition)].append(nodes.name(node))
    return {condition: tuple(acts) for condition, acts in found.items()}


def _values(nodes: Nodes) -> dict[str, tuple[Term, ...]]:
    pairs = ((node, nodes.all(node, RDF.value)) for node in nodes.subjects(RDF.value))
    return {nodes.name(node): tuple(nodes.term(each) for each in values) for node, values in pairs}
