"""Say on chain where the book stands: what was written before cannot be changed then without being found.

One transaction names size and root of the log and the last page of the journal. `selvage rebuild` holds the
pages it finds, and the entries in them, against every anchor of the ledger's account.
"""

from __future__ import annotations

from dataclasses import dataclass

from ledger import log, submitting, witness
from ledger.context import Ledger
from ledger.domain.log.checkpoint import parse_checkpoint
from ledger.store import journal
from ledger.store import log as log_store

NO_PAGE = bytes(32)


@dataclass(frozen=True)
class Anchor:
    """`size` entries and their `root`, and the last `page` of the journal, named in transaction `tx`."""

    size: int
    root: str
    page: str
    tx: str


def is_due(ledger: Ledger) -> bool:
    """Whether there are entries that no anchor stands over. ChainError."""
    chain, keeper = witness.ready(ledger), witness.manager(ledger).address
    with ledger.store.reading() as tx:
        return log_store.size(tx) > chain.anchored(keeper)


def anchor(ledger: Ledger) -> Anchor | None:
    """Anchor the book as it is; None where nothing was entered since the last time.

    Raises ConflictError where the log does not continue its last checkpoint, SigningKeyError, ChainError.
    """
    if not is_due(ledger):
        return None
    signed = parse_checkpoint(log.checkpoint(ledger).text)
    submitting.submit(ledger)  # what no witness cosigned is anchored all the same
    with ledger.store.reading() as tx:
        place = journal.place(tx)
    page = bytes.fromhex(place.page) if place else NO_PAGE
    sent = witness.ready(ledger).anchor(witness.manager(ledger), signed.size, signed.root, page)
    with ledger.store.transaction() as tx:
        witness.record(tx, sent, f"anchor {signed.size}")
    said = sent.event
    return Anchor(int(said["size"]), str(said["root"]), str(said["journal"]).removeprefix("0x"), sent.hash)
