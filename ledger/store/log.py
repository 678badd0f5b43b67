"""The log as the database holds it: leaves are the entries, full tiles and checkpoints are kept.

Partial tiles are worked out when they are asked for. A tile is kept once all its leaves are entries, and then
never written again: an entry that is changed later no longer agrees with it.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from sqlmodel import col, func, select

from ledger.domain.errors import LogError
from ledger.domain.log.tiles import WIDTH, Tile, holder, new_tiles, parse_tile, subtree
from ledger.domain.log.tree import Hash, Read, leaf_hash
from ledger.store import entries
from ledger.store.log_tables import CheckpointRow, LogTileRow
from ledger.store.store import Tx
from ledger.store.tables import EntryRow


def size(tx: Tx) -> int:
    """How many leaves there are: one for each entry."""
    return entries.head(tx)[0]


def leaves(tx: Tx, number: int, width: int = WIDTH) -> list[bytes]:
    """The data of `width` leaves of tile `number` of level 0: the hashes of these entries."""
    first = number * WIDTH + 1
    query = select(EntryRow.hash).where(col(EntryRow.sequence).between(first, first + width - 1))
    return [bytes.fromhex(each) for each in tx.session.exec(query.order_by(col(EntryRow.sequence)))]


def tile(tx: Tx, wanted: Tile) -> tuple[Hash, ...]:
    """The hashes of a tile of hashes: the kept ones of a full tile, else worked out from what is below it."""
    kept = tx.session.get(LogTileRow, (wanted.level, wanted.number))
    if kept is not None:
        return parse_tile(kept.hashes, Tile(wanted.level, wanted.number))[: wanted.width]
    return tuple(_worked_out(tx, wanted))


def extend(tx: Tx) -> None:
    """Keep the tiles that have become full, the lowest level first."""
    for found in new_tiles(_kept(tx) * WIDTH, size(tx)):
        if found.width == WIDTH:
            hashes = tuple(_worked_out(tx, found))
            row = LogTileRow(
                level=found.level, number=found.number, hashes=b"".join(hashes), root=subtree(hashes)
            )
            tx.session.add(row)
            tx.session.flush()


def reader(tx: Tx, leaves: int) -> Read:
    """Hashes of the complete subtrees of a log of so many leaves, for `ledger.domain.log.tree`.

    What it returns raises LogError where entries are missing.
    """
    hashes = lru_cache(maxsize=64)(lambda wanted: tile(tx, wanted))

    def read(level: int, index: int) -> Hash:
        wanted, start, end = holder(level, index, leaves)
        found = hashes(wanted)[start:end]
        if len(found) < end - start:
            raise LogError("entries", f"some of the first {leaves} are missing; run selvage log check")
        return subtree(found)

    return read


def differing(tx: Tx) -> Iterator[int]:
    """Sequences of entries whose hash is not the one that a kept tile has of them, in order."""
    query = select(LogTileRow).where(LogTileRow.level == 0).order_by(col(LogTileRow.number))
    for row in tx.session.exec(query.execution_options(yield_per=16)):
        was = parse_tile(row.hashes, Tile(0, row.number))
        now = [leaf_hash(each) for each in leaves(tx, row.number)]
        for at, hash_ in enumerate(was):
            if at >= len(now) or now[at] != hash_:
                yield row.number * WIDTH + at + 1


def add_checkpoint(tx: Tx, leaves: int, root: Hash, note: str, at: str) -> None:
    tx.session.add(CheckpointRow(size=leaves, root=root.hex(), note=note, at=at))


def cosigned(tx: Tx, row: CheckpointRow, note: str) -> None:
    """Keep the note of a checkpoint with more signatures than it had."""
    row.note = note
    tx.session.add(row)


def checkpoint(tx: Tx) -> CheckpointRow | None:
    """The newest checkpoint."""
    return tx.session.exec(select(CheckpointRow).order_by(col(CheckpointRow.size).desc()).limit(1)).first()


def checkpoint_over(tx: Tx, sequence: int) -> CheckpointRow | None:
    """The first checkpoint that the entry of this sequence is under."""
    query = select(CheckpointRow).where(col(CheckpointRow.size) >= sequence)
    return tx.session.exec(query.order_by(col(CheckpointRow.size)).limit(1)).first()


def checkpoints(tx: Tx) -> tuple[CheckpointRow, ...]:
    """All of them, the smallest first."""
    return tuple(tx.session.exec(select(CheckpointRow).order_by(col(CheckpointRow.size))))


def _kept(tx: Tx) -> int:
    """How many full tiles of level 0 are kept."""
    found: Any = tx.session.exec(select(func.count()).where(LogTileRow.level == 0)).one()
    return int(found)


def _worked_out(tx: Tx, wanted: Tile) -> Iterator[Hash]:
    if wanted.level == 0:
        yield from map(leaf_hash, leaves(tx, wanted.number, wanted.width))
        return
    first = wanted.number * WIDTH
    below = {row.number: row.root for row in _roots(tx, wanted.level - 1, first, wanted.width)}
    for number in range(first, first + wanted.width):
        yield below[number] if number in below else subtree(tile(tx, Tile(wanted.level - 1, number)))


def _roots(tx: Tx, level: int, first: int, width: int) -> Any:
    query = select(LogTileRow.number, LogTileRow.root).where(LogTileRow.level == level)
    return tx.session.exec(query.where(col(LogTileRow.number).between(first, first + width - 1)))
