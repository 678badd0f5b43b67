"""What our contracts said, block by block: for whoever follows the chain."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from ledger.chain.artifacts import CONTRACTS, load
from ledger.chain.codec import Contract
from ledger.chain.session import Session
from ledger.domain.chain_event import ChainEvent

# Money of everybody: what concerns us is in the vault. And where an address is said, which nothing hangs on.
NOT_FOLLOWED = ("TestDollar", "SoftBindingDirectory")
UNKNOWN = "unknown"


@dataclass(frozen=True)
class Block:
    """A block's header. `timestamp` in Unix seconds."""

    number: int
    hash: str
    parent: str
    timestamp: int


class EventCalls(Session):
    """Reads headers and logs."""

    @property
    def followed(self) -> dict[str, str]:
        """The contracts whose events are ours, by name: their addresses."""
        addresses = self.deployment.addresses
        names = (name for name in CONTRACTS if name in addresses and name not in NOT_FOLLOWED)
        return {name: addresses[name] for name in names}

    def block(self, number: int | None = None) -> Block | None:
        """The header of a block, by default the latest; None above the head."""
        asked = "latest" if number is None else hex(number)
        found = self._node.rpc("eth_getBlockByNumber", asked, False)
        if found is None:
            return None
        height, time = int(found["number"], 16), int(found["timestamp"], 16)
        return Block(height, found["hash"], found["parentHash"], time)

    def events(self, first: int, last: int) -> tuple[ChainEvent, ...]:
        """Everything our contracts said in blocks `first` to `last`. RpcError where that is too much."""
        contracts = {address.lower(): _Reader(name, address) for name, address in self.followed.items()}
        wanted = {"fromBlock": hex(first), "toBlock": hex(last), "address": list(contracts)}
        logs = self._node.rpc("eth_getLogs", wanted)
        found = (contracts[log["address"].lower()].read(log) for log in logs)
        return tuple(sorted(found, key=lambda event: (event.block, event.index)))


class _Reader:
    """Reads the logs of one contract."""

    def __init__(self, name: str, address: str) -> None:
        self._contract = Contract(name, address)

    @cached_property
    def _names(self) -> dict[str, str]:
        names = (entry["name"] for entry in load(self._contract.name).abi if entry["type"] == "event")
        return {self._contract.topic(name): name for name in names}

    def read(self, log: Mapping[str, Any]) -> ChainEvent:
        topics: list[str] = log["topics"]
        name = self._names.get(topics[0], UNKNOWN) if topics else UNKNOWN
        if name == UNKNOWN:
            arguments: dict[str, Any] = {"topics": list(topics), "data": log["data"]}
        else:
            arguments = _as_text(self._contract.parse(name, log))
        return ChainEvent(
            block=int(log["blockNumber"], 16),
            block_hash=log["blockHash"],
            index=int(log["logIndex"], 16),
            transaction=log["transactionHash"],
            contract=self._contract.name,
            name=name,
            subject=topics[1] if len(topics) > 1 else "",
            arguments=arguments,
        )


def _as_text(value: Any) -> Any:
    """Numbers as decimal text: JSON keeps none above 2^53."""
    if isinstance(value, Mapping):
        return {name: _as_text(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_as_text(each) for each in value]
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value
