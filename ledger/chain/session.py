"""What all calls share: the connection, where our contracts are, sending once, finding what was sent."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from eth_account.signers.base import BaseAccount

from ledger.chain.codec import Contract
from ledger.chain.deployment import DeploymentRecord
from ledger.chain.encoding import to_hex
from ledger.chain.errors import (
    ChainResetError,
    ContractRevertError,
    InsufficientFundsError,
    NotDeployedError,
    RpcError,
    TransactionError,
    WrongChainError,
)
from ledger.chain.fees import FeePolicy
from ledger.chain.node import Node
from ledger.chain.reverts import explain
from ledger.chain.sender import Call, Sender
from ledger.chain.types import NATIVE, Deployment, Tx

DEVELOPMENT_CHAIN_IDS = (31337, 1337)
LAST_DEPLOYED = "CheckpointBook"  # it shows that all are there


class Session:
    """A chain, checked to be the one expected, and the record of our deployment on it.

    Raises WrongChainError, ChainResetError, ChainUnavailableError, DevnetError or DeploymentError.
    """

    def __init__(
        self, node: Node, folder: Path, expected_chain_id: int | None, fees: FeePolicy | None = None
    ) -> None:
        self._node = node
        self.chain_id = int(node.rpc("eth_chainId"), 16)
        if expected_chain_id not in (None, self.chain_id):
            raise WrongChainError(
                f"the node is on chain {self.chain_id}, {expected_chain_id} is expected; "
                "change SELVAGE_CHAIN_URL or SELVAGE_CHAIN_ID"
            )
        self.genesis = self._genesis()
        self._record = DeploymentRecord(folder / "deployment.json")
        self._sender = Sender(node, self.chain_id, self.genesis, folder / "outbox", fees)
        known = self._record.load()
        if known is not None:
            self._require_same_chain(known)

    @property
    def url(self) -> str:
        """Where the chain answers JSON-RPC now. An embedded devnet may move to another port."""
        return self._node.url

    @property
    def deployment(self) -> Deployment:
        """Addresses of our contracts; TestDollar is only on development chains."""
        known = self._record.load()
        if known is None or LAST_DEPLOYED not in known.addresses:
            raise NotDeployedError("our contracts are not on this chain yet; deploy them first")
        return known

    @property
    def has_earlier_edition(self) -> bool:
        """Whether contracts of ours are here, but not all of today's: `deploy` adds what is missing."""
        known = self._record.load()
        return known is not None and LAST_DEPLOYED not in known.addresses

    def adopt(self, addresses: Mapping[str, str], chain_id: int, genesis: str) -> None:
        """Write the record of our contracts from what is known of them elsewhere, if it was lost.

        Raises WrongChainError, ChainResetError, and NotDeployedError where not all of them are named.
        """
        with self._record.held():
            if self._record.load() is not None:
                return
            if LAST_DEPLOYED not in addresses:
                raise NotDeployedError("the record of our contracts is lost; restore deployment.json")
            others = {name: address for name, address in addresses.items() if name != LAST_DEPLOYED}
            last = addresses[LAST_DEPLOYED]
            self._require_same_chain(Deployment({**others, LAST_DEPLOYED: last}, chain_id, genesis, 0))
            self._record.add(Deployment(others, chain_id, genesis, 0), LAST_DEPLOYED, last)

    def clock(self) -> int:
        """Time of the latest block, in Unix seconds. A devnet's can be ahead of the wall clock."""
        return int(self._node.rpc("eth_getBlockByNumber", "latest", False)["timestamp"], 16)

    def _height(self) -> int:
        return int(self._node.rpc("eth_blockNumber"), 16)

    # -- checks

    def _genesis(self) -> str:
        return str(self._node.rpc("eth_getBlockByNumber", "0x0", False)["hash"])

    def _require_same_chain(self, known: Deployment) -> None:
        if known.chain_id != self.chain_id:
            raise WrongChainError(
                f"our contracts are on chain {known.chain_id}, the node is on {self.chain_id}; "
                f"change SELVAGE_CHAIN_URL, or use another data folder"
            )
        newest = list(known.addresses.values())[-1:]  # a chain that lost one of them lost the last one
        if self._genesis() != known.genesis or not self._has_code(newest):
            raise ChainResetError(
                f"chain {self.chain_id} has forgotten our contracts: it was reset, or is another with the "
                "same id. Connect the chain they are on, or start over in a new data folder"
            )

    def _has_code(self, addresses: Sequence[str]) -> bool:
        return all(self._node.rpc("eth_getCode", address, "latest") != "0x" for address in addresses)

    # -- calls

    def _contract(self, name: str) -> Contract:
        addresses = self.deployment.addresses
        if name not in addresses:
            raise NotDeployedError(f"{name} is only on development chains; this is chain {self.chain_id}")
        return Contract(name, addresses[name])

    def _view(self, contract: Contract, function: str, *arguments: Any) -> Any:
        """What a view returns: the value, or the tuple of values if there are several."""
        request = {"to": contract.address, "data": contract.encode(function, *arguments)}
        try:
            answer = bytes.fromhex(self._node.rpc("eth_call", request, "latest")[2:])
        except RpcError as error:
            raise explain(error, f"{contract.name}.{function}") from None
        if not answer:
            self._require_same_chain(self.deployment)
        values = contract.decode(function, answer)
        return values[0] if len(values) == 1 else values

    def _allow(self, account: BaseAccount, spender: Contract, currency: str, amount: int, what: str) -> None:
        """Raise the ERC-20 allowance of `account` for what costs `amount`, if it is short."""
        if currency == NATIVE or not amount:
            return
        token = Contract("TestDollar", currency)  # the ERC-20 part is the same for every token
        held = self._view(token, "balanceOf", account.address)
        if held < amount:
            raise InsufficientFundsError(
                f"{account.address} holds {held} of {currency}, the {what} is over {amount}"
            )
        if self._view(token, "allowance", account.address, spender.address) < amount:
            data = token.encode("approve", spender.address, amount)
            self._sender.send(account, Call("approve", data, token.address))

    def _once(
        self,
        account: BaseAccount,
        call: Call,
        done: Callable[[], bool],
        event: tuple[Contract, str, Sequence[str | None]],
    ) -> Tx:
        """Send `call` unless `done` already; either way the transaction whose `event` shows it."""
        self._require_same_chain(self.deployment)
        if done():
            return self._find(call.doing, *event)
        try:
            receipt = self._sender.send(account, call)
        except ContractRevertError:
            if done():  # somebody else was faster
                return self._find(call.doing, *event)
            raise
        return self._described(call.doing, receipt, event[0], event[1])

    def _find(self, kind: str, contract: Contract, event: str, topics: Sequence[str | None]) -> Tx:
        """The latest transaction that emitted `event` with these indexed values (None: any)."""
        logs = self._logs(contract, event, topics)
        if not logs:
            raise TransactionError(
                f"{kind} is done, but the node has no {event} event; use a node with all logs"
            )
        receipt = self._node.rpc("eth_getTransactionReceipt", logs[-1]["transactionHash"])
        return self._described(kind, receipt, contract, event)

    def _logs(self, contract: Contract, event: str, topics: Sequence[str | None]) -> list[dict[str, Any]]:
        wanted = {"fromBlock": hex(self.deployment.block), "toBlock": "latest", "address": contract.address}
        return list(self._node.rpc("eth_getLogs", {**wanted, "topics": [contract.topic(event), *topics]}))

    def _described(self, kind: str, receipt: dict[str, Any], contract: Contract, event: str) -> Tx:
        topic = contract.topic(event)
        logs = [log for log in receipt["logs"] if log["address"].lower() == contract.address.lower()]
        found = next((log for log in logs if log["topics"][0] == topic), None)
        return self._transaction(kind, receipt, contract.parse(event, found) if found else {})

    def _transaction(self, kind: str, receipt: dict[str, Any], event: dict[str, Any]) -> Tx:
        block = self._node.rpc("eth_getBlockByNumber", receipt["blockNumber"], False)
        number, gas, time = (int(x, 16) for x in (block["number"], receipt["gasUsed"], block["timestamp"]))
        return Tx(kind, receipt["transactionHash"], number, gas, time, event)


def topic_of(value: int | bytes | str) -> str:
    """An indexed event value as the 32-byte word to look for."""
    if isinstance(value, str):  # an address
        value = int(value, 16)
    return to_hex(value if isinstance(value, bytes) else value.to_bytes(32, "big"))
