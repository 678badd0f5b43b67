"""Every chain transaction, kept once by its hash."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import col, select

from ledger.store.store import Tx
from ledger.store.tables import TxRow

CHUNK = 500


@dataclass(frozen=True)
class ChainTx:
    """`subject` is the id of what it was for; `mined_at` is the block's time, ISO 8601 in UTC."""

    hash: str
    kind: str
    subject: str
    block: int
    gas: int
    mined_at: str


def record(tx: Tx, sent: ChainTx) -> None:
    """Keep `sent`; a transaction found again after a crash is already there."""
    if tx.session.get(TxRow, sent.hash) is None:
        tx.session.add(TxRow(**vars(sent)))
        tx.session.flush()


def find(tx: Tx, sent: str) -> ChainTx | None:
    """The transaction with this hash."""
    row = tx.session.get(TxRow, sent)
    return _from_row(row) if row else None


def anchors(tx: Tx, sizes: Sequence[int]) -> dict[int, ChainTx]:
    """Which of the checkpoints over so many entries are on chain, and by which transaction."""
    wanted = {f"anchor {size}": size for size in sizes}
    found: dict[int, ChainTx] = {}
    for start in range(0, len(wanted), CHUNK):
        part = list(wanted)[start : start + CHUNK]
        query = select(TxRow).where(col(TxRow.subject).in_(part)).order_by(col(TxRow.block))
        found |= {wanted[row.subject]: _from_row(row) for row in tx.session.exec(query)}
    return found


def every(tx: Tx) -> tuple[ChainTx, ...]:
    """All transactions in the order they were mined."""
    query = select(TxRow).order_by(col(TxRow.block), col(TxRow.hash))
    return tuple(_from_row(row) for row in tx.session.exec(query))


def _from_row(row: TxRow) -> ChainTx:
    return ChainTx(row.hash, row.kind, row.subject, row.block, row.gas, row.mined_at)
