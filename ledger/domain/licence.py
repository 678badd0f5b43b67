"""Offers, grants and what was reported under them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from ledger.domain.ids import AssetId, InvoiceId, LicenceId, OfferId, PartyId, UsageId
from ledger.domain.money import Money
from ledger.domain.terms import Terms
from ledger.domain.use import Action, Use


@dataclass(frozen=True)
class Offer:
    """A licence that can be bought as it is. `terms_hash` fixes the terms it was made under."""

    id: OfferId
    asset: AssetId
    licensee: PartyId
    use: Use
    terms_hash: str
    price: Money
    made_at: str


@dataclass(frozen=True)
class Grant:
    """A licence in force. `tx` and `gas` are of the grant on chain; `invoice` is what paid for it.

    `action` is what its offer was made for: TRAIN buys training alone, the others reproduction and display.
    """

    id: LicenceId
    offer: OfferId
    asset: AssetId
    licensee: PartyId
    action: Action
    terms: Terms
    terms_hash: str
    granted_at: str
    invoice: InvoiceId | None
    tx: str
    gas: int


@dataclass(frozen=True)
class Usage:
    """Pieces reported under a licence."""

    id: UsageId
    licence: LicenceId
    use: Use
    reported_on: date


@dataclass(frozen=True)
class Book:
    """What a decision looks at: every grant of one asset, and the usage reported under them."""

    grants: tuple[Grant, ...] = ()
    usages: tuple[Usage, ...] = ()

    def units_used(self, licence: LicenceId) -> int:
        return sum(usage.use.units for usage in self.usages if usage.licence == licence)
