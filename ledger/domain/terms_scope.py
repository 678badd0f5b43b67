"""The clauses of terms that say where, on what, for whom, how often and when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import ClassVar

from ledger.domain.countries import country_problem
from ledger.domain.errors import TermsError
from ledger.domain.fields import suggest
from ledger.domain.money import Money
from ledger.domain.territories import EVERYWHERE, bits_of
from ledger.domain.use import MAX_UNITS
from ledger.domain.words import CHANNELS, INDUSTRIES, ORIGINAL, is_trade_word

MAX_PRODUCTS = 200
MAX_COLOURWAYS = 200


@dataclass(frozen=True)
class Worldwide:
    """Every territory."""

    @property
    def bits(self) -> int:
        return EVERYWHERE

    def holds(self, _code: str) -> bool:
        return True


@dataclass(frozen=True)
class Countries:
    """Only these ISO 3166-1 alpha-2 codes, at least one."""

    codes: frozenset[str]

    def __post_init__(self) -> None:
        if not self.codes:
            raise TermsError("territory", "no country is named; name at least one, or say worldwide")
        _check_countries(self.codes)

    @cached_property
    def bits(self) -> int:
        return bits_of(self.codes)

    def holds(self, code: str) -> bool:
        return code in self.codes


@dataclass(frozen=True)
class WorldwideExcept:
    """Every territory but these ISO 3166-1 alpha-2 codes: at least one, and not all."""

    codes: frozenset[str]

    def __post_init__(self) -> None:
        field = "territory.worldwide_except"
        if not self.codes:
            raise TermsError(field, "no country is named; name at least one, or say worldwide")
        _check_countries(self.codes)
        if not self.bits:
            raise TermsError(field, "names every country, so nothing is left; list where the licence holds")

    @cached_property
    def bits(self) -> int:
        return EVERYWHERE & ~bits_of(self.codes)

    def holds(self, code: str) -> bool:
        return code not in self.codes


Territory = Worldwide | Countries | WorldwideExcept


def _check_countries(codes: frozenset[str]) -> None:
    for code in sorted(codes):
        if problem := country_problem(code):
            raise TermsError("territory", problem)


@dataclass(frozen=True)
class AnyWord:
    """No limit in this clause."""

    def holds(self, _word: str) -> bool:
        return True


@dataclass(frozen=True)
class Words:
    """Only these lower-case trade words, at least one; from a list of `known` ones where there is one."""

    names: frozenset[str]
    field: ClassVar[str] = ""
    most: ClassVar[int] = MAX_PRODUCTS
    known: ClassVar[frozenset[str]] = frozenset()

    def __post_init__(self) -> None:
        what = self.field
        if not self.names:
            raise TermsError(what, f"no {what[:-1]} is named; name at least one, or say any")
        if len(self.names) > self.most:
            raise TermsError(what, f"{len(self.names)} {what}; name up to {self.most}, or say any")
        for name in sorted(self.names):
            if not is_trade_word(name):
                raise TermsError(what, f"{name[:60]!r}: use a lower-case word such as wallpaper")
            if self.known and name not in self.known:
                raise TermsError(what, f"{name!r} is not known; {suggest(name, self.known)}")

    def holds(self, word: str) -> bool:
        return word in self.names


class AnyProduct(AnyWord):
    """Every product category."""


class Products(Words):
    """Only these product categories, such as `wallpaper`."""

    field = "products"


class AnyIndustry(AnyWord):
    """Every industry."""


class Industries(Words):
    """Only these industries, from `words.INDUSTRIES`."""

    field = "industries"
    known = INDUSTRIES


class AnyChannel(AnyWord):
    """Every channel of sale or show."""


class Channels(Words):
    """Only these channels, from `words.CHANNELS`."""

    field = "channels"
    known = CHANNELS


class AnyColourway(AnyWord):
    """Every colourway, also those that do not exist yet."""


class Colourways(Words):
    """Only these colourways; `original` is the one a tile was made in."""

    field = "colourways"
    most = MAX_COLOURWAYS


ProductScope = AnyProduct | Products
IndustryScope = AnyIndustry | Industries
ChannelScope = AnyChannel | Channels
ColourwayScope = AnyColourway | Colourways
AS_MADE = Colourways(frozenset({ORIGINAL}))


@dataclass(frozen=True)
class Unlimited:
    """No limit on pieces made."""


@dataclass(frozen=True)
class Run:
    """At most `units` pieces under one licence; `overage` is what each piece past them costs.

    Without an overage nothing past the run is covered.
    """

    units: int
    overage: Money | None = None

    def __post_init__(self) -> None:
        if type(self.units) is not int or not 1 <= self.units <= MAX_UNITS:
            raise TermsError("run", f"{self.units!r} is not 1 to {MAX_UNITS} pieces; or say unlimited")
        if self.overage and not self.overage.minor:
            raise TermsError("run.overage", "a run with free pieces past it is no run; say run: unlimited")


RunLimit = Unlimited | Run


@dataclass(frozen=True)
class NoCeiling:
    """No limit on what is earned with the pattern."""


@dataclass(frozen=True)
class Ceiling:
    """At most `amount` of net sales under one licence."""

    amount: Money

    def __post_init__(self) -> None:
        if not self.amount.minor:
            raise TermsError("revenue", "a ceiling of nothing forbids every sale; give an amount")


RevenueLimit = NoCeiling | Ceiling


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

    def holds_from(self, first: date, last: date) -> bool:
        """Whether every day from `first` to `last` is within."""
        return self.holds(first) and self.holds(last)

    def overlap(self, other: Window) -> Window | None:
        """The days in both, None when there are none."""
        start = max((day for day in (self.start, other.start) if day), default=None)
        end = min((day for day in (self.end, other.end) if day), default=None)
        return None if start and end and end < start else Window(start, end)


ALWAYS = Window()


@dataclass(frozen=True)
class Scope:
    """The four sides of exclusivity: two scopes meet where all four have something in common."""

    territory: Territory
    products: ProductScope
    window: Window
    colourways: ColourwayScope

    def meets(self, other: Scope) -> bool:
        return (
            bool(self.territory.bits & other.territory.bits)
            and words_meet(self.products, other.products)
            and words_meet(self.colourways, other.colourways)
            and self.window.overlap(other.window) is not None
        )


def words_meet(a: AnyWord | Words, b: AnyWord | Words) -> bool:
    return not (isinstance(a, Words) and isinstance(b, Words)) or not a.names.isdisjoint(b.names)
