"""Tills: for each offer an account that only we can sign for, to which anybody can send its price.

A buyer who knows nothing of us (x402) signs a transfer to an address, with a nonce of their own. So each
offer has an address of its own, known before anything is on chain: whatever arrives there is for that offer.
The till then pays the invoice in the vault, and what it does not need goes back to whom it came from.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ledger import witness
from ledger.chain import load_or_create_account, till_account
from ledger.context import Ledger
from ledger.domain.ids import InvoiceId, OfferId, derive
from ledger.domain.invoice import Invoice, LineKind

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount

    from ledger.chain import Invoice as VaultInvoice

MASTER = "ledger.tills"  # the one key file from which the keys of all tills derive


def of_offer(ledger: Ledger, offer: OfferId) -> LocalAccount:
    """The till of an offer."""
    return till_account(load_or_create_account(ledger.keys, MASTER), f"{ledger.id}:{offer}")


def in_vault(ledger: Ledger, own: VaultInvoice, invoice: Invoice) -> VaultInvoice | None:
    """An invoice as its till pays it, under a reference of its own; None where it is not for one offer."""
    lines = [line for line in invoice.lines if line.kind is LineKind.LICENCE]
    if len(lines) != 1 or len(invoice.lines) != 1:
        return None
    till = of_offer(ledger, OfferId(lines[0].evidence))
    reference = witness.word(InvoiceId(derive("till", invoice.id)))
    return replace(own, reference=reference, payer=till.address)
