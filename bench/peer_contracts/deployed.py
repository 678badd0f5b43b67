"""A contract of somebody else on the bench's devnet, and who calls it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from eth_abi.abi import decode, encode
from eth_account import Account
from eth_utils.abi import function_abi_to_4byte_selector, get_abi_input_types, get_abi_output_types
from eth_utils.address import to_checksum_address

from bench.gas import Scene
from bench.peer_contracts.packages import Build
from ledger.chain import Chain, Split, keccak
from ledger.chain.encoding import to_hex
from ledger.chain.sender import Call

ETHER = 10**18
PRICE = 1_000_001  # wei: what it buys is the same whatever it is, and it does not divide by three
YEAR = 31_536_000
SHARES = (3333, 3333, 3334)
# ERC-1167: code that hands every call on to an implementation
_CLONE = ("3d602d80600a3d3981f3363d3d373d3d3d363d73", "5af43d82803e903d91602b57fd5bf3")


@dataclass(frozen=True)
class Stage:
    """Who acts: the manager sells, two buyers buy, three payees share. All have money before the first call.

    Their keys are the same in every run, so that their addresses cost the same calldata.
    """

    here: Scene
    buyers: tuple[Any, Any]

    @property
    def manager(self) -> Any:
        return self.here.manager

    @property
    def payees(self) -> tuple[str, ...]:
        return self.here.split.payees


def stage(chain: Chain) -> Stage:
    """Everybody funded, our contracts deployed."""
    manager, first, second, *payees = (
        Account.from_key(keccak(name.encode()))
        for name in ("manager", "first", "second", "ann", "ben", "cleo")
    )
    for account in (manager, first, second, *payees):
        chain.fund(account.address, 100 * ETHER)
    chain.deploy(manager)
    split = Split(tuple(payee.address for payee in payees), SHARES)
    return Stage(Scene(chain, manager, first, split), (first, second))


@dataclass(frozen=True)
class Deployed:
    """A contract at an address, called by names of its ABI: `name`, or `name(types)` if there are several."""

    here: Scene
    abi: list[Any]
    address: str

    def data(self, function: str, *arguments: Any) -> str:
        entry = self._entry(function)
        return to_hex(function_abi_to_4byte_selector(entry) + encode(get_abi_input_types(entry), arguments))

    def send(self, account: Any, function: str, *arguments: Any, value: int = 0) -> dict[str, Any]:
        """The receipt."""
        return sent(self.here, account, self.address, self.data(function, *arguments), value)

    def gas(self, account: Any, function: str, *arguments: Any, value: int = 0) -> int:
        return used(self.send(account, function, *arguments, value=value))

    def ask(self, function: str, *arguments: Any, account: Any = None) -> Any:
        """What a call would return, its only value without a tuple."""
        sender = {"from": account.address} if account else {}
        request = {**sender, "to": self.address, "data": self.data(function, *arguments)}
        answer = self.here.chain._node.rpc("eth_call", request, "latest")
        values = decode(get_abi_output_types(self._entry(function)), bytes.fromhex(answer[2:]))
        return values[0] if len(values) == 1 else values

    def check(self, function: str, *arguments: Any) -> int:
        """Gas of a transaction that only asks, its 21,000 and its calldata included, as for our checks."""
        if not self.ask(function, *arguments):
            raise SystemExit(f"{function} says no")
        return self.gas(self.here.manager, function, *arguments)

    def at(self, address: str) -> Deployed:
        return Deployed(self.here, self.abi, address)

    def _entry(self, function: str) -> Any:
        name = function.partition("(")[0]
        found: list[Any] = [each for each in self.abi if each["type"] == "function" and each["name"] == name]
        if name != function:
            found = [each for each in found if f"{name}({','.join(get_abi_input_types(each))})" == function]
        (entry,) = found
        return entry


def create(here: Scene, build: Build, *arguments: Any) -> Deployed:
    """A contract deployed by the manager."""
    made = [each for each in build.abi if each["type"] == "constructor"]
    kinds = [item["type"] for each in made for item in each["inputs"]]
    receipt = sent(here, here.manager, None, f"0x{build.code}{encode(kinds, arguments).hex()}")
    return Deployed(here, build.abi, receipt["contractAddress"])


def clone(here: Scene, of: Deployed) -> Deployed:
    """A minimal proxy, which is how contracts with an initializer are used."""
    head, tail = _CLONE
    receipt = sent(here, here.manager, None, f"0x{head}{of.address[2:].lower()}{tail}")
    return of.at(receipt["contractAddress"])


def sent(here: Scene, account: Any, to: str | None, data: str, value: int = 0) -> dict[str, Any]:
    return here.chain._sender.send(account, Call("bench", data, to and to_checksum_address(to), value))


def used(receipt: Mapping[str, Any]) -> int:
    return int(receipt["gasUsed"], 16)
