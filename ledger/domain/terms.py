"""Licence terms as a sum type: what cannot be meant cannot be written.

Parsing from plain data (YAML, JSON) is in `terms_text.py`, the ODRL projection in `odrl.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from ledger.domain.errors import TermsError
from ledger.domain.money import Money
from ledger.domain.split import Split


@dataclass(frozen=True)
class Worldwide:
    """Every territory."""


@dataclass(frozen=True)
class Countries:
    """Only these ISO 3166-1 alpha-2 codes."""

    codes: frozenset[str]


Territory = Worldwide | Countries


@dataclass(frozen=True)
class AnyProduct:
    """Every product category."""


@dataclass(frozen=True)
class Products:
    """Only these product categories, lower-case trade words such as `wallpaper`."""

    names: frozenset[str]


ProductScope = AnyProduct | Products


@dataclass(frozen=True)
class Unlimited:
    """No limit on pieces made."""


@dataclass(frozen=True)
class Run:
    """At most `units` pieces under one licence."""

    units: int


RunLimit = Unlimited | Run


@dataclass(frozen=True)
class Window:
    """Dates of use, both included; None is open."""

    start: date | None = None
    end: date | None = None

    def __post_init__(self) -> None:
        if self.start and self.end and self.end < self.start:
            raise TermsError("dates", f"they end on {self.end} before they start on {self.start}; swap them")

    def holds(self, day: date) -> bool:
        return (self.start is None or self.start <= day) and (self.end is None or day <= self.end)


@dataclass(frozen=True)
class Prohibited:
    """No AI training (CAWG `notAllowed`)."""


@dataclass(frozen=True)
class Free:
    """AI training at no charge (CAWG `allowed`)."""


@dataclass(frozen=True)
class Paid:
    """AI training for a fee per licence (CAWG `constrained`)."""

    fee: Money


Training = Prohibited | Free | Paid


@dataclass(frozen=True)
class NoRoyalty:
    """Nothing beyond the licence price."""


@dataclass(frozen=True)
class PerUnit:
    """`rate` for each piece reported."""

    rate: Money


Royalty = NoRoyalty | PerUnit


@dataclass(frozen=True)
class Terms:
    """What a licence gives and costs. All amounts are in one currency.

    `exclusive`: a grant shuts out every other licensee where territory, products and dates overlap.
    `price`: flat, per licence. `unlicensed_use`: billed for each proven finding without a licence.
    `resale_bps`: ERC-2981 royalty of a claimed token.
    """

    name: str
    territory: Territory
    products: ProductScope
    run: RunLimit
    window: Window
    exclusive: bool
    training: Training
    price: Money
    royalty: Royalty
    unlicensed_use: Money
    resale_bps: int
    split: Split
