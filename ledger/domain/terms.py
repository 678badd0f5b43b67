"""Licence terms as a sum type: what cannot be meant cannot be written.

The clauses are in `terms_scope.py`, `terms_rights.py` and `terms_price.py`, what contradicts between them in
`contradictions.py`; parsing from plain data (YAML, JSON) is in `terms_text.py`, the ODRL projection in
`odrl.py`. Every clause that came after the first version of terms has a default, which is what silence meant
before.
"""

from __future__ import annotations

from dataclasses import dataclass

from ledger.domain.contradictions import check_clauses
from ledger.domain.errors import TermsError
from ledger.domain.money import Money
from ledger.domain.money_text import DECIMALS, MAX_MAJOR
from ledger.domain.split import WHOLE_BPS, Split
from ledger.domain.terms_price import (
    Flat,
    Graduated,
    NoRoyalty,
    PercentOfNet,
    PerUnit,
    Price,
    Royalty,
    Tier,
    Tiers,
    Volume,
    rate_amounts,
)
from ledger.domain.terms_rights import (
    AnyModification,
    Attribution,
    AttributionTerms,
    Certification,
    Every,
    Exclusive,
    Exclusivity,
    Free,
    HumanCertified,
    Included,
    MakingRight,
    Modification,
    Modifications,
    NoAttribution,
    NoModification,
    NonExclusive,
    NoReporting,
    NoSublicensing,
    NotTransferable,
    Paid,
    PerEntry,
    Priced,
    Prohibited,
    Reporting,
    ReportingTerms,
    SublicenceTerms,
    Sublicensing,
    Training,
    Transferable,
    TransferTerms,
    Uncertified,
    Withheld,
    ai_terms,
)
from ledger.domain.terms_scope import (
    AS_MADE,
    AnyChannel,
    AnyColourway,
    AnyIndustry,
    AnyProduct,
    Ceiling,
    Channels,
    ChannelScope,
    Colourways,
    ColourwayScope,
    Countries,
    Industries,
    IndustryScope,
    NoCeiling,
    Products,
    ProductScope,
    RevenueLimit,
    Run,
    RunLimit,
    Scope,
    Territory,
    Unlimited,
    Window,
    Worldwide,
    WorldwideExcept,
)
from ledger.domain.use import AiUse

__all__ = [
    "AS_MADE", "AnyChannel", "AnyColourway", "AnyIndustry", "AnyModification", "AnyProduct", "Attribution",
    "AttributionTerms", "Ceiling", "Certification", "ChannelScope", "Channels", "ColourwayScope",
    "Colourways", "Countries", "Every", "Exclusive", "Exclusivity", "Flat", "Free", "Graduated",
    "HumanCertified", "Included", "Industries", "IndustryScope", "MakingRight", "Modification",
    "Modifications", "NoAttribution", "NoCeiling", "NoModification", "NoReporting", "NoRoyalty",
    "NoSublicensing", "NonExclusive", "NotTransferable", "Paid", "PerEntry", "PerUnit", "PercentOfNet",
    "Price", "Priced", "ProductScope", "Products", "Prohibited", "Reporting", "ReportingTerms",
    "RevenueLimit", "Royalty", "Run", "RunLimit", "Scope", "SublicenceTerms", "Sublicensing", "Terms",
    "Territory", "Tier", "Tiers", "Training", "TransferTerms", "Transferable", "Uncertified", "Unlimited",
    "Volume", "Window", "Withheld", "Worldwide", "WorldwideExcept", "ai_terms", "exclusive_scope",
    "licence_scope",
]  # fmt: skip
MAX_NAME = 120
_ANY_INDUSTRY, _ANY_CHANNEL, _ANY_COLOURWAY = AnyIndustry(), AnyChannel(), AnyColourway()
_NO_MODIFICATION, _NO_SUBLICENSING, _WITHHELD = NoModification(), NoSublicensing(), Withheld()
_NO_ATTRIBUTION, _NO_REPORTING, _NO_CEILING = NoAttribution(), NoReporting(), NoCeiling()
_UNCERTIFIED, _NOT_TRANSFERABLE = Uncertified(), NotTransferable()


