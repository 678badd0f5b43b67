"""Invoices, payments and payouts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import Field

from api.views.base import MoneyView, View
from ledger.domain.invoice import Invoice, Line, Payout

if TYPE_CHECKING:
    from ledger.settle import PaymentRequest


class LineView(View):
    kind: str = Field(description="licence, royalty, guarantee or unlicensed-use.")
    asset: str
    text: str
    quantity: int = Field(description="Pieces.")
    unit: MoneyView = Field(description="For one of them.")
    amount: MoneyView
    evidence: str = Field(description="Id of the offer, usage or finding that is billed.")

    @classmethod
    def of(cls, line: Line) -> LineView:
        return cls(
            kind=line.kind.value,
            asset=line.asset,
            text=line.text,
            quantity=line.quantity,
            unit=MoneyView.of(line.unit),
            amount=MoneyView.of(line.amount),
            evidence=line.evidence,
        )


class ShareView(View):
    payee: str
    bps: int = Field(description="Basis points of the total.")
    amount: MoneyView


class InvoiceView(View):
    id: str
    state: str = Field(description="draft, issued or settled.")
    payer: str
    collection: str
    lines: list[LineView] = Field(description="What is billed.")
    total: MoneyView = Field(description="The sum of the lines.")
    split: list[ShareView] = Field(description="How it is dealt to the payees.")
    due_on: str = Field(description="The day it is due.")
    made_at: str
    issued_tx: str | None = Field(description="Hash of the transaction that issued it; null before.")
    settled_tx: str | None = Field(description="Hash of the transaction that settled it; null before.")

    @classmethod
    def of(cls, invoice: Invoice) -> InvoiceView:
        return cls(
            id=invoice.id,
            state=_state(invoice),
            payer=invoice.payer,
            collection=invoice.collection,
            lines=[LineView.of(line) for line in invoice.lines],
            total=MoneyView.of(invoice.total),
            split=_shares(invoice),
            due_on=invoice.due_on,
            made_at=invoice.made_at,
            issued_tx=invoice.issued_tx,
            settled_tx=invoice.settled_tx,
        )


def _state(invoice: Invoice) -> str:
    if invoice.settled_tx:
        return "settled"
    return "issued" if invoice.issued_tx else "draft"


def _shares(invoice: Invoice) -> list[ShareView]:
    dealt = invoice.split.deal(invoice.total)
    return [
        ShareView(payee=share.payee, bps=share.bps, amount=MoneyView.of(amount))
        for share, (_, amount) in zip(invoice.split.shares, dealt, strict=True)
    ]


class PayoutView(View):
    """What one payee withdrew from the vault."""

    payee: str
    amount: MoneyView
    tx: str

    @classmethod
    def of(cls, payout: Payout) -> PayoutView:
        return cls(payee=payout.payee, amount=MoneyView.of(payout.amount), tx=payout.tx)


class PaymentRequestView(View):
    """What the payer signs (EIP-712 typed data for EIP-3009); the signature is posted as a payment."""

    invoice: str
    amount: MoneyView
    typed_data: dict[str, Any] = Field(description="What a wallet signs (EIP-712).")

    @classmethod
    def of(cls, request: PaymentRequest) -> PaymentRequestView:
        return cls(
            invoice=request.invoice, amount=MoneyView.of(request.amount), typed_data=dict(request.typed_data)
        )
