"""Values of left operands, in each of the ways that the ODRL community writes them down.

- `<party> odrl:spatial <x>`: any property that a policy uses as a left operand, of any subject;
- a constraint with `odrl:eq` on what is asked, or in a sotw:context: that operand has that value;
- a sotw:requestParameter with sotw:describesFeature and sotw:value;
- a sotw:context with sotw:conditionID: what is known for that constraint, or what was done for that duty.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from rdflib import BNode, URIRef
from rdflib.term import Node

from ledger.domain.policy.model import Fact
from ledger.domain.policy.vocabulary import DATE_TIME
from ledger.domain.policy.vocabulary import ODRL as ODRL_IRI
from ledger.rdf.errors import ShapeError
from ledger.rdf.names import ODRL, RDF, SOTW, TIME
from ledger.rdf.nodes import Nodes

_WORLD = re.compile(r"[/#]sotw$", re.IGNORECASE)
_EXACT = (ODRL.eq, ODRL.isAnyOf, ODRL.isAllOf)
# sotw terms whose names are not those of the left operand they are about.
_FEATURES = {
    str(SOTW.TemporalData): DATE_TIME,
    str(SOTW.CurrentXSDDateTime): DATE_TIME,
    str(SOTW.location): f"{ODRL_IRI}spatial",
}


def read_facts(nodes: Nodes, operands: frozenset[str]) -> Iterator[Fact]:
    """Every fact of the graph about `operands`, and all that is said in the other ways. Raises ShapeError."""
    yield from _properties(nodes, operands)
    yield from _parameters(nodes)
    yield from _stated(nodes)
    yield from _contexts(nodes)
    yield from _of_the_world(nodes)


def worlds_of(nodes: Nodes) -> list[Node]:
    """The nodes that stand for everything: typed sotw:SotW, in whichever namespace its draft was written."""
    pairs = nodes.graph.subject_objects(RDF.type)
    return list(dict.fromkeys(node for node, kind in pairs if _WORLD.search(str(kind))))


def _properties(nodes: Nodes, operands: frozenset[str]) -> Iterator[Fact]:
    everything = set(worlds_of(nodes))
    acting = _acting(nodes)
    for operand in sorted(operands):
        for node in nodes.subjects(URIRef(operand)):
            subject = None if node in everything else nodes.name(acting.get(node, node))
            for value in nodes.all(node, URIRef(operand)):
                yield _fact(nodes, operand, value, subject)


def _fact(nodes: Nodes, operand: str, value: Node, subject: str | None) -> Fact:
    unit = nodes.one(value, ODRL.unit)
    return Fact(operand, nodes.term(value), subject, None if unit is None else str(nodes.term(unit)))


def _parameters(nodes: Nodes) -> Iterator[Fact]:
    for owner in nodes.subjects(SOTW.requestParameter):
        for node in nodes.all(owner, SOTW.requestParameter):
            feature = nodes.one(node, SOTW.describesFeature)
            if feature is None:
                raise ShapeError(nodes.title, "a sotw:requestParameter has no sotw:describesFeature; name it")
            for value in nodes.all(node, SOTW.value):
                yield _fact(nodes, operand_of(nodes.name(feature)), value, nodes.name(owner))


def operand_of(feature: str) -> str:
    """The left operand that a feature is about: sotw:DeliveryChannel is odrl:deliveryChannel."""
    if feature in _FEATURES:
        return _FEATURES[feature]
    local = feature.removeprefix(str(SOTW))
    return feature if local == feature else f"{ODRL_IRI}{local[:1].lower()}{local[1:]}"


def _stated(nodes: Nodes) -> Iterator[Fact]:
    """Constraints that say what is so: on a request, or beside the state of the world."""
    owners = _owners(nodes)
    for node in nodes.subjects(ODRL.leftOperand):
        operator, left = nodes.one(node, ODRL.operator), nodes.one(node, ODRL.leftOperand)
        if operator not in _EXACT or left is None:
            continue
        unit = nodes.one(node, ODRL.unit)
        for subject in owners.get(node, [None]):
            for value in nodes.all(node, ODRL.rightOperand):
                yield Fact(
                    nodes.iri(left, "odrl:leftOperand"),
                    nodes.term(value),
                    subject,
                    None if unit is None else str(nodes.term(unit)),
                )


def _owners(nodes: Nodes) -> dict[Node, list[str | None]]:
    everything = set(worlds_of(nodes))
    acting = _acting(nodes)
    found: dict[Node, list[str | None]] = {}
    for owner in nodes.subjects(ODRL.constraint, ODRL.refinement, SOTW.context):
        subject = None if owner in everything else nodes.name(acting.get(owner, owner))
        for node in nodes.all(owner, ODRL.constraint, ODRL.refinement, SOTW.context):
            found.setdefault(node, []).append(subject)
    return found


def _acting(nodes: Nodes) -> dict[Node, Node]:
    """Blank actions and the rules around them: what is known of the action asked for is known of its rule."""
    pairs = (
        (action, rule) for rule in nodes.subjects(ODRL.action) for action in nodes.all(rule, ODRL.action)
    )
    return {action: rule for action, rule in pairs if isinstance(action, BNode)}


def _contexts(nodes: Nodes) -> Iterator[Fact]:
    for node in nodes.subjects(SOTW.conditionID):
        for condition in nodes.all(node, SOTW.conditionID):
            subject = nodes.name(condition)
            for value in nodes.all(node, TIME.inXSDDateTime, TIME.inXSDDate, TIME.inXSDDateTimeStamp):
                yield _fact(nodes, DATE_TIME, value, subject)
            for prop, value in nodes.graph.predicate_objects(node):
                if prop not in (SOTW.conditionID, RDF.type):
                    yield _fact(nodes, str(prop), value, subject)


def _of_the_world(nodes: Nodes) -> Iterator[Fact]:
    """Properties of a sotw:SotW that are left operands by another name: sotw:count, sotw:location."""
    for node in worlds_of(nodes):
        for prop, value in nodes.graph.predicate_objects(node):
            if str(prop).startswith(str(SOTW)) and prop not in (SOTW.context, SOTW.currentTime, SOTW.report):
                yield _fact(nodes, operand_of(str(prop)), value, None)
