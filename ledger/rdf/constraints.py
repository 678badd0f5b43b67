"""Constraints out of a graph."""

from __future__ import annotations

from rdflib.term import Node

from ledger.domain.policy.model import Condition, Constraint, LogicalConstraint
from ledger.domain.policy.vocabulary import Operand
from ledger.rdf.errors import LimitError, ShapeError
from ledger.rdf.names import ODRL
from ledger.rdf.nodes import Nodes

MAX_NESTING = 32
MAX_CONSTRAINTS = 50_000


def read_conditions(nodes: Nodes, owner: Node, *properties: str) -> tuple[Condition, ...]:
    """The constraints that `owner` has by `properties` (`constraint`, `refinement`). Raises RdfError."""
    return tuple(
        read_condition(nodes, each, 1) for each in nodes.all(owner, *(ODRL[name] for name in properties))
    )


def read_condition(nodes: Nodes, node: Node, depth: int) -> Condition:
    """A constraint or a logical constraint. Raises ShapeError, LimitError."""
    if depth > MAX_NESTING:
        raise LimitError(nodes.title, f"constraints nested deeper than {MAX_NESTING}, or within themselves")
    # Counted as often as they are read: what is shared twice at every level doubles with every level.
    nodes.read += 1
    if nodes.read > MAX_CONSTRAINTS:
        raise LimitError(nodes.title, f"more than {MAX_CONSTRAINTS} constraints; split the policy")
    operands = [each for each in Operand if nodes.all(node, ODRL[each.value])]
    if not operands:
        return _simple(nodes, node)
    name = nodes.name(node)
    if len(operands) > 1 or nodes.all(node, ODRL.leftOperand):
        raise ShapeError(nodes.title, f"constraint {name} is of several kinds; split it")
    inner = nodes.all(node, ODRL[operands[0].value])
    return LogicalConstraint(
        name, operands[0], tuple(read_condition(nodes, each, depth + 1) for each in inner)
    )


def _simple(nodes: Nodes, node: Node) -> Constraint:
    name = nodes.name(node)
    left, operator = nodes.one(node, ODRL.leftOperand), nodes.one(node, ODRL.operator)
    rights = nodes.all(node, ODRL.rightOperand)
    references = nodes.all(node, ODRL.rightOperandReference)
    if left is None or operator is None:
        lacks = "leftOperand" if left is None else "operator"
        raise ShapeError(nodes.title, f"constraint {name} has no odrl:{lacks}; write it, or leave it out")
    if bool(rights) == bool(references):
        which = "both" if rights else "neither"
        problem = (
            f"constraint {name} has {which} of odrl:rightOperand and odrl:rightOperandReference; give one"
        )
        raise ShapeError(nodes.title, problem)
    unit, datatype = nodes.one(node, ODRL.unit), nodes.one(node, ODRL.dataType)
    status = nodes.one(node, ODRL.status)
    return Constraint(
        name,
        nodes.iri(left, "odrl:leftOperand"),
        nodes.iri(operator, "odrl:operator"),
        tuple(nodes.term(each) for each in rights),
        tuple(str(nodes.term(each)) for each in references),
        None if datatype is None else str(datatype),
        None if unit is None else str(nodes.term(unit)),
        None if status is None else nodes.term(status),
    )
