"""A general ODRL 2.2 evaluator (W3C Information Model): policies, a request and the state of the world give a
compliance report. Pure: what is not handed in is not known.
"""

from ledger.domain.policy.errors import CycleError, PolicyError
from ledger.domain.policy.evaluate import evaluate
from ledger.domain.policy.model import (
    Action,
    Condition,
    Constraint,
    Duty,
    Fact,
    Group,
    LogicalConstraint,
    Permission,
    Policy,
    Prohibition,
    Request,
    RequestRule,
)
from ledger.domain.policy.report import (
    Answer,
    ComplianceReport,
    Outcome,
    PolicyReport,
    PremiseReport,
    Reading,
    RuleReport,
    Satisfaction,
)
from ledger.domain.policy.terms import Iri, Literal, Term
from ledger.domain.policy.world import Told, World

__all__ = [
    "Action",
    "Answer",
    "ComplianceReport",
    "Condition",
    "Constraint",
    "CycleError",
    "Duty",
    "Fact",
    "Group",
    "Iri",
    "Literal",
    "LogicalConstraint",
    "Outcome",
    "Permission",
    "Policy",
    "PolicyError",
    "PolicyReport",
    "PremiseReport",
    "Prohibition",
    "Reading",
    "Request",
    "RequestRule",
    "RuleReport",
    "Satisfaction",
    "Term",
    "Told",
    "World",
    "evaluate",
]
