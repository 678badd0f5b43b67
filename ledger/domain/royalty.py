"""What tiers, percentages, guarantees and advances come to, in whole minor units.

Everything is computed from running totals, and what is due now is the total less what was charged before. So
the order and the grouping of reports change nothing, and no rounding is ever lost or made twice. Volume
tiers are the exception: when a total falls at a cheaper tier, nothing of what was charged is credited, so how
reports are grouped into bills changes what is owed.
"""

from __future__ import annotations

from ledger.domain.money import Money
from ledger.domain.split import WHOLE_BPS
from ledger.domain.terms_price import (
    Flat,
    Graduated,
    NoRoyalty,
    PercentOfNet,
    PerUnit,
    Price,
    Rate,
    Royalty,
    Tiers,
)


def price_of_units(price: Price, units: int) -> Money:
    """What a licence for `units` pieces costs; one that makes no pieces costs as much as one piece."""
    return price.amount if isinstance(price, Flat) else rated(price, max(1, units))


def rated(rate: Rate, units: int) -> Money:
    """What `units` pieces come to at `rate`."""
    if isinstance(rate, PerUnit):
        return rate.rate.times(units)
    return graduated(rate, units) if isinstance(rate, Graduated) else volume(rate, units)


def graduated(tiers: Tiers, units: int) -> Money:
    """Each piece at the rate of its own tier: the first 1,000 at one rate, the next 4,000 at another."""
    minor, before = 0, 0
    for tier in tiers.tiers:
        end = units if tier.up_to is None else min(units, tier.up_to)
        minor += tier.rate.minor * max(0, end - before)
        before = max(before, end)
    return Money(minor, tiers.tiers[0].rate.currency)


def volume(tiers: Tiers, units: int) -> Money:
    """All pieces at the rate of the tier that their number reaches."""
    tier = next(tier for tier in tiers.tiers if tier.up_to is None or units <= tier.up_to)
    return tier.rate.times(units)


def percentage(net: Money, bps: int) -> Money:
    """`bps` basis points of `net`, rounded half up to a minor unit."""
    return Money((net.minor * bps * 2 + WHOLE_BPS) // (2 * WHOLE_BPS), net.currency)


def earned(royalty: Royalty, units: int, net: Money) -> Money:
    """What `royalty` comes to on all pieces and net sales reported under one licence so far.

    `net` is in the currency of the terms, and names it where there is no royalty.
    """
    if isinstance(royalty, NoRoyalty):
        return Money(0, net.currency)
    return percentage(net, royalty.bps) if isinstance(royalty, PercentOfNet) else rated(royalty, units)


def payable(due: Money, advance: Money | None) -> Money:
    """What of the royalties earned is left to pay after the advance has been recouped."""
    return Money(max(0, due.minor - (advance.minor if advance else 0)), due.currency)


def guaranteed(due: Money, guarantee: Money | None) -> Money:
    """What royalties come to at the end of a licence: as earned, and not less than the guarantee."""
    return max(due, guarantee) if guarantee else due


def still_due(total: Money, charged: Money) -> Money:
    """What to charge now so that charges add up to `total`. One that fell (volume tiers) charges nothing."""
    return Money(max(0, total.minor - charged.minor), total.currency)
