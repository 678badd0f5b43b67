"""What is asked, out of a graph: an odrl:Request, or an evaluation request of the ODRL community group."""

from __future__ import annotations

from dataclasses import replace

from rdflib import URIRef
from rdflib.term import Node

from ledger.domain.policy.model import Request, RequestRule
from ledger.domain.policy.vocabulary import ODRL as ODRL_IRI
from ledger.domain.policy.vocabulary import PolicyKind
from ledger.rdf.errors import ShapeError
from ledger.rdf.facts import read_facts
from ledger.rdf.names import ODRL, RDF, SOTW
from ledger.rdf.nodes import Nodes
from ledger.rdf.worlds import require_moment

EVALUATION_REQUESTS = (SOTW.EvaluationRequest, URIRef("https://w3id.org/odrl-fs#EvaluationRequest"))
_TARGETS = (SOTW.requestedTarget, SOTW.evaluatedTarget, ODRL.target)
_PARTIES = (SOTW.requestingParty, SOTW.evaluatedParty, ODRL.assignee)
_ACTIONS = (SOTW.requestedAction, SOTW.evaluatedAction, ODRL.action)
# An evaluation request names its features; one that it does not name, it does not have.
_COMPLETE = frozenset((f"{ODRL_IRI}purpose", f"{ODRL_IRI}deliveryChannel"))


def read_request(nodes: Nodes, operands: frozenset[str]) -> Request:
    """The one request of the graph, with what it claims. Raises ShapeError when there is none, or several."""
    request = _request(nodes)
    own = {request.id, *(rule.id for rule in request.rules)}
    claims = tuple(fact for fact in read_facts(nodes, operands) if fact.subject in own)
    found = replace(request, claims=claims)
    if found.time:
        require_moment(found.time, nodes.title)
    return found


def _request(nodes: Nodes) -> Request:
    evaluations = nodes.typed(*EVALUATION_REQUESTS)
    policies = nodes.typed(ODRL.Request) or _policies(nodes)
    found = evaluations or policies
    if len(found) != 1:
        many = (
            "several requests; ask one at a time" if found else "no odrl:Request; write one with a permission"
        )
        raise ShapeError(nodes.title, f"there is {many}" if not found else f"there are {many}")
    node = found[0]
    if evaluations:
        rule = _rule(nodes, node, node)
        return Request(nodes.name(node), (rule,), _COMPLETE)
    rules = tuple(_rule(nodes, each, node) for each in nodes.all(node, ODRL.permission))
    if not rules:
        raise ShapeError(nodes.title, f"{nodes.name(node)} asks for nothing; give it an odrl:permission")
    return Request(nodes.name(node), rules)


def _policies(nodes: Nodes) -> list[Node]:
    typed = nodes.typed(*(ODRL[kind.value] for kind in PolicyKind))
    return typed or nodes.subjects(ODRL.permission)


def _rule(nodes: Nodes, node: Node, request: Node) -> RequestRule:
    owners = dict.fromkeys((node, request))
    return RequestRule(
        nodes.name(node),
        _asked(nodes, owners, _ACTIONS, "action"),
        _asked(nodes, owners, _TARGETS, "target"),
        _asked(nodes, owners, _PARTIES, "party"),
    )


def _asked(nodes: Nodes, owners: dict[Node, None], properties: tuple[URIRef, ...], what: str) -> str | None:
    found = dict.fromkeys(each for owner in owners for each in nodes.all(owner, *properties))
    if len(found) > 1:
        raise ShapeError(nodes.title, f"asks about {len(found)} values of {what} at once; ask one at a time")
    for each in found:
        value = nodes.one(each, RDF.value, ODRL.source)
        return nodes.iri(each if value is None else value, f"the {what} asked for")
    return None
