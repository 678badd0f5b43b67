"""Bring the counters on chain up to the pieces that were reported to the book.

What a licence's counter lacks is counted in one report; reports of many licences go in one transaction. The
chain is asked first how far it is, so whatever a crash left behind is neither lost nor counted twice.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ledger import on_chain, witness
from ledger.chain import LicenceRecord, UnitReport
from ledger.context import Ledger
from ledger.domain.errors import OrderError
from ledger.domain.ids import CollectionId, LicenceId
from ledger.store import collections, rights

MOST_AT_ONCE = 200  # reports in a transaction: about 2.5 million gas


@dataclass(frozen=True)
class Counted:
    """`units` more counted under a licence, and what is `left`: below zero, past its run or without one."""

    licence: LicenceId
    units: int
    left: int
    tx: str


def tally(ledger: Ledger, collection: CollectionId) -> tuple[Counted, ...]:
    """Count on chain what was reported under the licences of a collection and is not counted yet.

    Units that a licensee counted there themselves, or gave to sublicences there, count for it. Raises
    UnknownError, OrderError before the collection is registered, and ChainError: ContractRevertError
    StaleReport when somebody else counted at the same time, and it has to be asked for again.
    """
    with ledger.store.reading() as tx:
        if collections.get(tx, collection).registration is None:
            raise OrderError(f"collection {collection} is not registered yet; register it first")
        reported = rights.units_reported(tx, collection)
    missing = list(_missing(ledger, reported))
    counted: list[Counted] = []
    for start in range(0, len(missing), MOST_AT_ONCE):
        counted += _count(ledger, missing[start : start + MOST_AT_ONCE])
    return tuple(counted)


def _missing(ledger: Ledger, reported: dict[LicenceId, int]) -> Iterator[tuple[LicenceId, UnitReport]]:
    for licence, units in reported.items():
        with ledger.store.reading() as tx:
            grant = rights.get_grant(tx, licence)
        record = on_chain.record(ledger, grant)
        if record is not None and units > _made(record):
            yield licence, UnitReport(record.licence, units - _made(record), record.left)


def _made(record: LicenceRecord) -> int:
    """Units left begin at the run, or at 0 where there is none."""
    return record.licence.run - record.left


def _count(ledger: Ledger, part: list[tuple[LicenceId, UnitReport]]) -> list[Counted]:
    account = witness.manager(ledger)
    sent = witness.ready(ledger).report_batch(account, [report for _, report in part])
    counted = [Counted(name, each.units, each.left - each.units, sent.hash) for name, each in part]
    with ledger.store.transaction() as tx:
        witness.record(tx, sent, f"{len(part)} reports")
        for each in counted:
            body = {"units": each.units, "left": each.left, "tx": each.tx}
            tx.append("units-counted", each.licence, body, ledger.now())
    return counted
