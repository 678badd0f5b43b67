"""Money on its way through a till: transfers that a payer signed, relayed and found again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from eth_account.messages import encode_typed_data
from eth_account.signers.base import BaseAccount
from eth_account.signers.local import LocalAccount

from ledger.chain.codec import Contract
from ledger.chain.encoding import encode, keccak, to_hex
from ledger.chain.sender import Call
from ledger.chain.session import topic_of
from ledger.chain.transfers import Transfer, require_signed, typed_data
from ledger.chain.types import Tx
from ledger.chain.vault_calls import VaultCalls

_ADDRESSES = 500  # that are asked for at once
_DELEGATED = "0xef0100"  # an account with a key that borrows code (EIP-7702)


class TillCalls(VaultCalls):
    """Calls to a token with ERC-3009."""

    def relay(self, account: BaseAccount, currency: str, transfer: Transfer) -> Tx:
        """Bring a signed transfer to its token, once; `account` pays the gas.

        Raises MessageError for a signature that is not the payer's, ContractRevertError, ChainError.
        """
        token = Contract("TestDollar", currency)
        v, r, s = require_signed(self.token_domain(currency), transfer)
        fields = (transfer.payer, transfer.to, transfer.value, transfer.valid_after, transfer.valid_before)
        data = token.encode("transferWithAuthorization", *fields, transfer.nonce, v, r, s)
        return self._once(
            account,
            Call("relay-payment", data, token.address),
            lambda: self.is_spent(currency, transfer.payer, transfer.nonce),
            (token, "AuthorizationUsed", [topic_of(transfer.payer), to_hex(transfer.nonce)]),
        )

    def give_back(
        self, account: BaseAccount, till: LocalAccount, currency: str, arrived: Arrival, value: int
    ) -> Tx:
        """Send `value` of what arrived at a till back to whom it came from, once."""
        return self._relay_own(account, till, currency, arrived.payer, value, arrived.nonce)

    def returned(self, currency: str, till: str, arrived: Arrival) -> tuple[Tx, int] | None:
        """The transaction that sent back what arrived at a till, and how much it sent; None before it did."""
        token = Contract("TestDollar", currency)
        found = self._logs(token, "AuthorizationUsed", [topic_of(till), to_hex(arrived.nonce)])
        if not found:
            return None
        receipt = self._node.rpc("eth_getTransactionReceipt", found[-1]["transactionHash"])
        sent = self._described("relay-payment", receipt, token, "Transfer")
        return sent, int(sent.event["value"])

    def refund(self, account: BaseAccount, currency: str, payee: str, value: int, key: bytes) -> Tx:
        """Send `value` of the account's own money to `payee`, once for each `key`.

        Raises ContractRevertError, ChainError.
        """
        return self._relay_own(account, account, currency, payee, value, keccak(b"refund:" + key))

    def _relay_own(
        self,
        account: BaseAccount,
        payer: BaseAccount,
        currency: str,
        payee: str,
        value: int,
        nonce: bytes,
    ) -> Tx:
        """Sign a transfer and bring it ourselves: its nonce makes it once, as no plain transfer is."""
        unsigned = Transfer(payer.address, payee, value, 0, (1 << 48) - 1, nonce, b"")
        typed = encode_typed_data(full_message=typed_data(self.token_domain(currency), unsigned))
        signature = bytes(payer.sign_message(typed).signature)
        return self.relay(account, currency, Transfer(**{**vars(unsigned), "signature": signature}))

    def settled_invoices(self) -> frozenset[bytes]:
        """The ids of all invoices that the vault has as paid, whoever issued them."""
        logs = self._logs(self._contract("RoyaltyVault"), "InvoiceSettled", [])
        return frozenset(bytes.fromhex(log["topics"][1][2:]) for log in logs)

    def reached(self, currency: str, addresses: Sequence[str]) -> list[str]:
        """Those of `addresses` that anything was ever sent to, in their order."""
        token, found = Contract("TestDollar", currency), set[str]()
        for start in range(0, len(addresses), _ADDRESSES):
            part = [topic_of(each) for each in addresses[start : start + _ADDRESSES]]
            wanted = {"fromBlock": hex(self.deployment.block), "toBlock": "latest", "address": token.address}
            topics = [token.topic("Transfer"), None, part]
            logs = self._node.rpc("eth_getLogs", {**wanted, "topics": topics})
            found.update(str(log["topics"][2]) for log in logs)
        return [each for each in addresses if topic_of(each) in found]

    def is_given_back(self, currency: str, till: str, arrived: Arrival) -> bool:
        return self.is_spent(currency, till, arrived.nonce)

    def is_spent(self, currency: str, payer: str, nonce: bytes) -> bool:
        """Whether an authorization was used or cancelled."""
        return bool(self._view(Contract("TestDollar", currency), "authorizationState", payer, nonce))

    def spent_in(self, currency: str, payer: str, nonce: bytes) -> bytes | None:
        """The transaction that used an authorization; None where none did."""
        token = Contract("TestDollar", currency)
        found = self._logs(token, "AuthorizationUsed", [topic_of(payer), to_hex(nonce)])
        return bytes.fromhex(found[-1]["transactionHash"][2:]) if found else None

    def is_contract(self, address: str) -> bool:
        """Whether `address` answers for itself, so that no key of its can sign."""
        code = str(self._node.rpc("eth_getCode", address, "latest"))
        return code != "0x" and not code.startswith(_DELEGATED)

    def token_domain(self, currency: str) -> dict[str, Any]:
        """EIP-712 domain of a token, checked against the separator it uses."""
        return self._domain(currency)

    def arrivals(self, currency: str, to: str) -> list[Arrival]:
        """Every transfer to an address, oldest first."""
        token = Contract("TestDollar", currency)
        found = self._logs(token, "Transfer", [None, topic_of(to)])
        return [Arrival.of(token, log) for log in found]


class Arrival:
    """`value` minor units that came from `payer`, as event `index` of a transaction's block."""

    def __init__(self, payer: str, value: int, transaction: bytes, index: int) -> None:
        self.payer, self.value, self.transaction, self.index = payer, value, transaction, index

    @property
    def nonce(self) -> bytes:
        """The nonce of its way back, so that it goes back once."""
        return keccak(encode(("bytes32", self.transaction), ("uint256", self.index)))

    @classmethod
    def of(cls, token: Contract, log: dict[str, Any]) -> Arrival:
        event = token.parse("Transfer", log)
        transaction = bytes.fromhex(log["transactionHash"][2:])
        return cls(event["from"], event["value"], transaction, int(log["logIndex"], 16))
