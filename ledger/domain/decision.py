"""May this party use this tile so? Permit, deny or pay, with the reason. `decide` is in `rights.py`."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from ledger.domain.ids import LicenceId
from ledger.domain.money import Money


class Outcome(StrEnum):
    PERMIT = "permit"
    DENY = "deny"
    PAY = "pay"


@dataclass(frozen=True)
class Check:
    """One clause that was looked at: its name (territory, product, run, ...), whether it holds, and why."""

    clause: str
    holds: bool
    why: str


@dataclass(frozen=True)
class Decision:
    """`licence` is set on permit, `price` on pay; `checks` lists every clause that was looked at."""

    outcome: Outcome
    reason: str
    checks: tuple[Check, ...]
    licence: LicenceId | None = None
    price: Money | None = None
