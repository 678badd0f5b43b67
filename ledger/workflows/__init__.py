"""Durable jobs: work that takes long or touches the chain survives the death of any process (DBOS 3.4).

jobs = Jobs.open(ledger, "sqlite:///data/dbos.sqlite", execute=True)
operation = jobs.submit("generate", {"collection": collection.id}, key=collection.id)
jobs.wait(operation, progress=print)
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ledger.store.operations import Operation as Operation
    from ledger.store.operations import State as State
    from ledger.workflows.jobs import Jobs as Jobs

_HOMES = {
    "Jobs": "ledger.workflows.jobs",
    "Operation": "ledger.store.operations",
    "State": "ledger.store.operations",
}
__all__ = ["Jobs", "Operation", "State"]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'ledger.workflows' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
