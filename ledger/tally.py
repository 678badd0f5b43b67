"""Bring the counters on chain up to the pieces that were reported to the book.

What a licence's counter lacks is counted in one report; reports of many licences go in one transaction, those
of sublicences each in its own. The chain is asked first how far it is, so whatever a crash left behind is
neither lost nor counted twice.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ledger import on_chain, senders, witness
from ledger.chain import NO_LICENCE, LicenceRecord, UnitReport
from ledger.context import Ledger
from ledger.domain.ids import CollectionId, LicenceId
from ledger.store import collections, rights

if TYPE_CHECKING:
    from eth_account.signers.base import BaseAccount

    from ledger.chain import Tx as Sent

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

    Units that a licensee counted there themselves count for it. Raises UnknownError,
    OrderError before the collection is registered, and ChainError: ContractRevertError StaleReport when
    somebody else counted at the same time, and it has to be asked for again.
    """
    with ledger.store.reading() as tx:
        collections.registration(tx, collection)
        reported = rights.units_reported(tx, collection)
    missing = list(_missing(ledger, reported))
    owned = [each for each in missing if each[1].licence.parent == NO_LICENCE]
    parts = [owned[start : start + MOST_AT_ONCE] for start in range(0, len(owned), MOST_AT_ONCE)]
    parts += [[each] for each in missing if each not in owned]
    counted = senders.at_once(ledger, lambda part: _count(ledger, part), parts)
    return tuple(each for part in counted for each in part)


def _missing(ledger: Ledger, reported: dict[LicenceId, int]) -> Iterator[tuple[LicenceId, UnitReport]]:
    for licence, units in reported.items():
        with ledger.store.reading() as tx:
            grant = rights.get_grant(tx, licence)
            given = sum(each.most_units or 0 for each in rights.below(tx, licence))
        record = on_chain.record(ledger, grant)
        if record is None:
            continue
        # The run of a sublicence was drawn from this counter when it was given, and is not drawn twice.
        missing = units + (given if record.licence.run else 0) - _made(record)
        if missing > 0:
            yield licence, UnitReport(record.licence, missing, record.left)


def _made(record: LicenceRecord) -> int:
    """Units left begin at the run, or at 0 where there is none."""
    return record.licence.run - record.left


def _count(ledger: Ledger, part: list[tuple[LicenceId, UnitReport]]) -> list[Counted]:
    sent = _send(ledger, senders.sender(ledger, part[0][0]), [report for _, report in part])
    counted = [Counted(name, each.units, each.left - each.units, sent.hash) for name, each in part]
    with ledger.store.transaction() as tx:
        witness.record(tx, sent, f"{len(part)} reports")
        for each in counted:
            body = {"units": each.units, "left": each.left, "tx": each.tx}
            tx.append("units-counted", each.licence, body, ledger.now())
    return counted


def _send(ledger: Ledger, account: BaseAccount, reports: list[UnitReport]) -> Sent:
    chain = witness.ready(ledger)
    if reports[0].licence.parent != NO_LICENCE:
        return chain.report_units(account, reports[0])
    return chain.report_batch(account, reports)
