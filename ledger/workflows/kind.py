"""What a durable job is to those who write one: steps it can be resumed between, and arguments it was given.

A step may run twice after a crash, so each one is a verb that is idempotent by its ids. What a step returns
is plain JSON, kept with the job; the code between steps must do the same every time it is run.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from ledger.context import Ledger
from ledger.domain.ids import PartyId, parse_id, parse_party

T = TypeVar("T")


class Run(Protocol):
    """One run of a job. `step` does `work`, keeps what it returned, then shows `done` of `total`.

    `drawn` gives what the first of `tiles` was drawn as, nothing where that is still to be done, and has the
    others drawn meanwhile.
    """

    @property
    def ledger(self) -> Ledger: ...

    def step(self, message: str, work: Callable[[], T], done: int, total: int) -> T: ...

    def drawn(self, tiles: Sequence[str]) -> Mapping[str, str]: ...


@dataclass(frozen=True)
class Kind:
    """`lane` says with whom it takes turns; `work` returns the result that is shown."""

    lane: str
    work: Callable[[Run, Mapping[str, Any]], dict[str, Any]]


def id_of(arguments: Mapping[str, Any], name: str) -> str:
    """Raises FieldError where `arguments` has no id of that name."""
    return parse_id(name, str(arguments.get(name)))


def party_of(arguments: Mapping[str, Any], name: str) -> PartyId:
    """Raises FieldError where `arguments` has no party of that name."""
    return parse_party(name, str(arguments.get(name)))
