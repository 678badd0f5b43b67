"""What is seen to though nobody asks: the chain is followed, tills are swept, signed files are entered."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from ledger import anchor, confirming, entering, image_codes, sweeping, witness
from ledger.context import Ledger
from ledger.domain.ids import CollectionId, OfferId
from ledger.follow import follow
from ledger.store import operations
from ledger.store.operations import Operation, State

ROUNDS = 20  # of files read at one turn, so that the chain does not wait long for them
CONFIRM = "confirm"
AT_ONCE = 4  # collections being confirmed: what else is made takes turns with them
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(days=1)  # between attempts at one that fails
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
    for collection, key in _to_confirm(ledger, turn):
        asked = {"collection": collection, "confirmations": confirmations}
        submit(CONFIRM, asked, key)
    if period is not None and anchor.is_due(ledger):
        submit("anchor", {}, period)
    return waiting


def read_waiting(ledger: Ledger) -> None:
    """Enter files of earlier editions, and read image codes, so that questions find them read."""
    for work in (entering.some, image_codes.fill):
        for _ in range(ROUNDS):
            if not work(ledger):
                break


def _to_confirm(ledger: Ledger, turn: str) -> list[tuple[CollectionId, str]]:
    """Collections to confirm at this turn and the keys of their jobs: a few under way, none of them twice.

    Which come first changes from turn to turn, so that none waits behind others that fail. One that failed is
    the same job again, after a wait that doubles from attempt to attempt: a tile whose file is damaged costs
    an attempt a day, and one line in the list of jobs.
    """
    with ledger.store.reading() as tx:
        unfinished = [each for each in operations.unfinished(tx) if each.kind == CONFIRM]
    room = AT_ONCE - len(unfinished)
    due = set(confirming.due(ledger)) if room > 0 else set()
    if not due:
        return []
    ended = defaultdict[str, list[Operation]](list)
    with ledger.store.reading() as tx:
        for each in operations.of_kind(tx, CONFIRM):
            ended[str(each.arguments.get("collection"))].append(each)
    now = datetime.fromisoformat(ledger.now())
    ready = [each for each in due if all(_may_run(job, now) for job in ended[each])]
    ready.sort(key=lambda each: hashlib.sha256(f"{turn} {each}".encode()).digest())
    return [(each, f"{each} {sum(job.state == State.DONE for job in ended[each])}") for each in ready[:room]]


def _may_run(job: Operation, now: datetime) -> bool:
    """Whether a job that failed has waited long enough for another attempt; one under way is left alone."""
    if job.state != State.FAILED:
        return job.ended
    wait: timedelta = min(FIRST_WAIT * 2 ** min(job.attempt - 1, 11), LONGEST_WAIT)
    return now - datetime.fromisoformat(job.updated_at) >= wait
