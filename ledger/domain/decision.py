"""May this party use this tile so? Permit, deny or pay, with the reason. `decide` is in `rights.py`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from ledger.domain.ids import LicenceId
from ledger.domain.money import Money


class Outcome(StrEnum):
    PERMIT = "permit"
    DENY = "deny"
    PAY = "pay"


@dataclass(frozen=True)
class Check:
    """One clause that was looked at: its name (territory, product, run, ...), whether it holds, and why.

    `change` says what would change the answer; it is empty where the clause holds, or nothing would.
    """

    clause: str
    holds: bool
    why: str
    change: str = ""


class DutyState(StrEnum):
    """FULFILLED, PENDING (owed, and not late), VIOLATED (late or not done), UNKNOWN (nobody has said)."""

    FULFILLED = "fulfilled"
    PENDING = "pending"
    VIOLATED = "violated"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Duty:
    """Something to do for a permission: `name` is pay, attribute or report, `change` how to fulfil it."""

    name: str
    state: DutyState
    why: str
    change: str = ""


class Reading(StrEnum):
    """How a duty is read of which nobody has said whether it is done.

    LENIENT: as done, so that the answer is what holds if the licensee does it. STRICT: as not done.
    """

    LENIENT = "lenient"
    STRICT = "strict"

    def breaks(self, duty: Duty) -> bool:
        """Whether `duty` stands against the use."""
        unknown = duty.state is DutyState.UNKNOWN
        return duty.state is DutyState.VIOLATED or (unknown and self is Reading.STRICT)


@dataclass(frozen=True)
class Proposal:
    """What can be bought as it is, up to and on `valid_until`; `price` is for the counts of the use asked."""

    terms_hash: str
    price: Money
    units: int
    generations: int
    valid_until: date


@dataclass(frozen=True)
class Decision:
    """`licence` is set on a permit that a licence gives, `proposal` on pay.

    `checks` lists every clause that was looked at, `duties` what is owed with its state; `reading` is how
    duties were read of which nobody has said whether they are done.
    """

    outcome: Outcome
    reason: str
    checks: tuple[Check, ...]
    licence: LicenceId | None = None
    proposal: Proposal | None = None
    duties: tuple[Duty, ...] = ()
    reading: Reading = Reading.LENIENT

    @property
    def price(self) -> Money | None:
        return self.proposal.price if self.proposal else None

    @property
    def changes(self) -> tuple[str, ...]:
        """What would change the answer, one thing each; all are needed where there are several."""
        failing = [check.change for check in self.checks if not check.holds]
        broken = [duty.change for duty in self.duties if self.reading.breaks(duty)]
        return tuple(dict.fromkeys(change for change in (*failing, *broken) if change))
