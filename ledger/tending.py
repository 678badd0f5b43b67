"""What is seen to though nobody asks: the chain is followed, tills are swept, signed files are entered."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from typing import Any

from ledger import anchor, confirming, entering, image_codes, sweeping, witness
from ledger.context import Ledger
from ledger.domain.ids import CollectionId, OfferId
from ledger.follow import follow
from ledger.store import operations

ROUNDS = 20  # of files read at one turn, so that the chain does not wait long for them
CONFIRM = "confirm"
AT_ONCE = 4  # collections being confirmed: what else is made takes turns with them
Submit = Callable[[str, Mapping[str, Any], str], str]


def tend(
    ledger: Ledger, confirmations: int, submit: Submit, turn: str, period: str | None = None
) -> tuple[OfferId, ...]:
    """Follow the chain, then have the tills swept that hold something: these are returned.

    Registrations that lie deep enough now, or were taken back, are confirmed or withdrawn, a few at a turn.
    Once in a `period` the book is anchored, if anything was entered since.

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
    for collection in _to_confirm(ledger, turn):
        asked = {"collection": collection, "confirmations": confirmations}
        submit(CONFIRM, asked, f"{turn} {collection}")
    if period is not None and anchor.is_due(ledger):
        submit("anchor", {}, period)
    return waiting


def read_waiting(ledger: Ledger) -> None:
    """Enter files of earlier editions, and read image codes, so that questions find them read."""
    for work in (entering.some, image_codes.fill):
        for _ in range(ROUNDS):
            if not work(ledger):
                break


def _to_confirm(ledger: Ledger, turn: str) -> list[CollectionId]:
    """Collections to confirm at this turn: as many as leave no more than a few under way, none of them twice.

    Which come first changes from turn to turn, so that none waits behind others that fail.
    """
    with ledger.store.reading() as tx:
        open_ = [
            each.arguments.get("collection") for each in operations.unfinished(tx) if each.kind == CONFIRM
        ]
    room = AT_ONCE - len(open_)
    if room <= 0:
        return []
    due = [each for each in confirming.due(ledger) if each not in open_]
    due.sort(key=lambda each: hashlib.sha256(f"{turn} {each}".encode()).digest())
    return due[:room]