@dataclass(frozen=True)
class Terms:
    """What a licence gives and costs. All amounts are in one currency.

    `exclusive`: where a grant shuts out every other licensee. `price`: at the grant; `royalty`: on what is
    reported. `guarantee`: the least that royalties come to by the last day; `advance`: paid with the price
    and recouped from royalties. `unlicensed_use`: billed for each proven finding without a licence.
    `resale_bps`: ERC-2981 royalty of a claimed token.
    """

    name: str
    territory: Territory
    products: ProductScope
    run: RunLimit
    window: Window
    exclusive: Exclusivity
    training: Training
    price: Price
    royalty: Royalty
    unlicensed_use: Money
    resale_bps: int
    split: Split
    industries: IndustryScope = _ANY_INDUSTRY
    channels: ChannelScope = _ANY_CHANNEL
    colourways: ColourwayScope = AS_MADE
    modification: Modification = _NO_MODIFICATION
    revenue: RevenueLimit = _NO_CEILING
    sublicensing: SublicenceTerms = _NO_SUBLICENSING
    attribution: AttributionTerms = _NO_ATTRIBUTION
    reporting: ReportingTerms = _NO_REPORTING
    derivatives: MakingRight = _WITHHELD
    style: MakingRight = _WITHHELD
    recipe: MakingRight = _WITHHELD
    adapter: MakingRight = _WITHHELD
    guarantee: Money | None = None
    advance: Money | None = None
    certification: Certification = _UNCERTIFIED
    transfer: TransferTerms = _NOT_TRANSFERABLE

    def __post_init__(self) -> None:
        if not 1 <= len(self.name.strip()) <= len(self.name) <= MAX_NAME or not self.name.isprintable():
            raise TermsError("name", f"terms need a name of 1 to {MAX_NAME} printable characters")
        if type(self.resale_bps) is not int or not 0 <= self.resale_bps <= WHOLE_BPS:
            raise TermsError("resale", f"{self.resale_bps!r} basis points; give 0 to 100 percent")
        self._check_amounts()
        check_clauses(self)

    @property
    def currency(self) -> str:
        return self.unlicensed_use.currency

    def rights(self) -> tuple[tuple[str, MakingRight], ...]:
        """The four rights to make new pictures, by the name of their clause."""
        return tuple((name, getattr(self, name)) for name in ("derivatives", "style", "recipe", "adapter"))

    def amounts(self) -> tuple[tuple[str, Money], ...]:
        """Every amount in these terms with the dotted field it stands in, the price first."""
        optional = (
            ("run.overage", self.run.overage if isinstance(self.run, Run) else None),
            ("revenue", self.revenue.amount if isinstance(self.revenue, Ceiling) else None),
            ("advance", self.advance),
            ("minimum_guarantee", self.guarantee),
        )
        return (
            *rate_amounts("price", self.price),
            *_training_fees(self.training),
            *(amount for name, right in self.rights() for amount in _right_amounts(name, right)),
            *rate_amounts("royalty", self.royalty),
            *((field, amount) for field, amount in optional if amount is not None),
            ("unlicensed_use", self.unlicensed_use),
        )

    def _check_amounts(self) -> None:
        amounts = self.amounts()
        code = amounts[0][1].currency
        for field, amount in amounts:
            if amount.currency not in DECIMALS:
                raise TermsError(field, f"{amount.currency} is not known; use one of {', '.join(DECIMALS)}")
            if amount.minor > MAX_MAJOR * 10 ** DECIMALS[amount.currency]:
                raise TermsError(field, f"an absurd amount; give at most {MAX_MAJOR} {amount.currency}")
            if amount.currency != code:
                raise TermsError(
                    field,
                    f"is in {amount.currency} but the price in {code}; "
                    f"write currency: {code}, or every amount with its own code",
                )


def licence_scope(terms: Terms) -> Scope:
    """Where, on what, when and in which colourways a licence under `terms` holds."""
    return Scope(terms.territory, terms.products, terms.window, terms.colourways)


def exclusive_scope(terms: Terms) -> Scope | None:
    """Where a grant under `terms` shuts out others, by default in every colourway; None for nowhere."""
    own = terms.exclusive
    if isinstance(own, NonExclusive):
        return None
    return Scope(
        own.territory or terms.territory,
        own.products or terms.products,
        own.window or terms.window,
        own.colourways or _ANY_COLOURWAY,
    )


def _training_fees(training: Training) -> tuple[tuple[str, Money], ...]:
    if isinstance(training, PerEntry):
        each = ((use, training.of(use)) for use in AiUse)
        return tuple((f"training.{use}.fee", ai.fee) for use, ai in each if isinstance(ai, Paid))
    return (("training.fee", training.fee),) if isinstance(training, Paid) else ()


def _right_amounts(field: str, right: MakingRight) -> tuple[tuple[str, Money], ...]:
    if not isinstance(right, Priced):
        return ()
    rate = ((f"{field}.per_generation", right.per_generation),) if right.per_generation else ()
    return ((f"{field}.fee", right.fee), *rate)
