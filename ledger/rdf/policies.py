"""Policies out of a graph (ODRL Information Model 2.2)."""

from __future__ import annotations

from dataclasses import replace

from rdflib.term import Node

from ledger.domain.policy.model import Action, Condition, Duty, Group, Permission, Policy, Prohibition
from ledger.domain.policy.vocabulary import Conflict, PolicyKind
from ledger.rdf.constraints import read_conditions
from ledger.rdf.errors import ShapeError
from ledger.rdf.names import DCTERMS, ODRL, RDF
from ledger.rdf.nodes import Nodes

_Common = tuple[str, tuple[Action, ...], tuple[Group, ...], tuple[Group, ...], tuple[Condition, ...]]
_RULES = (ODRL.permission, ODRL.prohibition, ODRL.obligation)
_KINDS = {kind: ODRL[kind.value] for kind in PolicyKind}


def read_policies(nodes: Nodes) -> tuple[Policy, ...]:
    """Every policy of the graph. Raises RdfError; ShapeError when there is none."""
    found = tuple(_policy(nodes, node) for node in _policy_nodes(nodes))
    if not found:
        raise ShapeError(
            nodes.title, "there is no policy; type one as odrl:Set, odrl:Offer or odrl:Agreement"
        )
    return found


def _policy_nodes(nodes: Nodes) -> list[Node]:
    typed = nodes.typed(*(name for kind, name in _KINDS.items() if kind is not PolicyKind.REQUEST))
    untyped = [each for each in nodes.subjects(*_RULES) if not nodes.is_a(each, *_KINDS.values())]
    return list(dict.fromkeys([*typed, *untyped]))


def _policy(nodes: Nodes, node: Node) -> Policy:
    kinds = [kind for kind, name in _KINDS.items() if nodes.is_a(node, name)]
    special = [kind for kind in kinds if kind is not PolicyKind.POLICY]
    if len(special) > 1:
        raise ShapeError(nodes.title, f"policy {nodes.name(node)} is of several kinds; choose one")
    shared = read_conditions(nodes, node, "constraint")
    replaced = nodes.one(node, DCTERMS.isReplacedBy)
    return Policy(
        nodes.name(node),
        special[0] if special else PolicyKind.SET,
        tuple(_permission(nodes, each, shared) for each in nodes.all(node, ODRL.permission)),
        tuple(_prohibition(nodes, each, shared) for each in nodes.all(node, ODRL.prohibition)),
        # The compliance report model writes obligations of a policy as odrl:duty.
        tuple(read_duty(nodes, each, shared) for each in nodes.all(node, ODRL.obligation, ODRL.duty)),
        frozenset(_conflict(nodes, each) for each in nodes.all(node, ODRL.conflict)),
        tuple(nodes.name(each) for each in nodes.all(node, ODRL.inheritFrom)),
        None if replaced is None else nodes.name(replaced),
        read_actions(nodes, node),
        (*_groups(nodes, node, "target"), *_referring(nodes, node, "hasPolicy")),
        (*_groups(nodes, node, "assignee"), *_referring(nodes, node, "assigneeOf")),
        tuple(nodes.name(each) for each in nodes.all(node, ODRL.profile)),
    )


def _conflict(nodes: Nodes, node: Node) -> Conflict:
    # A strategy of some profile is not known here, and what is not known must not permit anything.
    name = nodes.iri(node, "odrl:conflict")
    return next((each for each in Conflict if name == str(ODRL[each.value])), Conflict.INVALID)


def _referring(nodes: Nodes, policy: Node, relation: str) -> tuple[Group, ...]:
    return tuple(_group(nodes, each) for each in nodes.referring(ODRL[relation], policy))


def _permission(nodes: Nodes, node: Node, shared: tuple[Condition, ...]) -> Permission:
    duties = tuple(read_duty(nodes, each) for each in nodes.all(node, ODRL.duty))
    return Permission(*_common(nodes, node, shared), duties)


def _prohibition(nodes: Nodes, node: Node, shared: tuple[Condition, ...]) -> Prohibition:
    remedies = tuple(read_duty(nodes, each) for each in nodes.all(node, ODRL.remedy))
    for each in remedies:
        if each.consequences:
            raise ShapeError(
                nodes.title, f"remedy {each.id} has a consequence, which ODRL forbids; remove it"
            )
    return Prohibition(*_common(nodes, node, shared), remedies)


def read_duty(nodes: Nodes, node: Node, shared: tuple[Condition, ...] = (), inner: bool = False) -> Duty:
    """A duty with its consequences. Raises ShapeError for a consequence of a consequence (2.6.3)."""
    consequences = nodes.all(node, ODRL.consequence)
    if consequences and inner:
        problem = f"consequence {nodes.name(node)} has a consequence, which ODRL forbids; remove it"
        raise ShapeError(nodes.title, problem)
    duties = tuple(read_duty(nodes, each, inner=True) for each in consequences)
    return Duty(*_common(nodes, node, shared), duties)


def _common(nodes: Nodes, node: Node, shared: tuple[Condition, ...]) -> _Common:
    """The fields of a Rule, in their order."""
    return (
        nodes.iri(node, "a rule"),
        read_actions(nodes, node),
        _groups(nodes, node, "target"),
        _groups(nodes, node, "assignee"),
        (*read_conditions(nodes, node, "constraint"), *shared),
    )


def read_actions(nodes: Nodes, owner: Node) -> tuple[Action, ...]:
    """The actions of a rule, each with its refinements."""
    return tuple(_action(nodes, each) for each in nodes.all(owner, ODRL.action))


def _action(nodes: Nodes, node: Node) -> Action:
    value = nodes.one(node, RDF.value)
    name = nodes.iri(node if value is None else value, "odrl:action")
    return Action(name, read_conditions(nodes, node, "refinement"))


def _groups(nodes: Nodes, owner: Node, relation: str) -> tuple[Group, ...]:
    return tuple(_group(nodes, each) for each in nodes.all(owner, ODRL[relation]))


def _group(nodes: Nodes, node: Node) -> Group:
    source = nodes.one(node, ODRL.source)
    name = nodes.iri(node, "a target or party")
    group = Group(name, None if source is None else nodes.name(source))
    return replace(group, refinements=read_conditions(nodes, node, "refinement"))
