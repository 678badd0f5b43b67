"""Documents to what the evaluator takes."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ledger.domain.policy.model import Policy, Request, Rule
from ledger.domain.policy.terms import Literal
from ledger.domain.policy.vocabulary import XSD
from ledger.domain.policy.world import World
from ledger.rdf.load import Source, load
from ledger.rdf.nodes import Nodes
from ledger.rdf.policies import read_policies
from ledger.rdf.requests import read_request
from ledger.rdf.worlds import read_world, with_claimed_kinds


@dataclass(frozen=True)
class Inputs:
    """What `ledger.domain.policy.evaluate` takes."""

    policies: tuple[Policy, ...]
    request: Request | None
    world: World


def read_inputs(
    policies: tuple[Source, ...],
    request: Source | None = None,
    state: Source | None = None,
    at: str | None = None,
) -> Inputs:
    """Read Turtle or JSON-LD. `at` (xsd:dateTime) is the time when no document tells one. Raises RdfError."""
    policy_nodes = Nodes(load(policies), "policy", "p")
    request_nodes = Nodes(load((request,)), "request", "r") if request else None
    state_nodes = Nodes(load((state,)), "state", "s") if state else None
    found = read_policies(policy_nodes)
    operands = operands_of(found)
    asked = read_request(request_nodes, operands) if request_nodes else None
    moment = Literal(at, f"{XSD}dateTime") if at else None
    world = read_world(state_nodes, policy_nodes, operands, moment)
    if asked and request_nodes:
        world = replace(world, kinds=with_claimed_kinds(world.kinds, asked, request_nodes))
    return Inputs(found, asked, world)


def operands_of(policies: tuple[Policy, ...]) -> frozenset[str]:
    """Every left operand that some constraint or refinement compares."""
    rules: list[Rule] = [Rule("", each.actions, each.targets, each.assignees) for each in policies]
    for policy in policies:
        rules += [*policy.permissions, *policy.prohibitions, *policy.obligations]
    return frozenset(constraint.left for rule in rules for constraint in rule.judged())
