"""What was reported under each licence and all below it, added up as it is reported."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Row
from sqlmodel import col, select

from ledger.domain.ids import LicenceId
from ledger.domain.licence import Grant, Tally, Usage, Used
from ledger.store.asked import AskedOf
from ledger.store.kept_tables import CountRow
from ledger.store.store import Tx

_OF = AskedOf(lambda those: select(CountRow).where(col(CountRow.licence).in_(those)))


def add(tx: Tx, usage: Usage, upwards: Sequence[Grant]) -> None:
    """Count one report for its licence and all above it, in this order. Writers take turns: none is lost."""
    given_back = 0
    for grant in upwards:
        row = _row(tx, grant.id)
        before, allotted = _used(row), int(row.allotted) - given_back
        after = before.plus(usage.use)
        given_back = _left(grant, before) - _left(grant, after)
        row.units, row.revenue, row.generations = str(after.units), str(after.revenue), str(after.generations)
        row.allotted = str(allotted)
        if grant.id == usage.licence:
            row.last_report = max(row.last_report or "", usage.reported_on.isoformat())
        tx.session.add(row)
    tx.session.flush()


def allot(tx: Tx, grant: Grant) -> None:
    """Count the pieces of a new sublicence as given away by the licence above it."""
    if grant.parent is not None and grant.most_units is not None:
        give(tx, grant.parent, grant.most_units)


def give(tx: Tx, licence: LicenceId, units: int) -> None:
    """Count so many pieces of a licence as given away; below zero, as given back."""
    row = _row(tx, licence)
    row.allotted = str(int(row.allotted) + units)
    tx.session.add(row)
    tx.session.flush()


def tallies(tx: Tx, licences: Sequence[LicenceId]) -> tuple[Tally, ...]:
    """The counts of those of `licences` under which something was reported or given away."""
    return tuple(map(_tally, tx.ask_of(_OF, licences)))


def _row(tx: Tx, licence: LicenceId) -> CountRow:
    nothing = dict.fromkeys(("units", "revenue", "generations", "allotted"), "0")
    return tx.session.get(CountRow, licence) or CountRow(licence=licence, **nothing)


def _left(grant: Grant, used: Used) -> int:
    return 0 if grant.most_units is None else max(0, grant.most_units - used.units)


def _used(row: CountRow | Row[Any]) -> Used:
    return Used(int(row.units), int(row.revenue), int(row.generations))


def _tally(row: Row[Any]) -> Tally:
    last = date.fromisoformat(row.last_report) if row.last_report else None
    return Tally(LicenceId(row.licence), _used(row), last, int(row.allotted))
