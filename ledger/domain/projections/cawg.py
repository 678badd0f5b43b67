"""Terms as a CAWG training and data mining assertion, version 1.1 (label `cawg.training-mining`).

Its four entries know `allowed`, `notAllowed` and `constrained`. What is free, but not everywhere and always,
is `constrained`, with the countries and days in `constraint_info`, where the terms hash stands as well.
"""

from __future__ import annotations

from typing import Any

from ledger.domain.projections.ai import Standing, conditions, standing
from ledger.domain.projections.subject import Subject
from ledger.domain.terms import Terms
from ledger.domain.use import AiUse

LABEL = "cawg.training-mining"


def to_cawg(terms: Terms, subject: Subject) -> dict[str, Any]:
    """The assertion: its label and its data."""
    return {"label": LABEL, "data": {"entries": training_mining(terms, subject)}}


def training_mining(terms: Terms, subject: Subject) -> dict[str, dict[str, str]]:
    """The entries of the assertion."""
    return {f"cawg.{use.value}": _entry(terms, use, subject) for use in AiUse}


def _entry(terms: Terms, use: AiUse, subject: Subject) -> dict[str, str]:
    match standing(terms, {use}):
        case Standing.CLOSED:
            return {"use": "notAllowed"}
        case Standing.OPEN:
            return {"use": "allowed"}
    return {"use": "constrained", "constraint_info": conditions(terms, {use}, subject)}
