"""What the chain said, and how far it was read. Rows and cursor change in one transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func
from sqlmodel import col, delete, desc, select

from ledger.domain.chain_event import ChainEvent
from ledger.store.chain_tables import ChainBlockRow, ChainCursorRow, ChainEventRow, ChainForkRow
from ledger.store.store import Tx
from ledger.store.text import dump, load

KEPT_BLOCKS = 5_000  # how far back the fork of a reorganisation is looked for, before all is read anew
_ONLY = 1


@dataclass(frozen=True)
class Cursor:
    """The last block that was read."""

    genesis: str
    contracts: Mapping[str, str]
    block: int
    hash: str


@dataclass(frozen=True)
class Fork:
    """A reorganisation: blocks after `block`, read up to `was`, were taken back with so many `events`.

    `at` is the time of the newest block when it was seen, RFC 3339 in UTC.
    """

    at: str
    block: int
    was: int
    events: int


def cursor(tx: Tx) -> Cursor | None:
    row = tx.session.get(ChainCursorRow, _ONLY)
    return Cursor(row.genesis, load(row.contracts), row.block, row.hash) if row else None


def move(tx: Tx, to: Cursor) -> None:
    """Write down that everything up to `to` was read."""
    tx.session.exec(delete(ChainCursorRow))
    tx.session.add(
        ChainCursorRow(
            id=_ONLY, genesis=to.genesis, contracts=dump(to.contracts), block=to.block, hash=to.hash
        )
    )
    tx.session.exec(delete(ChainBlockRow).where(col(ChainBlockRow.number) <= to.block - KEPT_BLOCKS))
    tx.session.exec(delete(ChainBlockRow).where(col(ChainBlockRow.number) >= to.block))
    tx.session.add(ChainBlockRow(number=to.block, hash=to.hash))
    tx.session.flush()


def add(tx: Tx, events: Sequence[ChainEvent]) -> None:
    """Keep events, and the blocks they are in."""
    blocks = {event.block: event.block_hash for event in events}
    tx.session.add_all(ChainBlockRow(number=number, hash=hash) for number, hash in blocks.items())
    tx.session.add_all(
        ChainEventRow(**{**vars(event), "arguments": dump(event.arguments)}) for event in events
    )
    tx.session.flush()


def take_back(tx: Tx, after: int) -> int:
    """Forget everything of blocks above `after`: how many events that were."""
    gone = tx.session.exec(delete(ChainEventRow).where(col(ChainEventRow.block) > after))
    tx.session.exec(delete(ChainBlockRow).where(col(ChainBlockRow.number) > after))
    return int(gone.rowcount)


def forked(tx: Tx, fork: Fork) -> None:
    """Remember a reorganisation."""
    last = tx.session.exec(select(func.max(col(ChainForkRow.number)))).one()
    tx.session.add(ChainForkRow(number=(last or 0) + 1, **vars(fork)))
    tx.session.flush()


def last_fork(tx: Tx) -> Fork | None:
    row = tx.session.exec(select(ChainForkRow).order_by(desc(col(ChainForkRow.number))).limit(1)).first()
    return Fork(row.at, row.block, row.was, row.events) if row else None


def blocks(tx: Tx) -> tuple[tuple[int, str], ...]:
    """Number and hash of the blocks that were seen, newest first."""
    rows = tx.session.exec(select(ChainBlockRow).order_by(desc(col(ChainBlockRow.number))))
    return tuple((row.number, row.hash) for row in rows)


def events(
    tx: Tx, contract: str | None = None, *names: str, subject: str | None = None
) -> tuple[ChainEvent, ...]:
    """Events in the order of the chain; with `names`, those called so."""
    query = select(ChainEventRow).order_by(col(ChainEventRow.block), col(ChainEventRow.index))
    for column, wanted in (
        (ChainEventRow.contract, contract),
        (ChainEventRow.subject, subject),
    ):
        if wanted is not None:
            query = query.where(col(column) == wanted)
    if names:
        query = query.where(col(ChainEventRow.name).in_(names))
    return tuple(
        ChainEvent(**{**row.model_dump(), "arguments": load(row.arguments)}) for row in tx.session.exec(query)
    )
