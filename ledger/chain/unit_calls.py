"""LicenceBook: units made, counted against a run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from eth_account.signers.base import BaseAccount

from ledger.chain.encoding import to_uint
from ledger.chain.errors import ContractRevertError, MessageError
from ledger.chain.licences import NO_LICENCE, Licence
from ledger.chain.sender import Call
from ledger.chain.session import Session, topic_of
from ledger.chain.types import Tx


@dataclass(frozen=True)
class UnitReport:
    """`units` more made under a licence of which `left` were left (`Chain.units_left`) when it was written.

    `left` makes a report count once: sent again it is found, not counted again.
    """

    licence: Licence
    units: int
    left: int

    def __post_init__(self) -> None:
        if to_uint("units", self.units, 40) == 0:
            raise MessageError("units", "a report of no units counts nothing; give at least 1")
        if type(self.left) is not int or not -(1 << 47) <= self.left < 1 << 40:
            raise MessageError("left", f"{self.left!r} is not what Chain.units_left gives")


class UnitCalls(Session):
    """Calls to LicenceBook that count units."""

    def report_units(self, account: BaseAccount, report: UnitReport) -> Tx:
        """Count units of a licence or sublicence. `account` is its licensee or its collection's creator.

        The event has the units `left` afterwards and the `overage`, units past the run. ContractRevertError
        RunExceeded where the run is over, StaleReport where other units were counted since `left` was read.
        """
        book, licence = self._contract("LicenceBook"), report.licence
        data = book.encode("report", licence.id, licence.words, report.units, report.left)
        return self._counted(account, Call("report-units", data, book.address), [report])

    def report_batch(self, account: BaseAccount, reports: Sequence[UnitReport]) -> Tx:
        """Count units of many licences of one collection of `account`: all of the reports or none."""
        collections = {report.licence.collection_id for report in reports}
        if len(collections) != 1 or any(report.licence.parent != NO_LICENCE for report in reports):
            raise MessageError(
                "reports", "a batch is about licences of one collection and no sublicences; split it"
            )
        book = self._contract("LicenceBook")
        rows = [(each.licence.reference, each.units, each.left) for each in reports]
        data = book.encode("reportBatch", collections.pop(), rows)
        return self._counted(account, Call("report-batch", data, book.address), reports)

    def _counted(self, account: BaseAccount, call: Call, reports: Sequence[UnitReport]) -> Tx:
        self._require_same_chain(self.deployment)
        known = self._counted_before(call.doing, reports)
        if known is not None:
            return known
        try:
            receipt = self._sender.send(account, call)
        except ContractRevertError:
            known = self._counted_before(call.doing, reports)
            if known is None:
                raise
            return known
        return self._described(call.doing, receipt, self._contract("LicenceBook"), "UnitsReported")

    def _counted_before(self, kind: str, reports: Sequence[UnitReport]) -> Tx | None:
        """The transaction of the last report if all were counted; MessageError if only some were."""
        found = [self._count_of(kind, report) for report in reports]
        if any(found) and not all(found):
            raise MessageError("reports", "some were counted before; leave them out")
        return found[-1]

    def _count_of(self, kind: str, report: UnitReport) -> Tx | None:
        """Units left only ever shrink: an event that leads from `left` to what remains is this report's."""
        book = self._contract("LicenceBook")
        for log in self._logs(book, "UnitsReported", [topic_of(report.licence.id)]):
            event = book.parse("UnitsReported", log)
            if (event["units"], event["left"]) == (report.units, report.left - report.units):
                receipt = self._node.rpc("eth_getTransactionReceipt", log["transactionHash"])
                return self._described(kind, receipt, book, "UnitsReported")
        return None
