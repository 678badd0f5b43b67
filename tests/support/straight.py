"""A run of a job whose steps are simply done, with nothing kept between them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any


class Straight:
    """Steps that are simply done."""

    def __init__(self, ledger: Any) -> None:
        self.ledger = ledger
        self.said: list[str] = []

    def step(self, message: str, work: Any, done: int, total: int) -> Any:
        self.said.append(message)
        return work()

    def drawn(self, tiles: Sequence[str]) -> Mapping[str, str]:
        return {}
