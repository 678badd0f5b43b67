"""Policies, requests and worlds in a few words, for tests of the evaluator."""

from __future__ import annotations

from typing import Any

from ledger.domain.policy import (
    Action,
    ComplianceReport,
    Condition,
    Constraint,
    Group,
    Iri,
    Literal,
    Permission,
    Policy,
    Prohibition,
    Reading,
    Request,
    RequestRule,
    Term,
    World,
    evaluate,
)
from ledger.domain.policy.vocabulary import ODRL, XSD

ASKED = Request("r", (RequestRule("r1", f"{ODRL}print", "tile", "ann"),))


def value(text: str, kind: str = "string") -> Literal:
    return Literal(text, f"{XSD}{kind}")


def moment(text: str) -> Literal:
    return value(text, "dateTime")


def iris(*names: str) -> tuple[Term, ...]:
    return tuple(Iri(name) for name in names)


def where(left: str, operator: str, *right: Term, **others: Any) -> Constraint:
    """`where("count", "lteq", value("5", "integer"))`."""
    return Constraint(f"c-{left}", f"{ODRL}{left}", f"{ODRL}{operator}", right, **others)


def allow(*constraints: Condition, action: str = "print", **others: Any) -> Permission:
    return Permission("p", (Action(f"{ODRL}{action}"),), (Group("tile"),), (), constraints, **others)


def forbid(*constraints: Condition, action: str = "print", **others: Any) -> Prohibition:
    return Prohibition("n", (Action(f"{ODRL}{action}"),), (Group("tile"),), (), constraints, **others)


def judged(
    *rules: Permission | Prohibition,
    world: World | None = None,
    request: Request | None = ASKED,
    reading: Reading = Reading.LENIENT,
    **policy: Any,
) -> ComplianceReport:
    """The report on one policy of `rules`."""
    permissions = tuple(each for each in rules if isinstance(each, Permission))
    prohibitions = tuple(each for each in rules if isinstance(each, Prohibition))
    one = Policy("s", permissions=permissions, prohibitions=prohibitions, **policy)
    return evaluate((one,), request, world or World(), reading)
