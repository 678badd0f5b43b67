"""Chain: everything the ledger says to its contracts."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import Any

from eth_account.signers.base import BaseAccount
from eth_utils.address import to_checksum_address

from ledger.chain.anchor_calls import AnchorCalls
from ledger.chain.codec import Contract, constructor_data
from ledger.chain.encoding import to_address
from ledger.chain.errors import FaucetError
from ledger.chain.events import EventCalls
from ledger.chain.fees import FeePolicy
from ledger.chain.licence_calls import LicenceCalls
from ledger.chain.lookup_calls import LookupCalls
from ledger.chain.node import open_node
from ledger.chain.operator_calls import OperatorCalls
from ledger.chain.order_calls import OrderCalls
from ledger.chain.receipts import ReceiptCalls
from ledger.chain.registry_calls import RegistryCalls
from ledger.chain.sender import Call
from ledger.chain.session import DEVELOPMENT_CHAIN_IDS, LAST_DEPLOYED
from ledger.chain.signing import faucet_account
from ledger.chain.till_calls import TillCalls
from ledger.chain.types import NATIVE, Deployment, Tx
from ledger.chain.unit_calls import UnitCalls

_BUILT_ON = {
    "LicenceBook": ("PatternRegistry", "RoyaltyVault"),
    "OrderDesk": ("LicenceBook", "RoyaltyVault"),
    "LicenceToken": ("LicenceBook",),
}


class Chain(
    RegistryCalls,
    LicenceCalls,
    UnitCalls,
    OrderCalls,
    TillCalls,
    OperatorCalls,
    AnchorCalls,
    LookupCalls,
    EventCalls,
    ReceiptCalls,
):
    """A chain with our contracts. Safe to use from many threads; several processes may share `folder`.

    Writes are idempotent: what is done already is not sent again, its original transaction is returned.
    """

    @classmethod
    def open(
        cls,
        url: str,
        folder: Path,
        *,
        expected_chain_id: int | None = None,
        anvil: Path | None = None,
        fees: FeePolicy | None = None,
    ) -> Chain:
        """Connect to "devnet:" (kept in `folder`) or to an http, https, ws or wss URL.

        `folder` also keeps the record of the deployment and the transactions under way. `anvil` names the
        devnet's binary if it is not where `npm ci` puts it. `fees`: when to offer more for what is stuck.
        """
        node = open_node(url, folder, anvil)
        try:
            return cls(node, folder, expected_chain_id, fees)
        except BaseException:
            node.close()
            raise

    def close(self) -> None:
        """Stop the devnet's node if this object started it."""
        self._node.close()

    def __enter__(self) -> Chain:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def deploy(self, account: BaseAccount) -> Deployment:
        """Put our contracts on the chain, each once, also after a crash half-way or by two at a time."""
        with self._record.held():
            known = self._record.load() or Deployment({}, self.chain_id, self.genesis, self._height())
            self._require_same_chain(known)
            names = [
                "PatternRegistry",
                "RoyaltyVault",
                "LicenceBook",
                "OrderDesk",
                "LicenceToken",
                LAST_DEPLOYED,
            ]
            if self.chain_id in DEVELOPMENT_CHAIN_IDS:
                names.insert(0, "TestDollar")
            for name in names:
                if name not in known.addresses:
                    known = self._create(account, known, name)
        return known

    def _create(self, account: BaseAccount, known: Deployment, name: str) -> Deployment:
        arguments = [("address", known[other]) for other in _BUILT_ON.get(name, ())]
        call = Call(f"deploy {name}", constructor_data(name, *arguments), None, keep=True)
        receipt = self._sender.send(account, call)
        grown = self._record.add(known, name, to_checksum_address(receipt["contractAddress"]))
        self._sender.forget(account, call)
        return grown

    def fund(self, address: str, wei: int) -> Tx | None:
        """Top the balance of `address` up to `wei` on a development chain; None if it has as much."""
        missing = wei - self.balance(address)
        if missing <= 0:
            return None
        if self.chain_id not in DEVELOPMENT_CHAIN_IDS:
            raise FaucetError(f"chain {self.chain_id} gives nothing away; send {address} {missing} wei")
        receipt = self._sender.send(faucet_account(), Call("fund", "0x", address, missing))
        return self._transaction("fund", receipt, {})

    def mint_test_dollars(self, account: BaseAccount, to: str, amount: int) -> Tx | None:
        """Top `to` up to `amount` test dollars on a development chain; None if it has as much."""
        if self.chain_id not in DEVELOPMENT_CHAIN_IDS:
            raise FaucetError(f"there are no test dollars on chain {self.chain_id}")
        dollar = self._contract("TestDollar")
        missing = amount - self.balance(to, dollar.address)
        if missing <= 0:
            return None
        receipt = self._sender.send(
            account, Call("mint-test-dollars", dollar.encode("mint", to, missing), dollar.address)
        )
        return self._described("mint-test-dollars", receipt, dollar, "Transfer")

    def balance(self, address: str, currency: str = NATIVE) -> int:
        """Minor units of `currency` (wei of the chain's own coin) that `address` holds."""
        to_address("address", address)
        if currency == NATIVE:
            return int(self._node.rpc("eth_getBalance", address, "latest"), 16)
        balance: Any = self._view(Contract("TestDollar", currency), "balanceOf", address)
        return int(balance)
