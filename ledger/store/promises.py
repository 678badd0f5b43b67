"""Pieces set aside for a sublicence before the chain is asked: nobody else makes or gives them meanwhile."""

from __future__ import annotations

from sqlmodel import select

from ledger.domain.ids import LicenceId
from ledger.store import counts
from ledger.store.kept_tables import PromiseRow
from ledger.store.store import Tx


def make(tx: Tx, sublicence: LicenceId, parent: LicenceId, units: int) -> None:
    """Count `units` pieces of `parent` as given away to a sublicence that does not exist yet."""
    tx.session.add(PromiseRow(sublicence=sublicence, parent=parent, units=str(units)))
    counts.give(tx, parent, units)


def made(tx: Tx, sublicence: LicenceId) -> bool:
    return tx.session.get(PromiseRow, sublicence) is not None


def under(tx: Tx, parent: LicenceId) -> bool:
    """Whether a sublicence of `parent` is on its way."""
    found = select(PromiseRow.sublicence).where(PromiseRow.parent == parent).limit(1)
    return tx.session.exec(found).first() is not None


def end(tx: Tx, sublicence: LicenceId) -> None:
    """Take a promise back: the sublicence was refused, or is written down and counted itself."""
    row = tx.session.get(PromiseRow, sublicence)
    if row is not None:
        counts.give(tx, LicenceId(row.parent), -int(row.units))
        tx.session.delete(row)
        tx.session.flush()
