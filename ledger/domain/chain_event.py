"""What a contract of ours said: the same value when the chain gives it and when the book keeps it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class ChainEvent:
    """One log of a contract of ours. `index` is its place in the block, `subject` its first indexed value.

    `arguments` by name: decimal text for numbers, 0x hex for bytes, checksummed addresses. An event that
    this program does not know is called `unknown` and has its topics and data.
    """

    block: int
    block_hash: str
    index: int
    transaction: str
    contract: str
    name: str
    subject: str
    arguments: Mapping[str, Any]
