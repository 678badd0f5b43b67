"""What was reported under each licence and all below it, added up as it is reported."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlmodel import col, select

from ledger.domain.ids import LicenceId
from ledger.domain.licence import Tally, Usage, Used
from ledger.domain.use import MAX_DEPTH
from ledger.store.kept_tables import CountRow
from ledger.store.store import Tx
from ledger.store.trade_tables import GrantRow

CHUNK = 500


def add(tx: Tx, usage: Usage) -> None:
    """Count one report for its licence and all above it; writers take turns, so none is lost."""
    for number, licence in enumerate(_upwards(tx, usage.licence)):
        row = tx.session.get(CountRow, licence) or CountRow(
            licence=licence, units="0", revenue="0", generations="0"
        )
        used = _used(row).plus(usage.use)
        row.units, row.revenue, row.generations = str(used.units), str(used.revenue), str(used.generations)
        if number == 0:
            row.last_report = max(row.last_report or "", usage.reported_on.isoformat())
        tx.session.add(row)
    tx.session.flush()


def tallies(tx: Tx, licences: Sequence[LicenceId]) -> tuple[Tally, ...]:
    """The counts of those of `licences` under which something was reported."""
    found: list[Tally] = []
    for start in range(0, len(licences), CHUNK):
        part = licences[start : start + CHUNK]
        query = select(CountRow).where(col(CountRow.licence).in_(part))
        found += map(_tally, tx.session.exec(query))
    return tuple(found)


def _upwards(tx: Tx, licence: LicenceId) -> list[str]:
    """A licence and all above it; itself alone where those above do not end, as in `Book.ancestors`."""
    found: list[str] = [licence]
    parent = _parent(tx, licence)
    while parent is not None:
        if len(found) > MAX_DEPTH:
            return [licence]
        found.append(parent)
        parent = _parent(tx, parent)
    return found


def _parent(tx: Tx, licence: str) -> str | None:
    return tx.session.exec(select(GrantRow.parent).where(GrantRow.id == licence)).one()


def _used(row: CountRow) -> Used:
    return Used(int(row.units), int(row.revenue), int(row.generations))


def _tally(row: CountRow) -> Tally:
    last = date.fromisoformat(row.last_report) if row.last_report else None
    return Tally(LicenceId(row.licence), _used(row), last)
