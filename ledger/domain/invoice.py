"""What is owed, for what, and how it is shared. An issued invoice never changes."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from ledger.domain.ids import AssetId, CollectionId, InvoiceId, PartyId
from ledger.domain.money import Money
from ledger.domain.money_text import format_money
from ledger.domain.split import Split


class LineKind(StrEnum):
    LICENCE = "licence"
    ROYALTY = "royalty"
    GUARANTEE = "guarantee"
    UNLICENSED_USE = "unlicensed-use"


@dataclass(frozen=True)
class Line:
    """One charge of `quantity` times `unit`; `evidence` is the id of the offer, usage or finding,
    or the name of the guarantee."""

    kind: LineKind
    asset: AssetId
    text: str
    quantity: int
    unit: Money
    evidence: str

    @property
    def amount(self) -> Money:
        return self.unit.times(self.quantity)


@dataclass(frozen=True)
class Invoice:
    """Immutable snapshot. All lines concern one collection, so one split shares the total.

    `issued_tx` is None until the vault holds it, `settled_tx` until it is paid.
    """

    id: InvoiceId
    payer: PartyId
    collection: CollectionId
    lines: tuple[Line, ...]
    total: Money
    split: Split
    due_on: str
    made_at: str
    issued_tx: str | None = None
    settled_tx: str | None = None


def content(invoice: Invoice) -> dict[str, Any]:
    """All that an invoice asks, and who shares it, as plain data: its entry names the digest of it."""
    return {
        "payer": invoice.payer,
        "collection": invoice.collection,
        "total": format_money(invoice.total),
        "due_on": invoice.due_on,
        "lines": [
            {
                "kind": line.kind.value,
                "asset": line.asset,
                "text": line.text,
                "quantity": line.quantity,
                "unit": format_money(line.unit),
                "evidence": line.evidence,
            }
            for line in invoice.lines
        ],
        "split": [[share.payee, share.bps] for share in invoice.split.shares],
    }


@dataclass(frozen=True)
class Payout:
    """What one payee withdrew from the vault."""

    payee: PartyId
    amount: Money
    tx: str
