"""Answers that more than one route gives."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from api import reads
from api.http.idempotency import Answer
from api.http.services import Services

OPERATIONS = "/v1/operations"


def accepted(services: Services, kind: str, arguments: Mapping[str, Any], key: str) -> Answer:
    """202: the work is queued under `key`, and Location says where to watch it."""
    operation = services.jobs.submit(kind, dict(arguments), key)
    view = reads.operation_view(reads.operation(services.ledger, operation))
    return Answer(202, view, f"{OPERATIONS}/{operation}")
