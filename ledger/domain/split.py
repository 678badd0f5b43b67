"""Who shares in what an asset earns."""

from __future__ import annotations

from dataclasses import dataclass

from ledger.domain.errors import SplitError
from ledger.domain.ids import PartyId
from ledger.domain.money import Money

WHOLE_BPS = 10_000
MAX_PAYEES = 50


@dataclass(frozen=True)
class Share:
    """`bps` basis points (hundredths of a percent) for `payee`."""

    payee: PartyId
    bps: int


@dataclass(frozen=True)
class Split:
    """Shares in a fixed order that add up to 10,000 basis points; the order decides ties in `deal`."""

    shares: tuple[Share, ...]

    def __post_init__(self) -> None:
        if not 1 <= len(self.shares) <= MAX_PAYEES:
            raise SplitError("split", f"{len(self.shares)} payees; name 1 to {MAX_PAYEES}")
        if len({share.payee for share in self.shares}) != len(self.shares):
            raise SplitError("split", "a payee is named twice; add their shares together")
        for share in self.shares:
            if type(share.bps) is not int or not 1 <= share.bps <= WHOLE_BPS:
                raise SplitError(
                    f"split.{share.payee}", f"{share.bps!r} is not 1 to {WHOLE_BPS} basis points"
                )
        total = sum(share.bps for share in self.shares)
        if total != WHOLE_BPS:
            raise SplitError(
                "split",
                f"shares add up to {total / 100:g} %, not 100 %; change them by "
                f"{(WHOLE_BPS - total) / 100:+g} %",
            )

    def deal(self, amount: Money) -> tuple[tuple[PartyId, Money], ...]:
        """`amount` dealt to the payees by the largest remainder (Money.allocate)."""
        parts = amount.allocate([share.bps for share in self.shares])
        return tuple((share.payee, part) for share, part in zip(self.shares, parts, strict=True))
