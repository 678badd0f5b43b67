"""Integer money. Shares are dealt by the largest remainder, so not a cent is made or lost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ledger.domain.errors import MoneyError

MAX_MINOR = 2**127 - 1  # what a uint128 on chain holds with room to add


@dataclass(frozen=True, order=True)
class Money:
    """An amount of `minor` units (cents, micro-dollars) of `currency`, an upper-case code such as `USD`."""

    minor: int
    currency: str

    def __post_init__(self) -> None:
        if type(self.minor) is not int:
            raise MoneyError("minor", f"an amount is a whole number of minor units, not {self.minor!r}")
        if not 0 <= self.minor <= MAX_MINOR:
            raise MoneyError("minor", f"{self.minor} is out of range; give 0 to {MAX_MINOR}")
        if not (self.currency.isascii() and self.currency.isalpha() and self.currency.isupper()):
            raise MoneyError("currency", f"{self.currency!r} is not an upper-case currency code such as USD")

    def __add__(self, other: Money) -> Money:
        if self.currency != other.currency:
            raise MoneyError("currency", f"cannot add {other.currency} to {self.currency}; bill them apart")
        return Money(self.minor + other.minor, self.currency)

    def times(self, count: int) -> Money:
        return Money(self.minor * count, self.currency)

    def allocate(self, weights: Sequence[int]) -> tuple[Money, ...]:
        """Deal the amount in proportion to `weights` (non-negative, not all zero).

        Floors first, then one unit each to the largest remainders; ties go to the lower index
        (Hamilton's method). `RoyaltyVault` deals by the same rule: tests/vectors/split.json.
        """
        total = sum(weights)
        if total <= 0 or min(weights) < 0:
            raise MoneyError("weights", "weights must be non-negative and not all zero")
        shares = [self.minor * weight // total for weight in weights]
        remainders = [self.minor * weight % total for weight in weights]
        by_remainder = sorted(range(len(weights)), key=lambda i: (-remainders[i], i))
        for i in by_remainder[: self.minor - sum(shares)]:
            shares[i] += 1
        return tuple(Money(share, self.currency) for share in shares)

    def __str__(self) -> str:
        return f"{self.minor} {self.currency} minor units"
