"""Licence terms as a sum type: what cannot be meant cannot be written.

Parsing from plain data (YAML, JSON) is in `terms_text.py`, the ODRL projection in `odrl.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from ledger.domain.countries import country_problem
from ledger.domain.errors import TermsError
from ledger.domain.money import Money
from ledger.domain.money_text import DECIMALS, MAX_MAJOR
from ledger.domain.split import WHOLE_BPS, Split
from ledger.domain.use import MAX_UNITS, is_trade_word

MAX_NAME = 120
MAX_PRODUCTS = 200


@dataclass(frozen=True)
class Worldwide:
    """Every territory."""


@dataclass(frozen=True)
class Countries:
    """Only these ISO 3166-1 alpha-2 codes, at least one."""

    codes: frozenset[str]

    def __post_init__(self) -> None:
        if not self.codes:
            raise TermsError("territory", "no country is named; name at least one, or say worldwide")
        for code in sorted(self.codes):
            if problem := country_problem(code):
                raise TermsError("territory", problem)


Territory = Worldwide | Countries


@dataclass(frozen=True)
class AnyProduct:
    """Every product category."""


@dataclass(frozen=True)
class Products:
    """Only these product categories, lower-case trade words such as `wallpaper`, at least one."""

    names: frozenset[str]

    def __post_init__(self) -> None:
        if not self.names:
            raise TermsError("products", "no product is named; name at least one, or say any")
        if len(self.names) > MAX_PRODUCTS:
            raise TermsError("products", f"{len(self.names)} products; name up to {MAX_PRODUCTS}, or say any")
        for name in sorted(self.names):
            if not is_trade_word(name):
                raise TermsError("products", f"{name[:60]!r}: use a lower-case word such as wallpaper")


ProductScope = AnyProduct | Products


@dataclass(frozen=True)
class Unlimited:
    """No limit on pieces made."""


@dataclass(frozen=True)
class Run:
    """At most `units` pieces under one licence."""

    units: int

    def __post_init__(self) -> None:
        if type(self.units) is not int or not 1 <= self.units <= MAX_UNITS:
            raise TermsError("run", f"{self.units!r} is not 1 to {MAX_UNITS} pieces; or say unlimited")


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

    def __post_init__(self) -> None:
        if not self.fee.minor:
            raise TermsError("training.fee", "a fee of nothing contradicts paid training; say training: free")


Training = Prohibited | Free | Paid


@dataclass(frozen=True)
class NoRoyalty:
    """Nothing beyond the licence price."""


@dataclass(frozen=True)
class PerUnit:
    """`rate` for each piece reported."""

    rate: Money

    def __post_init__(self) -> None:
        if not self.rate.minor:
            raise TermsError("royalty.per_unit", "a rate of nothing contradicts a royalty; say royalty: none")


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

    def __post_init__(self) -> None:
        if not 1 <= len(self.name.strip()) <= len(self.name) <= MAX_NAME or not self.name.isprintable():
            raise TermsError("name", f"terms need a name of 1 to {MAX_NAME} printable characters")
        if type(self.resale_bps) is not int or not 0 <= self.resale_bps <= WHOLE_BPS:
            raise TermsError("resale", f"{self.resale_bps!r} basis points; give 0 to 100 percent")
        self._check_amounts()
        self._check_unlicensed_use()
        if self.exclusive and isinstance(self.run, Unlimited) and self.window.end is None:
            raise TermsError(
                "exclusive",
                "exclusive, run: unlimited and no last day together sell the pattern outright; "
                "limit the run or give dates.end",
            )

    def amounts(self) -> tuple[tuple[str, Money], ...]:
        """Every amount in these terms with the dotted field it stands in."""
        fee = (("training.fee", self.training.fee),) if isinstance(self.training, Paid) else ()
        rate = (("royalty.per_unit", self.royalty.rate),) if isinstance(self.royalty, PerUnit) else ()
        return (("price", self.price), *fee, *rate, ("unlicensed_use", self.unlicensed_use))

    def _check_amounts(self) -> None:
        for field, amount in self.amounts():
            if amount.currency not in DECIMALS:
                raise TermsError(field, f"{amount.currency} is not known; use one of {', '.join(DECIMALS)}")
            if amount.minor > MAX_MAJOR * 10 ** DECIMALS[amount.currency]:
                raise TermsError(field, f"an absurd amount; give at most {MAX_MAJOR} {amount.currency}")
            if amount.currency != self.price.currency:
                raise TermsError(
                    field,
                    f"is in {amount.currency} but the price in {self.price.currency}; "
                    f"write currency: {self.price.currency}, or every amount with its own code",
                )

    def _check_unlicensed_use(self) -> None:
        if not self.unlicensed_use.minor:
            raise TermsError("unlicensed_use", "nothing to pay contradicts a licence; give what a use costs")
        if self.unlicensed_use < self.price:
            raise TermsError(
                "unlicensed_use",
                "less than the price contradicts it: nobody would buy the licence; give at least the price",
            )
