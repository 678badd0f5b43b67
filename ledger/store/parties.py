"""Parties: studios, artists, licensees, each with an address that is paid or pays."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import bindparam
from sqlmodel import col, select

from ledger.domain.ids import PartyId
from ledger.errors import UnknownError
from ledger.store.asked import Asked
from ledger.store.store import Tx
from ledger.store.tables import PartyRow


@dataclass(frozen=True)
class Party:
    """Somebody who makes, licenses or is paid. `address` is their account on chain."""

    id: PartyId
    name: str
    address: str
    added_at: str


_THERE = Asked(select(PartyRow.id).where(PartyRow.id == bindparam("party")))


def add(tx: Tx, party: Party) -> None:
    tx.session.add(PartyRow(**vars(party)))
    tx.session.flush()


def find(tx: Tx, party: PartyId) -> Party | None:
    row = tx.session.get(PartyRow, party)
    return _from_row(row) if row else None


def get(tx: Tx, party: PartyId) -> Party:
    """Raises UnknownError (unknown-party)."""
    found = find(tx, party)
    if found is None:
        raise UnknownError("party", party, "add it first: selvage party add")
    return found


def require(tx: Tx, party: PartyId) -> None:
    """Raises UnknownError (unknown-party)."""
    if not tx.ask(_THERE, party=party):
        get(tx, party)


def every(tx: Tx) -> tuple[Party, ...]:
    """All parties by id."""
    return tuple(_from_row(row) for row in tx.session.exec(select(PartyRow).order_by(col(PartyRow.id))))


def _from_row(row: PartyRow) -> Party:
    return Party(PartyId(row.id), row.name, row.address, row.added_at)
