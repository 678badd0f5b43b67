"""Calls and events of our contracts as bytes and back, from the committed ABI."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from eth_abi.abi import decode, encode
from eth_abi.exceptions import DecodingError
from eth_utils.abi import (
    collapse_if_tuple,
    event_abi_to_log_topic,
    function_abi_to_4byte_selector,
    get_abi_input_types,
    get_abi_output_types,
)
from eth_utils.address import to_checksum_address

from ledger.chain import artifacts
from ledger.chain.encoding import check, to_hex
from ledger.chain.errors import ChainError, ChainResetError


class Contract:
    """The contract `name` of ours at `address`."""

    def __init__(self, name: str, address: str) -> None:
        self.name = name
        self.address = address
        self._entries: dict[Any, Any] = {(e["type"], e.get("name")): e for e in artifacts.load(name).abi}

    def encode(self, function: str, *arguments: Any) -> str:
        """0x hex of selector and arguments; structs are tuples. MessageError if a value does not fit."""
        entry = self._entries["function", function]
        kinds = get_abi_input_types(entry)
        for item, kind, value in zip(entry["inputs"], kinds, arguments, strict=True):
            check(item["name"], kind, value)
        return to_hex(function_abi_to_4byte_selector(entry) + encode(kinds, arguments))

    def decode(self, function: str, data: bytes) -> tuple[Any, ...]:
        """The values a call returned, with checksummed addresses. ChainResetError if the contract is gone."""
        outputs = self._entries["function", function]["outputs"]
        try:
            values = decode(get_abi_output_types(self._entries["function", function]), data)
        except DecodingError:
            raise ChainResetError(f"{self.name} is not at {self.address} any more") from None
        return tuple(_plain(o, value, as_text=False) for o, value in zip(outputs, values, strict=True))

    def topic(self, event: str) -> str:
        return to_hex(event_abi_to_log_topic(self._entries["event", event]))

    def parse(self, event: str, log: Mapping[str, Any]) -> dict[str, Any]:
        """Arguments of an event by name: numbers, text, checksummed addresses, 0x hex for bytes.

        ChainError for a log that this event cannot have made.
        """
        try:
            return self._parsed(event, log)
        except (DecodingError, ValueError, OverflowError, TypeError, LookupError, AttributeError) as error:
            raise ChainError(
                f"a log of {self.name} is no {event}: {str(error)[:200]}; ask another node"
            ) from None

    def _parsed(self, event: str, log: Mapping[str, Any]) -> dict[str, Any]:
        inputs = self._entries["event", event]["inputs"]
        indexed = [item for item in inputs if item["indexed"]]
        others = [item for item in inputs if not item["indexed"]]
        words = [bytes.fromhex(topic[2:]) for topic in log["topics"][1:]]
        values = [decode([item["type"]], word)[0] for item, word in zip(indexed, words, strict=True)]
        values += decode([collapse_if_tuple(item) for item in others], bytes.fromhex(log["data"][2:]))
        return {
            item["name"]: _plain(item, value, as_text=True)
            for item, value in zip([*indexed, *others], values, strict=True)
        }


def constructor_data(name: str, *arguments: tuple[str, Any]) -> str:
    """0x hex of the creation code of the contract `name` with (type, value) arguments appended."""
    packed = encode([kind for kind, _ in arguments], [value for _, value in arguments])
    return artifacts.load(name).bytecode + packed.hex()


def _plain(item: Mapping[str, Any], value: Any, *, as_text: bool) -> Any:
    if item["type"] == "tuple":
        parts = zip(item["components"], value, strict=True)
        return {part["name"]: _plain(part, inner, as_text=as_text) for part, inner in parts}
    if item["type"] == "address":
        return to_checksum_address(value)
    if isinstance(value, bytes) and as_text:
        return to_hex(value)
    return value
