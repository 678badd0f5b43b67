"""What is seen to though nobody asks: the chain is followed, tills are swept, signed files are entered."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ledger import anchor, confirming, entering, image_codes, sweeping, witness
from ledger.context import Ledger
from ledger.domain.ids import OfferId
from ledger.follow import follow

ROUNDS = 20  # of files read at one turn, so that the chain does not wait long for them
Submit = Callable[[str, Mapping[str, Any], str], str]


def tend(
    ledger: Ledger, confirmations: int, submit: Submit, turn: str, period: str | None = None
) -> tuple[OfferId, ...]:
    """Follow the chain, then have the tills swept that hold something: these are returned.

    Registrations that lie deep enough now, or were taken back, are confirmed or withdrawn. Once in a `period`
    the book is anchored, if anything was entered since.

    The sweep is a job named after the `turn`: any number of processes that tend at the same turn ask for one.
    Only the files that wait are read for a ledger that was never on a chain. Raises ChainError.
    """
    read_waiting(ledger)
    if not witness.is_used(ledger):
        return ()
    follow(ledger.store, witness.ready(ledger), confirmations)
    waiting = sweeping.waiting(ledger)
    if waiting:
        submit("sweep", {}, turn)
    for collection in confirming.due(ledger):
        asked = {"collection": collection, "confirmations": confirmations}
        submit("confirm", asked, f"{turn} {collection}")
    if period is not None and anchor.is_due(ledger):
        submit("anchor", {}, period)
    return waiting


def read_waiting(ledger: Ledger) -> None:
    """Enter files of earlier editions, and read image codes, so that questions find them read."""
    for work in (entering.some, image_codes.fill):
        for _ in range(ROUNDS):
            if not work(ledger):
                break
