"""Follow the chain: keep what our contracts said, a few blocks below the head, through reorganisations."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from ledger.chain import ChainError, RpcError
from ledger.domain.chain_event import ChainEvent
from ledger.store import Store, chain_events
from ledger.store.chain_events import Cursor, Fork

if TYPE_CHECKING:
    from ledger.chain import Chain

MOST_BLOCKS = 2_000  # asked for at once; fewer where the node refuses
Show = Callable[[int, int], None]


@dataclass(frozen=True)
class Followed:
    """`block` is the last that was read, `head` the chain's; `taken_back` events were of blocks now gone."""

    block: int
    head: int
    events: int = 0
    taken_back: int = 0

    @property
    def behind(self) -> int:
        return max(0, self.head - self.block)


@dataclass(frozen=True)
class State:
    """`block` is the last that was read, None before the first; `behind` counts those to be read."""

    block: int | None
    hash: str | None
    head: int | None
    confirmations: int
    behind: int | None
    last_reorganisation: Fork | None


def follow(store: Store, chain: Chain, confirmations: int, show: Show | None = None) -> Followed:
    """Read what is new, up to `confirmations` blocks below the head. `show` is told (block, last block).

    Killed anywhere, it goes on where it was; two at a time count nothing twice. Raises ChainError.
    """
    cursor, taken_back = _on_chain(store, chain)
    total, size = 0, MOST_BLOCKS
    while True:
        head = _head(chain)
        target = head - confirmations
        if cursor.block >= target:
            return Followed(cursor.block, head, total, taken_back)
        last = min(cursor.block + size, target)
        try:
            read = _read(chain, cursor, last)
        except RpcError:
            if last == cursor.block + 1:
                raise
            size = max(1, (last - cursor.block) // 2)
            continue
        if read is None or not _keep(store, cursor, *read):
            cursor, more = _on_chain(store, chain)
            taken_back += more
            continue
        cursor, total, size = read[0], total + len(read[1]), min(2 * size, MOST_BLOCKS)
        if show is not None:
            show(cursor.block, target)


def state(store: Store, chain: Callable[[], Chain], confirmations: int) -> State:
    """How the follower is. A chain that cannot be asked leaves `head` and `behind` open."""
    with store.reading() as tx:
        cursor, fork = chain_events.cursor(tx), chain_events.last_fork(tx)
    try:
        head: int | None = _head(chain())
    except ChainError:
        head = None
    block = cursor.block if cursor else None
    behind = None if head is None or block is None else max(0, head - confirmations - block)
    return State(block, cursor.hash if cursor else None, head, confirmations, behind, fork)


def _time(chain: Chain) -> str:
    block = chain.block()
    return datetime.fromtimestamp(block.timestamp if block else 0, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _head(chain: Chain) -> int:
    head = chain.block()
    return head.number if head else 0


def _read(chain: Chain, cursor: Cursor, last: int) -> tuple[Cursor, list[ChainEvent]] | None:
    """Everything after `cursor` up to block `last`; None where the chain is another than the cursor's.

    The hash of a block fixes all before it: where that of the last one is the same before and after, and the
    first one's parent is the cursor, the logs in between are of that one chain.
    """
    before, first = chain.block(last), chain.block(cursor.block + 1)
    if before is None or first is None or first.parent != cursor.hash:
        return None
    events = list(chain.events(first.number, last))
    after = chain.block(last)
    if after != before:
        return None
    return replace(cursor, block=last, hash=before.hash), events


def _keep(store: Store, cursor: Cursor, to: Cursor, events: list[ChainEvent]) -> bool:
    """Rows and cursor in one transaction; False where somebody else moved the cursor meanwhile."""
    with store.transaction() as tx:
        if chain_events.cursor(tx) != cursor:
            return False
        chain_events.add(tx, events)
        chain_events.move(tx, to)
    return True


def _on_chain(store: Store, chain: Chain) -> tuple[Cursor, int]:
    """The cursor on a block that the chain still has, and how many events of other blocks were taken back."""
    with store.reading() as tx:
        cursor, seen = chain_events.cursor(tx), chain_events.blocks(tx)
    start, fork = _start(chain), None
    if cursor is None or (cursor.genesis, cursor.contracts) != (start.genesis, start.contracts):
        found = start  # another chain, or a contract that was added: read anew from the first block
    elif _holds(chain, cursor.block, cursor.hash):
        return cursor, 0
    else:
        ours = (number for number, hash in seen if number > start.block and _holds(chain, number, hash))
        number = next(ours, None)
        found = replace(start, block=number, hash=dict(seen)[number]) if number is not None else start
        fork = Fork(_time(chain), found.block, cursor.block, 0)
    with store.transaction() as tx:
        if chain_events.cursor(tx) == cursor:
            taken_back = chain_events.take_back(tx, found.block)
            chain_events.move(tx, found)
            if fork is not None:
                chain_events.forked(tx, replace(fork, events=taken_back))
            return found, taken_back
    return _on_chain(store, chain)


def _holds(chain: Chain, number: int, hash: str) -> bool:
    block = chain.block(number)
    return block is not None and block.hash == hash


def _start(chain: Chain) -> Cursor:
    """The block before our first contract: a reorganisation below it takes the contracts themselves."""
    deployment = chain.deployment
    first = chain.block(deployment.block)
    return Cursor(deployment.genesis, chain.followed, deployment.block, first.hash if first else "")
