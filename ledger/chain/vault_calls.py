"""RoyaltyVault: invoices, payments, withdrawals."""

from __future__ import annotations

from typing import Any

from eth_account.signers.base import BaseAccount

from ledger.chain import payment
from ledger.chain.codec import Contract
from ledger.chain.encoding import to_address, to_hex
from ledger.chain.errors import MessageError
from ledger.chain.sender import Call
from ledger.chain.session import Session, topic_of
from ledger.chain.types import NATIVE, Authorization, Invoice, InvoiceState, Tx

_VALID_SECONDS = 3600


class VaultCalls(Session):
    """Calls to RoyaltyVault."""

    def issue(self, account: BaseAccount, invoice: Invoice) -> Tx:
        """Write an invoice of `account` down in the vault."""
        if invoice.issuer != account.address:
            raise MessageError("issuer", f"{account.address} cannot issue an invoice of {invoice.issuer}")
        vault = self._contract("RoyaltyVault")
        fields = (invoice.payer, invoice.amount, invoice.currency, invoice.due, invoice.split.hash)
        return self._once(
            account,
            Call("issue-invoice", vault.encode("issue", invoice.reference, *fields), vault.address),
            lambda: self._same_invoice(vault, invoice),
            (vault, "InvoiceIssued", [topic_of(invoice.id)]),
        )

    def cancel(self, account: BaseAccount, invoice: Invoice) -> Tx:
        """Withdraw an unpaid invoice of `account`. Its reference is spent."""
        vault = self._contract("RoyaltyVault")
        return self._once(
            account,
            Call("cancel-invoice", vault.encode("cancel", invoice.id, invoice_tuple(invoice)), vault.address),
            lambda: self.invoice_state(invoice.id) is InvoiceState.CANCELLED,
            (vault, "InvoiceCancelled", [topic_of(invoice.id)]),
        )

    def settle(self, account: BaseAccount, invoice: Invoice) -> Tx:
        """Pay an invoice from `account`, its payer; an ERC-20 allowance that is short is raised first."""
        vault = self._contract("RoyaltyVault")
        if invoice.currency != NATIVE and self.invoice_state(invoice.id) is InvoiceState.ISSUED:
            self._allow(account, vault, invoice.currency, invoice.amount, "invoice")
        data = vault.encode("settle", invoice.id, invoice_tuple(invoice), split_tuple(invoice))
        value = invoice.amount if invoice.currency == NATIVE else 0
        return self._settled(account, Call("settle-invoice", data, vault.address, value), vault, invoice)

    def settle_with_authorization(
        self, account: BaseAccount, invoice: Invoice, authorization: Authorization
    ) -> Tx:
        """Pay an invoice with its payer's signature. `account` relays it and pays the gas.

        Raises MessageError for a signature that is not the payer's for exactly this invoice, or out of time.
        """
        vault = self._contract("RoyaltyVault")
        message = payment.message(
            self._domain(invoice.currency), vault.address, invoice, self.payment_nonce(invoice)
        )
        signed = payment.check(authorization, message)
        data = vault.encode(
            "settleWithAuthorization", invoice.id, invoice_tuple(invoice), split_tuple(invoice), signed
        )
        call = Call("settle-invoice", data, vault.address)
        if self.invoice_state(invoice.id) is InvoiceState.ISSUED:
            payment.require_in_time(authorization, self.clock())
        return self._settled(account, call, vault, invoice)

    def payment_message(self, invoice: Invoice, *, valid_seconds: int = _VALID_SECONDS) -> dict[str, Any]:
        """EIP-712 typed data (ERC-3009 ReceiveWithAuthorization) that the payer signs to pay this invoice."""
        vault = self._contract("RoyaltyVault")
        domain, nonce = self._domain(invoice.currency), self.payment_nonce(invoice)
        message = payment.message(domain, vault.address, invoice, nonce)
        return payment.with_times(message, 0, self.clock() + valid_seconds)

    def sign_payment(
        self, account: BaseAccount, invoice: Invoice, *, valid_seconds: int = _VALID_SECONDS
    ) -> Authorization:
        """The payer's signature under `payment_message`."""
        if account.address != invoice.payer:
            raise MessageError("payer", f"{invoice.payer} must sign, not {account.address}")
        return payment.sign(account, self.payment_message(invoice, valid_seconds=valid_seconds))

    def payment_nonce(self, invoice: Invoice) -> bytes:
        """ERC-3009 nonce that binds a signature to this invoice, in this vault, on this chain."""
        vault = self._contract("RoyaltyVault")
        return bytes(self._view(vault, "paymentNonce", invoice.id, invoice_tuple(invoice)))

    def withdraw(self, account: BaseAccount, currency: str, payee: str) -> Tx:
        """Pay out all that `payee` has in `currency`; `account` pays the gas, the event has the `amount`.

        With nothing to withdraw, the last withdrawal; ContractRevertError NothingToWithdraw if none was.
        """
        vault = self._contract("RoyaltyVault")
        call = Call("withdraw", vault.encode("withdraw", currency, payee), vault.address)
        topics = [topic_of(currency), topic_of(payee)]
        return self._once(
            account,
            call,
            lambda: self.credit(currency, payee) == 0 and bool(self._logs(vault, "Withdrawn", topics)),
            (vault, "Withdrawn", topics),
        )

    def invoice_state(self, invoice_id: bytes) -> InvoiceState:
        return InvoiceState(self._view(self._contract("RoyaltyVault"), "stateOf", invoice_id))

    def credit(self, currency: str, payee: str) -> int:
        """Minor units that `payee` can withdraw."""
        return int(self._view(self._contract("RoyaltyVault"), "credit", currency, payee))

    def _settled(self, account: BaseAccount, call: Call, vault: Contract, invoice: Invoice) -> Tx:
        return self._once(
            account,
            call,
            lambda: self.invoice_state(invoice.id) is InvoiceState.SETTLED,
            (vault, "InvoiceSettled", [topic_of(invoice.id)]),
        )

    def _same_invoice(self, vault: Contract, invoice: Invoice) -> bool:
        """False if nothing is under the id; MessageError if another invoice is."""
        if self.invoice_state(invoice.id) is InvoiceState.NONE:
            return False
        if not self._view(vault, "matches", invoice.id, invoice_tuple(invoice)):
            raise MessageError(
                "reference", f"another invoice was issued as {to_hex(invoice.reference)}; use a new reference"
            )
        return True

    def _domain(self, currency: str) -> dict[str, Any]:
        """EIP-712 domain of a token, checked against the separator it uses."""
        if to_address("currency", currency) == NATIVE:
            raise MessageError("currency", "the chain's own coin is not paid by signature; settle directly")
        token = Contract("TestDollar", currency)
        domain = {
            "name": self._view(token, "name"),
            "version": self._view(token, "version"),
            "chainId": self.chain_id,
            "verifyingContract": currency,
        }
        if payment.domain_separator(domain) != self._view(token, "DOMAIN_SEPARATOR"):
            raise MessageError("currency", f"{currency} signs under another EIP-712 domain than it names")
        return domain


def invoice_tuple(invoice: Invoice) -> tuple[Any, ...]:
    head = (invoice.issuer, invoice.payer, invoice.amount, invoice.currency)
    return (*head, invoice.due, invoice.split.hash)


def split_tuple(invoice: Invoice) -> tuple[list[str], list[int]]:
    return list(invoice.split.payees), list(invoice.split.bps)
