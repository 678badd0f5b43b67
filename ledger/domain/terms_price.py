"""The clauses of terms that say what a licence costs. Arithmetic over them is in `royalty.py`."""

from __future__ import annotations

from dataclasses import dataclass

from ledger.domain.errors import TermsError
from ledger.domain.money import Money
from ledger.domain.split import WHOLE_BPS
from ledger.domain.use import MAX_UNITS

MAX_TIERS = 50


@dataclass(frozen=True)
class Flat:
    """One amount, whatever is made."""

    amount: Money


@dataclass(frozen=True)
class NoRoyalty:
    """Nothing beyond the licence price."""


@dataclass(frozen=True)
class PerUnit:
    """`rate` for each piece."""

    rate: Money

    def __post_init__(self) -> None:
        if not self.rate.minor:
            raise TermsError("royalty.per_unit", "a rate of nothing contradicts a royalty; say royalty: none")


@dataclass(frozen=True)
class Tier:
    """`rate` for each piece up to and with number `up_to`; None is open, for the last tier."""

    up_to: int | None
    rate: Money


@dataclass(frozen=True)
class Tiers:
    """Rising tiers of which the last is open, 2 to 50, some rate above nothing."""

    tiers: tuple[Tier, ...]

    def __post_init__(self) -> None:
        if not 2 <= len(self.tiers) <= MAX_TIERS:
            raise TermsError("tiers", f"{len(self.tiers)} tiers; give 2 to {MAX_TIERS}, or say per_unit")
        before = 0
        for number, tier in enumerate(self.tiers[:-1], 1):
            if type(tier.up_to) is not int or not before < tier.up_to <= MAX_UNITS:
                raise TermsError(
                    "tiers", f"tier {number} ends at {tier.up_to!r}, not above {before}; let tiers rise"
                )
            before = tier.up_to
        if self.tiers[-1].up_to is not None:
            raise TermsError("tiers", "the last tier ends, so later pieces have no rate; leave out its up_to")
        if not any(tier.rate.minor for tier in self.tiers):
            raise TermsError("tiers", "every rate is nothing; say royalty: none, or price: 0")


class Graduated(Tiers):
    """Each piece at the rate of the tier it falls in."""


class Volume(Tiers):
    """Every piece at the rate of the tier that the whole number of pieces falls in."""


@dataclass(frozen=True)
class PercentOfNet:
    """`bps` basis points of the net sales that are reported."""

    bps: int

    def __post_init__(self) -> None:
        if type(self.bps) is not int or not 1 <= self.bps <= WHOLE_BPS:
            raise TermsError("royalty.percent_of_net", f"{self.bps!r} basis points; give above 0 % to 100 %")


Rate = PerUnit | Graduated | Volume
Price = Flat | Rate
Royalty = NoRoyalty | Rate | PercentOfNet


def rate_amounts(field: str, rate: Price | Royalty) -> tuple[tuple[str, Money], ...]:
    """Every amount in a price or royalty with the dotted field it stands in."""
    match rate:
        case Flat(amount):
            return ((field, amount),)
        case PerUnit(each):
            return ((f"{field}.per_unit", each),)
        case Tiers(tiers):
            kind = "graduated" if isinstance(rate, Graduated) else "volume"
            return tuple((f"{field}.{kind}[{i}].per_unit", tier.rate) for i, tier in enumerate(tiers))
    return ()
