"""The committed build of our contracts: one JSON file per contract, made by `python -m ledger.chain.compile`.

Each holds `name`, `abi`, `bytecode` (0x hex of the creation code) and `sources`: SHA-256 of every source file
that went into it, OpenZeppelin's included.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "artifacts"
CONTRACTS = (
    *("PatternRegistry", "RoyaltyVault", "LicenceBook", "OrderDesk", "LicenceToken", "CheckpointBook"),
    *("TestDollar", "SoftBindingDirectory"),
)


@dataclass(frozen=True)
class Artifact:
    """One compiled contract."""

    name: str
    abi: list[Any]
    bytecode: str
    sources: Mapping[str, str]

    def to_json(self) -> str:
        body = {"name": self.name, "abi": self.abi, "bytecode": self.bytecode, "sources": dict(self.sources)}
        return json.dumps(body, indent=1, sort_keys=True) + "\n"


@cache
def load(name: str) -> Artifact:
    """The committed artifact of the contract `name`, one of CONTRACTS."""
    return Artifact(**json.loads((FOLDER / f"{name}.json").read_text()))


@cache
def errors() -> Mapping[bytes, Any]:
    """Custom errors of all our contracts by their four-byte selector: they bubble up through one another."""
    from eth_utils.abi import function_abi_to_4byte_selector

    found: dict[bytes, Any] = {}
    for name in CONTRACTS:
        for entry in load(name).abi:
            if entry["type"] == "error":
                found[bytes(function_abi_to_4byte_selector(entry))] = entry
    return found
