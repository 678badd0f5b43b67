"""Licensed copies by licence and by mark."""

from __future__ import annotations

from typing import Any

from sqlalchemy import bindparam, func
from sqlmodel import col, select

from ledger.domain.copies import Copy
from ledger.domain.ids import AssetId, LicenceId, MarkId, PartyId
from ledger.store import manifests
from ledger.store.asked import Asked
from ledger.store.store import Tx
from ledger.store.trade_tables import CopyRow

MIME = "image/png"
_OF = Asked(select(CopyRow).where(CopyRow.licence == bindparam("licence")))


def add(tx: Tx, copy: Copy, entry: int) -> None:
    """Keep a copy; `entry` is the sequence of its entry in the book."""
    row = CopyRow(
        licence=copy.licence,
        mark=int(copy.mark),
        asset=copy.asset,
        licensee=copy.licensee,
        sha256=copy.sha256,
        manifest=copy.manifest,
        made_at=copy.made_at,
        entry=entry,
    )
    tx.session.add(row)
    tx.session.flush()
    manifests.note(tx, copy.manifest, copy.sha256, MIME, copy.asset, copy.made_at)


def find(tx: Tx, licence: LicenceId) -> Copy | None:
    return next(map(_copy, tx.ask(_OF, licence=licence)), None)


def by_mark(tx: Tx, mark: MarkId) -> Copy | None:
    row = tx.session.exec(select(CopyRow).where(CopyRow.mark == int(mark))).first()
    return _copy(row) if row else None


def by_content(tx: Tx, sha256: str) -> Copy | None:
    """The copy whose signed file has this digest."""
    row = tx.session.exec(select(CopyRow).where(CopyRow.sha256 == sha256)).first()
    return _copy(row) if row else None


def walk(tx: Tx, before: int | None = None) -> tuple[Copy, ...]:
    """Every copy in the order they were made; `before` an entry of the book."""
    query = select(CopyRow).order_by(col(CopyRow.entry))
    query = query if before is None else query.where(col(CopyRow.entry) < before)
    return tuple(map(_copy, tx.session.exec(query)))


def count(tx: Tx, before: int | None = None) -> int:
    """How many copies there are; `before` an entry of the book."""
    query = select(func.count(col(CopyRow.entry)))
    return tx.session.exec(query if before is None else query.where(col(CopyRow.entry) < before)).one()


def _copy(row: CopyRow | Any) -> Copy:
    return Copy(
        mark=MarkId(row.mark),
        asset=AssetId(row.asset),
        licence=LicenceId(row.licence),
        licensee=PartyId(row.licensee),
        sha256=row.sha256,
        manifest=row.manifest,
        made_at=row.made_at,
    )
